"""Endpoints of what is said and decided together: expectations, meetings, decisions, funding."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status
from ninja.errors import HttpError

from reciproque.web.api._common import cooperation_for, one_of, party_of
from reciproque.web.api._schemas import (
    DecisionIn,
    DecisionOut,
    ExpectationIn,
    ExpectationOut,
    FundingOut,
    MeetingIn,
    MeetingOut,
    Problem,
)
from reciproque.web.cooperations.funding import funding_plan
from reciproque.web.cooperations.models import Decision, Expectation, Meeting
from reciproque.web.cooperations.rules import (
    may_see,
    may_write,
    readable,
    takes_part,
    writes_for,
)

router = Router()


@router.get("/{slug}/expectations", response=list[ExpectationOut])
def expectations(request: HttpRequest, slug: str) -> Any:
    """Those that the person may read."""
    c = cooperation_for(request, slug, may_see)
    return readable(request.user, c, c.expectations.prefetch_related("answers"))


@router.post("/{slug}/expectations", response={201: ExpectationOut, 422: Problem})
def new_expectation(request: HttpRequest, slug: str, body: ExpectationIn) -> Any:
    """Write an expectation for a party one acts for."""
    c = cooperation_for(request, slug, may_write)
    values = body.dict()
    values["party"] = party_of(c, values["party"])
    if not writes_for(request.user, values["party"]):
        raise HttpError(403, "you do not write for that party")
    return Status(201, Expectation.objects.create(cooperation=c, by=request.user, **values))


@router.get("/{slug}/meetings", response=list[MeetingOut])
def meetings(request: HttpRequest, slug: str) -> Any:
    """Past and to come."""
    c = cooperation_for(request, slug, takes_part)
    return readable(request.user, c, c.meetings.all())


@router.post("/{slug}/meetings", response={201: MeetingOut, 422: Problem})
def new_meeting(request: HttpRequest, slug: str, body: MeetingIn) -> Any:
    """Propose a meeting."""
    c = cooperation_for(request, slug, may_write)
    values = body.dict()
    one_of(values["kind"], "meeting_kinds")
    values["lead"] = party_of(c, values["lead"]) if values["lead"] else None
    return Status(201, Meeting.objects.create(cooperation=c, by=request.user, **values))


@router.get("/{slug}/decisions", response=list[DecisionOut])
def decisions(request: HttpRequest, slug: str) -> Any:
    """What was decided, latest first."""
    c = cooperation_for(request, slug, takes_part)
    return readable(request.user, c, c.decisions.all())


@router.post("/{slug}/decisions", response={201: DecisionOut, 422: Problem})
def new_decision(request: HttpRequest, slug: str, body: DecisionIn) -> Any:
    """Note a decision."""
    c = cooperation_for(request, slug, may_write)
    return Status(201, Decision.objects.create(cooperation=c, by=request.user, **body.dict()))


@router.get("/{slug}/funding", response=FundingOut)
def funding(request: HttpRequest, slug: str) -> Any:
    """Totals of the funding plan, in euros and in % of public funding."""
    return funding_plan(cooperation_for(request, slug, takes_part))
