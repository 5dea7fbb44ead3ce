"""Needs, offers, proposals: the rights and the forms are those of the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Query, Router, Schema, Status
from ninja.errors import HttpError

from reciproque.vocabulary import say, table
from reciproque.web.api._keeping import kept, typed
from reciproque.web.api._schemas import Problem
from reciproque.web.api._things import Change, Kept, Refused
from reciproque.web.exchange import actions, proposals
from reciproque.web.exchange.forms import AnswerForm, SearchForm, WishForm
from reciproque.web.exchange.models import Matching, Proposal, Wish
from reciproque.web.exchange.rules import (
    may_answer,
    may_ask,
    may_change,
    may_read_proposal,
    may_see,
)
from reciproque.web.exchange.search import search
from reciproque.web.exchange.tasks import offer_to_next, run_matching
from reciproque.web.shared.templatetags.reciproque import lang

router = Router()


class Asked(Schema):
    """The filters of the search page, by their names there."""

    q: str = ""
    c: str = ""
    quoi: str = ""
    sujet: str = ""
    ou: str = ""
    km: str = ""
    du: str = ""
    au: str = ""
    qui: str = ""


class ProposalOut(Schema):
    key: UUID
    need: UUID
    offer: UUID
    quantity: float
    unit: str
    score: float
    distance_km: float | None
    state: str
    reasons: list[str]
    sourcing: bool
    cooperation: str
    commitment: UUID | None


class MatchingOut(Schema):
    key: UUID
    way: str
    state: str
    problem: str
    result: dict[str, Any]
    proposals: list[ProposalOut]


class Answer(Schema):
    """``procedure`` where a public body buys; ``within`` is the key of a cooperation of both."""

    procedure: str = ""
    within: UUID | None = None


def _stands(wish: Wish) -> Kept:
    fields = {**model_to_dict(wish, WishForm._meta.fields), "slots": wish.slots}
    fields |= {"territory": wish.territory, "state": wish.state}
    return Kept(key=wish.pk, version=wish.version, fields=fields)


def _wish(request: HttpRequest, key: UUID) -> Wish:
    found = get_object_or_404(Wish.objects.select_related("actor"), pk=key)
    if not may_see(request.user, found):
        raise HttpError(404, "not found")
    return found


def _keep(request: HttpRequest, form: WishForm, done: int) -> Any:
    return kept(form, lambda: actions.publish(form, by=request.user), _stands, done)


@router.get("/wishes", response=list[Kept])
def wishes(request: HttpRequest, asked: Query[Asked]) -> Any:
    """The open needs and offers that answer; at most 500.  What concerns a minor is never among them."""
    form = SearchForm(typed({k: v for k, v in asked.dict().items() if v}))
    return [_stands(h.wish) for h in search(form.asked)]


@router.post("/wishes", response={201: Kept, 422: Refused, 409: Kept})
def new_wish(request: HttpRequest, body: Body[dict[str, Any]]) -> Any:
    """Publish for an organisation one writes for; sent twice with one ``once``, kept once."""
    return _keep(request, WishForm(typed(body), person=request.user), 201)


@router.get("/wishes/{key}", response=Kept)
def wish(request: HttpRequest, key: UUID) -> Any:
    """One of them, with the version that a change must name."""
    return _stands(_wish(request, key))


@router.patch("/wishes/{key}", response={200: Kept, 409: Kept, 422: Refused})
def change(request: HttpRequest, key: UUID, body: Change) -> Any:
    """Change some fields; 409 with what stands when someone else changed it first."""
    found = _wish(request, key)
    if not may_change(request.user, found):
        raise HttpError(403, "not allowed")
    now = WishForm(instance=found, person=request.user)
    values = {name: now[name].value() for name in now.fields}
    form = WishForm(
        typed({**values, **body.changes, "version": body.version}),
        instance=found,
        person=request.user,
    )
    return _keep(request, form, 200)


def _told(p: Proposal) -> ProposalOut:
    return ProposalOut(
        key=p.pk, need=p.need_id, offer=p.offer_id, quantity=p.quantity, unit=p.unit,
        score=p.score, distance_km=p.distance_km, state=p.state, sourcing=p.sourcing,
        reasons=[say(r, lang()) for r in p.told_reasons()],
        cooperation=p.cooperation.slug if p.cooperation else "", commitment=p.commitment_id,
    )  # fmt: skip


@router.post("/wishes/{key}/matchings", response={201: MatchingOut, 422: Problem})
def ask(request: HttpRequest, key: UUID, way: str = "total") -> Any:
    """Ask for proposals; ``way`` is a row of ``vocabulary/matching_ways``."""
    if way not in table("matching_ways"):
        raise HttpError(422, f"way: one of {', '.join(table('matching_ways'))}")
    asked = Matching(wish=_wish(request, key), way=way, by=request.user)
    if not may_ask(request.user, asked):
        raise HttpError(403, "not allowed")
    asked.save()
    run_matching.enqueue(str(asked.pk))
    return Status(201, _run(asked.pk))


def _run(key: UUID) -> MatchingOut:
    m = Matching.objects.get(pk=key)
    return MatchingOut(
        key=m.pk, way=m.way, state=m.state, problem=m.failure.get("key", ""), result=m.result,
        proposals=[_told(p) for p in m.proposals.with_sides()],
    )  # fmt: skip


@router.get("/matchings/{key}", response=MatchingOut)
def matching(request: HttpRequest, key: UUID) -> Any:
    """A run: its state, what it found."""
    found = get_object_or_404(Matching, pk=key)
    if not may_ask(request.user, found):
        raise HttpError(404, "not found")
    return _run(key)


@router.post("/matchings/{key}/sent", response={200: MatchingOut, 422: Problem})
def send(request: HttpRequest, key: UUID, body: Body[list[UUID]]) -> Any:
    """Propose some of a run to both sides."""
    found = get_object_or_404(Matching, pk=key)
    if not may_ask(request.user, found):
        raise HttpError(404, "not found")
    proposals.send(found.proposals.with_sides().filter(pk__in=body), by=request.user)
    return _run(key)


@router.get("/proposals", response=list[ProposalOut])
def my_proposals(request: HttpRequest) -> Any:
    """Those sent to the organisations one acts for."""
    return [_told(p) for p in Proposal.objects.told_to(request.user).with_sides()]


def _proposal(request: HttpRequest, key: UUID) -> Proposal:
    found = get_object_or_404(Proposal.objects.with_sides(), pk=key)
    if not may_read_proposal(request.user, found):
        raise HttpError(404, "not found")
    if not may_answer(request.user, found):
        raise HttpError(403, "not allowed")
    return found


@router.post("/proposals/{key}/accepted", response={200: ProposalOut, 422: Refused})
def accept(request: HttpRequest, key: UUID, body: Answer) -> Any:
    """Accept for one's side; agreed once both did."""
    found = _proposal(request, key)
    form = AnswerForm(typed(body.dict()), proposal=found, person=request.user)
    if not form.is_valid():
        fields = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        return Status(422, Refused(detail="not kept", fields=fields))
    proposals.accept(found, by=request.user, **form.cleaned_data)
    return _told(Proposal.objects.with_sides().get(pk=key))


@router.post("/proposals/{key}/declined", response=ProposalOut)
def decline(request: HttpRequest, key: UUID) -> Any:
    """Refuse for one's side."""
    found = _proposal(request, key)
    if proposals.decline(found, by=request.user):
        offer_to_next.enqueue(str(key))
    return _told(Proposal.objects.with_sides().get(pk=key))
