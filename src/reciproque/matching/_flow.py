"""Minimum-cost flow by OR-Tools, which hears nobody while it works: large ones run in a process of their own."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

ALONE_FROM = 500_000  # arcs: fewer take about a second at most, and a process costs a fifth of one


def cheapest_flow(
    tail: np.ndarray,
    head: np.ndarray,
    room: np.ndarray,
    cost: np.ndarray,
    supply: np.ndarray,
    seconds: float = np.inf,
    alone_from: int = ALONE_FROM,
) -> np.ndarray | None:
    """Flow on each arc (E,) from ``tail`` to ``head`` at least cost; ``None`` where there is none.

    ``room`` and ``cost`` (E,), ``supply`` (nodes,): what each node sends out (below 0: takes in); all whole numbers.
    From ``alone_from`` arcs on, Ctrl-C is heard, and :class:`TimeoutError` raised after ``seconds``: the process is
    ended.  Below, OR-Tools runs to its end here.

    >>> one = np.array([1, 1])
    >>> cheapest_flow(np.array([0, 0]), one, np.array([3, 5]), np.array([2, 1]), np.array([6, -6])).tolist()
    [1, 5]
    """
    arrays = (tail, head, room, cost, supply)
    return _solve(*arrays) if len(tail) < alone_from else _alone(arrays, seconds)


def _solve(
    tail: np.ndarray, head: np.ndarray, room: np.ndarray, cost: np.ndarray, supply: np.ndarray
) -> np.ndarray | None:
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    return solver.flows(arcs) if solver.solve() == solver.OPTIMAL else None


def _alone(arrays: tuple[np.ndarray, ...], seconds: float) -> np.ndarray | None:
    """The same in a process that ends with the wait for it, whatever ends that."""
    asked = io.BytesIO()
    np.savez(asked, *arrays)
    command = [sys.executable, "-P", str(Path(__file__))]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        try:
            told, _ = process.communicate(
                asked.getvalue(), None if np.isinf(seconds) else max(seconds, 0.0)
            )
        except subprocess.TimeoutExpired as late:
            raise TimeoutError from late
        finally:
            process.kill()  # does nothing to one that has ended
            process.wait()
    if process.returncode:
        raise RuntimeError("flow")
    found = np.load(io.BytesIO(told))
    return found if len(found) == len(arrays[0]) else None


def _serve() -> None:
    """Read arrays, write the flow (nothing in it where there is none)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked hears it, and ends this
    asked = np.load(io.BytesIO(sys.stdin.buffer.read()))
    found = _solve(*(asked[name] for name in asked.files))
    told = io.BytesIO()
    np.save(told, np.empty(0, np.int64) if found is None else found)
    sys.stdout.buffer.write(told.getbuffer())


if __name__ == "__main__":
    _serve()
