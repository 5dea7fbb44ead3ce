"""Geometry, grouping, joining and building: small cases worked by hand, and what always holds."""

import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reciproque.kernel import Definition, Indicator, State
from reciproque.sources import Installed, Reading
from reciproque.territories import great_circle_km, portrait
from reciproque.territories._aggregate import (
    ESTIMATED,
    MISSING,
    OBSERVED,
    SECRET,
    UnitTable,
    aggregate,
    aggregate_column,
)
from reciproque.territories._cache import built, prune
from reciproque.territories._embedded import people_within, population_indicators, weekly_hours
from reciproque.territories._geometry import areas_km2, chord, compactness, contacts, merge
from reciproque.territories._groups import Group, incidence_of, resolve
from reciproque.territories._unit_table import embedded_table, installed_table, join
from reciproque.vocabulary import indicators

LON, LAT = st.floats(-179, 179), st.floats(-85, 85)


def box(west: float, south: float, size: float = 0.1) -> shapely.Polygon:
    return shapely.box(west, south, west + size, south + size)


# --- distances and areas


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        ((0, 0), (0, 0), 0.0), ((0, 0), (1, 0), 111.19), ((0, 0), (0, 1), 111.19),
        ((0, 60), (1, 60), 55.6), ((0, 0), (180, 0), 20015.1), ((2.35, 48.86), (7.75, 48.58), 397.0),
    ],
)  # fmt: skip
def test_distances_on_the_sphere(here, there, km) -> None:
    assert float(great_circle_km(*here, *there)) == pytest.approx(km, rel=3e-3)


@given(LON, LAT, LON, LAT, LON, LAT)
def test_a_distance_is_symmetric_bounded_and_never_longer_by_a_straight_way(
    a, b, c, d, e, f
) -> None:
    there = float(great_circle_km(a, b, c, d))
    assert there == pytest.approx(float(great_circle_km(c, d, a, b)), abs=1e-6)
    assert 0 <= there <= 20_016
    around = float(great_circle_km(a, b, e, f)) + float(great_circle_km(e, f, c, d))
    assert there <= around + 1e-6


@given(st.floats(0.001, 20_000))
def test_a_chord_grows_with_the_distance_and_spans_at_most_the_diameter(km) -> None:
    assert 0 < chord(km) <= 2.0
    assert chord(km) <= chord(km * 1.01) + 1e-12


def test_a_degree_box_has_the_area_of_the_ellipsoid_and_what_is_missing_has_none() -> None:
    """One degree by one at the equator: 12,309 km² on GRS 80."""
    found = areas_km2(np.array([box(0, 0, 1.0), None], object))
    assert found[0] == pytest.approx(12_309, rel=1e-3)
    assert np.isnan(found[1])


def test_a_disc_is_more_compact_than_a_square_than_a_ribbon() -> None:
    disc = shapely.Point(2, 0).buffer(0.1, 64)
    ribbon = shapely.box(0, 0, 1.0, 0.01)
    found = compactness(np.array([disc, box(0, 0), ribbon, None], object))
    assert found[0] == pytest.approx(100, abs=1)
    assert found[1] == pytest.approx(100 * np.pi / 4, abs=1)
    assert found[2] < 5
    assert np.isnan(found[3])


def test_merging_neighbours_forgets_their_common_side_and_bears_what_is_missing() -> None:
    both = merge(np.array([box(0, 0), None, box(0.1, 0)], object))
    assert both.area == pytest.approx(0.02)
    assert both.geom_type == "Polygon"
    assert merge(np.array([None, None], object)) is None
    apart = merge(np.array([box(0, 0), box(5, 5)], object))
    assert apart.geom_type == "MultiPolygon"


def test_overlapping_outlines_merge_all_the_same() -> None:
    assert merge(np.array([box(0, 0), box(0.05, 0)], object)).area == pytest.approx(0.015)


def test_contacts_go_both_ways_never_to_oneself_and_a_corner_is_enough() -> None:
    outlines = np.array([box(0, 0), box(0.1, 0), None, box(0.2, 0.1), box(9, 9)], object)
    pairs = set(zip(*contacts(outlines).tolist(), strict=True))
    assert pairs == {(0, 1), (1, 0), (1, 3), (3, 1)}


def test_people_within_a_distance_count_oneself_and_those_whose_figure_is_known() -> None:
    lon, lat = np.array([0.0, 0.1, 5.0, np.nan]), np.zeros(4)
    people = np.array([100.0, 50.0, 7.0, 900.0])
    found = people_within(lon, lat, people, 30.0)
    assert found[:3].tolist() == [150.0, 150.0, 7.0]
    assert np.isnan(found[3])


# --- opening hours of town halls


@pytest.mark.parametrize(
    ("text", "hours", "saturday"),
    [
        ('[["lundi","vendredi",[["09:00:00","12:00:00"],["14:00:00","17:30:00"]]]]', 32.5, 0.0),
        ('[["samedi","samedi",[["09:00:00","12:00:00"]]]]', 3.0, 1.0),
        ('[["vendredi","dimanche",[["10:00","11:00"]]]]', 3.0, 1.0),
        ('[["lundi","lundi",[["12:00:00","09:00:00"]]]]', np.nan, np.nan),
        ("[]", np.nan, np.nan), (None, np.nan, np.nan), ("", np.nan, np.nan),
        ("pas du json", np.nan, np.nan), ('[["lundi"]]', np.nan, np.nan), ("3", np.nan, np.nan),
        ('[["lundi","lundi",[["neuf","dix"]]]]', np.nan, np.nan), ("null", np.nan, np.nan),
        ('[["jour","jour",[["09:00","10:00"]]]]', np.nan, np.nan),
    ],
)  # fmt: skip
def test_the_hours_of_a_town_hall(text, hours, saturday) -> None:
    np.testing.assert_array_equal(weekly_hours(text), (hours, saturday))


DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


@given(st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_opening_hours_are_never_negative(first, last) -> None:
    """From Friday to Monday is four days, not minus three."""
    hours, _ = weekly_hours(json.dumps([[first, last, [["09:00:00", "10:00:00"]]]]))
    assert hours == (DAYS.index(last) - DAYS.index(first)) % 7 + 1


# --- what population and area tell


def test_a_small_village_and_a_town_by_hand() -> None:
    found = population_indicators(np.array([400.0, 60_000.0, 0.0, np.nan]), np.array([10.0, 30.0, 5.0, 5.0]))  # fmt: skip
    assert found["density"].tolist()[:3] == [40.0, 2000.0, 0.0]
    assert found["land_per_1000"].tolist()[:2] == [25.0, 0.5]
    assert np.isnan(found["land_per_1000"][2])  # nobody: no land each
    assert found["share_0_500"].tolist()[:3] == [100.0, 0.0, 100.0]
    assert found["share_50000_plus"].tolist()[:3] == [0.0, 100.0, 0.0]
    assert found["share_under_2000"].tolist()[:3] == [100.0, 0.0, 100.0]
    assert all(np.isnan(found[n][3]) for n in ("density", "share_0_500", "share_under_2000"))


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=20))
def test_everybody_lives_in_exactly_one_class_of_size(people) -> None:
    pop = np.array(people, float)
    found = population_indicators(pop, np.ones(len(pop)))
    classes = [values for name, values in found.items() if name.startswith("share_") and name != "share_under_2000"]  # fmt: skip
    np.testing.assert_array_equal(sum(classes), 100.0)
    np.testing.assert_array_equal(
        found["share_under_2000"], found["share_0_500"] + found["share_500_2000"]
    )


# --- groups


def positions(**found: list[int]) -> dict[str, np.ndarray]:
    return {code: np.array(at, np.int32) for code, at in found.items()}


def test_a_group_covers_each_unit_once_whatever_its_members_overlap() -> None:
    known = positions(a=[0], b=[1], e=[0, 1, 2])
    groups, unknown = resolve([Definition("g", "G", ("e", "b", "a", "a"))], known)
    assert groups[0].units.tolist() == [0, 1, 2]
    assert unknown == {}


@given(st.permutations(["x", "y", "z"]))
def test_groups_of_groups_are_resolved_in_any_order(order) -> None:
    made = {
        "x": Definition("x", "X", ("a",)),
        "y": Definition("y", "Y", ("x", "b")),
        "z": Definition("z", "Z", ("y", "c", "nobody")),
    }
    groups, unknown = resolve([made[name] for name in order], positions(a=[0], b=[1], c=[2]))
    found = {g.definition.code: g.units.tolist() for g in groups}
    assert found == {"x": [0], "y": [0, 1], "z": [0, 1, 2]}
    assert unknown == {"z": ("nobody",)}


def test_a_group_that_nobody_knows_is_empty_and_a_circle_ends() -> None:
    circle = [Definition("x", "X", ("y", "a")), Definition("y", "Y", ("x",))]
    groups, unknown = resolve([*circle, Definition("n", "N", ("nobody",))], positions(a=[0]))
    found = {g.definition.code: g.units.tolist() for g in groups}
    assert found["n"] == []
    assert found["x"] == [0]
    assert unknown["n"] == ("nobody",)


def test_an_incidence_has_a_one_where_a_unit_belongs() -> None:
    groups, _ = resolve(
        [Definition("g", "G", ("a", "c")), Definition("h", "H", ("no",))], positions(a=[0], c=[2])
    )
    assert incidence_of(groups, 4).toarray().tolist() == [[1, 0, 1, 0], [0, 0, 0, 0]]
    assert incidence_of([], 4).shape == (0, 4)
    assert isinstance(groups[0], Group)


# --- aggregation, further


def indicator(how: str, weight: str = "", level: str = "commune") -> Indicator:
    return Indicator(*("x", "x", "x", "t", "%", "neither", how, weight, "s", "2020", "d"), level)


@pytest.mark.parametrize("how", ["sum", "mean", "max", "approximate_mean"])
def test_an_empty_union_is_missing_and_breaks_nothing(how) -> None:
    value, state, coverage = aggregate_column(
        indicator(how), csr_array((2, 3)), np.ones(3), np.zeros(3, np.uint8), np.ones(3)
    )
    assert np.isnan(value).all()
    assert state.tolist() == [MISSING, MISSING]
    assert coverage.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("how", ["sum", "mean", "max"])
def test_an_estimated_part_makes_the_whole_an_estimate(how) -> None:
    states = np.array([OBSERVED, ESTIMATED], np.uint8)
    whole = csr_array(np.ones((1, 2)))
    value, state, _ = aggregate_column(
        indicator(how), whole, np.array([2.0, 4.0]), states, np.ones(2)
    )
    assert value[0] == {"sum": 6.0, "mean": 3.0, "max": 4.0}[how]
    assert state[0] == ESTIMATED


def test_a_figure_published_for_an_epci_is_itself_for_that_epci_and_an_estimate_for_two() -> None:
    """Its communes all carry the published median: the EPCI gets it back, observed."""
    incidence = csr_array(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]))
    values = np.array([21_000.0, 21_000.0, 25_000.0])
    value, state, _ = aggregate_column(
        indicator("approximate_mean", "w", "epci"), incidence, values, np.zeros(3, np.uint8), np.ones(3)
    )  # fmt: skip
    assert value[0] == 21_000.0
    assert state.tolist() == [OBSERVED, ESTIMATED]


def test_a_part_whose_weight_is_unknown_counts_for_nothing_in_a_mean() -> None:
    value, state, coverage = aggregate_column(
        indicator("mean", "w"), csr_array(np.ones((1, 2))), np.array([10.0, 90.0]),
        np.zeros(2, np.uint8), np.array([5.0, np.nan]),
    )  # fmt: skip
    assert (value[0], state[0], coverage[0]) == (10.0, OBSERVED, 1.0)


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.sampled_from([OBSERVED, MISSING, SECRET])),
        min_size=1, max_size=30,
    ),
    st.sampled_from(["sum", "mean", "max"]),
    st.randoms(),
)  # fmt: skip
def test_the_order_of_the_communes_changes_nothing_and_a_mean_stays_between(
    parts, how, random
) -> None:
    def whole(found):
        state = np.array([s for _, s in found], np.uint8)
        values = np.where(state == OBSERVED, [v for v, _ in found], np.nan)
        return aggregate_column(
            indicator(how, "w"), csr_array(np.ones((1, len(found)))), values, state, np.ones(len(found))
        )  # fmt: skip

    mixed = list(parts)
    random.shuffle(mixed)
    one, other = whole(parts), whole(mixed)
    for here, there in zip(one, other, strict=True):
        np.testing.assert_allclose(here, there)
    known = [v for v, s in parts if s == OBSERVED]
    assert one[2][0] == pytest.approx(len(known) / len(parts))
    if known and how == "mean":
        assert min(known) - 1e-6 <= one[0][0] <= max(known) + 1e-6
    if known and how == "max":
        assert one[0][0] == max(known)


def test_each_indicator_of_a_table_is_aggregated_its_own_way() -> None:
    known = {
        "population": indicator("sum"),
        "rate": indicator("mean", "population"),
        "shape": indicator("shape"),
    }
    table = UnitTable(
        ("population", "rate", "shape"),
        np.array([[300.0, 10.0, 5.0], [100.0, 50.0, 5.0]]),
        np.zeros((2, 3), np.uint8),
    )
    found = aggregate(
        known, table, csr_array(np.ones((1, 2))), lambda name: np.array([77.0]), ("u",)
    )
    assert found.values.tolist() == [[400.0, 20.0, 77.0]]
    assert found.coverage.tolist() == [[1.0, 1.0, 1.0]]
    assert found.column("shape") == 2


# --- installed figures brought to the units


def reading(*rows: tuple[str, str, float | None, int], level: str = "commune") -> Reading:
    frame = pl.DataFrame(
        rows, schema={"code": pl.String, "indicator": pl.String, "value": pl.Float64, "state": pl.UInt8}, orient="row",
    )  # fmt: skip
    item = Installed("x", "indicators", "x", "x", "2020", "s", "l", level, 0, "", {}, (), (), "f", "", "", "r")  # fmt: skip
    return Reading(item, frame)


def test_a_figure_of_an_epci_is_carried_by_its_communes_and_strangers_are_left_out() -> None:
    name = next(iter(indicators()))
    found = installed_table(
        reading(("e", name, 5.0, 0), ("f", name, None, 3), ("nobody", name, 9.0, 0)),
        positions(e=[0, 2], f=[1]), 4,
    )  # fmt: skip
    np.testing.assert_array_equal(found.values[:, 0], [5.0, np.nan, 5.0, np.nan])
    assert found.state[:, 0].tolist() == [OBSERVED, SECRET, OBSERVED, MISSING]


def test_an_indicator_that_the_vocabulary_lacks_is_left_out() -> None:
    found = installed_table(reading(("e", "no_such", 5.0, 0)), positions(e=[0]), 1)
    assert found.ids == ()
    assert found.values.shape == (1, 0)


def test_an_indicator_whose_territories_are_all_unknown_is_missing_everywhere() -> None:
    name = next(iter(indicators()))
    found = installed_table(reading(("nobody", name, 5.0, 0)), positions(e=[0]), 2)
    assert found.state[:, 0].tolist() == [MISSING, MISSING]


def test_the_first_table_that_has_an_indicator_keeps_it() -> None:
    one = embedded_table(pl.DataFrame({"a": [1.0, None], "b": [0.0, 2.0]}))
    other = UnitTable(("b", "c"), np.array([[9.0, 9.0], [9.0, 9.0]]), np.ones((2, 2), np.uint8))
    both = join([one, other])
    assert both.ids == ("a", "b", "c")
    np.testing.assert_array_equal(both.values, [[1.0, 0.0, 9.0], [np.nan, 2.0, 9.0]])
    assert both.state.tolist() == [[0, 0, 1], [2, 0, 1]]


# --- folders built once


def test_a_folder_is_built_once_and_whole_or_not_at_all(tmp_path: Path) -> None:
    calls = []

    def build(folder: Path) -> None:
        calls.append(folder)
        (folder / "x").write_text("1")
        if len(calls) == 1:
            raise KeyboardInterrupt

    target = tmp_path / "sub" / "built"
    with pytest.raises(KeyboardInterrupt):
        built(target, build)
    assert list(target.parent.iterdir()) == []
    assert (built(target, build) / "x").read_text() == "1"
    assert built(target, build) == target
    assert len(calls) == 2


def test_of_two_that_build_at_once_the_first_stands(tmp_path: Path) -> None:
    target = tmp_path / "built"

    def slow(folder: Path) -> None:
        (folder / "x").write_text("slow")
        target.mkdir()
        (target / "x").write_text("first")

    assert (built(target, slow) / "x").read_text() == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["built"]


def test_old_folders_are_swept_but_never_the_one_in_use(tmp_path: Path) -> None:
    for age, name in enumerate("abcdef"):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    (tmp_path / ".half").mkdir()
    prune(tmp_path / "f", keep=3)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".half", "a", "b", "c", "f"]


# --- the portrait as a table


@pytest.mark.parametrize("code", ["246700967", "67462", "DE:08316", "200069680"])
def test_a_portrait_has_every_indicator_beside_the_median_of_the_peers(registry, code) -> None:
    french, english = portrait(registry, code), portrait(registry, code, "en")
    profile, medians = (
        registry.profile(code),
        registry.medians(registry.peers(registry.territory(code))),
    )
    assert french["indicator"].to_list() == list(registry.indicator_ids)
    assert french["label"].to_list() != english["label"].to_list()
    for row in french.iter_rows(named=True):
        measure = profile[row["indicator"]]
        assert row["value"] == measure.value
        assert row["state"] == str(measure.state)
        assert row["median"] == medians.get(row["indicator"])
        assert (row["value"] is None) is (measure.state in (State.MISSING, State.SECRET))
        assert 0.0 <= row["coverage"] <= 1.0
        assert row["source"]
        assert row["year"]


def test_the_median_of_one_is_itself_and_an_unknown_figure_has_none(registry) -> None:
    [alone] = registry.codes("landkreis")
    medians = registry.medians((alone,))
    profile = registry.profile(alone)
    assert set(medians) == {n for n, m in profile.items() if m.value is not None}
    for name, value in medians.items():
        assert value == pytest.approx(profile[name].value)


@pytest.mark.parametrize("kind", ["epci", "departement", "region", "petr"])
def test_the_profile_of_any_union_is_that_of_its_communes(registry, kind) -> None:
    """The table built on disk and the arithmetic done on the spot agree to the last figure."""
    for code in registry.codes(kind)[:: max(1, len(registry.codes(kind)) // 5)]:
        registry.compose(Definition("u:same", "Même", (code,)))
        try:
            table, spot = registry.profile(code), registry.profile("u:same")
        finally:
            registry.forget("u:same")
        for name, measure in table.items():
            assert spot[name].state == measure.state, name
            if measure.value is not None:
                assert spot[name].value == pytest.approx(measure.value, rel=1e-6), name
                assert spot[name].coverage == pytest.approx(measure.coverage, abs=1e-5)
