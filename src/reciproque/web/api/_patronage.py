"""Patronage: calls, pots, gifts, figures for receipts; the rights and the forms are those of the pages."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.forms import ModelForm, model_to_dict
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Router, Schema
from ninja.errors import HttpError

from reciproque.vocabulary import say
from reciproque.web.accounts.models import Actor
from reciproque.web.api._keeping import kept, typed
from reciproque.web.api._schemas import Problem
from reciproque.web.api._things import Change, Kept, Refused
from reciproque.web.exchange import patronage as actions
from reciproque.web.exchange.calls import came_in, funded, sought
from reciproque.web.exchange.forms import CallForm, GiftForm, PotForm
from reciproque.web.exchange.models import Pot, PotGift, SupportCall
from reciproque.web.exchange.receipts import YearOfGiver, given_by
from reciproque.web.exchange.rules import (
    may_change_call,
    may_give,
    may_hold,
    may_read_gift,
    may_read_receipts,
    may_see_call,
)
from reciproque.web.shared.templatetags.reciproque import lang

router = Router()


class SoughtOut(Schema):
    """A need of a call: ``least`` is what it takes to start; all in ``unit``."""

    need: UUID
    resource: str
    unit: str
    quantity: float
    least: float
    agreed: float
    delivered: float


class CallOut(Kept):
    sought: list[SoughtOut]


class GiftOut(Schema):
    """A gift to a pot; ``key`` and ``giver`` are told to its two sides alone."""

    key: UUID | None
    giver: str
    givers: int
    amount: float
    used: float
    wish: str
    at_least: float


class FundedOut(Schema):
    need: UUID
    organisation: str
    title: str
    agreed: float
    delivered: float


class PotOut(Kept):
    total: float
    givers: int
    given: float
    left: float
    offer: UUID | None
    gifts: list[GiftOut]
    funds: list[FundedOut]


class LineOut(Schema):
    receiver: str
    to: str
    resource: str
    quantity: float
    unit: str
    value: float | None
    confirmed: bool
    eligibility: str


class GiverOut(Schema):
    """Information, no tax advice: ``rule``, ``basis`` and ``checked_on`` are empty where no rule is known."""

    giver: str
    year: int
    total: float
    lines: list[LineOut]
    rule: str
    basis: str
    checked_on: date | None
    note: str


def _call(c: SupportCall) -> CallOut:
    fields = {**model_to_dict(c, CallForm._meta.fields), "territory": c.territory, "state": c.state}
    rows = [
        SoughtOut(
            need=s.wish.pk, resource=s.wish.resource, unit=s.wish.unit, quantity=s.wish.quantity,
            least=s.wish.smallest or 0.0, agreed=s.agreed, delivered=s.delivered,
        )
        for s in sought(c)
    ]  # fmt: skip
    return CallOut(key=c.pk, version=c.version, fields=fields, sought=rows)


def _pot(request: HttpRequest, pot: Pot) -> PotOut:
    fields = {**model_to_dict(pot, PotForm._meta.fields), "state": pot.state}
    gifts = [
        GiftOut(
            key=c.gift.pk if c.gift else None, giver=str(c.gift.giver or "") if c.gift else "", givers=c.givers,
            amount=c.amount, used=c.used, wish=c.wish, at_least=c.at_least,
        )
        for c in came_in(pot, lambda g: may_read_gift(request.user, g))
    ]  # fmt: skip
    funds = [
        FundedOut(
            need=f.proposal.need_id, organisation=f.proposal.need.actor.name, title=f.proposal.need.title,
            agreed=f.amount, delivered=f.delivered,
        )
        for f in funded(pot)
    ]  # fmt: skip
    return PotOut(
        key=pot.pk, version=pot.version, fields=fields, total=pot.total(), givers=pot.givers(),
        given=pot.given(), left=pot.left(), offer=pot.wish_id, gifts=gifts, funds=funds,
    )  # fmt: skip


def _changed(form: ModelForm, body: Change) -> dict[str, Any]:
    values = {name: form[name].value() for name in form.fields}
    return {**values, **body.changes, "version": body.version}


@router.get("/calls", response=list[CallOut])
def calls(request: HttpRequest) -> Any:
    """The calls that are open."""
    return [_call(c) for c in SupportCall.objects.filter(state="open").select_related("actor")]


@router.post("/calls", response={201: CallOut, 409: CallOut, 422: Refused})
def new_call(request: HttpRequest, body: Body[dict[str, Any]]) -> Any:
    """Call for support (``money``, ``money_least``, ``days``, ``goods``); sent twice with one ``once``, kept once."""
    form = CallForm(typed(body), person=request.user)
    return kept(form, lambda: actions.publish_call(form, by=request.user), _call, 201)


def _seen_call(request: HttpRequest, key: UUID) -> SupportCall:
    found = get_object_or_404(SupportCall.objects.select_related("actor"), pk=key)
    if not may_see_call(request.user, found):
        raise HttpError(404, "not found")
    return found


@router.get("/calls/{key}", response=CallOut)
def call(request: HttpRequest, key: UUID) -> Any:
    """One call: what it seeks, what is agreed, what arrived."""
    return _call(_seen_call(request, key))


@router.patch("/calls/{key}", response={200: CallOut, 409: CallOut, 422: Refused})
def change_call(request: HttpRequest, key: UUID, body: Change) -> Any:
    """Change what is said of it; 409 with what stands when someone else changed it first."""
    found = _seen_call(request, key)
    if not may_change_call(request.user, found):
        raise HttpError(403, "not allowed")
    now = _changed(CallForm(instance=found, person=request.user), body)
    form = CallForm(typed(now), instance=found, person=request.user)
    return kept(form, lambda: actions.publish_call(form, by=request.user), _call, 200)


@router.get("/pots", response=list[PotOut])
def pots(request: HttpRequest) -> Any:
    """All pots."""
    return [_pot(request, p) for p in Pot.objects.select_related("actor", "wish")]


@router.post("/pots", response={201: PotOut, 409: PotOut, 422: Refused})
def new_pot(request: HttpRequest, body: Body[dict[str, Any]]) -> Any:
    """Open a pot for an organisation one writes for."""
    form = PotForm(typed(body), person=request.user)
    return kept(
        form, lambda: actions.keep_pot(form, by=request.user), lambda p: _pot(request, p), 201
    )


@router.get("/pots/{key}", response=PotOut)
def pot(request: HttpRequest, key: UUID) -> Any:
    """One pot: what came in, what it funds.  Proposals are asked for its ``offer`` with ``way=pools``."""
    return _pot(request, get_object_or_404(Pot.objects.select_related("actor", "wish"), pk=key))


@router.post("/pots/{key}/gifts", response={201: PotOut, 409: PotOut, 422: Refused | Problem})
def give(request: HttpRequest, key: UUID, body: Body[dict[str, Any]]) -> Any:
    """Note small gifts (who holds the pot), or announce that of one's organisation."""
    found = get_object_or_404(Pot.objects.select_related("actor", "wish"), pk=key)
    holds = may_hold(request.user, found)
    if not holds and found.state == "open" and not may_give(request.user, found):
        raise HttpError(403, "not allowed")
    form = GiftForm(typed(body), pot=found, person=request.user, holds=holds)

    def give_it() -> Pot:
        actions.give(form, by=request.user)
        return Pot.objects.select_related("actor", "wish").get(pk=key)

    return kept(form, give_it, lambda p: _pot(request, p), 201)


def _gift(request: HttpRequest, key: UUID) -> PotGift:
    found = get_object_or_404(PotGift.objects.select_related("pot__actor", "giver"), pk=key)
    if not may_read_gift(request.user, found):
        raise HttpError(404, "not found")
    if not may_hold(request.user, found.pot):
        raise HttpError(403, "not allowed")
    return found


@router.post("/gifts/{key}/received", response={200: PotOut, 422: Problem})
def received(request: HttpRequest, key: UUID) -> Any:
    """The holder received what was announced."""
    found = _gift(request, key)
    actions.receive(found, by=request.user)
    return _pot(request, Pot.objects.select_related("actor", "wish").get(pk=found.pot_id))


@router.post("/gifts/{key}/withdrawn", response={200: PotOut, 422: Problem})
def withdrawn(request: HttpRequest, key: UUID) -> Any:
    """Noted by mistake, or never received."""
    found = _gift(request, key)
    actions.withdraw(found, by=request.user)
    return _pot(request, Pot.objects.select_related("actor", "wish").get(pk=found.pot_id))


def _giver(year: YearOfGiver) -> GiverOut:
    note = year.problem or (say(year.receipt.note, lang()) if year.receipt else "")
    lines = [
        LineOut(
            receiver=x.receiver.name, to=x.to.title, resource=x.resource, quantity=x.quantity, unit=x.unit,
            value=x.value, confirmed=x.confirmed, eligibility=x.to.eligibility,
        )
        for x in year.lines
    ]  # fmt: skip
    rule = year.rule
    return GiverOut(
        giver=year.giver.name, year=year.year, total=year.total, lines=lines, rule=rule.get("id", ""),
        basis=rule.get("basis", ""), checked_on=date.fromisoformat(rule["checked_on"]) if rule else None, note=note,
    )  # fmt: skip


@router.get("/receipts/{key}", response=list[GiverOut])
def receipts(request: HttpRequest, key: UUID, year: int) -> Any:
    """What an organisation gave and received in a year, giver by giver.  Information, no tax advice."""
    actor = get_object_or_404(Actor, pk=key)
    if not may_read_receipts(request.user, actor):
        raise HttpError(404, "not found")
    if not 1900 <= year <= 2200:
        raise HttpError(422, "year: 1900 to 2200")
    return [_giver(y) for y in given_by(actor, year)]
