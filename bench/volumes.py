"""Transport of 500 suppliers to 2,000 demands, 50 arcs each, a fifth organic for each, beside HiGHS in the same run."""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from _shared import line, side_by_side
from scipy.sparse import csc_array

from reciproque.matching import transport
from reciproque.matching._highs import quiet_solver

SUPPLIERS, DEMANDS, ARCS, SHARE, GOAL = 500, 2000, 50, 0.2, 3.0


def instance(seed: int = 1) -> tuple[np.ndarray, ...]:
    """Supply enough for all, places at random, each demand tied to its 50 nearest; half the suppliers organic."""
    rng = np.random.default_rng(seed)
    sellers, buyers = rng.random((SUPPLIERS, 2)) * 200, rng.random((DEMANDS, 2)) * 200
    demand = rng.integers(1, 40, DEMANDS).astype(float)
    supply = np.full(SUPPLIERS, np.ceil(1.6 * demand.sum() / SUPPLIERS))
    km = np.hypot(*(buyers[:, None] - sellers[None]).transpose(2, 0, 1))
    near = np.argsort(km, axis=1)[:, :ARCS]
    head = np.repeat(np.arange(DEMANDS), ARCS)
    tail = near.ravel()
    return supply, demand, tail, head, np.round(km[head, tail], 2), rng.random(SUPPLIERS) < 0.5


def by_highs(supply, demand, tail, head, km, organic) -> tuple[float, float]:
    """The same programme by HiGHS as it is: its objective, and the seconds of its run alone.

    Rows for supply, demand and the organic part, handed over at once as columns of a sparse matrix: its quickest way in.
    """
    import highspy

    e, good = len(tail), np.flatnonzero(organic[tail])
    rows = np.concatenate([tail, SUPPLIERS + head, SUPPLIERS + DEMANDS + head[good]])
    columns = np.concatenate([np.arange(e), np.arange(e), good])
    matrix = csc_array((np.ones(len(rows)), (rows, columns)), (SUPPLIERS + 2 * DEMANDS, e))
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = km
    model.col_lower_, model.col_upper_ = np.zeros(e), np.full(e, highspy.kHighsInf)
    free = np.full(SUPPLIERS, -highspy.kHighsInf), np.full(DEMANDS, highspy.kHighsInf)
    model.row_lower_ = np.concatenate([free[0], demand, SHARE * demand])
    model.row_upper_ = np.concatenate([supply, demand, free[1]])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    highs = quiet_solver()  # without its banner
    highs.passModel(model)
    start = time.perf_counter()
    highs.run()
    return float(highs.getInfo().objective_function_value), time.perf_counter() - start


def main() -> int:
    data = instance()
    km = data[4]
    share = np.full(DEMANDS, SHARE)
    alone: list[float] = []

    def ours() -> float:
        flow = transport(*data, share, scale=10)
        assert flow is not None
        return float(flow @ km)

    def peer() -> float:
        objective, run = by_highs(*data)
        alone.append(run)
        return objective

    mine, theirs = ours(), peer()
    same = abs(mine - theirs) <= 1e-6 * theirs
    line("transport, objective in km x t", f"{mine:,.1f}", f"HiGHS {theirs:,.1f}", same)
    taken = side_by_side({"ours": ours, "highs": peer}, runs=5)
    line("transport from arrays to flows: network built and solved", f"{taken['ours']:.1f} ms")
    line("  HiGHS from arrays to flows: model built and solved", f"{taken['highs']:.1f} ms")
    line("  of which its run alone", f"{1e3 * statistics.median(alone):.1f} ms")
    ratio = taken["highs"] / taken["ours"]
    line("  times faster", f"{ratio:.1f}", f"at least {GOAL:g}", ratio >= GOAL)
    return 0 if same and ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
