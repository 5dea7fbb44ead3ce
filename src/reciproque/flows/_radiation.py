"""The radiation model, to compare the estimate with; no page uses it."""

from __future__ import annotations

import numba
import numpy as np
from scipy.sparse import csr_array

from reciproque.flows._margins import Margins
from reciproque.territories import RADIUS_KM, chord, unit_vectors


@numba.njit(cache=True, parallel=True)
def _draws(xyz, low, high, people, reach, start, target, value, write):
    """Per origin, how many are within reach (``write`` false), else their draws in sorted order."""
    n = len(people)
    count = np.zeros(n, np.int64)
    for i in numba.prange(n):
        straight = np.empty(high[i] - low[i])
        for j in range(low[i], high[i]):
            dx, dy, dz = xyz[i, 0] - xyz[j, 0], xyz[i, 1] - xyz[j, 1], xyz[i, 2] - xyz[j, 2]
            straight[j - low[i]] = dx * dx + dy * dy + dz * dz
        straight[i - low[i]] = np.inf
        count[i] = (straight <= reach * reach).sum()
        if write:
            nearest, own, between = np.argsort(straight), people[i], 0.0
            for k in range(count[i]):
                j = low[i] + nearest[k]
                met = own + between
                total = met * (met + people[j])
                target[start[i] + k] = j
                value[start[i] + k] = own * people[j] / total if total > 0 else 0.0
                between += people[j]
    return count


def radiation(
    lon: np.ndarray,
    lat: np.ndarray,
    population: np.ndarray,
    sizes: Margins,
    reach_km: float = 100.0,
) -> csr_array:
    """Commuting by radiation between N units: (N, N) float32, row = home, column = work.

    The chance to go from i to j is m_i n_j / ((m_i + s_ij)(m_i + n_j + s_ij)), s_ij the people
    nearer to i than j is, and all who do not stay go somewhere (Simini, González, Maritan and
    Barabási 2012, *Nature* 484).  Arrays are (N,), degrees and inhabitants.
    """
    people = np.nan_to_num(population)
    order = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (people > 0))
    order = order[np.argsort(lat[order], kind="stable")]
    band = np.degrees(reach_km / RADIUS_KM)
    low = np.searchsorted(lat[order], lat[order] - band)
    high = np.searchsorted(lat[order], lat[order] + band, side="right")
    place = (unit_vectors(lon[order], lat[order]), low, high, people[order], chord(reach_km))
    none = np.zeros(1, np.int32), np.zeros(1, np.float32)
    count = _draws(*place, np.zeros(1, np.int64), *none, False)
    start = np.concatenate([[0], np.cumsum(count)])
    target, value = np.empty(start[-1], np.int32), np.empty(start[-1], np.float32)
    _draws(*place, start, target, value, True)
    leave = (sizes.workers - sizes.stay)[order]
    rows = np.repeat(np.arange(len(order)), count)
    total = np.bincount(rows, weights=value, minlength=len(order))
    value *= np.divide(leave, total, out=np.zeros(len(order)), where=total > 0)[rows]
    at = np.append(order[rows], order), np.append(order[target], order)
    home = np.where(total > 0, sizes.stay[order], sizes.workers[order])
    n = len(lon)
    return csr_array((np.append(value, home).astype(np.float32), at), shape=(n, n))
