"""Solvers behind :mod:`._pairs`, chosen by the shape of what is asked: arrays in, arrays out."""

from __future__ import annotations

import itertools
import time

import numpy as np

from reciproque.matching._clock import in_time
from reciproque.matching._dense import assign
from reciproque.matching._flow import ALONE_FROM, cheapest_flow
from reciproque.matching._highs import quiet_solver, run

SCALE = 1_000_000  # scores become whole numbers: a millionth apart is a tie, broken by order
DENSE = 0.25  # share of all pairs that are candidates from which a dense solver is quicker
SECONDS_A_PAIR = 3e-6  # of a flow: five times what is measured where pairs are spread as by chance
BLOCK = 1 << 15
LOOK = 1024  # proposals between two looks at the clock
LEVELS = 100  # satisfaction is told apart by hundredths where fairness comes first


def most(
    need: np.ndarray,
    offer: np.ndarray,
    score: np.ndarray,
    needs: np.ndarray,
    offers: np.ndarray,
    seconds: float = np.inf,
) -> tuple[np.ndarray, bool]:
    """Indices of the pairs of greatest total score, each side at most so many times; whether that is proven.

    ``need``, ``offer`` (E,) positions, ``score`` (E,) at least 0; ``needs`` (n,), ``offers`` (m,) capacities.
    Exact to a millionth of a score for each pair.  The same answer for the same order of pairs.  Where ``seconds``
    do not suffice, the best pairs first (:func:`greedy`: at least half the greatest total), and not proven.
    """
    if not len(need):
        return np.empty(0, np.int64), True
    single = bool((needs <= 1).all() and (offers <= 1).all())
    found: np.ndarray | None = None
    if single and len(need) >= DENSE * len(needs) * len(offers):
        found = in_time(lambda: _dense(need, offer, score, needs, offers), seconds)
    elif len(need) >= ALONE_FROM or len(need) * SECONDS_A_PAIR <= seconds:
        found = _flow(need, offer, score, needs, offers, seconds)
    if found is not None:
        return found, True
    return greedy(need, offer, score, needs, offers), False


def _dense(
    need: np.ndarray, offer: np.ndarray, score: np.ndarray, needs: np.ndarray, offers: np.ndarray
) -> np.ndarray:
    """A matrix of costs where most pairs are candidates: :func:`reciproque.matching._dense.assign`."""
    # a pair of no score is still better than none; a pair that is none costs nothing, like staying alone
    n, m, value = len(needs), len(offers), _costs(score)
    whole = (
        len(need) == n * m
        and bool(needs.all() and offers.all())
        and bool((offer.reshape(n, m) == np.arange(m)).all())
        and bool((need.reshape(n, m) == np.arange(n)[:, None]).all())
    )
    if whole:
        mate = assign(value.reshape(n, m))
        paired = np.flatnonzero(mate >= 0)
        return paired * m + mate[paired]
    value[(needs[need] == 0) | (offers[offer] == 0)] = 0.0
    cost = np.zeros((n, m))
    cost[need, offer] = value
    return np.flatnonzero((assign(cost)[need] == offer) & (value < 0))


def _costs(score: np.ndarray) -> np.ndarray:
    """Whole numbers below 0 as floats (E,), a millionth of score each; a block at a time, to stay in the cache."""
    cost = np.empty(len(score))
    for at in range(0, len(score), BLOCK):
        part = cost[at : at + BLOCK]
        np.multiply(score[at : at + BLOCK], -SCALE, out=part)
        np.rint(part, out=part)
        part -= 1.0
    return cost


def greedy(
    need: np.ndarray, offer: np.ndarray, score: np.ndarray, needs: np.ndarray, offers: np.ndarray
) -> np.ndarray:
    """Indices of pairs taken the best first, while both sides have room: at least half the greatest total.

    Equal scores in the order of pairs.  (Avis 1983, A survey of heuristics for the weighted matching problem.)

    >>> greedy(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.8, 0.85]), np.ones(2, int), np.ones(2, int))
    array([0])
    """
    mine, theirs = needs.tolist(), offers.tolist()
    best_first = np.argsort(-score, kind="stable")
    chosen = []
    for edge, i, j in zip(
        best_first.tolist(), need[best_first].tolist(), offer[best_first].tolist(), strict=True
    ):
        if mine[i] > 0 and theirs[j] > 0:
            mine[i] -= 1
            theirs[j] -= 1
            chosen.append(edge)
    return np.array(sorted(chosen), np.int64)


def _flow(
    need: np.ndarray,
    offer: np.ndarray,
    score: np.ndarray,
    needs: np.ndarray,
    offers: np.ndarray,
    seconds: float = np.inf,
) -> np.ndarray | None:
    """Minimum-cost flow: source, needs, offers, sink, and a way round for who stays alone; ``None`` out of time."""
    n, m, e = len(needs), len(offers), len(need)
    source, sink = n + m, n + m + 1
    # quicker than LinearSumAssignment with stand-ins for who stays alone
    tails = np.concatenate([need, np.full(n, source), n + np.arange(m), [source]])
    heads = np.concatenate([n + offer, np.arange(n), np.full(m, sink), [sink]])
    whole = int(needs.sum())
    room = np.concatenate([np.ones(e, np.int64), needs, offers, [whole]]).astype(np.int64)
    cost = np.concatenate([_costs(score).astype(np.int64), np.zeros(n + m + 1, np.int64)])
    supply = np.zeros(sink + 1, np.int64)
    supply[source], supply[sink] = whole, -whole
    try:
        flow = cheapest_flow(tails, heads, room, cost, supply, seconds)
    except TimeoutError:
        return None
    if flow is None:  # pragma: no cover - the way round makes it feasible
        raise RuntimeError("flow")
    return np.flatnonzero(flow[:e] > 0)


def stable(
    need: np.ndarray,
    offer: np.ndarray,
    need_view: np.ndarray,
    offer_view: np.ndarray,
    needs: np.ndarray,
    offers: np.ndarray,
    seconds: float = np.inf,
) -> tuple[np.ndarray, bool]:
    """Indices of a stable set of pairs: no need and offer would both rather have each other; whether it is whole.

    Deferred acceptance with capacities on both sides, needs proposing (Gale and Shapley 1962; Roth 1984): the
    stable set that is best for needs.  Equal views are told apart by order, so that preferences are strict.
    After ``seconds`` what is held so far is returned: within capacities, but not stable.
    """
    import heapq

    stop = time.perf_counter() + seconds

    best_first = np.lexsort((offer, -need_view, need))
    start = np.searchsorted(need[best_first], np.arange(len(needs) + 1))
    at = start[:-1].copy()
    held: list[list[tuple[float, int, int]]] = [[] for _ in offers]
    wanting = [i for i in range(len(needs)) for _ in range(int(needs[i]))][::-1]
    for asked in itertools.count():
        if not wanting or (asked % LOOK == 0 and time.perf_counter() >= stop):
            break
        i = wanting.pop()
        if at[i] >= start[i + 1]:
            continue
        edge = int(best_first[at[i]])
        at[i] += 1
        j = int(offer[edge])
        entry = (float(offer_view[edge]), -int(need[edge]), edge)
        if len(held[j]) < offers[j]:
            heapq.heappush(held[j], entry)
            continue
        dropped = heapq.heappushpop(held[j], entry) if offers[j] else entry
        wanting.append(int(need[dropped[2]]))
    return np.array(sorted(entry[2] for group in held for entry in group), np.int64), not wanting


def fair(
    need: np.ndarray,
    offer: np.ndarray,
    score: np.ndarray,
    needs: np.ndarray,
    offers: np.ndarray,
    seconds: float,
) -> tuple[np.ndarray, bool]:
    """Pairs that serve the worst-off first, then the next: leximin of satisfactions told by hundredths.

    First as many places as possible are filled; then as few as possible at the lowest satisfaction, then at the
    next (the "fair" matchings of Huang, Kavitha, Mehlhorn and Michail 2016), then the greatest total score.  Each
    round is a linear programme whose optimal face keeps whole corners (HiGHS, simplex).  Returns the indices, and
    whether every round ended within ``seconds``; where not even the first did, the best pairs first.
    """
    if not len(need):
        return np.empty(0, np.int64), True
    # halves go up, and the last bits of a sum do not make two levels of one
    level = np.minimum(np.floor(score * LEVELS + 0.5 + 1e-6).astype(int), LEVELS)
    goals = [
        -np.ones(len(need)),
        *((level == v).astype(float) for v in np.unique(level)[:-1]),
        -score,
    ]
    highs = _polytope(need, offer, needs, offers)
    value, stop, whole = None, time.perf_counter() + seconds, True
    for goal in goals:
        left = stop - time.perf_counter()
        if left <= 0:
            whole = False
            break
        highs.setOptionValue("time_limit", highs.getRunTime() + left)
        highs.changeColsCost(len(need), np.arange(len(need), dtype=np.int32), goal)
        run(highs)
        if highs.getModelStatus() != highs.getModelStatus().kOptimal:
            whole = False
            break
        value = np.array(highs.getSolution().col_value)
        reached = round(float(goal @ np.round(value)), 9)
        used = np.flatnonzero(goal)
        highs.addRow(-1e30, reached + 1e-7, len(used), used.astype(np.int32), goal[used])
    if value is None:
        return greedy(need, offer, score, needs, offers), False
    return np.flatnonzero(value > 0.5), whole


def _polytope(need: np.ndarray, offer: np.ndarray, needs: np.ndarray, offers: np.ndarray):
    """The b-matchings of a bipartite graph as HiGHS rows; its corners are whole."""
    highs = quiet_solver()
    highs.setOptionValue("solver", "simplex")
    e = len(need)
    highs.addVars(e, np.zeros(e), np.ones(e))
    for ends, room in ((need, needs), (offer, offers)):
        order = np.argsort(ends, kind="stable")
        cuts = np.searchsorted(ends[order], np.arange(len(room) + 1))
        for k in range(len(room)):
            edges = order[cuts[k] : cuts[k + 1]].astype(np.int32)
            if len(edges):
                highs.addRow(0.0, float(room[k]), len(edges), edges, np.ones(len(edges)))
    return highs
