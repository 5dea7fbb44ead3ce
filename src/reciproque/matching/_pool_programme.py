"""The programme of pooled gifts: what goes where, under thresholds and group shares, in an order of goals."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from reciproque.matching._highs import quiet_solver

TIGHT = 1e-8  # how far a goal already reached may give way to the next, relatively
FREE = 1e30
Row = tuple[np.ndarray, np.ndarray, float, float]


@dataclass(frozen=True)
class Pool:
    """Arcs (E,) from gift ``tail`` to need ``head``, quantities of each resource in parts of its largest one.

    ``least`` (m,): what a need must reach to be supported at all (0: any part will do); ``lot`` (n,): the
    smallest part of a gift; ``gain`` (E,): what a unit is worth; ``shares``: weights of arcs whose sum stays >= 0;
    ``first`` (E,): arcs that were pinned.
    """

    tail: np.ndarray
    head: np.ndarray
    supply: np.ndarray
    wanted: np.ndarray
    least: np.ndarray
    lot: np.ndarray
    gain: np.ndarray
    shares: Sequence[np.ndarray]
    first: np.ndarray


@dataclass(frozen=True)
class Poured:
    """Flow on each arc (E,), what is placed and what nothing can exceed."""

    flow: np.ndarray
    placed: float
    bound: float
    optimal: bool


@dataclass
class Programme:
    """HiGHS with the columns x (arcs), y (needs supported), z (arcs used), t (the worst-off)."""

    pool: Pool
    stop: float
    arcs_in: list[np.ndarray] = field(default_factory=list)
    arcs_out: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        p = self.pool
        self.arcs_in = [np.flatnonzero(p.head == i) for i in range(len(p.wanted))]
        self.arcs_out = [np.flatnonzero(p.tail == j) for j in range(len(p.supply))]
        self.edges, self.needs = len(p.tail), len(p.wanted)
        self.y, self.z, self.t = self.edges, self.edges + self.needs, 2 * self.edges + self.needs
        self.size = self.t + 1
        self.highs = quiet_solver()
        for name in ("mip_feasibility_tolerance", "primal_feasibility_tolerance"):
            self.highs.setOptionValue(name, 1e-9)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", 1e-9)
        self._columns()
        for row in self._rows():
            self.add(*row)

    def _columns(self) -> None:
        p = self.pool
        room = np.minimum(p.supply[p.tail], p.wanted[p.head])
        reached = np.array([float(len(a) > 0) for a in self.arcs_in])
        top = np.concatenate([room, reached, np.ones(self.edges), [1.0]])
        low = np.zeros(self.size)
        low[self.y : self.z] = np.where(p.least > 0, 0.0, reached)
        low[self.z : self.t] = np.where(p.lot[p.tail] > 0, 0.0, 1.0)
        self.highs.addVars(self.size, low, top)
        self.binary = np.flatnonzero(low[self.y : self.t] < top[self.y : self.t]) + self.y
        self._integral(True)

    def _integral(self, yes: bool) -> None:
        import highspy

        kind = highspy.HighsVarType.kInteger if yes else highspy.HighsVarType.kContinuous
        for column in self.binary.tolist():
            self.highs.changeColIntegrality(column, kind)

    def _rows(self) -> list[Row]:
        """Gifts not overdrawn; needs between their threshold and what they ask; lots; group shares."""
        p, rows = self.pool, []
        for arcs, most in zip(self.arcs_out, p.supply, strict=True):
            rows.append((arcs, np.ones(len(arcs)), -FREE, float(most)))
        for i, arcs in enumerate(self.arcs_in):
            both = np.append(arcs, self.y + i)
            for amount, low, high in ((p.wanted[i], -FREE, 0.0), (p.least[i], 0.0, FREE)):
                told = np.append(np.ones(len(arcs)), -amount)
                rows.append((both, told, low, high))
        for e in np.flatnonzero(p.lot[p.tail] > 0).tolist():
            room = min(p.supply[p.tail[e]], p.wanted[p.head[e]])
            pair = np.array([e, self.z + e])
            rows.append((pair, np.array([1.0, -room]), -FREE, 0.0))
            rows.append((pair, np.array([1.0, -p.lot[p.tail[e]]]), 0.0, FREE))
        for weights in p.shares:
            told_arcs = np.flatnonzero(weights)
            rows.append((told_arcs, weights[told_arcs], 0.0, FREE))
        return rows

    def add(self, columns: np.ndarray, values: np.ndarray, low: float, high: float) -> None:
        self.highs.addRow(low, high, len(columns), columns.astype(np.int32), values)

    def best(self, goal: np.ndarray) -> tuple[np.ndarray, float, bool] | None:
        """Columns of the most of a goal, its bound, and whether that is proven; ``None`` with nothing in time."""
        import highspy

        left = self.stop - time.perf_counter()
        if left <= 0:
            return None
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + left)
        self.highs.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), -goal)
        self.highs.run()
        proven = self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        info = self.highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        found = np.array(self.highs.getSolution().col_value)
        bound = float(goal @ found) if proven else -float(info.mip_dual_bound)
        return found, bound, bool(proven)

    def keep(self, goal: np.ndarray, reached: float) -> None:
        """What a goal reached stays reached."""
        used = np.flatnonzero(goal)
        self.add(used, goal[used], reached - TIGHT * max(1.0, abs(reached)), FREE)

    def settle(self, found: np.ndarray) -> None:
        """Who is supported and which arcs are used is decided: what follows is linear."""
        self._integral(False)
        for column in self.binary.tolist():
            value = round(float(found[column]))
            self.highs.changeColBounds(column, value, value)


def pour(pool: Pool, how: str, seconds: float) -> Poured:
    """The goals one after the other; each keeps what those before it reached.

    What was pinned; then as much as possible and as many needs at their threshold (``total``), or the reverse
    (``projects``); then the same part of each need, the worst-off first (and so on for the next), then the same part
    of each gift.
    """
    programme = Programme(pool, time.perf_counter() + seconds)
    goals = _goals(programme, how)
    found, whole, bounds = np.zeros(programme.size), True, {}
    for name, goal in goals.items():
        answer = programme.best(goal)
        if answer is None:
            whole = False
            break
        found, bounds[name], proven = answer
        whole &= proven
        programme.keep(goal, float(goal @ found))
    if whole:
        found, whole = _fairly(programme, found)
    flow = np.where(found[: programme.edges] < 1e-9, 0.0, found[: programme.edges])
    placed = float(pool.gain @ flow)
    bound = bounds.get("placed", float((pool.wanted * _worth(pool)).sum()))
    return Poured(flow, placed, placed if whole else max(placed, bound), whole)


def _worth(pool: Pool) -> np.ndarray:
    """What a unit is worth to each need (m,); 0 for one that nothing reaches."""
    worth = np.zeros(len(pool.wanted))
    worth[pool.head] = pool.gain
    return worth


def _goals(programme: Programme, how: str) -> Mapping[str, np.ndarray]:
    def over(start: int, values: np.ndarray) -> np.ndarray:
        goal = np.zeros(programme.size)
        goal[start : start + len(values)] = values
        return goal

    p = programme.pool
    placed, projects = over(0, p.gain), over(programme.y, (p.least > 0).astype(float))
    goals = {"first": over(0, p.first.astype(float))} if p.first.any() else {}
    order = {"placed": placed, "projects": projects}
    if how == "projects":
        order = {"projects": projects, "placed": placed}
    return goals | {name: goal for name, goal in order.items() if goal.any()}


def _fairly(programme: Programme, found: np.ndarray) -> tuple[np.ndarray, bool]:
    """The worst-off need as well served as can be, the choice of needs still open; then the next ones, then gifts."""
    p = programme.pool
    worst = np.zeros(programme.size)
    worst[programme.t] = 1.0
    begin = programme.highs.getNumRow()
    for i, arcs in enumerate(programme.arcs_in):
        if len(arcs):  # part >= t where it is supported, anything where it is not
            columns = np.concatenate([arcs, [programme.t, programme.y + i]])
            values = np.concatenate([np.full(len(arcs), 1 / p.wanted[i]), [-1.0, -1.0]])
            programme.add(columns, values, -1.0, FREE)
    answer = programme.best(worst)
    if answer is None:
        return found, False
    found, _bound, proven = answer
    for row in range(begin, programme.highs.getNumRow()):  # levels have rows of their own
        programme.highs.changeRowBounds(row, -FREE, FREE)
    programme.settle(found)
    supported = found[programme.y : programme.z] > 0.5
    needs = [(a, p.wanted[i]) for i, a in enumerate(programme.arcs_in) if len(a) and supported[i]]
    gifts = [(a, p.supply[j]) for j, a in enumerate(programme.arcs_out) if len(a)]
    for groups in (needs, gifts):
        found, done = _levels(programme, groups, found)
        proven &= done
    return found, proven


def _levels(
    programme: Programme, groups: list[tuple[np.ndarray, float]], found: np.ndarray
) -> tuple[np.ndarray, bool]:
    """Raise the lowest part, then the next lowest, until none can rise (lexicographic max-min).

    A part that cannot rise above the level has a price in the linear programme: it stays where it is.
    """
    open_ = list(range(len(groups)))
    first_row = programme.highs.getNumRow()
    for arcs, whole in groups:
        columns = np.append(arcs, programme.t)
        programme.add(columns, np.append(np.full(len(arcs), 1 / whole), -1.0), 0.0, FREE)
    goal = np.zeros(programme.size)
    goal[programme.t] = 1.0
    while open_:
        answer = programme.best(goal)
        if answer is None or not answer[2]:
            return found, False
        found, level = answer[0], float(answer[0][programme.t])
        prices = np.abs(np.array(programme.highs.getSolution().row_dual))
        stuck = [k for k in open_ if prices[first_row + k] > 1e-9] or list(open_)
        for k in stuck:
            row = first_row + k
            programme.highs.changeCoeff(row, programme.t, 0.0)
            programme.highs.changeRowBounds(row, level * (1 - TIGHT) - 1e-10, FREE)
            open_.remove(k)
    return found, True
