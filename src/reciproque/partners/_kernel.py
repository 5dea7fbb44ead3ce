"""Exact nearest profiles in one pass over memory, with weights that may change at each query.

No index: the weights are the user's, and an approximate index would have to be built for each.
Compiled once by numba and cached on disk; :func:`warm` makes sure nobody waits for it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
from threadpoolctl import threadpool_limits

TOP = 20
TILE_ROWS, TILE_COLUMNS, CHUNK = 512, 1024, 32


@numba.njit(fastmath=True, cache=True, inline="always")
def _keep(best: np.ndarray, at: np.ndarray, value: float, row: int) -> None:
    """Insert ``value`` into the ascending ``best``, dropping its last."""
    k = len(best) - 1
    while k > 0 and best[k - 1] > value:
        best[k] = best[k - 1]
        at[k] = at[k - 1]
        k -= 1
    best[k] = value
    at[k] = row


@numba.njit(parallel=True, fastmath=True, cache=True, nogil=True)
def _pass(matrix, query, weights, out, best, at):  # type: ignore[no-untyped-def]
    """Distances of all rows and, per thread, its nearest: four rows at a time share the query."""
    n, k = matrix.shape
    threads = best.shape[0]
    size = ((n + threads - 1) // threads + 3) // 4 * 4
    for t in numba.prange(threads):
        mine, where = best[t], at[t]
        begin, end = t * size, min(n, (t + 1) * size)
        whole = begin + max(0, end - begin) // 4 * 4
        for i in range(begin, whole, 4):
            a = b = c = d = np.float32(0.0)
            for j in range(k):
                q, w = query[j], weights[j]
                ga, gb = matrix[i, j] - q, matrix[i + 1, j] - q
                gc, gd = matrix[i + 2, j] - q, matrix[i + 3, j] - q
                a += w * ga * ga
                b += w * gb * gb
                c += w * gc * gc
                d += w * gd * gd
            out[i], out[i + 1], out[i + 2], out[i + 3] = a, b, c, d
            if min(min(a, b), min(c, d)) < mine[-1]:
                for r in range(i, i + 4):
                    if out[r] < mine[-1]:
                        _keep(mine, where, out[r], r)
        for i in range(whole, end):
            total = np.float32(0.0)
            for j in range(k):
                gap = matrix[i, j] - query[j]
                total += weights[j] * gap * gap
            out[i] = total
            if total < mine[-1]:
                _keep(mine, where, total, i)


@numba.njit(fastmath=True, cache=True, nogil=True)
def _search(matrix, query, weights, top, threads, out):  # type: ignore[no-untyped-def]
    """:func:`_pass`, then the threads' nearest merged, ties by position."""
    best = np.full((threads, top), np.float32(np.inf), np.float32)
    at = np.full((threads, top), -1, np.int64)
    _pass(matrix, query, weights, out, best, at)
    rows, values = np.empty(top, np.int64), np.empty(top, np.float32)
    head = np.zeros(threads, np.int64)
    for r in range(top):
        chosen = -1
        for t in range(threads):  # threads are in order of position: strict < keeps the first
            if head[t] < top and (chosen < 0 or best[t, head[t]] < best[chosen, head[chosen]]):
                chosen = t
        rows[r], values[r] = at[chosen, head[chosen]], best[chosen, head[chosen]]
        head[chosen] += 1
    return rows, values


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
    nearest first, ties by position.
    """
    n = len(matrix)
    out = np.empty(n, np.float32) if out is None else out
    rows, values = _search(matrix, query, weights, min(top, n), numba.get_num_threads(), out)
    return out, rows, values


@numba.njit(fastmath=True, cache=True, nogil=True)
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
    """Compile, or read the compiled form from its cache (half a second the first time)."""
    small = np.zeros((4, 3), np.float32)
    nearest(small, small[0], np.ones(3, np.float32), 2)
    all_nearest(small, np.ones(3, np.float32), 2)
