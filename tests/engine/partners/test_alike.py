"""How alike two profiles are: robust scores and missing figures, by hand and as properties."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from reciproque.partners._alike import CLIP, Scale, alike_from, filled, scale, theme_weights

SOME_MISSING = st.one_of(st.floats(-3, 3, width=32), st.just(float("nan")))


def alike_pair(one: np.ndarray, other: np.ndarray, weights: np.ndarray) -> float:
    return float(alike_from(one, *filled(other[None, :]), weights)[0][0])


def test_a_score_by_hand() -> None:
    one, other = np.array([1.0, 0.0]), np.array([0.0, 2.0])
    weights = np.array([1.0, 0.25])
    gap = (1.0 * 1 + 0.25 * 4) / 1.25
    assert alike_pair(one, other, weights) == pytest.approx(np.exp(-gap / 2), rel=1e-5)


def test_the_same_profile_scores_one_and_far_ones_near_zero() -> None:
    profile = np.array([0.3, -2.0, 1.7])
    assert alike_pair(profile, profile, np.ones(3)) == pytest.approx(1.0)
    assert alike_pair(np.full(3, -CLIP), np.full(3, CLIP), np.ones(3)) < 1e-6


def test_what_one_side_lacks_does_not_count() -> None:
    weights = np.array([1.0, 1.0, 1.0])
    whole = alike_pair(np.array([1.0, 0.5, 2.0]), np.array([0.0, 0.5, np.nan]), weights)
    part = alike_pair(np.array([1.0, 0.5]), np.array([0.0, 0.5]), np.ones(2))
    assert whole == pytest.approx(part, rel=1e-5)


def test_too_little_in_common_gives_no_score() -> None:
    one, other = np.array([1.0, 1.0, np.nan, np.nan]), np.array([np.nan, np.nan, 1.0, 1.0])
    assert np.isnan(alike_pair(one, other, np.ones(4)))
    scarce = np.array([1.0] + [np.nan] * 9)
    assert np.isnan(alike_pair(scarce, np.ones(10), np.ones(10)))
    assert np.isnan(alike_pair(np.full(3, np.nan), np.ones(3), np.ones(3)))


@settings(max_examples=200, deadline=None)
@given(
    hnp.arrays(np.float64, 6, elements=SOME_MISSING),
    hnp.arrays(np.float64, 6, elements=SOME_MISSING),
    hnp.arrays(np.float64, 6, elements=st.floats(0, 1)),
)
@example(
    np.array([np.nan, np.nan, 0, np.nan, np.nan, np.nan]),
    np.array([0, 0, 0, np.nan, 0, 0]),
    np.array([0, 0, *[0.26832781] * 4]),
)
def test_alike_is_symmetric_and_lies_between_0_and_1(one, other, weights) -> None:
    there, back = alike_pair(one, other, weights), alike_pair(other, one, weights)
    assert np.isnan(there) == np.isnan(back)
    if np.isfinite(there):
        assert there == pytest.approx(back, rel=1e-4, abs=1e-6)
        assert 0.0 <= there <= 1.0


def test_robust_scores_ignore_one_odd_figure() -> None:
    measure = Scale(np.array([1]), np.array([False]), np.array([10.0]), np.array([2.0]))
    values = np.array([[0, 10.0], [0, 14.0], [0, 1e9], [0, np.nan]])
    np.testing.assert_array_equal(measure.apply(values)[:, 0], [0.0, 2.0, CLIP, np.nan])


def test_amounts_are_compared_as_logarithms() -> None:
    measure = Scale(np.array([0]), np.array([True]), np.array([np.log1p(99)]), np.array([1.0]))
    assert measure.apply(np.array([[99.0], [999.0]]))[:, 0] == pytest.approx([0.0, np.log(10)])


def test_themes_count_the_same_however_many_indicators_they_have(registry) -> None:
    from reciproque.vocabulary import indicators

    weights = theme_weights(registry, ())
    themes = [indicators()[registry.indicator_ids[c]].theme for c in scale(registry).columns]
    for theme in set(themes):
        assert sum(w for w, t in zip(weights, themes, strict=True) if t == theme) == pytest.approx(
            1
        )
    only = theme_weights(registry, ("population",))
    assert {t for w, t in zip(only, themes, strict=True) if w} == {"population"}


def test_half_of_all_epci_are_within_one_deviation_of_the_median(registry) -> None:
    scores = scale(registry).apply(registry.profiles("epci").values)
    assert np.abs(np.nanmedian(scores, axis=0)).max() < 1e-6
    assert scores.shape[1] >= 20
    assert np.nanmax(np.abs(scores)) <= CLIP


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(random) -> None:
    rng = np.random.default_rng(random.randrange(10**6))
    theirs = rng.normal(size=(40, 6))
    theirs[rng.random(theirs.shape) < 0.2] = np.nan
    mine, weights = rng.normal(size=6), rng.random(6)
    order = rng.permutation(40)
    plain = alike_from(mine, *filled(theirs), weights)[0]
    shuffled = alike_from(mine, *filled(theirs[order]), weights)[0]
    np.testing.assert_allclose(shuffled, plain[order], rtol=1e-5)
