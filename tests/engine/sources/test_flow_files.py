"""Flows: who goes where, what was left aside, and what the file does not cover."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_sources import FLUX, Write, flows_of, frame_of

from reciproque.sources import install
from reciproque.sources._flow_files import read_commuting
from reciproque.sources._register import register
from reciproque.sources._table import table_of_text
from reciproque.vocabulary import say


def test_flows_of_merged_communes_and_arrondissements_add_up(home: Path, write: Write) -> None:
    item = install(
        write(
            "base-flux.csv",
            FLUX,
            "01033;Bellegarde;75101;Paris 1er;5.0",
            "01091;Châtillon;75102;Paris 2e;7.5",
            "01091;Châtillon;01033;Bellegarde;100",
        )
    )
    assert flows_of(item) == {("01033", "75056"): 12.5, ("01033", "01033"): 100.0}
    assert (item.flow_kind, item.level, item.year, item.unit) == (
        "commuting",
        "commune",
        "2017",
        "workers",
    )


def test_people_who_work_abroad_are_counted_apart(home: Path, write: Write) -> None:
    item = install(
        write(
            "base-flux.csv",
            FLUX,
            "67462;Sélestat;67462;Sélestat;900",
            "67462;Sélestat;DE999;Allemagne;80",
            "67462;Sélestat;99999;Étranger;20",
        )
    )
    assert (item.coverage["people"], item.coverage["abroad"]) == (900, 100)
    assert item.unmapped == ()
    assert flows_of(item) == {
        ("67462", "67462"): 900.0,
        ("67462", "DE999"): 80.0,
        ("67462", "99999"): 20.0,
    }


def test_people_of_unknown_codes_are_counted_and_their_codes_listed(
    home: Path, write: Write
) -> None:
    item = install(
        write(
            "base-flux.csv",
            FLUX,
            "67462;Sélestat;67482;Strasbourg;900",
            "67462;Sélestat;02077;Berzy;30",
        )
    )
    assert item.unmapped == ("02077",)
    assert item.coverage["lost"] == 30
    assert ("source.lost_flows", {"people": 30.0}) in item.warnings


def test_a_file_that_stops_at_one_departement_says_so(home: Path, write: Write) -> None:
    item = install(write("base-flux.csv", FLUX, "38185;Grenoble;38185;Grenoble;40000"))
    assert item.id == "insee_flux_38"
    said = say(item.coverage_key, "fr", **item.coverage)
    assert "Isère" in said
    assert "surestimée" in said


def test_a_wide_file_says_its_reach(home: Path, write: Write) -> None:
    rows = [f"{code};A;{code};A;10" for code in ("67462", "38185", "75056", "13055", "44109")]
    item = install(write("base-flux.csv", FLUX, *rows))
    assert item.id == "insee_flux"
    assert item.coverage_key == "coverage.flows"
    assert item.coverage["departements"] == 5


def test_two_areas_stand_side_by_side(home: Path, write: Write) -> None:
    first = install(write("isere.csv", FLUX, "38185;Grenoble;38185;Grenoble;40000"))
    second = install(write("bas-rhin.csv", FLUX, "67462;Sélestat;67462;Sélestat;900"))
    assert (first.id, second.id) == ("insee_flux_38", "insee_flux_67")
    assert flows_of(first) == {("38185", "38185"): 40000.0}


@pytest.mark.parametrize("column", ["NBFLUX_C21_ACTOCC15P", "NBFLUX_C12_ACTOCC15P"])
@pytest.mark.parametrize("separator", [";", ","])
def test_any_year_and_separator(home: Path, write: Write, column: str, separator: str) -> None:
    header = FLUX.replace("NBFLUX_C17_ACTOCC15P", column).replace(";", separator)
    row = "67462;A;67482;B;31.5".replace(";", separator)
    item = install(write("flux.csv", header, row))
    assert item.year == f"20{column[8:10]}"
    assert flows_of(item) == {("67462", "67482"): 31.5}


def test_a_detail_file_is_summed_by_pair(home: Path, write: Write) -> None:
    item = install(
        write(
            "detail_2019.csv",
            "COMMUNE,DCLT,IPONDI",
            "67462,67482,2.5",
            "67462,67482,3",
            "67462,67462,4",
        )
    )
    assert flows_of(item) == {("67462", "67482"): 5.5, ("67462", "67462"): 4.0}
    assert (item.flow_kind, item.year) == ("commuting", "2019")


def test_more_workers_than_a_commune_can_have_is_no_commuting(home: Path, write: Write) -> None:
    item = install(write("detail.csv", "COMMUNE,DCLT,IPONDI", "67462,67482,19000"))
    assert item.flow_kind == "mobility"
    assert ("source.not_only_work", {"count": 1}) in item.warnings
    assert ("source.no_year", {}) in item.warnings


def test_flows_of_departements_say_their_threshold(home: Path, write: Write) -> None:
    item = install(write("departements_2016.csv", "orig,dest,fij", "92,75,214750", "1,69,250"))
    assert flows_of(item) == {("92", "75"): 214750.0, ("01", "69"): 250.0}
    assert item.coverage_key == "coverage.between_only"
    assert item.coverage["smallest"] == 250


CODES = st.sampled_from(["67462", "38185", "01033", "01091", "75101", "02077", "99999", "DE999"])
FLOWS = st.dictionaries(
    st.tuples(st.sampled_from(["67462", "01033", "01091", "01205"]), CODES),
    st.floats(0, 1e5).map(lambda x: round(x, 3)),
    min_size=1,
)


@settings(max_examples=60, deadline=None)
@given(FLOWS)
def test_nobody_is_lost_without_being_counted(pairs: dict[tuple[str, str], float]) -> None:
    known = [("67462", "67482"), ("38185", "67482"), ("44109", "67482")]
    rows = [*((o, d, v) for (o, d), v in pairs.items()), *((o, d, 1.0) for o, d in known)]
    text = FLUX + "\n" + "".join(f"{o};A;{d};B;{v}\n" for o, d, v in rows)
    draft = read_commuting(table_of_text(text, "flux.csv"), register())
    kept = float(draft.frame["value"].sum())
    known = draft.coverage["people"] + draft.coverage["abroad"]  # type: ignore[operator]
    total = sum(v for _, _, v in rows)
    assert kept == pytest.approx(known)
    assert kept + draft.coverage["lost"] == pytest.approx(total)  # type: ignore[operator]


def test_real_flows_of_isere(home: Path, shared_data: Path) -> None:
    name = "base-flux-mobilite-domicile-lieu-travail-2017-isere.csv"
    item = install(shared_data / "flows" / name)
    frame = frame_of(item)
    assert frame.height == 13_067
    assert frame["value"].sum() == pytest.approx(444_656, abs=1)
    assert item.coverage["names"] == "Isère"
    assert item.year == "2017"


def test_real_moves_keep_both_directions(home: Path, shared_data: Path) -> None:
    item = install(shared_data / "flows" / "residential_moves_bassins_de_vie_2021.parquet")
    frame = frame_of(item)
    assert (item.level, item.flow_kind, item.year) == ("bassin_de_vie", "moves", "2021")
    assert frame.height == 108_423
    assert frame["value"].sum() == pytest.approx(2_657_524, abs=1)
    back = frame.join(
        frame, left_on=["origin", "destination"], right_on=["destination", "origin"], how="semi"
    )
    assert back.height > 45_000  # pairs that move both ways
    raw = pl.read_parquet(shared_data / "flows" / "residential_moves_bassins_de_vie_2021.parquet")
    first = raw.row(0, named=True)
    assert flows_of(item)[first["bv22_from"], first["bv22_to"]] == first["flow_pop21"]


def test_the_real_file_of_millau_is_not_taken_for_commuting(home: Path, shared_data: Path) -> None:
    item = install(shared_data / "flows" / "millau_2017.csv")
    assert (item.flow_kind, item.year) == ("mobility", "2017")


def test_real_flows_of_departements(home: Path, shared_data: Path) -> None:
    item = install(shared_data / "flows" / "departements_2016.csv")
    assert item.rows == 929
    assert (item.coverage["smallest"], item.coverage["inner"], item.year) == (200, 0, "2016")
