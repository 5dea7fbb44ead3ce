"""The compiled loops of :mod:`._gravity`, loaded only when an estimate is built.

Places are sorted by strips of latitude, then by longitude, so that those within reach of one are a
few unbroken runs of positions, ``low`` and ``high`` (n, r).  Attraction is the same both ways: only
runs of later places are kept, and used for both directions; ``at`` (n + 1,) is where the pairs of
each place begin.
"""

from __future__ import annotations

import numba
import numpy as np

from reciproque.territories import RADIUS_KM


@numba.njit(cache=True)
def _cuts(at, parts):
    """Where to cut n places so that each part holds about as many pairs."""
    cuts = np.zeros(parts + 1, np.int64)
    for p in range(1, parts):
        cuts[p] = np.searchsorted(at, at[-1] * p // parts)
    cuts[parts] = len(at) - 1
    return cuts


@numba.njit(cache=True, parallel=True, fastmath=True)
def attractions(xyz, slope, reach_km, low, high, at, parts):
    """exp(-slope_i slope_j km) of each pair, float32, 0 beyond the reach.

    ``xyz`` (3, n) on the unit sphere, ``slope`` (n,) square roots of a decay per km.
    """
    x, y, z = xyz[0], xyz[1], xyz[2]
    pull = np.empty(at[-1], np.float32)
    earth, bound = np.float32(RADIUS_KM), np.float32((reach_km / RADIUS_KM) ** 2)
    one, twelfth = np.float32(1), np.float32(1 / 12)
    cuts = _cuts(at, parts)
    for part in numba.prange(parts):
        for i in range(cuts[part], cuts[part + 1]):
            k, scale = at[i], slope[i] * earth * np.float32(1 / 256)
            for run in range(low.shape[1]):
                first, length = low[i, run], high[i, run] - low[i, run]
                xs, ys, zs, slopes = x[first:], y[first:], z[first:], slope[first:]
                drawn = pull[k : k + length]
                for j in range(length):
                    dx, dy, dz = x[i] - xs[j], y[i] - ys[j], z[i] - zs[j]
                    square = dx * dx + dy * dy + dz * dz
                    square *= one + square * twelfth  # from the chord to the arc
                    # exp(-256 t) = exp(-t)^256: multiplications alone, eight at a time
                    t = scale * slopes[j] * np.sqrt(square)
                    e = np.float32(1 / 24) * t - np.float32(1 / 6)
                    e = ((e * t + np.float32(0.5)) * t - one) * t + one
                    e *= e
                    e *= e
                    e *= e
                    e *= e
                    e *= e
                    e *= e
                    e *= e
                    e *= e
                    drawn[j] = e if square <= bound else np.float32(0)
                k += length
    return pull


@numba.njit(cache=True, parallel=True, fastmath=True)
def product(pull, own, weight, low, high, at, parts):
    """The symmetric matrix of attractions, ``own`` on its diagonal, times a vector (n,)."""
    cuts = _cuts(at, parts)
    sums = np.zeros((parts, len(own)), np.float32)
    for part in numba.prange(parts):
        mine = sums[part]
        for i in range(cuts[part], cuts[part + 1]):
            k, wi, total = at[i], weight[i], own[i] * weight[i]
            for run in range(low.shape[1]):
                first, length = low[i, run], high[i, run] - low[i, run]
                # slices: the compiler then knows that no index is negative, and works eight at a time
                drawn, those, sent = pull[k : k + length], weight[first:], mine[first:]
                for j in range(length):
                    total += drawn[j] * those[j]
                    sent[j] += drawn[j] * wi
                k += length
            mine[i] += total
    return sums.sum(axis=0)


@numba.njit(cache=True, parallel=True)
def counted(pull, sends, takes, low, high, at, smallest, parts):
    """How many flows of each part reach ``smallest``, one way or the other: (parts,)."""
    cuts = _cuts(at, parts)
    found = np.zeros(parts, np.int64)
    for part in numba.prange(parts):
        count = 0
        for i in range(cuts[part], cuts[part + 1]):
            k, si, ti = at[i], sends[i], takes[i]
            for run in range(low.shape[1]):
                first, length = low[i, run], high[i, run] - low[i, run]
                drawn, come, go = pull[k : k + length], takes[first:], sends[first:]
                for j in range(length):
                    count += int(drawn[j] * si * come[j] >= smallest)
                    count += int(drawn[j] * go[j] * ti >= smallest)
                k += length
        found[part] = count
    return found


@numba.njit(cache=True, parallel=True)
def kept(pull, sends, takes, low, high, at, smallest, found):
    """Origins, destinations and values of the flows that :func:`counted` counts, part by part."""
    parts = len(found)
    cuts = _cuts(at, parts)
    begin = np.zeros(parts + 1, np.int64)
    begin[1:] = np.cumsum(found)
    origin, target = np.empty(begin[-1], np.int32), np.empty(begin[-1], np.int32)
    value = np.empty(begin[-1], np.float32)
    for part in numba.prange(parts):
        w = begin[part]
        for i in range(cuts[part], cuts[part + 1]):
            k, si, ti = at[i], sends[i], takes[i]
            for run in range(low.shape[1]):
                for j in range(low[i, run], high[i, run]):
                    there, back = pull[k] * si * takes[j], pull[k] * sends[j] * ti
                    if there >= smallest:
                        origin[w], target[w], value[w] = i, j, there
                        w += 1
                    if back >= smallest:
                        origin[w], target[w], value[w] = j, i, back
                        w += 1
                    k += 1
    return origin, target, value


@numba.njit(cache=True)
def strongest(pull, takes, asking, low, high, at):
    """The other place that draws most from each place asked for, -1 where none: (n,)."""
    most, where = np.zeros(len(takes), np.float32), np.full(len(takes), -1, np.int64)
    for i in range(len(takes)):
        k = at[i]
        for run in range(low.shape[1]):
            for j in range(low[i, run], high[i, run]):
                if asking[i] and pull[k] * takes[j] > most[i]:
                    most[i], where[i] = pull[k] * takes[j], j
                if asking[j] and pull[k] * takes[i] > most[j]:
                    most[j], where[j] = pull[k] * takes[i], i
                k += 1
    return where
