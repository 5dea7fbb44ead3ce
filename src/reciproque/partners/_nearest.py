"""Exact nearest profiles in one pass over memory, with weights that may change at each query.

No index: the weights are the user's, and an approximate index would have to be built for each.
The loops are compiled (:mod:`._kernel`), loaded only when asked for, and cached on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np

TOP = 20
SMALL = 1 << 18  # up to so many figures, numpy is done before the compiled loop would be loaded
TILE_ROWS, TILE_COLUMNS = 1024, 512

_turn = Lock()  # numba's plainest thread pool does not bear two callers at once
_search: Callable[..., tuple[np.ndarray, np.ndarray]] | None = None
_warm = False


def _load() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """The compiled search, loaded the first time only: asking again costs microseconds that count."""
    global _search
    from reciproque.partners._kernel import search

    _search = search
    return search


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

    >>> found = nearest(np.eye(3, dtype=np.float32), np.zeros(3, np.float32),
    ...                 np.array([3, 1, 2], np.float32), 2)
    >>> found[1].tolist(), found[2].tolist()
    ([1, 2], [1.0, 2.0])
    """
    n = len(matrix)
    out = np.empty(n, np.float32) if out is None else out
    top = min(top, n)
    if top < 1:
        if n:
            out[:] = nearest(matrix, query, weights, 1)[0]
        return out, np.empty(0, np.int64), np.empty(0, np.float32)
    search = _search or _load()
    with _turn:
        at, best = search(matrix, query, weights, top, out)
    return out, at, best


def distances(matrix: np.ndarray, query: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The distances of :func:`nearest` alone, (n,) float32; by numpy where that is sooner done."""
    if _warm and matrix.size > SMALL:
        return nearest(matrix, query, weights, 1)[0]
    gap = matrix - query
    return np.asarray((gap * gap) @ weights)


def all_nearest(
    matrix: np.ndarray, weights: np.ndarray, top: int = TOP
) -> tuple[np.ndarray, np.ndarray]:
    """The ``top`` nearest rows of every row: positions (n, top) int32 and squared distances.

    A row is not its own neighbour.  BLAS computes |b|²/2 - ab, which orders as distances do, tile by
    tile; each is merged while still in cache, each core on rows of its own; the distances kept are
    then computed again from the differences.  Shapes and types as :func:`nearest`.
    """
    import numba
    from threadpoolctl import threadpool_limits

    from reciproque.partners._kernel import merge, settle

    n = len(matrix)
    top = min(top, n - 1)
    if top < 1:
        return np.empty((n, 0), np.int32), np.empty((n, 0), np.float32)
    scaled = np.ascontiguousarray(matrix * np.sqrt(weights), np.float32)
    half = 0.5 * np.einsum("ij,ij->i", scaled, scaled)
    left = np.hstack([scaled, np.ones((n, 1), np.float32)])
    right = np.ascontiguousarray(np.hstack([-scaled, half[:, None]], dtype=np.float32).T)
    best = np.full((n, top), np.inf, np.float32)
    at = np.full((n, top), -1, np.int32)

    def rows(start: int) -> None:
        stop = min(n, start + TILE_ROWS)
        space = np.empty(TILE_ROWS * TILE_COLUMNS, np.float32)
        for first in range(0, n, TILE_COLUMNS):
            last = min(n, first + TILE_COLUMNS)
            tile = space[: (stop - start) * (last - first)].reshape(stop - start, last - first)
            np.matmul(left[start:stop], right[:, first:last], out=tile)
            merge(tile, start, first, best[start:stop], at[start:stop])
        settle(matrix, weights, start, best[start:stop], at[start:stop])

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(numba.get_num_threads()) as pool:
        list(pool.map(rows, range(0, n, TILE_ROWS)))
    return at, best


def warm() -> None:
    """Compile the loops (a few seconds, once for all) or read them from their cache (half a second).

    A server calls it as it starts; a shell command that lasts a second does without.
    """
    global _warm
    small, weights = np.zeros((4, 3), np.float32), np.ones(3, np.float32)
    nearest(small, small[0], weights, 2)
    all_nearest(small, weights, 2)
    _warm = True
