"""Collection rounds: the rights, the forms and the steps are those of the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Body, Router, Schema
from ninja.errors import HttpError

from reciproque.vocabulary import say
from reciproque.web.api._common import cooperation_for
from reciproque.web.api._keeping import kept_or_told, typed
from reciproque.web.api._things import Refused
from reciproque.web.cooperations.rules import facilitates, takes_part
from reciproque.web.exchange import rounds as actions
from reciproque.web.exchange.forms import RoundForm, WeightsForm
from reciproque.web.exchange.models import CollectionRound, RoundStop
from reciproque.web.exchange.round_sheet import Tour, round_pdf, tours
from reciproque.web.exchange.rules import (
    acting_party,
    may_accept_round,
    may_see_round,
    may_weigh_round,
)
from reciproque.web.shared.templatetags.reciproque import lang

router = Router()


class LoadOut(Schema):
    """A lot to take: ``announced`` kilograms; ``waste`` tells waste from gift."""

    lot: UUID
    title: str
    announced: float
    waste: bool
    code: str
    dangerous: bool


class StopOut(Schema):
    """A line of the sheet: ``hour`` of the visit, ``km`` since the line before, ``load`` kilograms on board on leaving."""

    position: int
    hour: str
    holder: UUID
    holder_name: str
    offices: list[str]
    territory: str
    km: float
    load: float
    lots: list[LoadOut]


class TourOut(Schema):
    """A vehicle; ``duties`` are the rows of ``vocabulary/transport_rules`` that its load falls under."""

    vehicle: int
    capacity: float
    announced: float
    km: float
    leaves: str
    back: str
    duties: list[str]
    stops: list[StopOut]


class LeftOut(Schema):
    lot: UUID
    why: str


class RoundOut(Schema):
    """A round and all that its sheet says; ``alone`` is everyone driving alone.  CO2 in kilograms."""

    key: UUID
    state: str
    carrier: UUID
    day: date
    depot: str
    km: float
    km_alone: float
    co2_kg: float
    co2_kg_alone: float
    optimal: bool
    gap: float | None
    tours: list[TourOut]
    left_out: list[LeftOut]
    notes: list[str]


class Weights(Schema):
    """Kilograms by the key of each lot; a lot that was not there is left out, and waits for another round."""

    day: date
    weights: dict[UUID, float]


def _stop(stop: RoundStop) -> StopOut:
    lots = [
        LoadOut(
            lot=x.pk, title=x.title, announced=x.weight, waste=x.waste, code=x.code,
            dangerous=x.dangerous,
        )
        for x in stop.lots.all()
    ]  # fmt: skip
    return StopOut(
        position=stop.position, hour=stop.hour, holder=stop.holder_id, lots=lots, load=stop.load,
        holder_name=stop.holder.actor.name, offices=stop.offices, territory=stop.territory, km=stop.km,
    )  # fmt: skip


def _tour(tour: Tour) -> TourOut:
    return TourOut(
        vehicle=tour.vehicle, capacity=tour.capacity, announced=tour.weight, km=tour.km,
        leaves=tour.leaves, back=tour.back, duties=[row["id"] for row in tour.duties],
        stops=[_stop(s) for s in tour.stops],
    )  # fmt: skip


def _told(found: CollectionRound) -> RoundOut:
    now = CollectionRound.objects.get(pk=found.pk)
    figures = now.result
    return RoundOut(
        key=now.pk, state=now.state, carrier=now.carrier_id, day=now.day, depot=now.territory,
        km=figures.get("km", 0.0), km_alone=figures.get("alone_km", 0.0),
        co2_kg=figures.get("co2_kg", 0.0), co2_kg_alone=figures.get("alone_co2_kg", 0.0),
        optimal=figures.get("optimal", False), gap=figures.get("gap"), tours=[_tour(t) for t in tours(now)],
        left_out=[LeftOut(lot=lot.pk, why=say(why, lang())) for lot, why in now.left_out()],
        notes=[say(note, lang()) for note in now.notes()],
    )  # fmt: skip


def _round(request: HttpRequest, key: UUID, right: Any = may_see_round) -> CollectionRound:
    rows = CollectionRound.objects.select_related("carrier__actor", "cooperation")
    found = get_object_or_404(rows, pk=key)
    if not may_see_round(request.user, found):
        raise HttpError(404, "not found")
    if not right(request.user, found):
        raise HttpError(403, "not allowed")
    return found


@router.get("", response=list[RoundOut])
def rounds(request: HttpRequest, cooperation: str) -> Any:
    """The rounds of a cooperation (its short name): all for who facilitates, one's own for who drives."""
    c = cooperation_for(request, cooperation, takes_part)
    found = c.rounds.select_related("carrier__actor", "cooperation")
    return [_told(r) for r in found if may_see_round(request.user, r)]


@router.post("", response={201: RoundOut, 409: RoundOut, 422: Refused})
def propose(request: HttpRequest, cooperation: str, body: Body[dict[str, Any]]) -> Any:
    """Have tours proposed, with the fields of the page: ``lots`` (routed), ``carrier``, ``day``, ``place``,
    ``leaves``, ``back``, ``capacity_1`` to ``capacity_3`` (kilograms).  Nothing is promised yet."""
    c = cooperation_for(request, cooperation, facilitates)
    form = RoundForm(typed(body), cooperation=c, person=request.user)
    return kept_or_told(form, lambda: actions.propose(form, by=request.user), _told, 201)


@router.get("/{key}", response=RoundOut)
def one_round(request: HttpRequest, key: UUID) -> Any:
    """One of them, stop by stop, as its sheet says it."""
    return _told(_round(request, key))


@router.get("/{key}/sheet.pdf")
def sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """The sheet for whoever drives (PDF), once the round is accepted."""
    found = _round(request, key)
    if found.state not in ("accepted", "done"):
        raise HttpError(404, "not found")
    return HttpResponse(round_pdf(found), content_type="application/pdf")


def _moved(request: HttpRequest, key: UUID, act: Callable[..., None]) -> Any:
    found = _round(request, key, may_accept_round)

    def move() -> CollectionRound:
        act(found, by=request.user)
        return found

    return kept_or_told(None, move, _told, 200)


@router.post("/{key}/accepted", response={200: RoundOut, 409: RoundOut, 422: Refused})
def accept(request: HttpRequest, key: UUID) -> Any:
    """Its lots are promised to this round."""
    return _moved(request, key, actions.accept)


@router.post("/{key}/dropped", response={200: RoundOut, 409: RoundOut, 422: Refused})
def drop(request: HttpRequest, key: UUID) -> Any:
    """Nobody drives; its lots wait for another round."""
    return _moved(request, key, actions.drop)


@router.post("/{key}/weights", response={200: RoundOut, 409: RoundOut, 422: Refused})
def weigh(request: HttpRequest, key: UUID, body: Weights) -> Any:
    """Note all weights at once: so many records.  Sent twice, the second is refused whole."""
    found = _round(request, key, may_weigh_round)
    known = {lot.pk for stop in found.ordered() for lot in stop.lots.all()}
    if missing := set(body.weights) - known:
        raise HttpError(422, f"not in this round: {', '.join(sorted(map(str, missing)))}")
    said = {f"kg-{lot}": kilograms for lot, kilograms in body.weights.items()}
    form = WeightsForm(typed({**said, "day": body.day}), round=found)

    def note() -> CollectionRound:
        party = acting_party(request.user, found.cooperation, found.carrier)
        day = form.cleaned_data["day"]
        actions.weigh(found, form.weights(), day=day, by=request.user, for_party=party)
        return found

    return kept_or_told(form, note, _told, 200)
