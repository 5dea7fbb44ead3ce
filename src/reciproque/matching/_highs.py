"""Ask HiGHS for the best of a program with yes-or-no variables."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from highspy import Highs

SAVED = 1e-6  # what a swap must save at least
OPTIMAL, INFEASIBLE, TIME = "optimal", "infeasible", "time"


@dataclass(frozen=True)
class Answer:
    """``x``: positions of the ones, or ``None``; ``bound``: what no solution can go below."""

    status: str
    x: np.ndarray | None = None
    bound: float = 0.0


@dataclass(frozen=True)
class Program:
    """Minimise ``cost @ x`` over x in {0, 1}^n with ``lower <= rows @ x <= upper``."""

    cost: np.ndarray
    rows: csr_array
    lower: np.ndarray
    upper: np.ndarray

    def among(self, columns: np.ndarray) -> Program:
        """The same, all other variables at zero."""
        return Program(self.cost[columns], self.rows[:, columns], self.lower, self.upper)


def binary_program(
    program: Program, seconds: float, presolve: bool = False, start: np.ndarray | None = None
) -> Answer:
    """The best x, proven or as far as ``seconds`` go; ``start``: positions of the ones of an x already known.

    >>> one_row = csr_array([[1.0, 2.0]])
    >>> program = Program(np.array([1.0, 3.0]), one_row, np.array([2.0]), np.array([np.inf]))
    >>> answer = binary_program(program, 5.0)
    >>> answer.status, answer.x.tolist()
    ('optimal', [1])
    """
    import highspy

    solver = _run(program, seconds, integer=True, presolve=presolve, start=start)
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer(INFEASIBLE, None, np.inf)
    has_one = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.flatnonzero(np.asarray(solver.getSolution().col_value) > 0.5) if has_one else None
    done = status == highspy.HighsModelStatus.kOptimal
    return Answer(OPTIMAL if done else TIME, x, float(info.mip_dual_bound))


def through_core(program: Program, seconds: float, size: int = 120) -> Answer:
    """The same answer, by the core of the program: a good x among few variables, then the proof.

    The relaxation gives each variable its reduced cost; the ``size`` smallest make a core whose best
    x bounds the whole from above, and whoever's reduced cost closes that gap alone is out
    (Balas and Zemel 1980, An algorithm for large zero-one knapsack problems).
    """
    import highspy

    begun = time.perf_counter()
    if len(program.cost) <= 2 * size:
        return binary_program(program, seconds)
    relaxed = _run(program, seconds, integer=False)
    status = relaxed.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer(INFEASIBLE, None, np.inf)
    if status != highspy.HighsModelStatus.kOptimal:
        return Answer(TIME)
    floor = float(relaxed.getInfo().objective_function_value)
    reduced = np.asarray(relaxed.getSolution().col_dual)
    core = np.sort(np.argsort(reduced, kind="stable")[:size])
    first = binary_program(program.among(core), 0.5 * seconds)
    left = max(seconds - (time.perf_counter() - begun), 0.1)
    if first.x is None:
        return binary_program(program, left)
    known = swapped(program, core[first.x])
    best = float(program.cost[known].sum())
    # the margin keeps rounding from putting out who would be exactly as good
    kept = np.flatnonzero(floor + reduced <= best + 1e-6 * (1.0 + abs(best)))
    second = binary_program(program.among(kept), left, start=np.searchsorted(kept, known))
    if second.x is None:
        return Answer(TIME, known, max(floor, second.bound if second.status == TIME else floor))
    return Answer(second.status, kept[second.x], max(floor, second.bound))


def swapped(program: Program, x: np.ndarray) -> np.ndarray:
    """A cheaper x, ascending: one of its ones exchanged for another as long as that saves most, and rows hold.

    >>> one_row = csr_array([[2.0, 2.0, 1.0]])
    >>> program = Program(np.array([3.0, 1.0, 0.5]), one_row, np.array([2.0]), np.array([np.inf]))
    >>> swapped(program, np.array([0])).tolist()
    [1]
    """
    loads, x = program.rows.toarray(), np.sort(x)
    while len(x):
        without = loads[:, x].sum(axis=1)[:, None] - loads[:, x]
        reached = without[:, :, None] + loads[:, None, :]  # (rows, who goes, who comes)
        low, high = program.lower[:, None, None], program.upper[:, None, None]
        holds = ((reached >= low) & (reached <= high)).all(axis=0)
        holds[:, x] = False
        saved = np.where(holds, program.cost[x][:, None] - program.cost, 0.0)
        gone, come = np.unravel_index(int(saved.argmax()), saved.shape)
        if saved[gone, come] <= SAVED:
            break
        x = np.sort(np.append(np.delete(x, gone), come))
    return x


def _run(
    program: Program,
    seconds: float,
    integer: bool,
    presolve: bool = False,
    start: np.ndarray | None = None,
) -> Highs:
    import highspy

    n = len(program.cost)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, program.rows.shape[0]
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = np.zeros(n), np.ones(n)
    model.row_lower_ = program.lower
    model.row_upper_ = np.where(np.isinf(program.upper), highspy.kHighsInf, program.upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.rows.indptr
    model.a_matrix_.index_ = program.rows.indices
    model.a_matrix_.value_ = program.rows.data
    if integer:
        model.integrality_ = [highspy.HighsVarType.kInteger] * n
    solver = quiet_solver()
    # measured: on programs that end within seconds, sharing the work among threads costs a fifth of the time
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-6)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    # what HiGHS would remove first is gone already: its own presolve then only takes time
    solver.setOptionValue("presolve", "on" if presolve else "off")
    solver.passModel(model)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = np.bincount(start, minlength=n).astype(float).tolist()
        solver.setSolution(known)
    run(solver)
    return solver


def quiet_solver() -> Highs:
    """A new HiGHS without a word, nor its banner: the first of a process prints one, which would spoil JSON."""
    import highspy

    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        solver = highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    solver.setOptionValue("output_flag", False)
    return solver


def run(solver: Highs) -> None:
    """Run within the time limit it was given; Ctrl-C stops it, and is passed on.

    Only the main thread hears Ctrl-C: elsewhere HiGHS runs as it is.
    """
    if threading.current_thread() is not threading.main_thread():
        solver.run()
        return
    solver.HandleUserInterrupt = True
    solver.startSolve()
    try:
        _ended(solver)
    except BaseException:  # Ctrl-C, or what another library makes of it: HiGHS never runs on alone
        solver.cancelSolve()
        _ended(solver)
        raise


def _ended(solver: Highs) -> None:
    while not solver.wait(0.1)[0]:  # without a limit the wait would not hear Ctrl-C
        pass
