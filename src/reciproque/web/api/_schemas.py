"""The shapes of what goes in and out."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from ninja import Field, Schema


class Problem(Schema):
    detail: str
    detail_fr: str = ""
    key: str = ""


class PartyOut(Schema):
    key: UUID
    name: str = Field(alias="actor.name")
    kind: str = Field(alias="actor.kind")
    role: str
    since: date
    until: date | None


class CooperationOut(Schema):
    slug: str
    name: str
    subject: str
    stage: str
    started: date
    themes: list[str]
    perimeter: list[str]
    visibility: str
    fictional: bool
    parties: list[PartyOut]

    @staticmethod
    def resolve_parties(c: object) -> object:
        return c.parties.select_related("actor")  # type: ignore[attr-defined]


class LineOut(Schema):
    giver: UUID
    giver_name: str
    receiver: UUID
    receiver_name: str
    resource: str
    unit: str
    promised: float
    due: float
    delivered: float
    unconfirmed: float


class SignalOut(Schema):
    rule: str
    party: str
    title: str
    text: str
    todo: str
    answer: str
    asleep: date | None


class AnswerOut(Schema):
    party_id: UUID
    text: str
    day: date


class ExpectationOut(Schema):
    key: UUID
    party_id: UUID
    kind: str
    text: str
    since: date
    visibility: str
    answers: list[AnswerOut]

    @staticmethod
    def resolve_answers(e: object) -> object:
        return e.answers.all()  # type: ignore[attr-defined]


class CommitmentIn(Schema):
    title: str = Field(min_length=1, max_length=160)
    giver: UUID
    receiver: UUID
    resource: str
    quantity: float
    unit: str
    every: Literal["once", "month", "quarter", "year"] = "once"
    start: date | None = None
    due: date | None = None


class CommitmentOut(Schema):
    key: UUID
    title: str
    giver_id: UUID
    receiver_id: UUID
    resource: str
    quantity: float
    unit: str
    every: str
    start: date | None
    due: date | None
    state: str


class ActionIn(Schema):
    title: str = Field(min_length=1, max_length=160)
    axis: str = Field("", max_length=80)
    lead: UUID
    start: date | None = None
    due: date | None = None


class ActionOut(Schema):
    key: UUID
    title: str
    axis: str
    lead_id: UUID
    start: date | None
    due: date | None
    done: date | None
    state: str


class RecordIn(Schema):
    giver: UUID
    receiver: UUID
    resource: str
    quantity: float
    unit: str
    day: date
    commitment: UUID | None = None
    place: str = Field("", max_length=120)
    note: str = Field("", max_length=300)
    once: UUID | None = None


class RecordOut(Schema):
    key: UUID
    giver_id: UUID
    receiver_id: UUID
    resource: str
    quantity: float
    unit: str
    amount: float
    day: date
    commitment_id: UUID | None
    confirmed: bool = Field(alias="confirmed_flag")
    replaced: bool
    note: str
