"""Who belongs to what: groupings and zonings."""

from pathlib import Path

import polars as pl
import pytest
from support_sources import Write, frame_of

from reciproque.sources import SourceError, install

UNIONS = (
    "territoire_siren,territoire_nom,territoire_nature,departement_code,region_code,population,"
    "epci_siren,epci_nom,epci_nature"
)
SELESTAT = "200000001,PETR Test,{},67,44,1,246700967,CC de Sélestat,CC"
BOSSUE = "200000001,PETR Test,{},67,44,1,200067841,CC de l'Alsace Bossue,CC"


@pytest.mark.parametrize(
    ("nature", "dataset", "kind"),
    [
        ("PETR", "banatic_petr", "petr"),
        ("POLEM", "banatic_pole_metropolitain", "pole_metropolitain"),
    ],
)
def test_the_nature_tells_which_grouping(
    home: Path, write: Write, nature: str, dataset: str, kind: str
) -> None:
    item = install(write("file.csv", UNIONS, SELESTAT.format(nature)))
    assert (item.id, item.kind) == (dataset, "memberships")
    assert frame_of(item).row(0, named=True) == {
        "group": "200000001",
        "group_name": "PETR Test",
        "group_kind": kind,
        "member": "246700967",
        "member_name": "CC de Sélestat",
        "year": "2026",
    }


def test_a_file_without_a_year_says_which_one_was_kept(home: Path, write: Write) -> None:
    undated = install(write("petr_epci.csv", UNIONS, SELESTAT.format("PETR")))
    assert ("source.undated", {"known": 1, "total": 1, "year": "2026"}) in undated.warnings
    dated = install(write("petr_epci_2024.csv", UNIONS, SELESTAT.format("PETR"), ""))
    assert dated.year == "2024"


def test_a_nature_that_is_not_published_is_refused(home: Path, write: Write) -> None:
    with pytest.raises(SourceError) as caught:
        install(write("file.csv", UNIONS, SELESTAT.format("PETR"), BOSSUE.format("CLUB")))
    assert caught.value.key == "source.unknown_class"
    assert caught.value.figures["row"] == 3


def test_a_scot_may_hold_communes_and_epci(home: Path, write: Write) -> None:
    header = (
        "siren,nom,type,dep,reg,competence_scot,competence_plu,membre_type,membre_code,membre_nom"
    )
    start = "200000002,SM du SCoT,SMF,67,44,True,False"
    item = install(
        write(
            "scot_2023.csv",
            header,
            f"{start},CC,246700967,CC de Sélestat",
            f"{start},COM,01091,Châtillon-en-Michaille",
            f"{start},CC,241200658,CC du Pays de Salars",
        )
    )
    assert frame_of(item)["member"].to_list() == ["01033", "246700967"]
    assert item.unmapped == ("241200658",)
    assert item.year == "2023"


def test_zonings_keep_what_lies_outside_as_missing(home: Path, write: Write) -> None:
    item = install(
        write(
            "zonages_2024.csv",
            "CODGEO,LIBGEO,DEP,REG,EPCI,ZE2020,AAV2020,BV2022",
            "22016,Île-de-Bréhat,22,53,ZZZZZZZZZ,5308,000,22162",
            "01091,Châtillon,01,84,240100891,8416,000,01091",
            "01033,Valserhône,01,84,240100891,8416,524,01033",
        )
    )
    rows = {row["code"]: row for row in frame_of(item).iter_rows(named=True)}
    assert rows["22016"] == {
        "code": "22016",
        "ze": "5308",
        "aav": None,
        "bv": "22162",
        "epci": None,
    }
    assert rows["01033"]["bv"] == "01033"  # its own zone, not that of the commune that joined it
    assert set(rows) == {"22016", "01033"}


def test_real_registers(home: Path, shared_data: Path) -> None:
    counts = {
        "petr_epci.csv": ("banatic_petr", 123, "2026"),
        "poles_metropolitains_epci.csv": ("banatic_pole_metropolitain", 25, "2026"),
        "scot_porteurs_2023_membres.csv": ("banatic_scot", 260, "2023"),
        "epci_communes_2025.parquet": ("banatic_epci", 1_255, "2025"),
    }
    for name, (dataset, groups, year) in counts.items():
        item = install(shared_data / "registry" / name)
        frame = frame_of(item)
        assert (item.id, item.year) == (dataset, year)
        assert frame["group"].n_unique() == groups
        assert frame.select("group", "member").is_unique().all()
        assert frame.null_count().sum_horizontal()[0] == 0


def test_real_zonings(home: Path, shared_data: Path) -> None:
    item = install(shared_data / "registry" / "zonages_communes_2024.csv.gz")
    frame = frame_of(item)
    assert (item.kind, item.year) == ("zoning", "2024")
    assert frame["code"].is_unique().all()
    assert frame["bv"].n_unique() == 1_707
    assert frame.filter(pl.col("epci").is_null()).height == 4  # four islands
