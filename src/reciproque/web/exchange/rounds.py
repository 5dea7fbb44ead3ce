"""A collection round: proposed by the engine, accepted, driven, weighed; or dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, time
from typing import Any

from django.db import transaction

from reciproque import matching
from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import label
from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.models import Party
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.lots import check_gift, collect, locked, note_step
from reciproque.web.exchange.models import CollectionRound, Lot, RoundStop
from reciproque.web.exchange.runs import as_data
from reciproque.web.shared.templatetags.reciproque import lang

SECONDS = 2.0
Halt = tuple[Any, str, float, float]  # holder, territory, degrees


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _halts(lots: Sequence[Lot]) -> dict[Halt, list[Lot]]:
    """The lots of a company at one place are one stop; raises for a lot without a place."""
    found: dict[Halt, list[Lot]] = {}
    for lot in lots:
        if lot.longitude is None or lot.latitude is None:
            raise ReciproqueError("error.round_no_place", what=lot.title)
        key = (lot.holder_id, lot.territory, lot.longitude, lot.latitude)
        found.setdefault(key, []).append(lot)
    return found


def _vehicles(asked: CollectionRound) -> list[matching.Vehicle]:
    where = (asked.longitude or 0.0, asked.latitude or 0.0)
    return [
        matching.Vehicle(
            str(n), str(asked.carrier_id), capacity, "kg", *where,
            _minutes(asked.leaves), _minutes(asked.back),
        )
        for n, capacity in enumerate(asked.capacities, start=1)
    ]  # fmt: skip


def _best(asked: CollectionRound, halts: Mapping[Halt, list[Lot]]) -> matching.Rounds:
    if asked.longitude is None:
        raise ReciproqueError("error.round_no_place", what=asked.territory)
    stops = [
        matching.Stop(
            str(n), longitude, latitude, pickup=sum(lot.weight for lot in lots),
            title=lots[0].holder.actor.name, actor=str(holder),
        )
        for n, ((holder, _code, longitude, latitude), lots) in enumerate(halts.items())
    ]  # fmt: skip
    return matching.rounds(stops, _vehicles(asked), SECONDS)


def _result(found: matching.Rounds, halts: Sequence[list[Lot]]) -> dict[str, Any]:
    figures = ("km", "alone_km", "co2_kg", "alone_co2_kg", "seconds", "gap", "optimal")
    told = {name: getattr(found, name) for name in figures}
    unserved = [
        [str(lot.pk), as_data(why)] for n, why in found.unserved.items() for lot in halts[int(n)]
    ]
    rounds = [{k: v for k, v in asdict(r).items() if k != "visits"} for r in found.rounds]
    notes = [as_data(r) for r in found.notes]
    return {**told, "rounds": rounds, "unserved": unserved, "notes": notes}


@transaction.atomic
def _keep(asked: CollectionRound, found: matching.Rounds, halts: Mapping[Halt, list[Lot]]) -> None:
    keys = list(halts)
    asked.result = _result(found, list(halts.values()))
    asked.save()
    for one in found.rounds:
        for n, visit in enumerate(one.visits, start=1):
            holder, territory, longitude, latitude = keys[int(visit.stop)]
            stop = RoundStop.objects.create(
                round=asked, holder_id=holder, territory=territory, longitude=longitude,
                latitude=latitude, vehicle=int(one.vehicle), position=n, arrival=visit.arrival,
                load=visit.load, km=visit.km, by=asked.by,
            )  # fmt: skip
            stop.lots.set(halts[keys[int(visit.stop)]])


def propose(form: Any, *, by: Person) -> CollectionRound:
    """Have the engine propose the tours of what the form asks; nothing is promised to anyone yet.

    Raises ``ReciproqueError`` for a lot or a depot without a place.  The same form sent twice is one round.
    """
    once = form.cleaned_data.get("once")
    if once and (known := CollectionRound.objects.filter(once=once).first()):
        return known
    asked = form.instance
    place(asked)
    asked.by, asked.once = by, once
    halts = _halts(list(form.cleaned_data["lots"]))
    _keep(asked, _best(asked, halts), halts)
    return asked


def _standing(asked: CollectionRound, *states: str) -> CollectionRound:
    now = CollectionRound.objects.select_for_update().get(pk=asked.pk)
    if now.state not in states:
        said = label("round_states", now.state, lang())
        raise ReciproqueError("error.round_over", state=said)
    return now


def _move(asked: CollectionRound, state: str) -> None:
    asked.state = state
    asked.version += 1
    asked.save(update_fields=["state", "version", "changed"])


def _lots(asked: CollectionRound) -> list[Lot]:
    found = Lot.objects.filter(stops__round=asked).order_by("stops__vehicle", "stops__position")
    return list(found)


@transaction.atomic
def accept(asked: CollectionRound, *, by: Person) -> None:
    """Its lots are in no other round from now on; raises where one is already, or bears data."""
    asked = _standing(asked, "draft")
    for lot in _lots(asked):
        now = locked(lot, "planned")
        check_gift(now)
        note_step(now, "planned", by=by, day=asked.day, party=asked.carrier, channel=now.channel)
    _move(asked, "accepted")


def _free(lot: Lot, *, by: Person | None) -> None:
    """What was not taken waits for another round."""
    now = Lot.objects.select_for_update().get(pk=lot.pk)
    if now.stage == "planned":
        note_step(now, "routed", by=by, channel=now.channel, rule=now.rule)


@transaction.atomic
def drop(asked: CollectionRound, *, by: Person) -> None:
    """Nobody drives; its lots wait for another round."""
    asked = _standing(asked, "draft", "accepted")
    if asked.state == "accepted":
        for lot in _lots(asked):
            _free(lot, by=by)
    _move(asked, "dropped")


@transaction.atomic
def weigh(
    asked: CollectionRound,
    weights: Mapping[str, float | None],
    *,
    day: date,
    by: Person,
    for_party: Party | None,
) -> int:
    """Note the weight of each lot taken: so many records.  Sent twice, the second is refused whole."""
    asked, taken = _standing(asked, "accepted"), []
    for lot in _lots(asked):
        kilograms = weights.get(str(lot.pk))
        if lot.stage != "planned":
            continue
        if kilograms is None:
            _free(lot, by=by)
            continue
        collect(
            lot, receiver=asked.carrier, kilograms=kilograms, day=day, by=by, for_party=for_party
        )
        taken.append(str(lot.pk))
    if not taken:
        raise ReciproqueError("error.round_weights")
    asked.result = {**asked.result, "taken": taken}
    asked.save(update_fields=["result"])
    _move(asked, "done")
    return len(taken)
