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
    about: str
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
    visibility: Literal["private", "parties", "public"] = "parties"


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
    visibility: str


class ActionIn(Schema):
    title: str = Field(min_length=1, max_length=160)
    axis: str = Field("", max_length=80)
    lead: UUID
    start: date | None = None
    due: date | None = None
    visibility: Literal["private", "parties", "public"] = "parties"


class ActionOut(Schema):
    key: UUID
    title: str
    axis: str
    lead_id: UUID
    start: date | None
    due: date | None
    done: date | None
    state: str
    visibility: str


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
    visibility: Literal["private", "parties", "public"] | None = None


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
    visibility: str


class MeetingIn(Schema):
    title: str = Field(min_length=1, max_length=160)
    kind: str = "steering"
    day: date
    place: str = Field("", max_length=160)
    lead: UUID | None = None
    agenda: str = Field("", max_length=4000)
    visibility: Literal["private", "parties", "public"] = "parties"


class MeetingOut(Schema):
    key: UUID
    title: str
    kind: str
    day: date
    place: str
    lead_id: UUID | None
    agenda: str
    visibility: str


class DecisionIn(Schema):
    title: str = Field(min_length=1, max_length=200)
    day: date
    body: str = Field("", max_length=120)
    number: str = Field("", max_length=40)
    way: Literal["consent", "majority", "noted"] = "consent"
    objections: str = Field("", max_length=1000)
    transmitted: date | None = None
    executory: date | None = None
    visibility: Literal["private", "parties", "public"] = "parties"


class DecisionOut(Schema):
    key: UUID
    title: str
    day: date
    body: str
    number: str
    way: str
    objections: str
    transmitted: date | None
    executory: date | None
    visibility: str


class SignatureOut(Schema):
    party_id: UUID
    name: str
    function: str
    day: date
    irregular: bool


class VersionOut(Schema):
    number: int
    form: str
    kind: str
    text: str
    second_language: str
    second_text: str
    hash: str
    before_hash: str
    signatures: list[SignatureOut]

    @staticmethod
    def resolve_signatures(v: object) -> object:
        return v.signatures.all()  # type: ignore[attr-defined]


class FundingOut(Schema):
    costs: float
    eligible: float
    sources: float
    own: float
    public_aid: float
    own_share: float | None
    aid_rate: float | None


class ExpectationIn(Schema):
    party: UUID
    kind: Literal["hopes", "brings", "fears", "cannot", "difficult"]
    text: str = Field(min_length=1, max_length=600)
    visibility: Literal["private", "parties", "public"] = "parties"
