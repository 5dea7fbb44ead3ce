"""Needs and offers as columns: what the conditions are checked on, all pairs at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain

import numpy as np
from dateutil.relativedelta import relativedelta

from reciproque.kernel import Offer, Slot, Wish
from reciproque.matching._problem import Problem
from reciproque.vocabulary import in_own_unit, table

MINUTES_A_DAY = 24 * 60
EARTH_KM = 6371.0088  # mean radius, IUGG
NEVER, ALWAYS = -(1 << 30), 1 << 30  # days


@cache
def above(name: str, key: str) -> frozenset[str]:
    """A row of a hierarchical table and all rows above it.

    >>> sorted(above("products", "lentils"))
    ['food', 'lentils', 'pulses']
    """
    found: list[str] = []
    while key and key not in found:
        found.append(key)
        key = table(name)[key]["parent"] if key in table(name) else ""
    return frozenset(found)


def meets(name: str, offered: str, wanted: str) -> bool:
    """Is the attribute offered the one wanted, or below it (lentils are pulses)?"""
    return offered == wanted or (name == "product" and wanted in above("products", offered))


@cache
def rule(name: str) -> float:
    """The value of a row of ``vocabulary/safeguard_rules``."""
    return float(table("safeguard_rules")[name]["value"])


def unit_vectors(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Degrees (n,) to points of the unit sphere (n, 3); nan stays nan."""
    lon, lat = np.radians(longitude), np.radians(latitude)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def chord(km: np.ndarray | float) -> np.ndarray:
    """Kilometres along the great circle to the straight line of the unit sphere."""
    return 2 * np.sin(np.minimum(np.asarray(km) / EARTH_KM, np.pi) / 2)


def bits(sets: Sequence[Iterable[int]], count: int) -> np.ndarray:
    """Sets of numbers under ``count`` as words (n, count / 64) of 64 bits."""
    words = np.zeros((len(sets), max(1, -(-count // 64))), dtype=np.uint64)
    rows = [i for i, found in enumerate(sets) for _ in found]
    if rows:
        at = np.fromiter(chain.from_iterable(sets), dtype=np.int64)
        flags = np.left_shift(np.uint64(1), (at & 63).astype(np.uint64))
        np.bitwise_or.at(words, (np.array(rows), at >> 6), flags)
    return words


@dataclass(frozen=True)
class Side:
    """One side as columns, one row for each wish (n)."""

    wishes: tuple[Wish, ...]
    actor: np.ndarray
    kind: np.ndarray  # the class of resource and attributes
    at: np.ndarray  # (n, 3), nan where the place is unknown
    limit: np.ndarray  # kilometres, inf where none
    start: np.ndarray
    end: np.ndarray
    amount: np.ndarray  # in the resource's own unit
    smallest: np.ndarray
    slots: np.ndarray
    languages: np.ndarray
    labels: np.ndarray
    minor: np.ndarray
    age: np.ndarray
    consent: np.ndarray
    vetted: np.ndarray  # was the check passed, and is it still valid?
    setting: np.ndarray  # 1 fit for minors, 0 not said, -1 not fit

    @property
    def located(self) -> np.ndarray:
        """Whose place is known."""
        return ~np.isnan(self.at[:, 0])


Class = tuple[str, tuple[tuple[str, str], ...]]


class Codes(dict[object, int]):
    """Numbers given to things in the order they come."""

    def __missing__(self, key: object) -> int:
        self[key] = len(self)
        return self[key]


@dataclass(frozen=True)
class Sides:
    """Needs and offers as columns, and what both sides share."""

    needs: Side
    offers: Side
    compatible: np.ndarray  # (classes of needs, classes of offers)
    resources: np.ndarray  # the same for the resource alone
    forbidden: np.ndarray  # need * len(offers) + offer, sorted
    excluded_by_need: np.ndarray  # need * actors + actor, sorted
    excluded_by_offer: np.ndarray
    actors: int
    day: date


def _compatible(needs: Codes, offers: Codes) -> tuple[np.ndarray, np.ndarray]:
    """Which classes of offers (columns) meet which classes of needs (rows)."""
    resources = Codes()
    mine: list[Class] = list(needs)  # type: ignore[arg-type]
    theirs: list[Class] = list(offers)  # type: ignore[arg-type]
    have = np.array([resources[r] for r, _ in theirs], dtype=np.int64)
    same = np.array([have == resources[r] for r, _ in mine]).reshape(len(mine), len(theirs))
    meet = same.copy()
    offered = [dict(attributes) for _, attributes in theirs]
    kept: dict[tuple[str, str], np.ndarray] = {}
    for row, (_, attributes) in enumerate(mine):
        for name, wanted in attributes:
            if (name, wanted) not in kept:
                kept[name, wanted] = np.array(
                    [meets(name, o.get(name, ""), wanted) for o in offered]
                )
            meet[row] &= kept[name, wanted]
    return meet, same


def _fit(setting: str) -> int:
    """1 where minors may meet there, -1 where not, 0 where nothing is said."""
    return 0 if not setting else 1 if table("settings")[setting]["for_minors"] == "1" else -1


def _cells(slots: Iterable[Slot], marks: np.ndarray) -> set[int]:
    """The stretches of the week, between two marks that follow each other, that slots cover."""
    found: set[int] = set()
    for slot in slots:
        first, last = np.searchsorted(
            marks, [slot.weekday * MINUTES_A_DAY + m for m in (slot.start, slot.end)]
        )
        found.update(range(first, last))
    return found


def _marks(wishes: Iterable[Wish]) -> np.ndarray:
    """Every minute of the week at which a slot starts or ends, sorted."""
    spans = {slot for slots in {w.slots for w in wishes} for slot in slots}
    return np.unique(
        [slot.weekday * MINUTES_A_DAY + m for slot in spans for m in (slot.start, slot.end)]
    )


def _labels(wish: Wish) -> set[int]:
    """What is asked, as it is; what is had, with all that stands above (an AOP is a SIQO)."""
    order = _order("labels")
    if not isinstance(wish, Offer):
        return {order[name] for name in wish.labels}
    return {order[name] for held in wish.labels for name in above("labels", held)}


@cache
def _order(name: str) -> dict[str, int]:
    return {key: i for i, key in enumerate(table(name))}


def _side(wishes: tuple[Wish, ...], day: date, shared: dict[str, Codes], cells: np.ndarray) -> Side:
    kinds, actors = shared["kinds"], shared["actors"]
    place = np.array(
        [(np.nan, np.nan) if w.longitude is None else (w.longitude, w.latitude) for w in wishes],
        dtype=float,
    )
    factors: dict[tuple[str, str], float] = {}
    for w in wishes:
        if (w.unit, w.resource) not in factors:
            factors[w.unit, w.resource] = in_own_unit(1.0, w.unit, w.resource)
    factor = np.array([factors[w.unit, w.resource] for w in wishes])
    age = np.array(
        [w.safeguard.age if w.safeguard and w.safeguard.age is not None else 999 for w in wishes]
    )
    checked = {w.safeguard for w in wishes}
    oldest = (day - relativedelta(months=int(rule("vetting_months")))).toordinal()
    valid = {
        g: bool(g and g.vetted and oldest <= g.vetted.toordinal() <= day.toordinal())
        for g in checked
    }
    fit = {g: _fit(g.setting) if g else 0 for g in checked}
    spans = {w.slots: _cells(w.slots, cells) for w in wishes}
    tongues, held = _order("languages"), {(w.labels, isinstance(w, Offer)): w for w in wishes}
    has = {key: _labels(w) for key, w in held.items()}
    return Side(
        wishes=wishes,
        actor=np.array([actors[w.actor] for w in wishes]),
        kind=np.array([kinds[w.resource, tuple(sorted(w.attributes.items()))] for w in wishes]),
        at=unit_vectors(place[:, 0], place[:, 1]),
        limit=np.array([np.inf if w.within_km is None else w.within_km for w in wishes]),
        start=np.array([w.start.toordinal() if w.start else NEVER for w in wishes]),
        end=np.array([w.end.toordinal() if w.end else ALWAYS for w in wishes]),
        amount=np.array([w.quantity for w in wishes]) * factor,
        smallest=np.array([w.smallest for w in wishes]) * factor,
        slots=bits([spans[w.slots] for w in wishes], len(cells)),
        languages=bits([[tongues[x] for x in w.languages] for w in wishes], len(tongues)),
        labels=bits([has[w.labels, isinstance(w, Offer)] for w in wishes], len(_order("labels"))),
        minor=age < rule("adult_age"),
        age=age,
        consent=np.array([bool(w.safeguard and w.safeguard.consent) for w in wishes]),
        vetted=np.array([valid[w.safeguard] for w in wishes]),
        setting=np.array([fit[w.safeguard] for w in wishes]),
    )


def _keys(side: Side, others: Codes, count: int) -> np.ndarray:
    """Who excludes whom, as sorted numbers: wish * actors + actor."""
    found = [
        i * count + others[name]
        for i, wish in enumerate(side.wishes)
        for name in wish.excluded
        if name in others
    ]
    return np.unique(np.array(found, dtype=np.int64))


def sides(problem: Problem) -> Sides:
    """The columns of a problem; needs and offers in the order of the problem."""
    day = problem.settings.day or date.today()
    marks, actors = _marks((*problem.needs, *problem.offers)), Codes()
    kinds = Codes(), Codes()
    needs = _side(problem.needs, day, {"kinds": kinds[0], "actors": actors}, marks)
    offers = _side(problem.offers, day, {"kinds": kinds[1], "actors": actors}, marks)
    compatible, resources = _compatible(*kinds)
    rows = {w.key: i for i, w in enumerate(problem.needs)}
    columns = {w.key: i for i, w in enumerate(problem.offers)}
    width = len(problem.offers)
    forbidden = [rows[n] * width + columns[o] for n, o in problem.settings.forbidden]
    return Sides(
        needs=needs,
        offers=offers,
        compatible=compatible,
        resources=resources,
        forbidden=np.unique(np.array(forbidden, dtype=np.int64)),
        excluded_by_need=_keys(needs, actors, len(actors)),
        excluded_by_offer=_keys(offers, actors, len(actors)),
        actors=len(actors),
        day=day,
    )
