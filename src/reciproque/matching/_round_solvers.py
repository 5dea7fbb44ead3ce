"""Which program orders the stops: vroom for small rounds, PyVRP for large ones. Both answer in whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pyvrp import SolveParams

    from reciproque.matching._problem import Vehicle
    from reciproque.matching._rounds import Stop

GRAMS = 1000  # loads are counted in thousandths of their unit
SECONDS = 60
MOVES = (
    "Relocate1",
    "Relocate2",
    "Swap11",
    "Swap21",
    "Swap22",
    "SwapTails",
    "RemoveOptionalClient",
    "InsertOptionalClient",
    "ReplaceOptionalClient",
)
Orders = dict[int, list[int]]  # vehicle -> its stops, in order


@dataclass(frozen=True)
class Fleet:
    """``km`` and ``minutes`` (p, p) between the vehicles' depots, then the stops."""

    stops: list[Stop]
    vehicles: list[Vehicle]
    km: np.ndarray
    minutes: np.ndarray


def _whole(value: float, factor: int) -> int:
    """Rounded up, so that no capacity or window is ever passed by rounding."""
    return int(np.ceil(value * factor - 1e-6))


def _by_vroom(fleet: Fleet, seconds: float) -> Orders:
    import vroom

    problem = vroom.Input()
    way = np.ceil(fleet.minutes * SECONDS).astype(np.uint32)
    problem.set_durations_matrix(profile="car", matrix_input=way)
    n = len(fleet.vehicles)
    for j, v in enumerate(fleet.vehicles):
        problem.add_vehicle(
            vroom.Vehicle(
                j,
                start=j,
                end=j,
                capacity=[int(v.capacity * GRAMS)],
                time_window=vroom.TimeWindow(v.start * SECONDS, v.end * SECONDS),
            )
        )
    for i, s in enumerate(fleet.stops):
        problem.add_job(
            vroom.Job(
                i,
                location=n + i,
                default_service=s.minutes * SECONDS,
                delivery=[_whole(s.delivery, GRAMS)],
                pickup=[_whole(s.pickup, GRAMS)],
                time_windows=[vroom.TimeWindow(s.start * SECONDS, s.end * SECONDS)],
            )
        )
    found = problem.solve(5, nb_threads=1, timeout=timedelta(seconds=seconds)).routes
    orders: Orders = {}
    for v, kind, i in zip(found["vehicle_id"], found["type"], found["id"], strict=True):
        if kind == "job":
            orders.setdefault(int(v), []).append(int(i))
    return orders


def _by_pyvrp(fleet: Fleet, seconds: float) -> Orders:
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    model = Model()
    n = len(fleet.vehicles)
    places = [model.add_location(v.longitude, v.latitude) for v in fleet.vehicles]
    places += [model.add_location(s.longitude, s.latitude) for s in fleet.stops]
    metres = np.round(fleet.km * 1000).astype(int)
    way = np.ceil(fleet.minutes * SECONDS).astype(int)
    alike = _alike(fleet.vehicles)
    for same in alike:
        v, depot = fleet.vehicles[same[0]], model.add_depot(places[same[0]])
        model.add_vehicle_type(
            len(same),
            [int(v.capacity * GRAMS)],
            depot,
            depot,
            tw_early=v.start * SECONDS,
            tw_late=v.end * SECONDS,
        )
    for i, s in enumerate(fleet.stops):
        model.add_client(
            places[n + i],
            [_whole(s.delivery, GRAMS)],
            [_whole(s.pickup, GRAMS)],
            s.minutes * SECONDS,
            s.start * SECONDS,
            s.end * SECONDS,
            prize=int(100 * (1 + metres.max())),  # more than any detour: served wherever it can be
            required=False,
        )
    for a, start in enumerate(places):
        for b, end in enumerate(places):
            model.add_edge(start, end, int(metres[a, b]), int(way[a, b]))
    found = model.solve(
        MaxRuntime(seconds), seed=1, collect_stats=False, display=False, params=_search()
    )
    best = found.best
    if not best.is_feasible():
        return {}
    return _orders_of(best, alike)


def _search() -> SolveParams:
    """Set for a few seconds: fewer neighbours, a short memory of past lengths, no move for what rounds lack.

    Tried on the instance of ``bench/rounds.py``; PyVRP's own values are made for minutes.
    """
    from pyvrp import IteratedLocalSearchParams, SolveParams, search

    return SolveParams(
        ils=IteratedLocalSearchParams(history_length=30),
        neighbourhood=search.NeighbourhoodParams(num_neighbours=30),
        operators=[getattr(search, name) for name in MOVES],
    )


def _alike(vehicles: list[Vehicle]) -> list[list[int]]:
    """Vehicles that a round cannot tell apart: the search has far fewer cases when it is told."""
    groups: dict[tuple[float, ...], list[int]] = {}
    for j, v in enumerate(vehicles):
        same = (v.capacity, v.longitude, v.latitude, v.start, v.end)
        groups.setdefault(same, []).append(j)
    return list(groups.values())


def _orders_of(best: Any, alike: list[list[int]]) -> Orders:
    waiting = [iter(same) for same in alike]
    return {
        next(waiting[route.vehicle_type()]): [visit.idx for visit in route if visit.is_client()]
        for route in best.routes()
    }


# up to so many stops, which program, and its name
SOLVERS: tuple[tuple[float, str, Callable[[Fleet, float], Orders]], ...] = (
    (60, "vroom", _by_vroom),
    (np.inf, "PyVRP", _by_pyvrp),
)


def solve(fleet: Fleet, seconds: float) -> tuple[str, Orders]:
    """The name of the program and each used vehicle's stops in order; a vehicle may stay at its depot."""
    if not fleet.stops:
        return "", {}
    name, program = next((n, p) for most, n, p in SOLVERS if len(fleet.stops) <= most)
    return name, {v: o for v, o in sorted(program(fleet, seconds).items()) if o}
