"""Endpoints of what makes a cooperation go on: stages, answers, texts, signatures, papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Body, Field, Router, Schema, Status
from ninja.errors import HttpError

from reciproque.web.api._common import acting_for, cooperation_for, one_of
from reciproque.web.api._schemas import Problem, RecordOut, SignatureOut, VersionOut
from reciproque.web.cooperations import actions, agreements, documents, office, tables
from reciproque.web.cooperations.journal import journal as journal_of
from reciproque.web.cooperations.models import (
    Answer,
    Cooperation,
    Expectation,
    Meeting,
    Record,
    Version,
)
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.rules import (
    may_read,
    may_sign,
    may_write,
    readable,
    takes_part,
    writes_for,
)

router = Router()
PAPERS = {
    "pdf": ("application/pdf", lambda seen: documents.steering_pdf(seen)),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda seen: office.steering_docx(seen),
    ),
    "ods": (
        "application/vnd.oasis.opendocument.spreadsheet",
        lambda seen: office.ods(tables.steering_sheets(seen)),
    ),
    "pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        lambda seen: office.steering_pptx(seen),
    ),
}


class StageIn(Schema):
    stage: str


class AnswerIn(Schema):
    party: UUID
    text: str = Field(min_length=1, max_length=600)


class SignalAnswerIn(Schema):
    rule: str
    party: str = Field("", max_length=40)
    about: str = Field("", max_length=40, description="what tells it apart, where several are told")
    text: str = Field("", max_length=600)
    asleep_until: date | None = None


class CorrectionIn(Schema):
    quantity: float = Field(ge=0)
    note: str = Field(min_length=1, max_length=300)
    once: UUID | None = None
    visibility: Literal["private", "parties", "public"] | None = None


class VersionIn(Schema):
    form: str
    kind: str = "amendment"
    text: str = Field(min_length=1)
    second_language: str = ""
    second_text: str = ""
    expected: int = Field(description="the number of the latest version that was read, 0 for none")


class SignatureIn(Schema):
    party: UUID
    name: str = Field(min_length=1, max_length=120)
    function: str = Field(min_length=1, max_length=120)
    day: date
    decision: UUID | None = None


class ReadingIn(Schema):
    day: date
    value: float
    note: str = Field("", max_length=200)


class EntryOut(Schema):
    when: datetime
    who: str
    what: str
    text: str


@router.post("/{slug}/stage", response={204: None})
def stage(request: HttpRequest, slug: str, body: StageIn) -> Any:
    """Go to another stage, forward or back."""
    c = cooperation_for(request, slug, may_write)
    actions.move_stage(c, one_of(body.stage, "stages"), by=request.user)
    return Status(204, None)


@router.post("/{slug}/expectations/{key}/answers", response={204: None})
def answer(request: HttpRequest, slug: str, key: UUID, body: AnswerIn) -> Any:
    """Answer another party's expectation."""
    c = cooperation_for(request, slug, may_write)
    expectation = get_object_or_404(Expectation, pk=key, cooperation=c)
    party = acting_for(request, c, body.party)
    if not may_read(request.user, expectation) or party.pk == expectation.party_id:
        raise HttpError(403, "it is for another party to answer")
    Answer.objects.create(expectation=expectation, party=party, text=body.text, by=request.user)
    return Status(204, None)


def _about(c: Cooperation, body: SignalAnswerIn) -> str:
    """What the signal is about; need not be said where the rule tells one thing of the party."""
    if body.about:
        return body.about
    signal = (body.rule, body.party)
    found = sorted({t.about for t in Overview(c).told if (t.rule, t.party) == signal})
    if len(found) > 1:
        raise HttpError(422, f"about: one of {', '.join(found)}")
    return "".join(found)


@router.post("/{slug}/signals/answers", response={204: None})
def answer_signal(request: HttpRequest, slug: str, body: SignalAnswerIn) -> Any:
    """Answer a signal, or put it to sleep until a date."""
    c = cooperation_for(request, slug, may_write)
    values = body.dict() | {"rule": one_of(body.rule, "signals"), "about": _about(c, body)}
    actions.answer_signal(c, by=request.user, party_key=values.pop("party"), **values)
    return Status(204, None)


@router.post("/{slug}/records/{key}/correction", response={201: RecordOut, 422: Problem})
def correct(request: HttpRequest, slug: str, key: UUID, body: CorrectionIn) -> Any:
    """A new row in the place of a wrong one; 0 cancels it."""
    c = cooperation_for(request, slug, may_write)
    record = get_object_or_404(Record, pk=key, cooperation=c)
    sides = [p for p in (record.giver, record.receiver) if writes_for(request.user, p)]
    if not sides:
        raise HttpError(403, "it is for the giver or the receiver to correct")
    row = actions.correct_record(record, by=request.user, for_party=sides[0], **body.dict())
    return Status(201, row)


@router.get("/{slug}/versions", response=list[VersionOut])
def versions(request: HttpRequest, slug: str) -> Any:
    """The texts of the agreement with their signatures and fingerprints, latest first."""
    return cooperation_for(request, slug, takes_part).versions.prefetch_related(
        "signatures__decision"
    )


@router.post("/{slug}/versions", response={201: VersionOut, 409: Problem})
def new_version(request: HttpRequest, slug: str, body: VersionIn) -> Any:
    """Keep the next text of the agreement; 409 when someone kept one first."""
    c = cooperation_for(request, slug, may_write)
    values = body.dict()
    one_of(body.form, "forms")
    one_of(body.kind, "version_kinds")
    if bool(body.second_text) != bool(body.second_language):
        raise HttpError(422, "give the second language and its text, or neither")
    try:
        return Status(201, agreements.new_version(c, by=request.user, **values))
    except agreements.Overtaken:
        return Status(409, Problem(detail="another version was kept first"))


@router.post("/{slug}/versions/{number}/signatures", response={201: SignatureOut})
def sign(request: HttpRequest, slug: str, number: int, body: SignatureIn) -> Any:
    """Note the signature of a party; before its deliberation's transmission it is irregular."""
    c = cooperation_for(request, slug, may_write)
    version = get_object_or_404(Version, cooperation=c, number=number)
    party, values = (
        acting_for(request, c, body.party, may_sign),
        body.dict(exclude={"party", "decision"}),
    )
    if body.decision:
        values["decision"] = get_object_or_404(party.deliberations, pk=body.decision)
    return Status(201, agreements.sign(version, party, by=request.user, **values))


@router.post("/{slug}/indicators/{key}/readings", response={204: None})
def read(request: HttpRequest, slug: str, key: UUID, body: ReadingIn) -> Any:
    """A value of an indicator on a day."""
    c = cooperation_for(request, slug, may_write)
    followed = get_object_or_404(readable(request.user, c, c.followed.all()), pk=key)
    followed.readings.create(by=request.user, **body.dict())
    return Status(204, None)


@router.post("/{slug}/meetings/{key}/attendance", response={204: None})
def attendance(request: HttpRequest, slug: str, key: UUID, body: Body[list[UUID]]) -> Any:
    """The parties that came."""
    meeting = get_object_or_404(
        Meeting, pk=key, cooperation=cooperation_for(request, slug, may_write)
    )
    if not may_read(request.user, meeting):
        raise HttpError(404, "not found")
    actions.note_attendance(meeting, {str(party) for party in body})
    return Status(204, None)


@router.get("/{slug}/journal", response=list[EntryOut])
def journal(request: HttpRequest, slug: str) -> Any:
    """Who changed what, latest first, at most 200 rows."""
    return journal_of(cooperation_for(request, slug, takes_part), request.user)[:200]


@router.get("/{slug}/dossier.{kind}")
def dossier(request: HttpRequest, slug: str, kind: Literal["pdf", "docx", "ods", "pptx"]) -> Any:
    """The steering dossier."""
    content_type, write = PAPERS[kind]
    seen = Overview(cooperation_for(request, slug, takes_part))
    return HttpResponse(write(seen), content_type=content_type)
