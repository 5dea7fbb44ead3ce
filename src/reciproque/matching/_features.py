"""Needs and offers as arrays: what conditions and scores read, a million pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from reciproque.kernel import Slot, Wish
from reciproque.vocabulary import in_own_unit, table

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
LAID_OUT = 250_000  # distinct pairs of values up to which a relation is worked out at once
HALF_KIN = 0.8  # how exact an offer of a kind is for a need of its family


@dataclass(frozen=True)
class Side:
    """One side as arrays of its n wishes: quantities in the resource's own unit, days as ordinals."""

    wishes: tuple[Wish, ...]
    quantity: np.ndarray
    smallest: np.ndarray
    start: np.ndarray
    end: np.ndarray
    within: np.ndarray
    place: np.ndarray  # (n, 2) longitude, latitude in degrees, nan where unknown
    age: np.ndarray
    consent: np.ndarray
    vetted: np.ndarray
    protects: np.ndarray
    exposes: np.ndarray  # a meeting place is said, and protects nobody


def side(wishes: Sequence[Wish]) -> Side:
    """The arrays of one side."""
    found = tuple(wishes)
    safe = [w.safeguard for w in found]
    settings = table("settings")
    kinds = [(w.unit, w.resource) for w in found]
    own = {kind: in_own_unit(1.0, *kind) for kind in set(kinds)}
    scale = np.array([own[kind] for kind in kinds], np.float64)

    def column(values: Sequence[object]) -> np.ndarray:
        return np.array(values, np.float64)

    return Side(
        found,
        column([w.quantity for w in found]) * scale,
        column([w.smallest for w in found]) * scale,
        column([(w.start or FIRST).toordinal() for w in found]),
        column([(w.end or LAST).toordinal() for w in found]),
        column([np.inf if w.within_km is None else w.within_km for w in found]),
        column([(np.nan if w.longitude is None else w.longitude, np.nan if w.latitude is None else w.latitude) for w in found]).reshape(-1, 2),
        column([np.nan if s is None or s.age is None else s.age for s in safe]),
        np.array([bool(s and s.consent) for s in safe]),
        column([np.nan if s is None or s.vetted is None else s.vetted.toordinal() for s in safe]),
        np.array([bool(s and settings.get(s.setting, {}).get("protects")) for s in safe]),
        np.array([bool(s and s.setting and not settings.get(s.setting, {}).get("protects")) for s in safe]),
    )  # fmt: skip


class Between:
    """A relation between what needs and offers carry, worked out once for each different pair of them.

    ``relation(a, b)`` is asked for each distinct value of the needs and of the offers; ``at(i, j)`` then reads
    it for arrays of pairs.
    """

    def __init__(
        self, needs: Sequence[Hashable], offers: Sequence[Hashable], relation: Callable[..., float]
    ) -> None:
        self._mine, self._theirs = list(dict.fromkeys(needs)), list(dict.fromkeys(offers))
        self._need, self._offer = _index(needs, self._mine), _index(offers, self._theirs)
        self._relation, self._known = relation, np.empty(0)
        self._need *= len(self._theirs)  # the two then add up to a place in a flat table
        if len(self._mine) * len(self._theirs) <= LAID_OUT:
            self._known = np.array(
                [relation(a, b) for a in self._mine for b in self._theirs], np.float64
            )

    def at(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """The relation of each pair (need i, offer j)."""
        if len(self._known) == 1:
            return np.full(len(i), self._known[0])
        place = self._need[i] + self._offer[j]
        if len(self._known) or not len(place):
            return self._known[place] if len(place) else np.empty(0)
        wide = len(self._theirs)
        pairs, back = np.unique(place, return_inverse=True)  # only those that are asked about
        told = [
            self._relation(self._mine[p // wide], self._theirs[p % wide]) for p in pairs.tolist()
        ]
        return np.array(told, np.float64)[back]


def _index(values: Sequence[Hashable], known: Sequence[Hashable]) -> np.ndarray:
    place = {value: at for at, value in enumerate(known)}
    return np.array([place[value] for value in values], np.int64)


@cache
def ancestors(product: str) -> tuple[str, ...]:
    """A product and the families it belongs to, nearest first; a word the table lacks stands alone.

    >>> ancestors("lentils")
    ('lentils', 'pulses', 'plant_food')
    """
    found, rows = [product], table("products")
    while found[-1] in rows and rows[found[-1]]["parent"] and len(found) <= len(rows):
        found.append(rows[found[-1]]["parent"])
    return tuple(found)


def exactness(asked: Mapping[str, str], given: Mapping[str, str]) -> float:
    """How well the attributes of an offer answer those of a need: 1 the same, less for a kind of it, 0 not.

    An attribute that the need does not ask for, or the offer does not tell, narrows nothing.

    >>> exactness({"product": "pulses"}, {"product": "lentils"})
    0.8
    >>> exactness({"product": "lentils"}, {"product": "pulses"})
    0.0
    """
    result = 1.0
    for name, wanted in asked.items():
        told = given.get(name)
        if told is None or told == wanted:
            continue
        if wanted not in ancestors(told):
            return 0.0
        result *= HALF_KIN
    return result


def minutes_shared(mine: tuple[Slot, ...], theirs: tuple[Slot, ...]) -> float:
    """Minutes of the week in common; infinite where one of the two sets no slot.

    >>> minutes_shared((Slot(0, 540, 660),), (Slot(0, 600, 720), Slot(1, 0, 60)))
    60.0
    """
    if not mine or not theirs:
        return float("inf")
    return float(
        sum(
            max(0, min(a.end, b.end) - max(a.start, b.start))
            for a in mine for b in theirs if a.weekday == b.weekday
        )
    )  # fmt: skip
