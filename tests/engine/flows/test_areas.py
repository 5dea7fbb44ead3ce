"""Living areas: by hand on a few zones, as properties on any flows, then on the reference results."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reciproque.flows import (
    AreaCriteria,
    LivingAreas,
    agreement,
    leiden,
    living_areas,
    measures,
    warm_areas,
)
from reciproque.flows.areas._loops import cohesion, validity
from reciproque.kernel import ReciproqueError

SMALL = AreaCriteria(min_size=10, target_size=100)
COLUMNS = ["origin", "destination", "value"]


def frame(*rows: tuple[object, object, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, COLUMNS, orient="row", strict=False)


def partition(found) -> set[frozenset[str]]:
    return {frozenset(members) for members in found.areas["members"]}


def test_validity_by_hand() -> None:
    """At the target size the least containment is enough; at the least size the target is needed."""
    criteria = AreaCriteria().array
    assert validity(6667, 10000, 10000, criteria) == pytest.approx(1)
    assert validity(750, 1000, 1000, criteria) == pytest.approx(1)
    assert validity(6667, 10000, 20000, criteria) == pytest.approx(0.5)  # jobs held by others
    # half-way between the sizes, half-way between the containments asked for (within a thousandth)
    half = (1 - (1 - 0.6667 / 0.75) * 0.5) * (0.7 / 0.75) / (0.6667 / 0.75)
    assert validity(3850, 5500, 5500, criteria) == pytest.approx(half)
    assert validity(999, 999, 999, criteria) < 1 <= validity(1000, 1000, 1000, criteria)
    assert validity(0, 0, 10, criteria) == 0


def test_cohesion_by_hand() -> None:
    assert cohesion(10.0, 20.0, 100.0, 50.0, 400.0, 200.0) == pytest.approx(
        10**2 / (100 * 200) + 20**2 / (400 * 50)
    )
    assert cohesion(10.0, 0.0, 100.0, 0.0, 400.0, 200.0) == pytest.approx(0.005)  # no jobs here


def test_a_dormitory_joins_the_town_that_employs_it() -> None:
    found = living_areas(
        frame(
            ("town", "town", 80), ("village", "town", 30), ("village", "village", 20),
            ("far", "far", 60), ("far", "town", 2),
        ),
        SMALL,
    )  # fmt: skip
    assert partition(found) == {frozenset({"town", "village"}), frozenset({"far"})}
    town = found.area("village")
    assert (town["id"], town["residents"], town["jobs"], town["internal"]) == (
        "town",
        130,
        132,
        130,
    )
    assert town["supply_containment"] == 1
    assert town["demand_containment"] == pytest.approx(130 / 132)
    assert found.global_containment == pytest.approx(190 / 192)
    q = 130 / 192 - 130 * 132 / 192**2 + 60 / 192 - 62 * 60 / 192**2
    assert found.modularity == pytest.approx(q)
    assert found.invalid == ()


def test_an_island_with_too_few_people_is_kept_and_said() -> None:
    found = living_areas(
        frame(("A", "A", 90), ("island", "islet", 2), ("islet", "islet", 3)), SMALL
    )
    assert partition(found) == {frozenset({"A"}), frozenset({"island", "islet"})}
    assert found.invalid == ("islet",)
    assert ("areas.short", {"count": 1, "list": "islet"}) in found.notes


def test_a_zone_without_any_link_is_kept_alone_and_said() -> None:
    found = living_areas(frame(("A", "A", 90), ("B", "B", 0)), SMALL)
    assert partition(found) == {frozenset({"A"}), frozenset({"B"})}
    assert {"areas.one_side", "areas.alone", "areas.short"} <= {key for key, _ in found.notes}


def test_bad_rows_are_left_aside_counted_and_listed() -> None:
    found = living_areas(
        frame(("A", "A", 50), ("A", "A", 40), ("A", "B", -3), (None, "B", 4), ("B", "B", None)),
        SMALL,
    )
    assert dict(found.notes)["areas.doubled"] == {"count": 1}
    assert dict(found.notes)["areas.negative"] == {"count": 1, "list": "A → B"}
    assert dict(found.notes)["areas.one_end"] == {"count": 1, "list": "? → B"}
    assert dict(found.notes)["areas.not_a_number"] == {"count": 1, "list": "B → B"}
    assert found.areas["residents"].to_list() == [90]


def test_values_as_text_are_read_and_what_is_no_number_is_said() -> None:
    rows = pl.DataFrame([("A", "A", "50"), ("A", "B", "x")], COLUMNS, orient="row")
    found = living_areas(rows, SMALL)
    assert dict(found.notes)["areas.not_a_number"]["list"] == "A → B"


@pytest.mark.parametrize("rows", [[], [("A", "B", 0)], [("A", "B", -1)]])
def test_no_flow_at_all_is_an_error_that_says_so(rows) -> None:
    empty = pl.DataFrame(
        rows, dict.fromkeys(COLUMNS, pl.String) | {"value": pl.Float64}, orient="row"
    )
    with pytest.raises(ReciproqueError) as error:
        living_areas(empty)
    assert error.value.key == "areas.no_flows"


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_size": 0}, {"min_size": 10000}, {"min_containment": 0.9},
        {"target_containment": 1.1}, {"min_containment": 0},
    ],
)  # fmt: skip
def test_thresholds_that_contradict_each_other_are_refused(wrong) -> None:
    with pytest.raises(ReciproqueError) as error:
        AreaCriteria(**wrong)
    assert error.value.key == "areas.bad_criteria"


def test_warming_leaves_nothing_more_to_compile() -> None:
    from reciproque.flows.areas import _loops, _refine, _splits

    warm_areas()
    loops = [
        *(_loops.dissolve, _loops.place, _refine.pieces, _refine.add_up, _refine.mend),
        *(_refine.merge, _refine.shift, _splits.splits, _splits.cut),
    ]
    before = [len(loop.signatures) for loop in loops]
    assert min(before) >= 1
    for mode in ("refined", "reference"):
        living_areas(frame(("A", "A", 90), ("B", "A", 20), ("B", "B", 5)), SMALL, mode)
    assert [len(loop.signatures) for loop in loops] == before


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ReciproqueError) as error:
        living_areas(frame(("A", "A", 50)), mode="best")
    assert error.value.key == "areas.bad_mode"


# flows whose zones all differ, so that no tie hides behind the order of codes
@st.composite
def any_flows(draw) -> list[tuple[int, int, float]]:
    n = draw(st.integers(1, 14))
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)),
            min_size=1,
            max_size=60,
            unique=True,
        )
    )
    values = draw(
        st.lists(st.integers(1, 10**6), min_size=len(pairs), max_size=len(pairs), unique=True)
    )
    return [(o, d, v / 1000) for (o, d), v in zip(pairs, values, strict=True)]


def named(flows, names=lambda i: f"z{i:02d}") -> pl.DataFrame:
    return frame(*((names(o), names(d), v) for o, d, v in flows))


def drawn(table: pl.DataFrame, mode: str) -> LivingAreas | None:
    """The areas; ``None`` where the reference mode says that no zone reaches the thresholds."""
    try:
        return living_areas(table, SMALL, mode)
    except ReciproqueError as refusal:
        if refusal.key != "areas.none_found" or mode == "refined":
            raise
        return None


@settings(max_examples=150, deadline=None)
@given(any_flows(), st.sampled_from(["refined", "reference"]))
def test_each_zone_is_in_one_area_and_figures_are_those_of_its_flows(flows, mode) -> None:
    table = named(flows)
    found = drawn(table, mode)
    if found is None:
        return
    every = sorted(set(table["origin"]) | set(table["destination"]))
    inside = [zone for members in found.areas["members"] for zone in members]
    assert sorted([*inside, *found.left_out]) == every
    if mode == "refined":
        assert not found.left_out
    for row in found.areas.iter_rows(named=True):
        home, work = (
            pl.col("origin").is_in(row["members"]),
            pl.col("destination").is_in(row["members"]),
        )
        assert row["residents"] == pytest.approx(
            table.filter(home)["value"].sum() if mode == "refined" else row["residents"]
        )
        assert row["internal"] == pytest.approx(table.filter(home & work)["value"].sum())
        value = validity(row["internal"], row["residents"], row["jobs"], SMALL.array)
        assert row["valid"] == (value >= 1)
        assert row["id"] in row["members"]


@settings(max_examples=150, deadline=None)
@given(any_flows())
def test_refined_areas_below_validity_have_nowhere_to_go(flows) -> None:
    """An area below validity is tied to no other: it holds whole connected pieces of the flows."""
    table = named(flows)
    found = living_areas(table, SMALL)
    for code in found.invalid:
        mine = found.area(code)["members"]
        crossing = pl.col("origin").is_in(mine) != pl.col("destination").is_in(mine)
        assert table.filter(crossing).is_empty()
        assert "areas.short" in dict(found.notes)


@settings(max_examples=100, deadline=None)
@given(any_flows(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_codes_matter(flows, chance) -> None:
    expected = partition(living_areas(named(flows), SMALL))
    shuffled = list(flows)
    chance.shuffle(shuffled)
    assert partition(living_areas(named(shuffled), SMALL)) == expected
    codes = [f"z{i:02d}" for i in range(14)]
    other = codes[:]
    chance.shuffle(other)
    renamed = partition(living_areas(named(shuffled, lambda i: other[i]), SMALL))
    back = dict(zip(other, codes, strict=True))
    assert {frozenset(back[z] for z in area) for area in renamed} == expected


@settings(max_examples=50, deadline=None)
@given(any_flows())
def test_the_reference_mode_does_not_depend_on_the_order_of_rows(flows) -> None:
    expected, again = drawn(named(flows), "reference"), drawn(named(flows[::-1]), "reference")
    assert (expected is None) == (again is None)
    if expected is not None and again is not None:
        assert partition(again) == partition(expected)


def test_arrays_of_numbers_and_frames_of_text_give_the_same_areas() -> None:
    rng = np.random.default_rng(3)
    origin, destination = rng.integers(1, 40, (2, 600))
    value = rng.integers(1, 60, 600)
    arrays = living_areas((origin, destination, value), SMALL)
    text = living_areas(
        pl.DataFrame({"origin": origin, "destination": destination, "value": value}).with_columns(
            pl.col("origin", "destination").cast(pl.String)
        ),
        SMALL,
    )
    assert arrays.areas.equals(text.areas)
    assert (
        arrays.zones
        == text.zones
        == tuple(map(str, sorted({*origin.tolist(), *destination.tolist()})))
    )


def test_the_table_has_one_row_a_zone_with_the_figures_of_its_area() -> None:
    found = living_areas(frame(("A", "A", 90), ("B", "A", 20), ("B", "B", 5)), SMALL)
    table = found.table(["Town"])
    assert table.select("zone", "area", "name", "residents").rows() == [
        ("A", "A", "Town", 115.0), ("B", "A", "Town", 115.0),
    ]  # fmt: skip


# --- the reference results ---------------------------------------------------------------


@pytest.fixture(scope="module")
def sardinia(shared_data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    folder = shared_data / "reference"
    flows = pl.read_csv(folder / "sardinia_flows.csv")
    flows.columns = COLUMNS
    return flows, pl.read_csv(folder / "sardinia_lma_r.csv")


def groups(table: pl.DataFrame) -> set[frozenset[str]]:
    by = (
        table.with_columns(pl.col("community").cast(pl.String)).group_by("cluster").agg("community")
    )
    return {frozenset(members) for members in by["community"]}


def test_the_reference_mode_gives_the_partition_of_sardinia(sardinia) -> None:
    flows, expected = sardinia
    found = living_areas(flows, mode="reference")
    assert partition(found) == groups(expected)
    assert (found.areas.height, len(found.invalid)) == (36, 1)
    assert found.modularity == pytest.approx(0.7522, abs=1e-4)
    assert found.areas["supply_containment"].mean() == pytest.approx(0.8429, abs=1e-4)
    residents = dict(expected.select(pl.col("community").cast(pl.String), "residents").iter_rows())
    assert dict(zip(found.zones, found.residents_of, strict=True)) == residents


def test_the_reference_mode_on_a_thousand_communes_differs_by_three(shared_data: Path) -> None:
    """978 of the 981 communes that the R results place; the 19 without jobs are in neither."""
    folder = shared_data / "reference"
    flows = pl.read_csv(folder / "synthetic_1000_flows.csv.gz")
    flows.columns = COLUMNS
    expected = pl.read_csv(folder / "synthetic_1000_lma_r.csv")
    found = living_areas(flows, mode="reference")
    assert found.areas.height == expected["cluster"].n_unique() == 6
    place = {code: a for code, a in zip(found.zones, found.area_of, strict=True) if a >= 0}
    assert set(place) == set(expected["community"].cast(pl.String))
    table = expected.with_columns(area=pl.col("community").cast(pl.String).replace_strict(place))
    most = table.group_by("cluster").agg(pl.col("area").mode().first()).sort("cluster")
    assert most["area"].n_unique() == 6
    moved = table.join(most, on="cluster").filter(pl.col("area") != pl.col("area_right"))
    assert moved.height == 3


def test_the_refined_mode_is_better_than_the_reference_on_every_count(sardinia) -> None:
    flows, _ = sardinia
    refined, reference = living_areas(flows), living_areas(flows, mode="reference")
    assert refined.invalid == ()
    assert refined.areas.height == 37
    assert refined.modularity == pytest.approx(0.7642, abs=1e-4)
    assert refined.global_containment == pytest.approx(0.8968, abs=1e-4)
    assert refined.global_containment > reference.global_containment
    weakest = [
        min(f.areas["supply_containment"].min(), f.areas["demand_containment"].min())
        for f in (refined, reference)
    ]
    assert weakest[0] > 0.6667 > weakest[1]


@pytest.mark.parametrize("mode", ["refined", "reference"])
def test_the_measures_of_any_partition_say_the_same(sardinia, mode) -> None:
    flows, _ = sardinia
    found = living_areas(flows, mode=mode)
    at = {code: i for i, code in enumerate(found.zones)}
    ends = [[at[str(c)] for c in flows[end]] for end in ("origin", "destination")]
    matrix = csr_array((flows["value"].cast(pl.Float64).to_numpy(), tuple(ends)))
    told = measures(matrix, found.area_of.tolist()).sort("group")
    assert told["residents"].to_list() == found.areas["residents"].to_list()
    assert told["jobs"].to_list() == found.areas["jobs"].to_list()
    assert told["internal"].to_list() == found.areas["internal"].to_list()


def test_other_codes_give_the_same_refined_areas_of_sardinia(sardinia) -> None:
    flows, _ = sardinia
    other = flows.with_columns(pl.col("origin", "destination") * 7919 % 1_000_003).sample(
        fraction=1, shuffle=True, seed=5
    )
    back = {str(int(c) * 7919 % 1_000_003): c for c in living_areas(flows).zones}
    renamed = {frozenset(back[z] for z in area) for area in partition(living_areas(other))}
    assert renamed == partition(living_areas(flows))


def test_a_second_opinion_is_the_same_each_time_and_its_agreement_is_told(sardinia) -> None:
    flows, _ = sardinia
    first, second, ours = leiden(flows), leiden(flows), living_areas(flows)
    assert (first.area_of == second.area_of).all()
    assert first.modularity > ours.modularity  # it seeks nothing else
    assert list(agreement(ours, ours).values()) == pytest.approx([1.0, 1.0])
    told = agreement(ours, first)
    assert 0.3 < told["adjusted_rand"] < 0.9
    assert agreement(first, ours) == pytest.approx(told)


def test_agreement_by_hand() -> None:
    """Two pairs against one of four: pairs together in both 2, expected 6 x 2 / 6 = 2, so 0."""
    split = living_areas(frame(*((z, z, 90) for z in "AC"), ("B", "A", 30), ("D", "C", 30)), SMALL)
    assert partition(split) == {frozenset("AB"), frozenset("CD")}
    whole = living_areas(frame(("A", "A", 90), *((z, "A", 30) for z in "BCD")), SMALL)
    assert partition(whole) == {frozenset("ABCD")}
    assert agreement(split, whole)["adjusted_rand"] == pytest.approx(0)


def test_a_flow_of_nobody_ties_no_zones() -> None:
    """A pair counted as zero is no tie: the areas are those of the file without it."""
    flows = [("a", "a", 900.0), ("b", "b", 900.0), ("c", "c", 900.0), ("a", "b", 400.0)]
    flows += [("b", "a", 300.0), ("b", "c", 20.0)]
    criteria = AreaCriteria(min_size=100, target_size=2000)

    def areas(rows):
        origin, destination, value = (np.array(x) for x in zip(*rows, strict=True))
        found = living_areas((origin, destination, value), criteria)
        return [sorted(m) for m in found.areas["members"].to_list()]

    assert areas(flows) == areas([*flows, ("a", "c", 0.0), ("c", "a", 0.0)])
