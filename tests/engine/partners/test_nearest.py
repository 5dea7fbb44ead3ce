"""The nearest profiles: by hand, against plain numpy, and whatever the size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from reciproque.partners import _nearest as module
from reciproque.partners import all_nearest, nearest, warm

VALUES = st.floats(-3, 3, width=32)


def random_case(n: int, k: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(n, k)).astype(np.float32)
    return matrix, rng.normal(size=k).astype(np.float32), rng.random(k).astype(np.float32)


def brute(matrix: np.ndarray, query: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return ((matrix.astype(float) - query) ** 2) @ weights.astype(float)


def test_three_profiles_by_hand() -> None:
    matrix = np.array([[0, 0], [1, 2], [3, 0]], np.float32)
    query, weights = np.array([1, 0], np.float32), np.array([1, 0.5], np.float32)
    found, at, values = nearest(matrix, query, weights, 2)
    np.testing.assert_allclose(found, [1.0, 2.0, 4.0])
    assert at.tolist() == [0, 1]
    np.testing.assert_allclose(values, [1.0, 2.0])


@pytest.mark.parametrize("n", [1, 3, 20, 63, 64, 65, 255, 256, 257, 1000, 5000])
@pytest.mark.parametrize("k", [1, 7, 100])
def test_the_compiled_pass_equals_brute_force(n: int, k: int) -> None:
    matrix, query, weights = random_case(n, k, seed=n * k)
    expected = brute(matrix, query, weights)
    found, at, values = nearest(matrix, query, weights)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert len(at) == min(20, n)
    np.testing.assert_array_equal(at, np.argsort(found, kind="stable")[: len(at)])
    np.testing.assert_array_equal(values, found[at])


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 400), st.just(3)), elements=VALUES))
def test_ties_go_by_position(matrix: np.ndarray) -> None:
    matrix = np.ascontiguousarray(np.round(matrix))  # many equal distances
    query, weights = np.zeros(3, np.float32), np.ones(3, np.float32)
    found, at, _ = nearest(matrix, query, weights, 20)
    np.testing.assert_array_equal(at, np.argsort(found, kind="stable")[:20])


def test_the_nearest_may_all_stand_in_the_last_rows_that_fill_no_block() -> None:
    matrix = np.full((256 * 3 + 30, 5), 9.0, np.float32)
    matrix[-30:] = np.arange(30, dtype=np.float32)[:, None] / 100
    _, at, _ = nearest(matrix, np.zeros(5, np.float32), np.ones(5, np.float32), 20)
    assert at.tolist() == list(range(256 * 3, 256 * 3 + 20))


def test_asking_for_none_or_for_more_than_there_are() -> None:
    matrix, query, weights = random_case(6, 4)
    found, at, values = nearest(matrix, query, weights, 0)
    np.testing.assert_allclose(found, brute(matrix, query, weights), rtol=1e-5)
    assert len(at) == len(values) == 0
    assert sorted(nearest(matrix, query, weights, 99)[1].tolist()) == list(range(6))
    empty = nearest(np.empty((0, 4), np.float32), query, weights)
    assert [len(part) for part in empty] == [0, 0, 0]


def test_a_weight_of_zero_takes_an_indicator_out() -> None:
    matrix, query, weights = random_case(500, 8)
    weights[3] = 0.0
    other = matrix.copy()
    other[:, 3] = 77.0
    np.testing.assert_array_equal(
        nearest(matrix, query, weights)[1], nearest(other, query, weights)[1]
    )


def test_the_given_array_is_filled() -> None:
    matrix, query, weights = random_case(300, 5)
    out = np.zeros(300, np.float32)
    assert nearest(matrix, query, weights, 3, out)[0] is out
    np.testing.assert_allclose(out, brute(matrix, query, weights), rtol=1e-4)


@pytest.mark.parametrize("n", [2, 20, 21, 130, 1500])
def test_all_pairs_equal_one_at_a_time(n: int) -> None:
    matrix, _, weights = random_case(n, 12, seed=n)
    at, values = all_nearest(matrix, weights, 20)
    assert at.shape == values.shape == (n, min(20, n - 1))
    for i in range(0, n, max(1, n // 20)):
        expected = brute(matrix, matrix[i], weights)
        expected[i] = np.inf
        order = np.argsort(expected)[: at.shape[1]]
        assert at[i].tolist() == order.tolist()
        np.testing.assert_allclose(values[i], expected[order], rtol=1e-4)


def test_all_pairs_of_nobody_or_of_one() -> None:
    for n in (0, 1):
        at, values = all_nearest(np.zeros((n, 3), np.float32), np.ones(3, np.float32))
        assert at.shape == values.shape == (n, 0)


def test_twins_are_at_distance_zero() -> None:
    matrix, _, weights = random_case(200, 30)
    matrix[150] = matrix[20]
    at, values = all_nearest(matrix, weights, 1)
    assert (at[20, 0], at[150, 0]) == (150, 20)
    assert values[20, 0] == values[150, 0] == 0.0


def test_plain_and_compiled_distances_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, query, weights = random_case(4000, 80)
    monkeypatch.setattr(module, "_warm", False)
    plain = module.distances(matrix, query, weights)
    warm()
    np.testing.assert_allclose(module.distances(matrix, query, weights), plain, rtol=1e-4)


def test_several_threads_may_ask_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    matrix, _, weights = random_case(5000, 60)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: nearest(matrix, matrix[i], weights, 1)[1][0], range(64)))
    assert found == list(range(64))
