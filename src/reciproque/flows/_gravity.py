"""Commuting estimated from population alone, where nothing is observed.

Production-constrained gravity with exponential decay (Wilson 1971, *Environment and Planning* 3;
Lenormand, Bassolas and Ramasco 2016, *Journal of Transport Geography* 51), with the parameters that
a calibration on French communes found: see docs/methode-liens.md.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    from reciproque.flows._loops import fill, totals

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
    total, count = totals(xyz, low, high, mass, own_km, rest, decay, reach, smallest)
    start = np.concatenate([[0], np.cumsum(count)])
    target, value = fill(xyz, low, high, mass, own_km, rest, total, start, decay, reach, smallest)
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
