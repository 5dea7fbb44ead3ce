"""Collection and delivery rounds: who stops where, when, with what on board; against everyone driving alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reciproque.kernel import Reason, ReciproqueError
from reciproque.matching._problem import Vehicle
from reciproque.matching._round_bound import least_km
from reciproque.matching._round_solvers import Fleet, solve
from reciproque.territories import great_circle_km
from reciproque.vocabulary import table

DAY = 24 * 60
PROVEN = 1e-6


@dataclass(frozen=True, slots=True)
class Stop:
    """A place to serve once: what is left there (``delivery``) and taken away (``pickup``), in the vehicles' unit.

    Between ``start`` and ``end`` (minutes since midnight, for the arrival), staying ``minutes``.
    """

    key: str
    longitude: float
    latitude: float
    delivery: float = 0.0
    pickup: float = 0.0
    minutes: int = 10
    start: int = 0
    end: int = DAY
    title: str = ""
    actor: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        what = self.title or self.key
        places = (self.longitude, self.latitude, self.delivery, self.pickup)
        if not np.isfinite(places).all() or self.delivery < 0 or self.pickup < 0:
            raise ReciproqueError("rounds.figures", what=what)
        if not (0 <= self.start <= self.end <= DAY and self.minutes >= 0):
            raise ReciproqueError("rounds.window", what=what, start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Visit:
    """One line of a round sheet: ``arrival`` and ``departure`` in minutes, ``load`` on board when leaving,
    ``km`` since the line before."""

    stop: str
    arrival: float
    departure: float
    load: float
    km: float


@dataclass(frozen=True, slots=True)
class Round:
    """The sheet of one vehicle: leaves its depot with ``load``, visits in order, is back at ``back``."""

    vehicle: str
    leaves: float
    back: float
    load: float
    visits: tuple[Visit, ...]
    km: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """All rounds; ``unserved`` are reasons by stop.

    ``km`` and ``co2_kg`` of the rounds, ``alone_km`` and ``alone_co2_kg`` were each served stop to make its
    own return trip to the nearest depot by car.  Distances are estimates (as the crow flies, times a
    road factor).  No rounds could be shorter than ``bound`` (km), so these are at most ``gap`` (a share) too
    long; ``optimal`` where that proves them the shortest.
    """

    rounds: tuple[Round, ...]
    unserved: dict[str, Reason]
    km: float
    alone_km: float
    co2_kg: float
    alone_co2_kg: float
    solver: str
    seconds: float
    notes: tuple[Reason, ...] = ()
    bound: float = 0.0

    @property
    def gap(self) -> float:
        return max(0.0, 1.0 - self.bound / self.km) if self.km > 0 else 0.0

    @property
    def optimal(self) -> bool:
        return self.gap < PROVEN


def factor(name: str) -> float:
    """A row of ``vocabulary/round_factors`` or ``vocabulary/travel_factors``."""
    found = table("round_factors").get(name) or table("travel_factors")[name]
    return float(found["value"])


def rounds(stops: Sequence[Stop], vehicles: Sequence[Vehicle], seconds: float = 5.0) -> Rounds:
    """Serve each stop once, within capacities and windows, over as few kilometres as can be found.

    The solver is chosen by the number of stops (:mod:`reciproque.matching._round_solvers`).  A stop that
    no vehicle can serve stays out, with the reason.  Raises :class:`ReciproqueError` for an empty side, a
    key that stands twice or a vehicle without capacity.

    >>> from reciproque.matching import Stop, Vehicle
    >>> van = Vehicle("van", "office", 10, "item", 4.0, 43.8)
    >>> found = rounds([Stop("a", 4.1, 43.8, 4), Stop("b", 4.2, 43.8, 6)], [van])
    >>> [visit.stop for visit in found.rounds[0].visits], round(found.km), round(found.alone_km)
    (['a', 'b'], 42, 63)
    """
    begun = time.perf_counter()
    _check(stops, vehicles)
    km = _road_km(stops, vehicles)
    minutes = km / factor("speed") * 60.0
    out = {s.key: r for i, s in enumerate(stops) if (r := _hopeless(i, s, vehicles, minutes))}
    served = [i for i, s in enumerate(stops) if s.key not in out]
    fleet = Fleet([stops[i] for i in served], list(vehicles), *_part(km, minutes, served, vehicles))
    name, orders = solve(fleet, seconds)
    found, alone = [], 0.0
    for v, order in orders.items():
        sheet = _sheet(v, [served[i] for i in order], stops, vehicles, km, minutes)
        found.append(sheet)
        alone += sum(2 * km[: len(vehicles), len(vehicles) + served[i]].min() for i in order)
    done = {visit.stop for sheet in found for visit in sheet.visits}
    left = {s.key: Reason("rounds.no_room", "near") for s in stops if s.key not in done}
    car = factor("car_co2")
    own = {v.key: v.co2_km for v in vehicles}
    return Rounds(
        tuple(found),
        {**left, **out},
        sum(sheet.km for sheet in found),
        float(alone),
        sum(sheet.km * (own[sheet.vehicle] or car) for sheet in found),
        float(alone) * car,
        name,
        time.perf_counter() - begun,
        _notes(vehicles),
        _bound([i for i, s in enumerate(stops) if s.key in done], stops, vehicles, km),
    )


def _bound(
    served: list[int], stops: Sequence[Stop], vehicles: Sequence[Vehicle], km: np.ndarray
) -> float:
    at = np.array(served, int) + len(vehicles)
    loads = np.array([(stops[i].delivery, stops[i].pickup) for i in served], float).reshape(-1, 2).T
    home = km[: len(vehicles), at].min(axis=0)
    return least_km(home, km[np.ix_(at, at)], loads, max(v.capacity for v in vehicles))


def _check(stops: Sequence[Stop], vehicles: Sequence[Vehicle]) -> None:
    if not stops:
        raise ReciproqueError("rounds.no_stops")
    if not vehicles:
        raise ReciproqueError("rounds.no_vehicles")
    for side in ([s.key for s in stops], [v.key for v in vehicles]):
        for key in side:
            if side.count(key) > 1:
                raise ReciproqueError("rounds.doubled", name=key)
    for v in vehicles:
        if not v.capacity > 0 or not 0 <= v.start < v.end <= DAY:
            raise ReciproqueError("rounds.vehicle", name=v.key)


def _road_km(stops: Sequence[Stop], vehicles: Sequence[Vehicle]) -> np.ndarray:
    """(p, p) estimated road distances between the depots of all vehicles, then all stops."""
    depots = [(v.longitude, v.latitude) for v in vehicles]
    lon, lat = np.array(depots + [(s.longitude, s.latitude) for s in stops], float).T
    straight = great_circle_km(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    return straight * factor("detour")


def _part(
    km: np.ndarray, minutes: np.ndarray, served: list[int], vehicles: Sequence[Vehicle]
) -> tuple[np.ndarray, np.ndarray]:
    at = np.array([*range(len(vehicles)), *(len(vehicles) + i for i in served)], int)
    return km[np.ix_(at, at)], minutes[np.ix_(at, at)]


def _hopeless(i: int, s: Stop, vehicles: Sequence[Vehicle], minutes: np.ndarray) -> Reason | None:
    """Why no vehicle, even alone on the road, could serve a stop; ``None`` where one could."""
    load = max(s.delivery, s.pickup)
    largest = max(v.capacity for v in vehicles)
    if load > largest:
        return Reason("rounds.too_heavy", "near", {"load": load, "capacity": largest})
    for j, v in enumerate(vehicles):
        way = minutes[j, len(vehicles) + i]
        arrival = max(v.start + way, s.start)
        if load <= v.capacity and arrival <= s.end and arrival + s.minutes + way <= v.end:
            return None
    return Reason("rounds.never", "near")


def _sheet(
    v: int,
    order: list[int],
    stops: Sequence[Stop],
    vehicles: Sequence[Vehicle],
    km: np.ndarray,
    minutes: np.ndarray,
) -> Round:
    """Times and loads worked out again from the order alone: a sheet does not take a solver's word."""
    vehicle, base = vehicles[v], len(vehicles)
    first = base + order[0]
    # leaving so as not to wait at the first door
    leaves = max(float(vehicle.start), stops[order[0]].start - float(minutes[v, first]))
    clock, at, load = leaves, v, sum(stops[i].delivery for i in order)
    aboard, visits = load, []
    for i in order:
        stop, there = stops[i], base + i
        arrival = max(clock + float(minutes[at, there]), float(stop.start))
        clock, load = arrival + stop.minutes, load - stop.delivery + stop.pickup
        visits.append(Visit(stop.key, arrival, clock, load, float(km[at, there])))
        at = there
    total = sum(visit.km for visit in visits) + float(km[at, v])
    return Round(vehicle.key, leaves, clock + float(minutes[at, v]), aboard, tuple(visits), total)


def _notes(vehicles: Sequence[Vehicle]) -> tuple[Reason, ...]:
    figures = {"detour": factor("detour"), "speed": factor("speed")}
    notes = [Reason("rounds.estimated", "near", figures, estimated=True)]
    if any(not v.co2_km for v in vehicles):
        row = table("travel_factors")["car_co2"]
        source, year = row["source"], row["year"]
        notes.append(Reason("rounds.co2_of_a_car", "near", {}, source, year, estimated=True))
    return tuple(notes)
