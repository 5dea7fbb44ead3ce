"""The compiled loops of :mod:`._gravity`, loaded only when an estimate is built."""

from __future__ import annotations

import numba
import numpy as np

from reciproque.territories import RADIUS_KM


@numba.njit(cache=True, inline="always")
def _attraction(
    xyz: np.ndarray,
    mass: np.ndarray,
    own_km: np.ndarray,
    i: int,
    j: int,
    decay: float,
    reach: float,
) -> float:
    if i == j:
        return mass[j] * np.exp(-decay * own_km[i])
    dx = xyz[i, 0] - xyz[j, 0]
    dy = xyz[i, 1] - xyz[j, 1]
    dz = xyz[i, 2] - xyz[j, 2]
    straight = dx * dx + dy * dy + dz * dz
    if straight > reach * reach:
        return 0.0
    km = 2.0 * RADIUS_KM * np.arcsin(0.5 * np.sqrt(straight))
    return mass[j] * np.exp(-decay * km)


@numba.njit(cache=True, parallel=True)
def totals(xyz, low, high, mass, own_km, rest, decay, reach, smallest):
    """Per origin: the sum of attractions, and how many flows reach ``smallest``."""
    n = len(mass)
    total = np.zeros(n)
    count = np.zeros(n, np.int64)
    for i in numba.prange(n):
        if rest[i] <= 0.0:
            continue
        pulls = np.empty(high[i] - low[i])
        for j in range(low[i], high[i]):
            pulls[j - low[i]] = _attraction(xyz, mass, own_km, i, j, decay, reach)
        total[i] = pulls.sum()
        if total[i] > 0.0:
            least = min(smallest * total[i] / rest[i], pulls.max())
            for pull in pulls:
                if pull >= least and pull > 0.0:
                    count[i] += 1
    return total, count


@numba.njit(cache=True, parallel=True)
def fill(xyz, low, high, mass, own_km, rest, total, start, decay, reach, smallest):
    """The kept flows of each origin, rescaled so that all who leave are counted."""
    n = len(mass)
    target = np.empty(start[n], np.int32)
    value = np.empty(start[n], np.float32)
    for i in numba.prange(n):
        if start[i] == start[i + 1]:
            continue
        pulls = np.empty(high[i] - low[i])
        for j in range(low[i], high[i]):
            pulls[j - low[i]] = _attraction(xyz, mass, own_km, i, j, decay, reach)
        least = min(smallest * total[i] / rest[i], pulls.max())
        at, kept = start[i], 0.0
        for k in range(len(pulls)):
            if pulls[k] >= least and pulls[k] > 0.0:
                target[at] = low[i] + k
                value[at] = pulls[k]
                kept += pulls[k]
                at += 1
        for k in range(start[i], start[i + 1]):
            value[k] *= rest[i] / kept
    return target, value
