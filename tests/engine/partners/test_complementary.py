"""What one has and the other lacks: by hand, and the same seen from either side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from reciproque.kernel import Indicator
from reciproque.partners import _complementary as module
from reciproque.partners._complementary import exchanges, has, lacks

LOW, HIGH = np.array([10.0]), np.array([20.0])


def row(name: str, theme: str, exchange: str, low: float | None = 10.0) -> Indicator:
    return Indicator(
        id=name,
        label_fr=name,
        label_en=name,
        theme=theme,
        unit="%",
        more_is="strength",
        aggregation="mean",
        weight="population",
        source="",
        year="",
        dataset="",
        exchange_fr=exchange,
        exchange_en=exchange,
        usual_low=low,
        usual_high=None if low is None else 20.0,
    )


ROWS = (
    row("farms", "agriculture", "food"),
    row("jobs", "economie", "jobs"),
    row("beds", "sante", "beds"),
    row("altitude", "geographie", ""),
    row("jobs_again", "economie", "jobs"),
)
IDS = tuple(r.id for r in ROWS)


@pytest.fixture(autouse=True)
def _vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "indicators", lambda: {r.id: r for r in ROWS})


def profile(**values: float) -> np.ndarray:
    return np.array([values.get(name, 15.0) for name in IDS])


@pytest.mark.parametrize(
    ("value", "owned", "missed"),
    [
        (0.0, 0.0, 1.0),
        (5.0, 0.0, 0.75),
        (10.0, 0.0, 0.5),
        (15.0, 0.0, 0.0),
        (20.0, 0.5, 0.0),
        (25.0, 0.75, 0.0),
        (30.0, 1.0, 0.0),
        (99.0, 1.0, 0.0),
        (np.nan, 0.0, 0.0),
    ],
)
def test_between_the_usual_values_nobody_has_nor_lacks(value, owned, missed) -> None:
    assert has(np.array([value]), LOW, HIGH)[0] == pytest.approx(owned)
    assert lacks(np.array([value]), LOW, HIGH)[0] == pytest.approx(missed)


def test_town_and_country_by_hand() -> None:
    """The country has food, the town has jobs and beds: three exchanges are told, two ways."""
    town, country = profile(farms=0, jobs=40, beds=25), profile(farms=30, jobs=0, beds=5)
    found = exchanges(town, country[None, :], IDS)
    assert [r.id for r in found.rows] == ["farms", "jobs", "beds"]
    np.testing.assert_allclose(found.they_give, [[1.0, 0.0, 0.0]])
    np.testing.assert_allclose(found.we_give, [[0.0, 1.0, 0.75 * 0.75]])
    they, we = 1.0 / 3, (1.0 + 0.5625) / 3
    assert found.score()[0] == pytest.approx(0.7 * they + 0.3 * we)


def test_giving_one_way_only_stays_far_from_full() -> None:
    rich, poor = profile(farms=99, jobs=99, beds=99), profile(farms=0, jobs=0, beds=0)
    assert exchanges(poor, rich[None, :], IDS).score()[0] == pytest.approx(0.3)


def test_an_indicator_without_exchange_and_a_second_telling_of_the_same_do_not_count() -> None:
    one, other = profile(altitude=0, jobs_again=0), profile(altitude=99, jobs_again=99)
    assert exchanges(one, other[None, :], IDS).score()[0] == 0.0


def test_on_a_theme_what_comes_back_may_be_anything_else() -> None:
    town, country = profile(farms=0, jobs=30), profile(farms=30, jobs=0)
    on_food = exchanges(town, country[None, :], IDS, ("agriculture",))
    assert on_food.score()[0] == pytest.approx(0.7 / 3 + 0.3)
    assert exchanges(town, country[None, :], IDS, ("sante",)).score()[0] == 0.0


def test_reasons_tell_the_strongest_of_each_direction_and_the_theme_first() -> None:
    town, country = profile(farms=5, jobs=40, beds=30), profile(farms=30, jobs=0, beds=5)
    found = exchanges(town, country[None, :], IDS)
    told = [(key, found.rows[e].id) for key, e, _ in found.strongest(0)]
    assert told == [("partner.they_give", "farms"), ("partner.we_give", "jobs")]
    on_health = exchanges(town, country[None, :], IDS, ("sante",))
    assert ("partner.we_give", "beds") in [
        (key, on_health.rows[e].id) for key, e, _ in on_health.strongest(0)
    ]
    assert list(exchanges(town, town[None, :], IDS).strongest(0)) == []


@settings(max_examples=150, deadline=None)
@given(
    hnp.arrays(np.float64, 5, elements=st.one_of(st.floats(0, 40), st.just(float("nan")))),
    hnp.arrays(np.float64, 5, elements=st.one_of(st.floats(0, 40), st.just(float("nan")))),
    st.sampled_from([(), ("agriculture",), ("economie", "sante")]),
)
def test_swapping_the_sides_swaps_the_directions(one, other, themes) -> None:
    there = exchanges(one, other[None, :], IDS, themes)
    back = exchanges(other, one[None, :], IDS, themes)
    np.testing.assert_array_equal(there.they_give, back.we_give)
    np.testing.assert_array_equal(there.we_give, back.they_give)
    assert there.score()[0] == pytest.approx(back.score()[0])
    assert 0.0 <= there.score()[0] <= 1.0
