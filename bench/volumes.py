"""Transport of 500 suppliers to 2,000 demands, 50 arcs each, a fifth organic for each, beside HiGHS in the same run."""

from __future__ import annotations

import sys
import time

import numpy as np
from _shared import line

from reciproque.matching import transport

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
    """The same programme by HiGHS as it is: rows for supply, demand and the organic part."""
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    e = len(tail)
    highs.addVars(e, np.zeros(e), np.full(e, np.inf))
    highs.changeColsCost(e, np.arange(e, dtype=np.int32), km)
    for k in range(SUPPLIERS):
        arcs = np.flatnonzero(tail == k).astype(np.int32)
        highs.addRow(-1e30, supply[k], len(arcs), arcs, np.ones(len(arcs)))
    for i in range(DEMANDS):
        arcs = np.arange(i * ARCS, (i + 1) * ARCS, dtype=np.int32)
        highs.addRow(demand[i], demand[i], ARCS, arcs, np.ones(ARCS))
        good = arcs[organic[tail[arcs]]]
        highs.addRow(SHARE * demand[i], 1e30, len(good), good, np.ones(len(good)))
    start = time.perf_counter()
    highs.run()
    return float(highs.getInfo().objective_function_value), time.perf_counter() - start


def main() -> int:
    data = instance()
    supply, demand, tail, head, km, organic = data
    best = seconds = np.inf
    for _ in range(5):  # in turns, so that both see the same machine
        start = time.perf_counter()
        flow = transport(supply, demand, tail, head, km, organic, np.full(DEMANDS, SHARE), scale=10)
        best = min(best, time.perf_counter() - start)
        objective, taken = by_highs(*data)
        seconds = min(seconds, taken)
    assert flow is not None
    ours = float(flow @ km)
    same = abs(ours - objective) <= 1e-6 * objective
    print(f"objective: {ours:,.1f} km x t, HiGHS {objective:,.1f}{'' if same else '  DIFFERENT'}")
    print(
        f"transport {1e3 * best:.1f} ms, HiGHS {1e3 * seconds:.1f} ms (its run alone, rows not counted)"
    )
    good = seconds / best >= GOAL
    line("transport, times HiGHS", f"{seconds / best:.1f}", f"at least {GOAL:.0f}", good)
    return 0 if same and good else 1


if __name__ == "__main__":
    sys.exit(main())
