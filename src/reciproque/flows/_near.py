"""All pairs of places within reach of each other, and how strongly they attract."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reciproque.territories import RADIUS_KM, unit_vectors

STRIP_KM = 8.0
APART = 100.0  # radians between the keys of two strips: more than longitude spans
PARTS = 16  # pieces of work whatever the number of threads: the same sums on every machine


@dataclass(frozen=True)
class Near:
    """n places sorted by strips of latitude, and each one's runs of later places within reach.

    ``order`` (n,) positions in the arrays given; ``low``, ``high`` (n, r) runs of sorted positions;
    ``at`` (n + 1,) where each place's pairs begin; ``xyz`` (3, n) float32 on the unit sphere.
    """

    order: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at: np.ndarray
    xyz: np.ndarray
    reach_km: float

    @classmethod
    def of(cls, lon: np.ndarray, lat: np.ndarray, reach_km: float) -> Near:
        """The pairs of n places in degrees, (n,) each; a few further than the reach are among them."""
        strip = np.floor(np.radians(lat) * RADIUS_KM / STRIP_KM).astype(np.int64)
        order = np.lexsort((lon, strip))
        strip, x = strip[order], np.radians(lon[order])
        key = strip * APART + x
        last = int(np.ceil(reach_km / STRIP_KM)) + 1
        low, high = np.zeros((2, len(x), last), np.int32)
        for k in range(last):
            gap = max(0, k - 1) * STRIP_KM
            edge = (np.maximum(np.abs(strip), np.abs(strip + k)) + 1) * STRIP_KM / RADIUS_KM
            across = RADIUS_KM * np.cos(np.minimum(edge, 1.5))
            width = 1.002 * np.sqrt(max(reach_km**2 - gap**2, 0.0)) / across
            there = (strip + k) * APART + x
            low[:, k] = np.searchsorted(key, there - width, side="left")
            high[:, k] = np.searchsorted(key, there + width, side="right")
        low[:, 0] = np.arange(len(x)) + 1
        high = np.maximum(low, high)
        at = np.concatenate([[0], np.cumsum((high - low).sum(axis=1, dtype=np.int64))])
        xyz = np.ascontiguousarray(unit_vectors(lon[order], lat[order]).T, np.float32)
        return cls(order, low, high, at, xyz, reach_km)


@dataclass(frozen=True)
class Attraction:
    """exp(-decay km) between the places of a :class:`Near`: ``pull`` by pair, ``own`` (n,) with itself."""

    near: Near
    pull: np.ndarray
    own: np.ndarray

    @classmethod
    def of(cls, near: Near, decay: np.ndarray, own_km: np.ndarray) -> Attraction:
        """``decay`` per km of each place (n,); that of a pair is their geometric mean."""
        from reciproque.flows._loops import attractions

        slope = np.sqrt(decay).astype(np.float32)
        pull = attractions(near.xyz, slope, near.reach_km, near.low, near.high, near.at, PARTS)
        return cls(near, pull, np.exp(-decay * own_km).astype(np.float32))

    def times(self, weight: np.ndarray) -> np.ndarray:
        """Sum over j of exp(-decay km) weight_j, (n,)."""
        from reciproque.flows._loops import product

        near, top = self.near, max(float(weight.max()), 1e-30)
        small = (weight / top).astype(np.float32)  # float32 holds what lies between 0 and 1
        found = product(self.pull, self.own, small, near.low, near.high, near.at, PARTS)
        return top * np.asarray(found, float)

    def flows(
        self, sends: np.ndarray, takes: np.ndarray, smallest: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Origins, destinations and values of sends_i exp() takes_j, from ``smallest`` up, i != j."""
        from reciproque.flows._loops import counted, kept

        near = self.near
        pairs = (self.pull, sends.astype(np.float32), takes.astype(np.float32))
        runs, least = (near.low, near.high, near.at), np.float32(smallest)
        return kept(*pairs, *runs, least, counted(*pairs, *runs, least, PARTS))

    def strongest(self, takes: np.ndarray, asking: np.ndarray) -> np.ndarray:
        """The place that draws most from each of those asked for (n,) bool; -1 where none."""
        from reciproque.flows._loops import strongest

        near = self.near
        small = takes.astype(np.float32)
        return strongest(self.pull, small, asking, near.low, near.high, near.at)
