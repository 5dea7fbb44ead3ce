"""The fewest members that reach every goal, nearest first among as few: proven, or said to be open.

For k = 1, 2, ... the question "k members exactly, at least cost" is made small before HiGHS sees it:
who cannot help even beside the k-1 best is out (bounds on loads), and so is who has k others at
least as good everywhere (k-dominance: in any coalition of k with him, one of them is free to take
his place).  The first k with an answer has the fewest members; HiGHS proves the others empty.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from reciproque.matching._highs import (
    INFEASIBLE,
    OPTIMAL,
    TIME,
    Answer,
    Program,
    binary_program,
    through_core,
)

TINY = 1e-9


@dataclass(frozen=True)
class Cover:
    """Which of n candidates?  Each goal is a row of ``loads`` (g, n) whose chosen sum reaches ``least`` (g,).

    ``cost`` (n,), never negative, orders coalitions of one size; at most ``most`` members.  With
    ``touch`` (n, n, boolean, symmetric) and ``root`` (n,) those who touch the territory, the chosen
    form one piece with it.
    """

    loads: np.ndarray
    least: np.ndarray
    cost: np.ndarray
    most: int
    touch: csr_array | None = None
    root: np.ndarray | None = None


@dataclass(frozen=True)
class Covered:
    """The chosen positions, ascending; ``None`` when nothing was found.

    No coalition has fewer than ``size_bound`` members, and none of the size found costs less than
    ``cost_bound``.  ``proven`` says that the answer, or that there is none, is certain.
    """

    chosen: np.ndarray | None
    size_bound: int
    cost: float
    cost_bound: float
    proven: bool
    seconds: float


def cover(question: Cover, seconds: float = 10.0) -> Covered:
    """Solve, in at most about ``seconds``."""
    begun = time.perf_counter()
    scaled = _scaled(question)

    def spent() -> float:
        return time.perf_counter() - begun

    if (scaled.least <= TINY).all():
        return Covered(np.zeros(0, int), 0, 0.0, 0.0, True, spent())
    open_from = 0  # the first size that could not be decided in time
    for k in range(1, scaled.most + 1):
        left = seconds - spent()
        if left <= 0:
            return Covered(None, open_from or k, np.inf, 0.0, False, spent())
        chosen, found = _of_size(scaled, k, left)
        if chosen is not None:
            cost = float(question.cost[chosen].sum())
            sure = found.status == OPTIMAL and not open_from
            bound = cost if found.status == OPTIMAL else max(0.0, min(found.bound, cost))
            return Covered(chosen, open_from or k, cost, bound, sure, spent())
        if found.status != INFEASIBLE:
            open_from = open_from or k
    return Covered(None, open_from or scaled.most + 1, np.inf, np.inf, not open_from, spent())


def _scaled(question: Cover) -> Cover:
    """Every goal in units of its own size; a load beyond the goal itself counts no more than it."""
    size = np.maximum(np.abs(question.least), np.abs(question.loads).max(axis=1, initial=0.0))
    size = np.where(size > 0, size, 1.0)
    loads, least = question.loads / size[:, None], question.least / size
    lone = (loads >= 0).all(axis=1) & (least > 0)
    loads = np.where(lone[:, None], np.minimum(loads, least[:, None]), loads)
    return replace(question, loads=loads, least=least)


def _of_size(question: Cover, k: int, seconds: float) -> tuple[np.ndarray | None, Answer]:
    """The cheapest coalition of exactly ``k``; positions in the question's own order."""
    kept = _useful(question, k, np.arange(len(question.cost)))
    if question.touch is None and len(kept) > k:
        kept = kept[_undominated(question.loads[:, kept], question.cost[kept], k)]
        kept = _useful(question, k, kept)
    if len(kept) < k:
        return None, Answer(INFEASIBLE)
    if k == 1:
        best = kept[np.lexsort((kept, question.cost[kept]))[0]]
        return np.array([best]), Answer(OPTIMAL)
    if k == 2 and question.touch is None:
        return _pair(question, kept)
    rows = csr_array(np.vstack([question.loads[:, kept], np.ones(len(kept))]))
    lower = np.append(question.least, k)
    upper = np.append(np.full(len(question.least), np.inf), k)
    if question.touch is None:
        found = through_core(Program(question.cost[kept], rows, lower, upper), seconds)
    else:
        found = _in_one_piece(
            question, kept, Program(question.cost[kept], rows, lower, upper), seconds
        )
    return (None if found.x is None else kept[found.x]), found


def _pair(question: Cover, kept: np.ndarray) -> tuple[np.ndarray | None, Answer]:
    """The cheapest two: all pairs are looked at."""
    good = np.triu(np.ones((len(kept), len(kept)), bool), 1)
    for row, least in zip(question.loads[:, kept], question.least, strict=True):
        good &= row[:, None] + row[None, :] >= least - TINY
    first, second = np.nonzero(good)
    if not len(first):
        return None, Answer(INFEASIBLE)
    best = int(np.argmin(question.cost[kept[first]] + question.cost[kept[second]]))
    return kept[[first[best], second[best]]], Answer(OPTIMAL)


def _useful(question: Cover, k: int, kept: np.ndarray) -> np.ndarray:
    """Of ``kept``, those with whom the k-1 best others still reach each goal, until none falls out."""
    while len(kept) >= k:
        loads = question.loads[:, kept]
        ranked = -np.sort(-loads, axis=1)
        best = ranked[:, : k - 1].sum(axis=1, keepdims=True)
        last = ranked[:, k - 1 : k].sum(axis=1, keepdims=True)
        at_least = ranked[:, k - 2 : k - 1] if k > 1 else np.full((len(loads), 1), np.inf)
        # who is among the k-1 best himself leaves his place to the k-th
        reach = np.where((loads >= at_least) & (k > 1), best + last, best + loads)
        inside = (reach >= question.least[:, None] - TINY).all(axis=0)
        if question.touch is not None:
            inside &= _steps(question, kept, k) <= k
        if inside.all():
            return kept
        kept = kept[inside]
    return kept[:0]


def _undominated(loads: np.ndarray, cost: np.ndarray, k: int) -> np.ndarray:
    """True for who has fewer than ``k`` others at least as good on every goal and in cost."""
    better = cost[:, None] <= cost[None, :]
    for row in loads:
        better &= row[:, None] >= row[None, :]
    # of two that are equal in everything, the first stands before the second
    better &= ~(better.T & (np.arange(len(cost))[:, None] >= np.arange(len(cost))[None, :]))
    return better.sum(axis=0) < k


def _steps(question: Cover, kept: np.ndarray, most: int) -> np.ndarray:
    """How many of ``kept`` one must hold to reach each from the territory, itself counted."""
    assert question.touch is not None
    assert question.root is not None
    touch = question.touch[kept][:, kept]
    steps = np.where(question.root[kept], 1.0, np.inf)
    for step in range(1, most):
        beside = touch @ (steps == step).astype(float) > 0
        steps[beside & ~np.isfinite(steps)] = step + 1
    return steps


def _in_one_piece(
    question: Cover,
    kept: np.ndarray,
    program: Program,
    seconds: float,
) -> Answer:
    """Cut off each answer in several pieces until one holds together.

    A piece S away from the territory needs one of its neighbours: x_i <= sum of x_j over j beside
    S, for each i of S (Carvajal et al. 2013, Imposing connectivity constraints in forest planning).
    """
    assert question.touch is not None
    assert question.root is not None
    begun = time.perf_counter()
    touch, root = question.touch[kept][:, kept], question.root[kept]
    rows, lower, upper = program.rows, program.lower, program.upper
    cuts = [_need(touch, np.array([i]), np.array([i])) for i in np.flatnonzero(~root)]
    cuts += _by_steps(_steps(question, kept, len(kept)), len(kept))
    bound = 0.0
    while True:
        if cuts:
            rows = csr_array(vstack([rows, *cuts]))
            count = sum(cut.shape[0] for cut in cuts)
            lower = np.concatenate([lower, np.zeros(count)])
            upper = np.concatenate([upper, np.full(count, np.inf)])
        left = seconds - (time.perf_counter() - begun)
        if left <= 0:
            return Answer(TIME, None, bound)
        found = binary_program(Program(program.cost, rows, lower, upper), left)
        bound = max(bound, found.bound)
        if found.x is None:
            return found
        cuts = _loose(touch, root, found.x)
        if not cuts:
            return found


def _by_steps(steps: np.ndarray, n: int) -> list[csr_array]:
    """Whoever is h steps away needs someone at each step before."""
    found = []
    for far in np.unique(steps[np.isfinite(steps)]).astype(int):
        there = np.flatnonzero(steps == far)
        for near in range(1, far - 1):
            row = csr_array((steps == near).astype(float)[None, :])
            one = csr_array((np.ones(len(there)), (range(len(there)), there)), (len(there), n))
            found.append(csr_array(vstack([row] * len(there)) - one))
    return found


def _loose(touch: csr_array, root: np.ndarray, chosen: np.ndarray) -> list[csr_array]:
    """A cut for each piece of the chosen that the territory does not touch."""
    from scipy.sparse.csgraph import connected_components

    count, piece = connected_components(touch[chosen][:, chosen], directed=False)
    cuts = []
    for p in range(count):
        members = chosen[piece == p]
        if not root[members].any():
            cuts.append(_need(touch, members, members))
    return cuts


def _need(touch: csr_array, piece: np.ndarray, who: np.ndarray) -> csr_array:
    """Rows sum of x over the neighbours of ``piece`` - x_i >= 0, for each i of ``who``."""
    n = touch.shape[0]
    beside = np.zeros(n)
    beside[touch[piece].indices] = 1.0
    beside[piece] = 0.0
    rows = np.repeat(beside[None, :], len(who), axis=0)
    rows[np.arange(len(who)), who] = -1.0
    return csr_array(rows)


def most_goals(question: Cover, seconds: float = 10.0) -> Covered:
    """Of goals that cannot all be reached: the coalition that reaches most, nearest first among those.

    Goals that nobody is needed for stay reached.  ``cost_bound`` speaks of the cost, as elsewhere.
    """
    begun = time.perf_counter()
    scaled = _scaled(question)
    g, n = scaled.loads.shape
    hard = scaled.least <= TINY
    # a goal given up asks only for what the worst coalition gives
    worst = np.minimum(np.sort(scaled.loads, axis=1)[:, : scaled.most], 0.0).sum(axis=1)
    give_up = np.where(hard, 0.0, worst - scaled.least)
    size = np.concatenate([np.ones(n), np.zeros(g)])
    rows = csr_array(np.vstack([np.hstack([scaled.loads, np.diag(give_up)]), size]))
    lower = np.append(np.where(hard, scaled.least, worst), 0.0)
    upper = np.append(np.full(g, np.inf), scaled.most)
    step = 1.0 / (1.0 + scaled.most * scaled.cost.max(initial=0.0))
    cost = np.concatenate([scaled.cost * step, np.full(g, -1.0)])
    program = Program(cost, rows, lower, upper)
    if scaled.touch is None:
        found = binary_program(program, seconds)
        x = found.x
    else:
        whole = _with_goals(scaled, g, cost)
        near = np.flatnonzero(_steps(whole, np.arange(n + g), scaled.most) <= scaled.most)
        found = _in_one_piece(whole, near, program.among(near), seconds)
        x = None if found.x is None else near[found.x]
    chosen = np.zeros(0, int) if x is None else x[x < n]
    total = float(question.cost[chosen].sum())
    sure = found.status == OPTIMAL
    return Covered(chosen, 0, total, total if sure else 0.0, sure, time.perf_counter() - begun)


def _with_goals(question: Cover, g: int, cost: np.ndarray) -> Cover:
    """The same question, where "goal reached" is a candidate that always touches the territory."""
    assert question.touch is not None
    assert question.root is not None
    n = len(question.cost)
    touch = csr_array(question.touch.tocoo(), copy=True)
    touch.resize((n + g, n + g))
    return replace(
        question, cost=cost, touch=touch, root=np.append(question.root, np.ones(g, bool))
    )
