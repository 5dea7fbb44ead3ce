"""Programs of yes-or-no variables: a start only helps, and swaps never make an answer worse."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reciproque.matching._highs import Program, binary_program, swapped, through_core


def program(seed: int, n: int = 9, k: int = 3) -> Program:
    """Exactly ``k`` of ``n`` that together bring enough of two things, at least cost."""
    dice = np.random.default_rng(seed)
    loads = dice.integers(0, 10, (2, n)).astype(float)
    rows = csr_array(np.vstack([loads, np.ones(n)]))
    low = np.append(loads.mean(axis=1) * k, k)
    return Program(dice.integers(1, 50, n).astype(float), rows, low, np.append([np.inf] * 2, k))


def holding(what: Program, k: int = 3) -> dict[tuple[int, ...], float]:
    loads = what.rows.toarray()
    return {
        some: float(what.cost[list(some)].sum())
        for some in itertools.combinations(range(len(what.cost)), k)
        if (loads[:, some].sum(axis=1) >= what.lower - 1e-9).all()
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.randoms())
def test_a_swap_keeps_every_row_and_leaves_no_better_one(seed: int, random) -> None:
    what = program(seed)
    known = holding(what)
    if not known:
        return
    begun = random.choice(sorted(known))
    reached = tuple(swapped(what, np.array(begun)).tolist())
    assert known[reached] <= known[begun]
    beside = [s for s in known if len(set(s) & set(reached)) == 2]
    assert all(known[s] >= known[reached] - 1e-6 for s in beside)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.randoms())
def test_a_known_answer_to_start_from_changes_nothing_of_the_best(seed: int, random) -> None:
    what = program(seed)
    known = holding(what)
    if not known:
        assert binary_program(what, 5.0).x is None
        return
    begun = np.array(random.choice(sorted(known)))
    for start in (None, begun):
        found = binary_program(what, 5.0, start=start)
        assert found.status == "optimal"
        assert what.cost[found.x].sum() == pytest.approx(min(known.values()))


@pytest.mark.parametrize("seed", range(8))
def test_through_its_core_the_same_best(seed: int) -> None:
    what = program(seed, n=60, k=4)
    best, by_core = binary_program(what, 20.0), through_core(what, 20.0, size=12)
    assert by_core.status == best.status
    assert what.cost[by_core.x].sum() == pytest.approx(what.cost[best.x].sum())
