"""The refined mode: the European method, then no area below validity, then better borders."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from reciproque.flows.areas import _loops, _refine, _splits
from reciproque.flows.areas._zones import Zones

PRICE = 0.1  # of what a new area brings to modularity: the most that cutting it may cost
SHARE = 0.06  # of the areas joined, and cut again elsewhere, in one exchange
SEEDS = 4  # zones of an area, with most jobs, from which a new one is tried
CUTS, EXCHANGES, SWEEPS = 4, 2, 6
SMALLEST_GAIN = 1e-7


@dataclass
class _Partition:
    """A partition being improved: the loops' arrays, and which areas changed since they were looked at."""

    zones: Zones
    criteria: np.ndarray
    order: np.ndarray
    cl: np.ndarray
    sums: np.ndarray
    part: np.ndarray = field(init=False)
    price: np.ndarray = field(init=False)
    seen: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.part = np.zeros(len(self.cl), bool)
        self.price = np.empty(0)
        self.seen = np.empty((3, 0))

    @property
    def count(self) -> int:
        return int((self.sums[1:].sum(axis=0) > 0).sum())

    def modularity(self) -> float:
        return modularity(self.sums)

    def copy(self) -> tuple[np.ndarray, np.ndarray]:
        return self.cl.copy(), self.sums.copy()

    def shift(self, among: np.ndarray | None = None) -> None:
        """Move zones, of all areas or of those of a mask (K,) and whatever that sets in motion."""
        active = np.ones(len(self.cl), bool) if among is None else among[self.cl]
        z = self.zones
        _refine.shift(
            *z.ties, z.sums, self.criteria, SWEEPS, self.order, active,
            self.cl, self.sums,
        )  # fmt: skip

    def cut(self, worth: float, needed: int = 0) -> int:
        """Cut new areas that cost less than ``worth``, or the cheapest ``needed``; how many."""
        k = self.sums.shape[1]
        known = self.seen.shape[1]
        changed = np.ones(k, bool)
        changed[:known] = (self.sums[:, :known] != self.seen).any(axis=0)
        self.price = np.concatenate([self.price, np.full(k - known, np.inf)])
        z = self.zones
        _splits.splits(
            *z.ties, z.sums, self.criteria, SEEDS, self.cl, self.sums, changed,
            self.part, self.price,
        )  # fmt: skip
        self.seen = self.sums.copy()
        number, new = np.full(k, -1), 0
        for a in np.argsort(self.price, kind="stable"):
            if self.price[a] < worth or (new < needed and np.isfinite(self.price[a])):
                number[a] = k + new
                new += 1
        self.sums = np.hstack([self.sums, np.zeros((3, new))])
        number = np.concatenate([number, np.full(new, -1)])
        _splits.cut(*z.ties, z.sums, self.part, number, self.cl, self.sums)
        return new


def modularity(sums: np.ndarray) -> float:
    """Directed modularity of a partition, from its (3, K) internal flows, residents and jobs."""
    m = sums[1].sum()
    return float((sums[0] / m - sums[1] * sums[2] / m**2).sum()) if m else 0.0


def _european(zones: Zones, criteria: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The method, the reserve placed with care; the area of each zone, numbered by the order of their centres."""
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    links = zones.links
    cl = np.arange(len(zones))
    sums, reserve = _loops.dissolve(*links, zones.sums, rank, rank, criteria, False, cl)
    waiting = order[np.sort(rank[reserve])]
    if _loops.place(*links, zones.sums, rank, criteria, cl, sums, waiting, True):
        _loops.place(*links, zones.sums, rank, criteria, cl, sums, waiting, False)
    known = cl >= 0
    used, cl[known] = np.unique(rank[cl[known]], return_inverse=True)
    _refine.pieces(zones.ptr, zones.nbr, order, cl, len(used))
    return cl


def _exchange(state: _Partition) -> None:
    """Join the areas that gain most, cut as many elsewhere, while modularity rises."""
    floor = state.count
    most = max(1, int(SHARE * floor))
    for _ in range(EXCHANGES):
        best, (cl, sums) = state.modularity(), state.copy()
        if not _refine.merge(*state.zones.ties, state.criteria, 0.0, most, state.cl, state.sums):
            return
        state.shift(_touched(sums, state.sums))
        for _ in range(4):
            before = state.sums
            if state.count < floor and state.cut(0.0, floor - state.count):
                state.shift(_touched(before, state.sums))
        if state.count < floor or state.modularity() <= best + SMALLEST_GAIN:
            state.cl[:], state.sums = cl, sums
            return


def _touched(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    touched = np.ones(now.shape[1], bool)
    known = before.shape[1]
    touched[:known] = (before != now[:, :known]).any(axis=0)
    return touched


def refined(zones: Zones, criteria: np.ndarray) -> np.ndarray:
    """(n,): the area of each zone, numbered from 0.

    Zones are taken in an order that their flows alone decide (codes only between zones of the same
    figures), so that other codes or another order of rows give the same areas.
    """
    internal, residents, jobs = zones.sums
    order = np.lexsort(
        (np.arange(len(zones)), -np.diff(zones.ptr), -jobs, -residents, internal - residents, -zones.largest_tie())
    )  # fmt: skip
    cl = _european(zones, criteria, order)
    links = zones.links
    sums = _refine.add_up(zones.ptr, zones.nbr, zones.out, zones.sums, cl, int(cl.max()) + 1)
    _refine.mend(*links, criteria, cl, sums)
    by_area = order[np.argsort(cl[order], kind="stable")]  # neighbours near each other in memory
    state = _Partition(zones, criteria, by_area, cl, sums)
    state.shift()
    for _ in range(CUTS):
        before = state.sums
        if not state.cut(PRICE):
            break
        state.shift(_touched(before, state.sums))
    _exchange(state)
    return np.unique(state.cl, return_inverse=True)[1]
