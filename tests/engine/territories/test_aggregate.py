"""Aggregating a union: exact small cases by hand, and what must hold for any partition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reciproque.kernel import Indicator
from reciproque.territories._aggregate import (
    ESTIMATED,
    MISSING,
    OBSERVED,
    SECRET,
    aggregate_column,
)


def indicator(aggregation: str, weight: str = "") -> Indicator:
    return Indicator(
        *("x", "x", "x", "population", "%", "neither", aggregation, weight, "INSEE", "2020", "test")
    )


def one_union(n: int) -> csr_array:
    return csr_array(np.ones((1, n)))


def test_the_rate_of_a_union_is_the_weighted_mean_of_its_parts() -> None:
    values, weight = np.array([10.0, 40.0]), np.array([300.0, 100.0])
    value, state, coverage = aggregate_column(
        indicator("mean", "w"), one_union(2), values, np.zeros(2, np.uint8), weight
    )
    assert value[0] == pytest.approx((10 * 300 + 40 * 100) / 400)
    assert (state[0], coverage[0]) == (OBSERVED, 1.0)


def test_zero_counts_as_a_value() -> None:
    value, state, _ = aggregate_column(
        indicator("sum"), one_union(2), np.array([0.0, 0.0]), np.zeros(2, np.uint8), np.ones(2)
    )
    assert (value[0], state[0]) == (0.0, OBSERVED)


def test_a_missing_part_lowers_coverage_and_leaves_the_known_part() -> None:
    value, state, coverage = aggregate_column(
        indicator("sum"),
        one_union(2),
        np.array([5.0, np.nan]),
        np.array([OBSERVED, MISSING], np.uint8),
        np.array([300.0, 100.0]),
    )
    assert value[0] == 5.0
    assert state[0] == OBSERVED
    assert coverage[0] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("states", "expected"),
    [([MISSING, MISSING], MISSING), ([SECRET, MISSING], SECRET), ([SECRET, SECRET], SECRET)],
)
def test_nothing_known_is_secret_if_any_part_is_secret_else_missing(states, expected) -> None:
    value, state, coverage = aggregate_column(
        indicator("mean", "w"),
        one_union(2),
        np.full(2, np.nan),
        np.array(states, np.uint8),
        np.ones(2),
    )
    assert np.isnan(value[0])
    assert (state[0], coverage[0]) == (expected, 0.0)


def test_a_mean_of_medians_is_an_estimate_unless_there_is_one_part() -> None:
    incidence = csr_array(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    _, state, _ = aggregate_column(
        indicator("approximate_mean", "w"),
        incidence,
        np.array([20000.0, 30000.0, 25000.0]),
        np.zeros(3, np.uint8),
        np.ones(3),
    )
    assert state.tolist() == [ESTIMATED, OBSERVED]


def test_the_largest_commune_of_a_union() -> None:
    value, _, _ = aggregate_column(
        indicator("max"),
        one_union(3),
        np.array([5.0, 900.0, np.nan]),
        np.zeros(3, np.uint8),
        np.ones(3),
    )
    assert value[0] == 900.0


PARTS = st.lists(
    st.tuples(
        st.floats(0, 1e6),
        st.floats(1, 1e5),
        st.sampled_from([OBSERVED, MISSING, SECRET]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)


@given(PARTS, st.sampled_from(["sum", "mean", "max"]))
def test_a_union_equals_the_union_of_its_unions(parts, how) -> None:
    """Aggregating communes at once, or first by EPCI and then the EPCI, is the same."""
    values = np.array([v if s == OBSERVED else np.nan for v, _, s, _ in parts])
    weight = np.array([w for _, w, _, _ in parts])
    state = np.array([s for _, _, s, _ in parts], np.uint8)
    groups = np.array([g for _, _, _, g in parts])
    row = indicator(how, "w")
    whole, whole_state, whole_coverage = aggregate_column(
        row, one_union(len(parts)), values, state, weight
    )
    middle = csr_array((groups[None, :] == np.unique(groups)[:, None]).astype(float))
    part, part_state, part_coverage = aggregate_column(row, middle, values, state, weight)
    group_weight = middle @ weight
    known = part_coverage.astype(float) * group_weight
    again_weight = known if how == "mean" else group_weight
    again, again_state, _ = aggregate_column(
        row, one_union(middle.shape[0]), part, part_state, np.where(known > 0, again_weight, 1.0)
    )
    np.testing.assert_allclose(again, whole, rtol=1e-5)
    assert again_state[0] == whole_state[0]
    assert whole_coverage[0] == pytest.approx(known.sum() / weight.sum(), abs=1e-5)
