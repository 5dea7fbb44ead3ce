"""Endpoints of the re-examination: reviews, what each party says of each thing, the end of one."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError

from reciproque.web.api._common import acting_for, cooperation_for, one_of
from reciproque.web.cooperations import actions, agreements
from reciproque.web.cooperations.models import Commitment, Expectation
from reciproque.web.cooperations.rules import facilitates, may_read, may_write, takes_part

router = Router()


class RatingIn(Schema):
    party: UUID
    thing: UUID
    value: str
    change: str = Field("", max_length=300)


class RatingOut(Schema):
    party_id: UUID
    expectation_id: UUID | None
    commitment_id: UUID | None
    value: str
    change: str


class ReviewOut(Schema):
    id: int
    opened: date
    closed: date | None
    outcome: str


@router.get("/{slug}/reviews", response=list[ReviewOut])
def reviews(request: HttpRequest, slug: str) -> Any:
    """Latest first."""
    return cooperation_for(request, slug, takes_part).reviews.all()


@router.post("/{slug}/reviews", response={201: ReviewOut})
def open_review(request: HttpRequest, slug: str) -> Any:
    """Put the agreement back on the table; one that is open already is given back."""
    c = cooperation_for(request, slug, may_write)
    actions.move_stage(c, "review", by=request.user)
    return Status(201, agreements.open_review(c, by=request.user))


@router.get("/{slug}/reviews/{number}/ratings", response=list[RatingOut])
def ratings(request: HttpRequest, slug: str, number: int) -> Any:
    """What each party said."""
    c = cooperation_for(request, slug, takes_part)
    found = get_object_or_404(c.reviews, pk=number).ratings
    return [
        r
        for r in found.select_related("expectation", "commitment")
        if may_read(request.user, r.expectation or r.commitment)
    ]


@router.post("/{slug}/reviews/{number}/ratings", response={201: RatingOut})
def rate(request: HttpRequest, slug: str, number: int, body: RatingIn) -> Any:
    """A party's word on an expectation or a commitment; said again, it replaces the first."""
    c = cooperation_for(request, slug, may_write)
    review = get_object_or_404(c.reviews, pk=number, closed=None)
    party, value = acting_for(request, c, body.party), one_of(body.value, "ratings")
    wanted = Expectation.objects.filter(pk=body.thing, cooperation=c).first()
    thing = wanted or get_object_or_404(Commitment, pk=body.thing, cooperation=c)
    if not may_read(request.user, thing):
        raise HttpError(404, "not found")
    return Status(201, agreements.rate(review, party, thing, value, body.change, by=request.user))


@router.post("/{slug}/reviews/{number}/closing", response={204: None})
def close(
    request: HttpRequest, slug: str, number: int, outcome: Literal["version", "goes_on"] = "goes_on"
) -> Any:
    """The review ends: the agreement goes on, or a next version comes."""
    c = cooperation_for(request, slug, facilitates)
    review = get_object_or_404(c.reviews, pk=number, closed=None)
    agreements.close_review(review, outcome, by=request.user)
    actions.move_stage(c, "act", by=request.user)
    return Status(204, None)
