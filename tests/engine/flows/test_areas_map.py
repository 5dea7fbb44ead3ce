"""Living areas of Isère against the raw rows of the file, on the map, and over the EPCI."""

import csv
from pathlib import Path

import polars as pl
import pytest
import shapely

from reciproque.flows import (
    area_names,
    area_outlines,
    area_territories,
    cut_epci,
    living_areas,
)
from reciproque.kernel import ReciproqueError
from reciproque.sources import install, installed, read, read_od

ISERE = "flows/base-flux-mobilite-domicile-lieu-travail-2017-isere.csv"
GRENOBLE = "38185"


@pytest.fixture(scope="module")
def isere(shared_data: Path):
    return living_areas(read_od(shared_data / ISERE)[0])


def test_the_living_area_of_grenoble_is_right_against_the_raw_rows(isere, shared_data) -> None:
    area = isere.area(GRENOBLE)
    assert area["id"] == GRENOBLE
    inside = set(area["members"])
    live = work = both = 0.0
    with (shared_data / ISERE).open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file, delimiter=";"):
            people = float(row["NBFLUX_C17_ACTOCC15P"].replace(",", "."))
            live += people * (row["CODGEO"] in inside)
            work += people * (row["DCLT"] in inside)
            both += people * (row["CODGEO"] in inside and row["DCLT"] in inside)
    assert area["residents"] == pytest.approx(live)
    assert area["jobs"] == pytest.approx(work)
    assert area["internal"] == pytest.approx(both)
    assert area["supply_containment"] == pytest.approx(both / live)
    assert area["demand_containment"] == pytest.approx(both / work)
    assert both / live > 0.75
    assert {"38421", "38151", "38169"} <= inside  # Saint-Martin-d’Hères, Échirolles, Fontaine


def test_every_area_of_isere_is_valid_but_one_commune_that_the_file_ties_to_nobody(isere) -> None:
    assert isere.invalid == ("38008",)  # its workers leave the département, and the file
    assert isere.area("38008")["members"] == ["38008"]
    assert dict(isere.notes)["areas.alone"] == {"count": 1, "list": "38008"}
    assert 5 < isere.areas.height < 60
    assert isere.areas["residents"].is_sorted(descending=True)


def test_areas_are_named_after_the_town_that_employs_most(registry, isere) -> None:
    names = dict(zip(isere.areas["id"], area_names(registry, isere), strict=True))
    assert names[GRENOBLE] == "Grenoble"
    assert names["38544"] == "Vienne"


def test_areas_are_drawn_as_the_outlines_of_their_communes_together(registry, isere) -> None:
    drawn = area_outlines(registry, isere)
    assert len(drawn["features"]) == isere.areas.height
    first = drawn["features"][0]
    assert first["properties"]["name"] == "Grenoble"
    assert first["properties"]["zones"] == len(isere.area(GRENOBLE)["members"])
    outline = shapely.geometry.shape(first["geometry"])
    assert outline.contains(shapely.Point(5.72, 45.18))  # Grenoble
    assert not outline.contains(shapely.Point(4.87, 45.52))  # Vienne
    others = [shapely.geometry.shape(f["geometry"]) for f in drawn["features"][1:]]
    for other in others:
        assert outline.intersection(other).area < 1e-6
    assert not [code for code in registry._composed if code.startswith("bassin:")]


def test_an_area_is_a_territory_like_any_other(registry, isere) -> None:
    made = area_territories(registry, isere)
    grenoble = next(t for t in made if t.name == "Grenoble")
    assert grenoble.population > 400_000
    for territory in made:
        registry.forget(territory.code)


def test_the_epci_that_areas_cut_and_where_their_workers_live(registry, isere) -> None:
    cut = cut_epci(registry, isere)
    shares = cut.group_by("epci").agg(pl.col("share").sum(), pl.len())
    assert (shares["share"] - 1).abs().max() < 1e-9
    assert shares["len"].min() >= 2
    row = cut.row(0, named=True)
    home = dict(zip(isere.zones, isere.residents_of, strict=True))
    mine = [
        code
        for code in isere.area(row["area"])["members"]
        if code in registry.unit_index
        and registry.units.epci[registry.unit_index[code]] == row["epci"]
    ]
    assert row["communes"] == len(mine)
    assert row["residents"] == pytest.approx(sum(home[c] for c in mine))
    assert row["name"] == registry.territory(row["epci"]).name


def test_codes_of_another_country_get_no_french_name_nor_outline(registry, shared_data) -> None:
    """Sardinia's 90001 is not Andelnans."""
    found = living_areas(read_od(shared_data / "reference/sardinia_flows.csv")[0])
    assert area_names(registry, found) == found.areas["id"].to_list()
    assert area_territories(registry, found) == []
    assert cut_epci(registry, found).is_empty()
    with pytest.raises(ReciproqueError) as error:
        area_outlines(registry, found)
    assert error.value.key == "areas.no_outline"


def test_the_installed_file_gives_the_same_area_but_for_merged_communes(
    own_home, isere, shared_data
) -> None:
    install(shared_data / ISERE)
    found = living_areas(read(installed()[0].id).frame)
    before, now = isere.area(GRENOBLE), found.area(GRENOBLE)
    assert now["residents"] == pytest.approx(before["residents"], rel=0.02)
