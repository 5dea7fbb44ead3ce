"""Endpoints of mandates: who acts for which party, confirmed and handed over."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from ninja.errors import HttpError

from reciproque.web.accounts.actions import hand_over as pass_on
from reciproque.web.accounts.models import Mandate, Person
from reciproque.web.api._common import cooperation_for
from reciproque.web.api._schemas import Problem
from reciproque.web.api._settling import InvitationThrottle
from reciproque.web.cooperations import invitations
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import facilitates, takes_part

router = Router()


class MandateOut(Schema):
    """A mandate that counts here; ``confirmed`` false, it waits for the facilitator's word."""

    id: int
    actor_id: UUID
    person: str
    mine: bool
    role: str
    start: date | None
    end: date | None
    confirmed: bool


class SuccessorIn(Schema):
    email: str


def _out(mandate: Mandate, request: HttpRequest) -> MandateOut:
    return MandateOut(
        id=mandate.pk, actor_id=mandate.actor_id, person=str(mandate.person),
        mine=mandate.person_id == request.user.pk, role=mandate.role, start=mandate.start,
        end=mandate.end, confirmed=mandate.confirmed is not None,
    )  # fmt: skip


def _here(cooperation: Cooperation) -> Any:
    """Those of the parties that take part today, that count in this cooperation."""
    actors = cooperation.present().values("actor")
    return Mandate.objects.lasting().within(cooperation.pk).filter(actor__in=actors)


@router.get("/{slug}/mandates", response=list[MandateOut])
def mandates(request: HttpRequest, slug: str) -> Any:
    """Who acts for the parties, confirmed or not; never an address."""
    found = _here(cooperation_for(request, slug, takes_part)).select_related("person")
    return [_out(mandate, request) for mandate in found]


@router.post("/{slug}/mandates/{number}/confirmation", response={200: MandateOut, 409: Problem})
def confirm(request: HttpRequest, slug: str, number: int) -> Any:
    """The facilitator's word on a mandate born of an invitation; 409 when it was given already."""
    c = cooperation_for(request, slug, facilitates)
    mandate = get_object_or_404(_here(c), pk=number, only_in=c.pk)
    if mandate.confirmed:
        return Status(409, Problem(detail="it is confirmed already"))
    return _out(invitations.confirm(mandate, c, by=request.user), request)


@router.post(
    "/{slug}/mandates/{number}/succession", response={201: MandateOut, 409: Problem, 422: Problem},
    throttle=[InvitationThrottle("30/h")],
)  # fmt: skip
def hand_over(request: HttpRequest, slug: str, number: int, body: SuccessorIn) -> Any:
    """Give one's own mandate to a successor, from tomorrow; nothing that was done changes hands."""
    c = cooperation_for(request, slug, takes_part)
    mandate = get_object_or_404(_here(c), pk=number)
    if mandate.person_id != request.user.pk:
        raise HttpError(403, "it is for the person who holds it to hand it over")
    if mandate.confirmed is None or mandate.end:
        return Status(409, Problem(detail="it waits for confirmation, or ends already"))
    try:
        validate_email(body.email)
    except ValidationError:
        return Status(
            422,
            Problem(
                detail="give an e-mail address",
                detail_fr="Donnez une adresse électronique valable.",
            ),
        )
    return Status(
        201, _out(pass_on(mandate, to=Person.objects.invited(body.email), by=request.user), request)
    )
