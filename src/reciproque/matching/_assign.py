"""Solvers behind :mod:`._pairs`, chosen by the shape of what is asked: arrays in, arrays out."""

from __future__ import annotations

import time

import numpy as np

from reciproque.matching._highs import quiet_solver

SCALE = 1_000_000  # scores become whole numbers: a millionth apart is a tie, broken by order
DENSE = 0.25  # share of all pairs that are candidates from which a dense solver is quicker
LEVELS = 100  # satisfaction is told apart by hundredths where fairness comes first


def _costs(score: np.ndarray) -> np.ndarray:
    return np.round(score * SCALE).astype(np.int64)


def most(
    need: np.ndarray, offer: np.ndarray, score: np.ndarray, needs: np.ndarray, offers: np.ndarray
) -> np.ndarray:
    """Indices of the pairs of greatest total score, each side at most so many times.

    ``need``, ``offer`` (E,) positions, ``score`` (E,) at least 0; ``needs`` (n,), ``offers`` (m,) capacities.
    Exact to a millionth of a score for each pair.  The same answer for the same order of pairs.
    """
    if not len(need):
        return np.empty(0, np.int64)
    single = bool((needs <= 1).all() and (offers <= 1).all())
    if single and len(need) >= DENSE * len(needs) * len(offers):
        return _dense(need, offer, score, len(needs), len(offers))
    return _flow(need, offer, score, needs, offers)


def _dense(need: np.ndarray, offer: np.ndarray, score: np.ndarray, n: int, m: int) -> np.ndarray:
    """Jonker and Volgenant's shortest augmenting paths (1987), by ``lapx``: of its variants, the fastest here."""
    import lap

    # a pair of no score is still better than none; a pair that is none costs nothing, like staying alone
    value = -_costs(score) - 1.0
    whole = len(need) == n * m and bool((need * m + offer == np.arange(n * m)).all())
    cost = value.reshape(n, m) if whole else np.zeros((n, m))
    if not whole:
        cost[need, offer] = value
    rows, columns = (
        np.asarray(k, np.int64) for k in lap.lapjvh(cost, extend_cost=True, return_cost=False)
    )
    if whole:
        return np.sort(rows * m + columns)
    mate = np.full(n, -1, np.int64)
    mate[rows] = columns
    return np.flatnonzero(mate[need] == offer)


def _flow(
    need: np.ndarray, offer: np.ndarray, score: np.ndarray, needs: np.ndarray, offers: np.ndarray
) -> np.ndarray:
    """Minimum-cost flow by OR-Tools: source, needs, offers, sink, and a way round for who stays alone."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    n, m, e = len(needs), len(offers), len(need)
    source, sink = n + m, n + m + 1
    flow = (
        SimpleMinCostFlow()
    )  # quicker than LinearSumAssignment with stand-ins for who stays alone
    tails = np.concatenate([need, np.full(n, source), n + np.arange(m), [source]])
    heads = np.concatenate([n + offer, np.arange(n), np.full(m, sink), [sink]])
    whole = int(needs.sum())
    room = np.concatenate([np.ones(e, np.int64), needs, offers, [whole]]).astype(np.int64)
    cost = np.concatenate([-_costs(score) - 1, np.zeros(n + m + 1, np.int64)])
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, room, cost)
    flow.set_nodes_supplies(np.array([source, sink]), np.array([whole, -whole]))
    if flow.solve() != flow.OPTIMAL:  # pragma: no cover - the way round makes it feasible
        raise RuntimeError("flow")
    return np.flatnonzero(flow.flows(arcs[:e]) > 0)


def stable(
    need: np.ndarray,
    offer: np.ndarray,
    need_view: np.ndarray,
    offer_view: np.ndarray,
    needs: np.ndarray,
    offers: np.ndarray,
) -> np.ndarray:
    """Indices of a stable set of pairs: no need and offer would both rather have each other.

    Deferred acceptance with capacities on both sides, needs proposing (Gale and Shapley 1962; Roth 1984): the
    stable set that is best for needs.  Equal views are told apart by order, so that preferences are strict.
    """
    import heapq

    best_first = np.lexsort((offer, -need_view, need))
    start = np.searchsorted(need[best_first], np.arange(len(needs) + 1))
    at = start[:-1].copy()
    held: list[list[tuple[float, int, int]]] = [[] for _ in offers]
    wanting = [i for i in range(len(needs)) for _ in range(int(needs[i]))][::-1]
    while wanting:
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
    return np.array(sorted(entry[2] for group in held for entry in group), np.int64)


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
    whether every round ended within ``seconds``.
    """
    if not len(need):
        return np.empty(0, np.int64), True
    level = np.minimum(np.round(score * LEVELS).astype(int), LEVELS)
    goals = [
        -np.ones(len(need)),
        *((level == v).astype(float) for v in np.unique(level)[:-1]),
        -score,
    ]
    highs = _polytope(need, offer, needs, offers)
    value, stop, whole = np.zeros(len(need)), time.perf_counter() + seconds, True
    for goal in goals:
        left = stop - time.perf_counter()
        if left <= 0:
            whole = False
            break
        highs.setOptionValue("time_limit", highs.getRunTime() + left)
        highs.changeColsCost(len(need), np.arange(len(need), dtype=np.int32), goal)
        highs.run()
        if highs.getModelStatus() != highs.getModelStatus().kOptimal:
            whole = False
            break
        value = np.array(highs.getSolution().col_value)
        reached = round(float(goal @ np.round(value)), 9)
        used = np.flatnonzero(goal)
        highs.addRow(-1e30, reached + 1e-7, len(used), used.astype(np.int32), goal[used])
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
