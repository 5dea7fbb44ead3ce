"""Endpoints of what the parties settle: points, thresholds, facts, invitations, a departure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError
from ninja.throttling import AuthRateThrottle

from reciproque.reciprocity import unit_of
from reciproque.vocabulary import rows, table
from reciproque.web.api._common import cooperation_for
from reciproque.web.api._schemas import Problem
from reciproque.web.api._things import Refused
from reciproque.web.cooperations import actions, invitations
from reciproque.web.cooperations.forms import InvitationForm
from reciproque.web.cooperations.models import Cooperation, Invitation
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.rules import acts_for, facilitates, may_sign, may_write, takes_part

router = Router()


class InvitationThrottle(AuthRateThrottle):
    """As many letters an hour as the page lets go."""

    scope = "invitations"


class EquivalencesOut(Schema):
    number: int
    day: date
    points: dict[str, float]


class EquivalencesIn(Schema):
    points: dict[str, float] = Field(description="points for one unit of each resource, above 0")
    expected: int = Field(description="the number of the latest table that was read, 0 for none")


class Said(Schema):
    """Values by rule or by fact, with the version that a change must name."""

    version: int
    values: dict[str, float]


class InvitationIn(Schema):
    party: UUID
    email: str
    role: str = "contributor"


class InvitationOut(Schema):
    key: UUID
    party_id: UUID
    email: str = Field("", alias="person.email")
    role: str
    sent: datetime
    reminded: datetime | None
    expires: datetime
    accepted: datetime | None
    withdrawn: datetime | None
    open: bool

    @staticmethod
    def resolve_email(invitation: Any) -> str:
        return invitation.person.email or ""  # empty once the person was erased


class Left(Schema):
    resource: str
    unit: str
    other: UUID
    quantity: float


class DepartureOut(Schema):
    """What a party that leaves still owes, and what it received and keeps."""

    until: date | None
    owes: list[Left]
    keeps: list[Left]


class DepartureIn(Schema):
    day: date
    farewell: str = Field("", max_length=1000)


@router.get("/{slug}/equivalences", response=list[EquivalencesOut])
def equivalences(request: HttpRequest, slug: str) -> Any:
    """The parties' own tables of points, latest first; earlier ones stay readable."""
    return cooperation_for(request, slug, takes_part).equivalences.all()


@router.post(
    "/{slug}/equivalences", response={201: EquivalencesOut, 409: EquivalencesOut, 422: Problem}
)
def new_equivalences(request: HttpRequest, slug: str, body: EquivalencesIn) -> Any:
    """Agree on a new table; 409 with the one that stands when another was agreed first."""
    c = cooperation_for(request, slug, facilitates)
    for resource, value in body.points.items():
        if resource not in table("resources") or not 0 < value < 1e9:
            raise HttpError(422, f"{resource}: {value}: a known resource, and points above 0")
    try:
        found = actions.agree_equivalences(c, body.points, by=request.user, expected=body.expected)
    except actions.Changed as error:
        return Status(409, error.theirs)
    return Status(201, found)


def _thresholds(c: Cooperation) -> Said:
    usual = {rule: float(row["threshold"]) for rule, row in table("signals").items()}
    return Said(version=c.version, values=usual | c.thresholds)


@router.get("/{slug}/thresholds", response=Said)
def thresholds(request: HttpRequest, slug: str) -> Any:
    """From where each signal fires here."""
    return _thresholds(cooperation_for(request, slug, takes_part))


@router.put("/{slug}/thresholds", response={200: Said, 409: Said, 422: Problem})
def set_thresholds(request: HttpRequest, slug: str, body: Said) -> Any:
    """Change some thresholds; a rule left out takes its usual one again."""
    c, rules = cooperation_for(request, slug, facilitates), table("signals")
    _each_known(body, set(rules))
    kept = {r: v for r, v in body.values.items() if v != float(rules[r]["threshold"])}
    try:
        actions.note_thresholds(c, kept, expected=body.version)
    except actions.Changed as error:
        return Status(409, _thresholds(error.theirs))
    return _thresholds(c)


def _asked(c: Cooperation) -> Said:
    """The facts that are numbers: the members who are watched are not asked here."""
    numbers = {name: fact for name, fact in c.facts.items() if not isinstance(fact, dict)}
    return Said(version=c.version, values=numbers)


@router.get("/{slug}/facts", response=Said)
def facts(request: HttpRequest, slug: str) -> Any:
    """The facts said by hand, on which the form of the agreement depends."""
    c = cooperation_for(request, slug, takes_part)
    return _asked(c)


@router.put("/{slug}/facts", response={200: Said, 409: Said, 422: Problem})
def set_facts(request: HttpRequest, slug: str, body: Said) -> Any:
    """Say the facts again, 1 for yes; what is left out is not said."""
    c = cooperation_for(request, slug, may_write)
    _each_known(body, {row["id"] for row in rows("facts") if row["kind"] in ("yes", "number")})
    said = {name: value for name, value in body.values.items() if value}
    try:
        actions.note_facts(c, said, by=request.user, expected=body.version)
    except actions.Changed as error:
        return Status(409, _asked(error.theirs))
    return _asked(c)


def _each_known(body: Said, known: set[str]) -> None:
    for name, value in body.values.items():
        if name not in known:
            raise HttpError(422, f"{name}: one of {', '.join(sorted(known))}")
        if not 0 <= value < float("inf"):
            raise HttpError(422, f"{name}: {value}: a number, 0 or more")


def _links(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("invitations"))


def _waiting(request: HttpRequest, slug: str, key: UUID) -> Invitation:
    """An invitation that was neither accepted nor taken back."""
    c = cooperation_for(request, slug, facilitates)
    return get_object_or_404(
        Invitation, pk=key, party__cooperation=c, accepted=None, withdrawn=None
    )


@router.get("/{slug}/invitations", response=list[InvitationOut])
def invited(request: HttpRequest, slug: str) -> Any:
    """Who was invited, for which party; never the secret of a link."""
    c = cooperation_for(request, slug, takes_part)
    return Invitation.objects.filter(party__cooperation=c).select_related("person")


@router.post(
    "/{slug}/invitations", response={201: InvitationOut, 422: Refused},
    throttle=[InvitationThrottle("30/h")],
)  # fmt: skip
def invite(request: HttpRequest, slug: str, body: InvitationIn) -> Any:
    """Send a link that expires to an address, to act for a party."""
    c = cooperation_for(request, slug, facilitates)
    form = InvitationForm(body.dict(), cooperation=c)
    if not form.is_valid():
        fields = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        return Status(422, Refused(detail="not sent", fields=fields))
    found = invitations.invite(**form.cleaned_data, by=request.user, address=_links(request))
    return Status(201, found)


@router.post(
    "/{slug}/invitations/{key}/reminder", response=InvitationOut,
    throttle=[InvitationThrottle("30/h")],
)  # fmt: skip
def remind(request: HttpRequest, slug: str, key: UUID) -> Any:
    """A fresh link and two more weeks; the earlier link no longer opens."""
    found = _waiting(request, slug, key)
    invitations.remind(found, address=_links(request))
    return found


@router.delete("/{slug}/invitations/{key}", response={204: None})
def take_back(request: HttpRequest, slug: str, key: UUID) -> Any:
    """Take an invitation back: its link no longer opens."""
    invitations.withdraw(_waiting(request, slug, key))
    return Status(204, None)


@router.get("/{slug}/parties/{key}/departure", response=DepartureOut)
def departure(request: HttpRequest, slug: str, key: UUID) -> Any:
    """What a party would still owe and would keep if it left today."""
    c = cooperation_for(request, slug, takes_part)
    party = get_object_or_404(c.parties, pk=key)
    seen = Overview(c, also=[party] if acts_for(request.user, party) else [])
    owed = [x.line for x in seen.undone if x.line.giver == str(key)]
    kept = [x for x in seen.balance.lines if x.receiver == str(key) and x.delivered]
    return DepartureOut(
        until=party.until,
        owes=[
            Left(resource=x.resource, unit=unit_of(x.resource), other=UUID(x.receiver),
                 quantity=x.due - x.delivered - x.unconfirmed)
            for x in owed
        ],
        keeps=[
            Left(resource=x.resource, unit=unit_of(x.resource), other=UUID(x.giver),
                 quantity=x.delivered)
            for x in kept
        ],
    )  # fmt: skip


@router.post("/{slug}/parties/{key}/departure", response={204: None, 409: Problem, 422: Problem})
def leave(request: HttpRequest, slug: str, key: UUID, body: DepartureIn) -> Any:
    """A party leaves on a day, with a word for the others; 409 when it left already."""
    c = cooperation_for(request, slug, may_write)
    party = get_object_or_404(c.parties, pk=key)
    if not may_sign(request.user, party):
        raise HttpError(403, "it is for who may sign for that party to say so")
    if party.until:
        return Status(409, Problem(detail=f"it left on {party.until}"))
    actions.leave(party, by=request.user, day=body.day, farewell=body.farewell)
    return Status(204, None)
