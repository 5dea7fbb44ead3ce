"""What each lever does to commuting.  A new kind of lever is a row of ``vocabulary/levers.csv`` and a function here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from reciproque.flows._scenario import Lever

Members = Callable[[str], np.ndarray]


@dataclass(frozen=True)
class Journeys:
    """Commuting by pair of base units (P,): all that a lever may read and change.

    ``home``, ``work``: positions of units; ``workers``; ``km``: one way by road; ``days`` a year at the place
    of work; ``car`` and ``transit``: shares of workers by mode (the rest walks, cycles or does not emit);
    ``occupancy``: people in a car; ``transit_co2``: kg a passenger-km.  Rows of a ``home`` are whole: all its
    workers are there.
    """

    home: np.ndarray
    work: np.ndarray
    workers: np.ndarray
    km: np.ndarray
    days: np.ndarray
    car: np.ndarray
    transit: np.ndarray
    occupancy: np.ndarray
    transit_co2: np.ndarray


def telework(
    now: Journeys, lever: Lever, members: Members, factors: Mapping[str, float]
) -> Journeys:
    """A share of workers stays at home some days of a week of five: fewer days at the place of work."""
    away = lever.number("share") * lever.number("days") / 5
    return replace(now, days=now.days * (1 - away))


def service(
    now: Journeys, lever: Lever, members: Members, factors: Mapping[str, float]
) -> Journeys:
    """Between two poles, both ways, a share of those who drive takes the new service."""
    one, other = members(lever.text("from")), members(lever.text("to"))
    there = one[now.home] & other[now.work]
    on_line = (there | (other[now.home] & one[now.work])) & ~(one & other)[now.home]
    moved = np.where(on_line, now.car * lever.number("shift"), 0.0)
    transit = now.transit + moved
    mixed = now.transit * now.transit_co2 + moved * factors[lever.text("mode")]
    per_km = np.divide(mixed, transit, out=now.transit_co2.copy(), where=transit > 0)
    return replace(now, car=now.car - moved, transit=transit, transit_co2=per_km)


def carpool(
    now: Journeys, lever: Lever, members: Members, factors: Mapping[str, float]
) -> Journeys:
    """On journeys of a certain length, cars carry more people; never fewer than they do."""
    long = now.km >= lever.number("beyond_km")
    fuller = np.maximum(now.occupancy, lever.number("occupancy"))
    return replace(now, occupancy=np.where(long, fuller, now.occupancy))


def growth(now: Journeys, lever: Lever, members: Members, factors: Mapping[str, float]) -> Journeys:
    """The pole draws more (or less): workers of each home are shared out again, none added nor lost.

    Origin-constrained pivot on what is seen: w' = w g / sum(w g) x sum(w), g = 1 + jobs in the pole, else 1
    (Wilson 1971).  Jobs of the pole thus grow by less than asked where nearly all work there already.
    """
    pull = np.where(members(lever.text("pole"))[now.work], 1 + lever.number("jobs"), 1.0)
    n = int(now.home.max(initial=-1)) + 1
    before = np.bincount(now.home, now.workers, n)
    drawn = np.bincount(now.home, now.workers * pull, n)
    scale = np.divide(before, drawn, out=np.zeros(n), where=drawn > 0)[now.home]
    stuck = drawn[now.home] == 0  # all of them work in a pole that closes: nowhere else is known
    return replace(now, workers=np.where(stuck, now.workers, now.workers * pull * scale))


LEVERS: Mapping[str, Callable[[Journeys, Lever, Members, Mapping[str, float]], Journeys]] = {
    "telework": telework,
    "service": service,
    "carpool": carpool,
    "growth": growth,
}
