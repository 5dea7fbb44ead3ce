"""Commuting estimated from population alone, where nothing is observed.

Production-constrained gravity with exponential decay (Wilson 1971, *Environment and Planning* 3;
Lenormand, Bassolas and Ramasco 2016, *Journal of Transport Geography* 51), with the parameters that
a calibration on French communes found: see docs/methode-liens.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from scipy.sparse import csr_array

from reciproque.territories import RADIUS_KM, Units, chord, unit_vectors

WORKERS_PER_INHABITANT = 0.402
MASS_EXPONENT = 1.15
DECAY_PER_KM = 0.155
STAY_SHARE = 0.25
REACH_KM = 100.0
SMALLEST = 0.5


@dataclass(frozen=True)
class Margins:
    """Workers who live, and jobs that are, in each of N base units (float64, 0 where unknown)."""

    workers: np.ndarray
    jobs: np.ndarray
    stay: np.ndarray


def margins(population: np.ndarray) -> Margins:
    """Workers, jobs and those who work at home in each unit, from population (N,), nan = 0.

    Jobs follow population^1.15, scaled so that there are as many as workers; a quarter of
    min(workers, jobs) stays in its own commune before the rest is shared out.
    """
    people = np.nan_to_num(population)
    workers = WORKERS_PER_INHABITANT * people
    mass = people**MASS_EXPONENT
    total = mass.sum()
    jobs = mass * (workers.sum() / total) if total else mass
    return Margins(workers, jobs, STAY_SHARE * np.minimum(workers, jobs))


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
def _totals(xyz, low, high, mass, own_km, rest, decay, reach, smallest):
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
def _fill(xyz, low, high, mass, own_km, rest, total, start, decay, reach, smallest):
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


def gravity(
    lon: np.ndarray,
    lat: np.ndarray,
    area_km2: np.ndarray,
    population: np.ndarray,
    decay: float = DECAY_PER_KM,
    reach_km: float = REACH_KM,
    smallest: float = SMALLEST,
) -> csr_array:
    """Estimated commuters between N units: (N, N) float32, row = home, column = work.

    ``lon``/``lat`` degrees, ``area_km2`` and ``population`` (N,), nan = unknown: a unit without a
    place or people sends and receives nothing.  Flows under ``smallest`` workers are dropped and
    their workers shared among the flows kept, so that each row sums to the unit's workers.
    """
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (np.nan_to_num(population) > 0))
    order = known[np.argsort(lat[known], kind="stable")]
    sizes = margins(population)
    own_km = 0.5 * np.sqrt(np.nan_to_num(area_km2[order], nan=15.0) / np.pi)
    band = reach_km / (RADIUS_KM * np.pi / 180)
    low = np.searchsorted(lat[order], lat[order] - band, side="left")
    high = np.searchsorted(lat[order], lat[order] + band, side="right")
    xyz = unit_vectors(lon[order], lat[order])
    mass = sizes.jobs[order]
    rest = (sizes.workers - sizes.stay)[order]
    reach = chord(reach_km)
    total, count = _totals(xyz, low, high, mass, own_km, rest, decay, reach, smallest)
    start = np.concatenate([[0], np.cumsum(count)])
    target, value = _fill(xyz, low, high, mass, own_km, rest, total, start, decay, reach, smallest)
    n = len(lon)
    lengths = np.zeros(n, np.int64)
    lengths[order] = count
    rows = np.repeat(order, count)
    flows = csr_array((value, (rows, order[target])), shape=(n, n))
    stay = csr_array((sizes.stay[known].astype(np.float32), (known, known)), shape=(n, n))
    return csr_array(flows + stay, dtype=np.float32)


def of_units(units: Units) -> csr_array:
    """:func:`gravity` on the base units of a registry."""
    return gravity(units.lon, units.lat, units.area_km2, units.population)
