"""A matrix of costs, one to one: beside SciPy, with holes, ties and odd shapes."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from reciproque.matching import _dense
from reciproque.matching._dense import CORE_FROM, assign


def total(cost: np.ndarray, mate: np.ndarray) -> float:
    rows = np.flatnonzero(mate >= 0)
    assert len(set(mate[rows].tolist())) == len(rows) == min(cost.shape)
    return float(cost[rows, mate[rows]].sum())


def least(cost: np.ndarray) -> float:
    return float(cost[linear_sum_assignment(cost)].sum())


def scattered(size: int, seed: int) -> np.ndarray:
    return -np.random.default_rng(seed).integers(1, 1_000_000, (size, size)).astype(float)


def by_distance(size: int, seed: int) -> np.ndarray:
    here, there = np.random.default_rng(seed).uniform(0, 100, (2, size, 2))
    km = np.linalg.norm(here[:, None] - there[None], axis=2)
    return -np.round(1e6 / (1 + km / 20))


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_small_matrices_beside_every_way_to_assign(n: int, m: int, seed: int) -> None:
    cost = -np.random.default_rng(seed).integers(0, 9, (n, m)).astype(float)
    wide = cost if n <= m else cost.T
    every = itertools.permutations(range(wide.shape[1]), wide.shape[0])
    best = min(sum(wide[i, j] for i, j in enumerate(way)) for way in every)
    assert total(cost, assign(cost)) == best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [CORE_FROM - 1, CORE_FROM, 400])
@pytest.mark.parametrize("kind", [scattered, by_distance])
def test_large_matrices_cost_what_scipy_finds(kind, size: int, seed: int) -> None:
    cost = kind(size, seed)
    mate = assign(cost)
    assert total(cost, mate) == least(cost)
    assert assign(cost.copy()).tolist() == mate.tolist(), "the same every time"


def test_scattered_costs_are_proven_by_their_core_and_crowded_ones_are_left_to_the_whole() -> None:
    """The quick way is really taken where it is meant to, and only there."""
    assert all(_dense._by_core(scattered(600, seed)) is not None for seed in range(4))
    assert all(_dense._by_core(by_distance(600, seed)) is None for seed in range(4))


def test_a_core_that_hides_the_optimum_is_found_out() -> None:
    """Two rows share all their small costs: one must take a large one, and the core cannot know which."""
    cost = scattered(300, 1)
    cost[0] = cost[1] = 0.0
    cost[:2, 5] = -1_000_000.0
    assert total(cost, assign(cost)) == least(cost)


@pytest.mark.parametrize("value", [0.0, -1.0, -1_000_000.0])
def test_everything_equal_assigns_everybody(value: float) -> None:
    cost = np.full((CORE_FROM, CORE_FROM), value)
    assert total(cost, assign(cost)) == CORE_FROM * value


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 10, 1000, 10**6]), st.floats(0.0, 0.7))
def test_ties_and_holes_in_large_matrices(seed: int, levels: int, holes: float) -> None:
    dice = np.random.default_rng(seed)
    cost = -dice.integers(1, levels + 1, (CORE_FROM, CORE_FROM)).astype(float)
    cost[dice.random(cost.shape) < holes] = 0.0
    assert total(cost, assign(cost)) == least(cost)


@pytest.mark.parametrize("shape", [(300, 500), (500, 300), (1, 700), (700, 1)])
def test_one_side_larger_than_the_other(shape: tuple[int, int]) -> None:
    cost = -np.random.default_rng(3).integers(1, 1000, shape).astype(float)
    assert total(cost, assign(cost)) == least(cost)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_prices_prove_the_matching(seed: int) -> None:
    """u + v never exceeds a cost of the core, and meets it on the matching: that is what optimal means."""
    size = 40
    cost = scattered(size, seed)
    row, column = (a.ravel() for a in np.indices(cost.shape))
    mate = linear_sum_assignment(cost)[1]
    own = cost[np.arange(size), mate]
    u = _dense._prices(row, column, cost.ravel(), mate, own)
    v = np.empty(size)
    v[mate] = own - u
    assert (cost >= u[:, None] + v).all()
    assert (cost[np.arange(size), mate] == u + v[mate]).all()


@pytest.mark.parametrize(
    ("counts", "chance"),
    [([20] * 300, True), ([0] + [20] * 299, False), ([5] * 150 + [35] * 150, False)],
)
def test_what_is_spread_as_by_chance(counts: list[int], chance: bool) -> None:
    assert _dense._by_chance(np.array(counts)) is chance
