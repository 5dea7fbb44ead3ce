"""One to one where nearly everybody may meet: a matrix of costs in, who is with whom out."""

from __future__ import annotations

import numpy as np

CORE_FROM = 256  # rows from which looking at few columns first pays
EACH = 20  # columns looked at for each row
SAMPLE = 97  # one cost in so many tells where the smallest lie
SIGMAS = 4.0  # beyond this, small costs crowd on some rows: the few columns would not do


def assign(cost: np.ndarray) -> np.ndarray:
    """Column of each row (n,) at the least total ``cost`` (n, m), -1 for a row left without; whole numbers.

    Where small costs are spread as by chance, the few smallest of each row make a core, whose optimum is proven for the
    whole by its dual prices (Volgenant 1996, Linear and semi-assignment problems: a core oriented approach).
    Everywhere else shortest augmenting paths on the whole matrix (Jonker and Volgenant 1987).  Both by ``lapx``.

    >>> assign(np.array([[4.0, 1.0, 3.0], [2.0, 0.0, 5.0]])).tolist()
    [1, 0]
    """
    import lap

    n, m = cost.shape
    found = _by_core(cost) if n == m >= CORE_FROM else None
    if found is not None:
        return found
    rows, columns = lap.lapjvh(cost, extend_cost=True, return_cost=False)  # its quickest variant
    mate = np.full(n, -1, np.int64)
    mate[np.asarray(rows, np.int64)] = columns
    return mate


def _by_core(cost: np.ndarray) -> np.ndarray | None:
    """The optimum among the smallest costs, if it is that of the whole; ``None`` where that is not proven."""
    import lap

    n, flat = len(cost), cost.ravel()
    sample = flat[::SAMPLE]
    place = EACH * len(sample) // n
    limit = float(np.partition(sample, place)[place])
    row, column = np.divmod(np.flatnonzero(flat < limit), n)
    start = np.searchsorted(row, np.arange(n + 1)).astype(np.int32)
    if not _by_chance(np.diff(start)) or not _by_chance(np.bincount(column, minlength=n)):
        return None
    small = cost[row, column]
    low = small.min()
    # lapx takes a million for infinity: a power of two brings costs below one, and rounds nothing
    scale = 2.0 ** -np.ceil(np.log2(limit - low + 2.0))
    _, mate, _ = lap.lapmod(n, (small - low + 1.0) * scale, start, column.astype(np.int32))
    mate = np.asarray(mate, np.int64)
    own = cost[np.arange(n), mate]
    if (np.bincount(mate, minlength=n) != 1).any() or (own >= limit).any():
        return None  # the core has no full matching
    u = _prices(row, column, small, mate, own)
    v = np.empty(n)
    v[mate] = own - u
    # what lies outside the core costs at least ``limit``: only rows whose prices may exceed it are looked at
    doubtful = np.flatnonzero(u + v.max() > limit)
    proven = not len(doubtful) or bool((cost[doubtful] >= u[doubtful, None] + v).all())
    return mate if proven else None


def _by_chance(counts: np.ndarray) -> bool:
    """Whether counts vary no more than draws at random do (index of dispersion), and none is 0."""
    spread = counts.var() / max(counts.mean(), 1.0)
    return bool(counts.min() > 0 and spread < 1.0 + SIGMAS * np.sqrt(2.0 / len(counts)))


def _prices(
    row: np.ndarray, column: np.ndarray, small: np.ndarray, mate: np.ndarray, own: np.ndarray
) -> np.ndarray:
    """Prices u of rows with u + v <= cost on the core, equal on the matching: Bellman's shortest paths, from who changed.

    The column of a row costs it ``own``, so v follows from u; whoever's price falls lowers those who could take its column.
    """
    n = len(mate)
    owner = np.empty(n, np.int64)
    owner[mate] = np.arange(n)
    order = np.argsort(owner[column], kind="stable")
    extra, to = (small - own[owner[column]])[order], row[order]
    begin = np.searchsorted(owner[column][order], np.arange(n + 1))
    u = own.copy()
    changed = np.arange(n)
    while len(changed):
        count = begin[changed + 1] - begin[changed]
        ends = np.cumsum(count)
        edges = np.arange(ends[-1]) + np.repeat(begin[changed] - ends + count, count)
        offered = extra[edges] + np.repeat(u[changed], count)
        better = offered < u[to[edges]]
        reached = to[edges][better]
        np.minimum.at(u, reached, offered[better])
        changed = np.unique(reached)
    return u
