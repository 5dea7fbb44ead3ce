"""The compiled loops of :mod:`._nearest`: numba writes them to disk once, then only reads them.

The pass writes every distance and, for each block of 64 rows, the least of them.  The ``top``-th
least of these minima is at least the ``top``-th least distance, so only the few blocks that reach
below it are read again.  Four blocks go through at once: the query is loaded once for four rows, and
four streams keep the memory busy.
"""

from __future__ import annotations

import numba
import numpy as np

BLOCK = 64
GROUP = 4 * BLOCK
CHUNK = 64
FAST = {"contract", "reassoc", "nsz", "arcp"}  # sums in any order; infinity keeps its meaning


@numba.njit(fastmath=FAST, cache=True, inline="always")
def _keep(best, at, value, row):
    """Insert ``value`` into the ascending ``best``, dropping its last; equals stay in order."""
    k = len(best) - 1
    while k > 0 and best[k - 1] > value:
        best[k] = best[k - 1]
        at[k] = at[k - 1]
        k -= 1
    best[k] = value
    at[k] = row


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def _group(matrix, query, weights, out, low, g):
    """Distances of the rows of group ``g``, and the least of each of its four blocks."""
    n, k = matrix.shape
    start = g * GROUP
    if start + GROUP <= n:
        la = lb = lc = ld = np.float32(np.inf)
        ma, mb = matrix[start : start + BLOCK], matrix[start + BLOCK : start + 2 * BLOCK]
        mc, md = matrix[start + 2 * BLOCK : start + 3 * BLOCK], matrix[start + 3 * BLOCK :]
        for i in range(BLOCK):
            a = b = c = d = np.float32(0.0)
            for j in range(k):
                q, w = query[j], weights[j]
                ga, gb, gc, gd = ma[i, j] - q, mb[i, j] - q, mc[i, j] - q, md[i, j] - q
                a += w * ga * ga
                b += w * gb * gb
                c += w * gc * gc
                d += w * gd * gd
            r = start + i
            out[r], out[r + BLOCK], out[r + 2 * BLOCK], out[r + 3 * BLOCK] = a, b, c, d
            la, lb, lc, ld = min(la, a), min(lb, b), min(lc, c), min(ld, d)
        low[4 * g], low[4 * g + 1], low[4 * g + 2], low[4 * g + 3] = la, lb, lc, ld
        return
    low[4 * g : 4 * g + 4] = np.inf
    for i in range(start, n):
        a = np.float32(0.0)
        for j in range(k):
            ga = matrix[i, j] - query[j]
            a += weights[j] * ga * ga
        out[i] = a
        low[i // BLOCK] = min(low[i // BLOCK], a)


@numba.njit(parallel=True, fastmath=FAST, cache=True, nogil=True)
def _distances(matrix, query, weights, out, low):
    """All distances ``out`` (n,) and the least of each block ``low``, the cores side by side."""
    for g in numba.prange(len(low) // 4):
        _group(matrix, query, weights, out, low, g)


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def _least(out, low, top):
    """Positions and values of the ``top`` least of ``out``, ascending, ties by position."""
    best, at = np.full(top, np.float32(np.inf)), np.full(top, -1, np.int64)
    for block in range(len(low)):
        if low[block] < best[-1]:
            _keep(best, at, low[block], block)
    limit = best[-1]
    best[:] = np.inf
    for block in range(len(low)):
        if low[block] <= limit:
            for i in range(block * BLOCK, min(len(out), (block + 1) * BLOCK)):
                if out[i] < best[-1]:
                    _keep(best, at, out[i], i)
    return at, best


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def search(matrix, query, weights, top, out):
    """Fill ``out`` (n,) with distances; the ``top`` (1 to n) nearest positions and distances."""
    low = np.empty(4 * ((len(out) + GROUP - 1) // GROUP), np.float32)
    _distances(matrix, query, weights, out, low)
    return _least(out, low, top)


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def merge(tile, start, first, best, at):
    """Keep each row's nearest from a tile of distances; 64 at a time are looked at in one go."""
    rows, n = tile.shape
    whole = n // CHUNK * CHUNK
    for r in range(rows):
        mine, where = best[r], at[r]
        itself = start + r - first
        limit = mine[-1]
        for low in range(0, whole, CHUNK):
            part = tile[r, low : low + CHUNK]
            below = np.int32(0)
            for j in range(CHUNK):
                below |= np.int32(part[j] < limit)
            if below:
                for j in range(CHUNK):
                    if part[j] < limit and low + j != itself:
                        _keep(mine, where, part[j], first + low + j)
                        limit = mine[-1]
        for j in range(whole, n):
            if tile[r, j] < limit and j != itself:
                _keep(mine, where, tile[r, j], first + j)
                limit = mine[-1]


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def settle(matrix, weights, start, best, at):
    """Compute the kept distances again from their differences, without rounding, and sort them."""
    rows, top = best.shape
    k = matrix.shape[1]
    mine, where = np.empty(top, np.float32), np.empty(top, at.dtype)
    for r in range(rows):
        mine[:] = np.inf
        for p in range(top):
            other, total = at[r, p], np.float32(0.0)
            for j in range(k):
                gap = matrix[start + r, j] - matrix[other, j]
                total += weights[j] * gap * gap
            _keep(mine, where, total, other)
        best[r] = mine
        at[r] = where
