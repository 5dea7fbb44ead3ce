"""Pairs of needs and offers, beside SciPy in the same run, and a million candidate pairs."""

from __future__ import annotations

import resource
import sys
from datetime import date

import numpy as np
from _shared import line, side_by_side
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from reciproque.kernel import Need, Offer, Safeguard, Slot
from reciproque.matching import Problem, candidates, pairs
from reciproque.matching._assign import most

SEED = 20261125
FINE = 1_000_000


def scattered(size: int) -> np.ndarray:
    """Weights that nothing ties together."""
    return np.random.default_rng(SEED).integers(1, FINE, (size, size))


def spread(size: int) -> np.ndarray:
    """Weights that follow distances in a square of 100 km, as scores do."""
    here, there = np.random.default_rng(SEED).uniform(0, 100, (2, size, 2))
    km = np.linalg.norm(here[:, None] - there[None], axis=2)
    return np.round(FINE / (1 + km / 20)).astype(np.int64)


def dense(name: str, weight: np.ndarray, goal: float | None = None) -> bool:
    """All needs beside all offers, one to one: the same scores as a list of pairs for ours, as a matrix for the peer."""
    size, scores = len(weight), weight / FINE
    need, offer = (a.ravel() for a in np.indices(weight.shape))
    one = np.ones(size, np.int64)

    def ours() -> np.ndarray:
        return most(need, offer, scores.ravel(), one, one)[0]

    def peer() -> tuple[np.ndarray, np.ndarray]:
        return linear_sum_assignment(scores, maximize=True)

    assert weight.ravel()[ours()].sum() == weight[peer()].sum()
    taken = side_by_side({"ours": ours, "scipy": peer}, runs=5)
    ratio = taken["scipy"] / taken["ours"]
    line(f"dense {size} x {size}, {name}", f"{taken['ours']:.0f} ms")
    line("  scipy.optimize.linear_sum_assignment", f"{taken['scipy']:.0f} ms")
    if goal is None:
        line("  times faster", f"{ratio:.1f}", "(no goal: for information)")
        return True
    line("  times faster", f"{ratio:.1f}", f"at least {goal:g}", ratio >= goal)
    return ratio >= goal


def sparse(size: int = 10_000, edges: int = 200_000) -> bool:
    """Twenty offers for each need; nobody is forced, for the peer by a place to stay alone."""
    rng = np.random.default_rng(SEED)
    need = np.repeat(np.arange(size), edges // size)
    offer = np.concatenate([rng.choice(size, edges // size, replace=False) for _ in range(size)])
    weight = rng.integers(1, FINE, edges)
    one = np.ones(size, np.int64)
    rows = np.concatenate([need, np.arange(size)])
    columns = np.concatenate([offer, size + np.arange(size)])
    cost = np.concatenate([2 * FINE - weight, np.full(size, 2 * FINE)]).astype(float)
    matrix = csr_array((cost, (rows, columns)), shape=(size, 2 * size))

    def ours() -> int:
        return int(weight[most(need, offer, weight / FINE, one, one)[0]].sum())

    def peer() -> int:
        return 2 * FINE * size - int(matrix[min_weight_full_bipartite_matching(matrix)].sum())

    assert ours() == peer()
    taken = side_by_side({"ours": ours, "scipy": peer}, runs=3)
    ratio = taken["scipy"] / taken["ours"]
    line(f"sparse {size} x {size}, {edges} pairs", f"{taken['ours']:.0f} ms")
    line("  scipy min_weight_full_bipartite_matching", f"{taken['scipy']:.0f} ms")
    line("  times faster", f"{ratio:.1f}", "at least 4", ratio >= 4)
    return ratio >= 4


def problem(size: int, km: float) -> Problem:
    """Pupils and vetted mentors over France, with distances and times of the week."""
    rng = np.random.default_rng(SEED)
    sides = []
    for noun, guard in (
        (Need, Safeguard(16, consent=True, setting="group")),
        (Offer, Safeguard(vetted=date(2026, 6, 1), setting="group")),
    ):
        place = rng.uniform([0, 45], [5, 49], (size, 2))
        days = rng.integers(5, size=(size, 2))
        sides.append(
            tuple(
                noun(
                    f"{noun.__name__}-{k}", f"{noun.__name__} {k}", "mentoring", 10, "h",
                    slots=(Slot(int(days[k, 0]), 600, 720), Slot(int(days[k, 1]), 840, 960)),
                    longitude=float(place[k, 0]), latitude=float(place[k, 1]), within_km=km,
                    languages=("fr",), safeguard=guard,
                )
                for k in range(size)
            )
        )  # fmt: skip
    return Problem(*sides, today=date(2026, 11, 25))


def whole(size: int, km: float) -> tuple[int, float, float, float]:
    """Pairs found, seconds of the whole, of the solver alone, and of eligibility with reasons; in turns."""
    what = problem(size, km)
    found = candidates(what)
    one = np.ones(size, np.int64)
    taken = side_by_side(
        {
            "solver": lambda: most(found.need, found.offer, found.score, one, one),
            "all": lambda: pairs(what),
        },
        runs=3,
    )
    total, solver = taken["all"] / 1000, taken["solver"] / 1000
    return len(found), total, solver, total - solver


def main() -> int:
    ok = [
        dense("scattered weights", scattered(2000), 5),
        dense("by distance", spread(2000)),
        sparse(),
    ]
    count, total, solver, rest = whole(10_000, 42.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    line(
        f"{count} eligible pairs of 10,000 x 10,000, all in all",
        f"{total:.1f} s",
        "under 30 s",
        total < 30,
    )
    line("  of which the solver", f"{solver:.2f} s")
    line(
        "  eligibility, reasons, refusals beside the solver",
        f"{rest / solver:.1f}",
        "at most 2",
        rest <= 2 * solver,
    )
    line("  peak memory of this run", f"{peak:.2f} GB", "under 2 GB", peak < 2)
    ok += [total < 30, rest <= 2 * solver, peak < 2]
    return 0 if all(ok) else 1


if __name__ == "__main__":
    sys.exit(main())
