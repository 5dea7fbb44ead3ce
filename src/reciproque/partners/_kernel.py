"""Exact nearest profiles in one pass over memory, with weights that may change at each query.

No index: the weights are the user's, and an approximate index would have to be built for each.
Compiled once by numba and cached on disk; :func:`warm` makes sure nobody waits for it.

The pass writes every distance and, for each block of 64 rows, the least of them.  The ``top``-th
least of these minima is at least the ``top``-th least distance, so only the few blocks that reach
below it are read again.  Four blocks go through at once: the query is loaded once for four rows, and
four streams keep the memory busy.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numba
import numpy as np
from threadpoolctl import threadpool_limits

TOP = 20
BLOCK = 64
GROUP = 4 * BLOCK
ALONE = 1 << 19  # up to so many figures one core is done before a second is awake
TILE_ROWS, TILE_COLUMNS, CHUNK = 512, 1024, 32
FAST = {"contract", "reassoc", "nsz", "arcp"}  # sums in any order; infinity keeps its meaning

_turn = Lock()  # numba's plainest thread pool does not bear two callers at once


@numba.njit(fastmath=FAST, cache=True, inline="always")
def _keep(best: np.ndarray, at: np.ndarray, value: float, row: int) -> None:
    """Insert ``value`` into the ascending ``best``, dropping its last; equals stay in order."""
    k = len(best) - 1
    while k > 0 and best[k - 1] > value:
        best[k] = best[k - 1]
        at[k] = at[k - 1]
        k -= 1
    best[k] = value
    at[k] = row


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def _group(matrix, query, weights, out, low, g):  # type: ignore[no-untyped-def]
    """Distances of the rows of group ``g``, and the least of each of its four blocks."""
    n, k = matrix.shape
    start = g * GROUP
    la = lb = lc = ld = np.float32(np.inf)
    if start + GROUP <= n:
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
def _together(matrix, query, weights, out, low):  # type: ignore[no-untyped-def]
    for g in numba.prange(len(low) // 4):
        _group(matrix, query, weights, out, low, g)


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def _nearest(out, low, top):  # type: ignore[no-untyped-def]
    """The ``top`` least of ``out``, nearest first, ties by position."""
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
def _search(matrix, query, weights, top, out):  # type: ignore[no-untyped-def]
    low = np.empty(4 * ((len(out) + GROUP - 1) // GROUP), np.float32)
    for g in range(len(low) // 4):
        _group(matrix, query, weights, out, low, g)
    return _nearest(out, low, top)


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def _search_together(matrix, query, weights, top, out):  # type: ignore[no-untyped-def]
    low = np.empty(4 * ((len(out) + GROUP - 1) // GROUP), np.float32)
    _together(matrix, query, weights, out, low)
    return _nearest(out, low, top)


def nearest(
    matrix: np.ndarray,
    query: np.ndarray,
    weights: np.ndarray,
    top: int = TOP,
    out: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted squared distances from ``query`` to every row, and the ``top`` nearest rows.

    ``matrix`` (n, k) float32, C-contiguous, without nan (see :mod:`._alike` for what is missing);
    ``query`` and ``weights`` (k,) float32, weights at least 0; ``out`` (n,) float32 may be given to
    be filled.  Returns the distances (n,), then the positions (top,) int64 and their distances,
    nearest first, ties by position; all n rows when ``top`` exceeds n.

    >>> nearest(np.eye(3, dtype=np.float32), np.zeros(3, np.float32),
    ...         np.array([3, 1, 2], np.float32), 2)[1:]
    (array([1, 2]), array([1., 2.], dtype=float32))
    """
    n = len(matrix)
    out = np.empty(n, np.float32) if out is None else out
    top = min(top, n)
    if top < 1:
        return out, np.empty(0, np.int64), np.empty(0, np.float32)
    if matrix.size <= ALONE:
        return out, *_search(matrix, query, weights, top, out)
    with _turn:
        return out, *_search_together(matrix, query, weights, top, out)


@numba.njit(fastmath=FAST, cache=True, nogil=True)
def _merge(products, norms, start, first, best, at):  # type: ignore[no-untyped-def]
    """Turn a tile of inner products into half distances and keep each row's nearest."""
    rows, n = products.shape
    for r in range(rows):
        mine, where = best[r], at[r]
        i = start + r - first
        limit = mine[-1]
        for lo in range(0, n, CHUNK):
            hi = min(lo + CHUNK, n)
            low = np.float32(np.inf)
            for j in range(lo, hi):
                low = min(low, norms[first + j] - products[r, j])
            if low < limit:
                for j in range(lo, hi):
                    value = norms[first + j] - products[r, j]
                    if value < limit and j != i:
                        _keep(mine, where, value, first + j)
                        limit = mine[-1]


def all_nearest(
    matrix: np.ndarray, weights: np.ndarray, top: int = TOP
) -> tuple[np.ndarray, np.ndarray]:
    """The ``top`` nearest rows of every row: positions (n, top) int32 and squared distances.

    Tiles of inner products by BLAS (|a|² + |b|² - 2ab), merged while they are still in cache, each
    core on rows of its own; exact up to float32 rounding.  Shapes and types as :func:`nearest`.
    """
    scaled = np.ascontiguousarray(matrix * np.sqrt(weights), np.float32)
    norms = np.einsum("ij,ij->i", scaled, scaled) * np.float32(0.5)
    n = len(scaled)
    top = min(top, n - 1)
    best = np.full((n, top), np.inf, np.float32)
    at = np.full((n, top), -1, np.int32)

    def rows(start: int) -> None:
        stop = min(n, start + TILE_ROWS)
        space = np.empty(TILE_ROWS * TILE_COLUMNS, np.float32)
        for first in range(0, n, TILE_COLUMNS):
            last = min(n, first + TILE_COLUMNS)
            tile = space[: (stop - start) * (last - first)].reshape(stop - start, last - first)
            np.matmul(scaled[start:stop], scaled[first:last].T, out=tile)
            _merge(tile, norms, start, first, best[start:stop], at[start:stop])

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(numba.get_num_threads()) as pool:
        list(pool.map(rows, range(0, n, TILE_ROWS)))
    return at, np.maximum(2.0 * (best + norms[:, None]), 0.0)


def warm() -> None:
    """Compile, or read the compiled form from its cache (some seconds the very first time)."""
    small, weights = np.zeros((4, 3), np.float32), np.ones(3, np.float32)
    nearest(small, small[0], weights, 2)
    all_nearest(small, weights, 2)
    large = np.zeros((ALONE + 1, 1), np.float32)
    nearest(large, large[0], weights[:1], 2)
