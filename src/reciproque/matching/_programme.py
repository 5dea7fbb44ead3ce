"""The linear programme of volumes, goal by goal: as much as possible, least kilometres, least in store, fairly."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from reciproque.matching._highs import quiet_solver, run
from reciproque.matching._network import Network, bears, concerns, price

TIGHT = 1e-7  # how far a goal already reached may give way to the next, relatively
Row = tuple[str, np.ndarray, np.ndarray, float, float]


@dataclass(frozen=True)
class Solved:
    """Flow on each arc (E,), total supplied as goals count it, and the duals of the first goal by row."""

    flow: np.ndarray
    supplied: float
    bound: float
    optimal: bool
    duals: dict[str, np.ndarray]


def weights(net: Network) -> np.ndarray:
    """What one unit is worth to each need (n,): itself where all are of one resource, else its share of the need."""
    if len({n.resource for n in net.problem.needs}) == 1:
        return np.ones(len(net.wanted))
    return 1.0 / net.wanted


def _rows(
    net: Network,
) -> tuple[list[Row], np.ndarray]:
    """Rows as (kind, arcs, coefficients, low, high), and into which need each arc goes (-1: a step)."""
    offers, n = len(net.supply), net.first_need
    by_tail, by_head = _groups(net.tail, n), _groups(net.head, n + len(net.wanted))
    rows: list[Row] = [
        ("supply", arcs, np.ones(len(arcs)), -np.inf, float(net.supply[k]))
        for k, arcs in enumerate(by_tail[:offers])
    ]
    for s in range(len(net.capacity)):
        into, out = by_head[offers + s], by_tail[offers + s]
        rows.append(("capacity", into, np.ones(len(into)), -np.inf, net.capacity[s]))
        both = np.concatenate([out, into])
        kept = np.concatenate([np.ones(len(out)), np.full(len(into), -net.yields[s])])
        rows.append(("yield", both, kept, -np.inf, 0.0))
    for i, wanted in enumerate(net.wanted):
        arcs = by_head[n + i]
        rows.append(("demand", arcs, np.ones(len(arcs)), -np.inf, wanted))
    rows += _share_rows(net, by_head)
    return rows, np.where(net.head >= n, net.head - n, -1)


def _groups(ends: np.ndarray, count: int) -> list[np.ndarray]:
    order = np.argsort(ends, kind="stable")
    return np.split(order, np.searchsorted(ends[order], np.arange(1, count)))


def _share_rows(net: Network, by_head: list[np.ndarray]) -> list[Row]:
    """Of what a need receives, at least so much bears a label: labelled value - share x all value >= 0."""
    rows = []
    value = price(net)
    for share in net.problem.shares:
        good, told = bears(net, share.labels), concerns(net, share.of)
        worth = value if share.by == "value" else np.ones(len(value))
        for i, need in enumerate(net.problem.needs):
            if share.needs and need.key not in share.needs:
                continue
            arcs = by_head[net.first_need + i]
            arcs = arcs[told[arcs]]
            if len(arcs):
                rows.append(
                    ("share", arcs, worth[arcs] * (good[arcs] - share.at_least), 0.0, np.inf)
                )
    return rows


def solve(net: Network, seconds: float) -> Solved:
    """The goals one after the other by HiGHS; each keeps what those before it reached."""
    if not len(net.tail):  # nothing can go anywhere: no time is needed to prove it
        return Solved(np.zeros(0), 0.0, 0.0, True, {})
    stop = time.perf_counter() + seconds
    rows, need_of = _rows(net)
    e = len(net.tail)
    highs = quiet_solver()
    highs.addVars(e, np.zeros(e), np.full(e, np.inf))
    for _kind, arcs, values, low, high in rows:
        highs.addRow(max(low, -1e30), min(high, 1e30), len(arcs), arcs.astype(np.int32), values)
    gain = np.where(need_of >= 0, weights(net)[np.maximum(need_of, 0)], 0.0)
    flow, whole = np.zeros(e), True
    duals: dict[str, np.ndarray] = {}
    best = 0.0
    goals = [-gain, net.km + 1e-9, *([net.months] if net.months.any() else [])]
    for goal in goals:
        if not _run(highs, goal, stop):
            whole = False
            break
        flow = np.array(highs.getSolution().col_value)
        reached = float(goal @ flow)
        if not duals:
            best, duals = -reached, _duals(highs, rows)
        used = np.flatnonzero(goal)
        room = reached + TIGHT * max(1.0, abs(reached))
        highs.addRow(-1e30, room, len(used), used.astype(np.int32), goal[used])
    if whole:
        flow = _fairly(highs, net, flow, stop)
    flow = np.where(flow < 1e-7, 0.0, flow)
    supplied = float(gain @ flow)
    return Solved(
        flow, supplied, best if duals else float((weights(net) * net.wanted).sum()), whole, duals
    )


def _run(highs, goal: np.ndarray, stop: float) -> bool:
    left = stop - time.perf_counter()
    if left <= 0:
        return False
    highs.setOptionValue("time_limit", highs.getRunTime() + left)
    highs.changeColsCost(len(goal), np.arange(len(goal), dtype=np.int32), goal)
    run(highs)
    return bool(highs.getModelStatus() == highs.getModelStatus().kOptimal)


def _duals(highs, rows) -> dict[str, np.ndarray]:
    """How much one more unit of each row would add to the first goal, by kind of row."""
    prices = -np.array(highs.getSolution().row_dual)[: len(rows)]
    kinds = np.array([r[0] for r in rows])
    return {kind: prices[kinds == kind] for kind in ("supply", "capacity", "demand", "share")}


def _fairly(highs, net: Network, flow: np.ndarray, stop: float) -> np.ndarray:
    """At equal volume and kilometres, the least used supplier is used as much as can be."""
    senders = [k for k in range(len(net.supply)) if (net.tail == k).any()]
    if len(senders) < 2:
        return flow
    e = len(flow)
    highs.addVar(0.0, 1.0)
    for k in senders:
        arcs = np.flatnonzero(net.tail == k)
        index = np.append(arcs, e).astype(np.int32)
        highs.addRow(0.0, 1e30, len(index), index, np.append(np.ones(len(arcs)), -net.supply[k]))
    goal = np.zeros(e + 1)
    goal[e] = -1.0
    return np.array(highs.getSolution().col_value)[:e] if _run(highs, goal, stop) else flow
