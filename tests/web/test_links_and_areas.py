"""Links measured, living areas and scenarios on pages: the figures are the engine's, said in words."""

import csv
import io
import json
import re

import polars as pl
import pytest
from django.utils.html import escape

from reciproque.flows import area_sources, common_area, cut_epci, known_areas, measures
from reciproque.sources import install, read
from reciproque.territories import load

PETR, GRENOBLE, GRESIVAUDAN, STRASBOURG = "200069680", "200040715", "200018166", "246700488"
ISERE = "flows/base-flux-mobilite-domicile-lieu-travail-2017-isere.csv"


@pytest.fixture
def isere(own_home, shared_data) -> None:
    install(shared_data / ISERE)


def large(text: str) -> dict[str, str]:
    """The figures of a page: name -> value."""
    found = re.findall(r'<h3>([^<]+)</h3>\s*<p class="n">([^<]+)</p>', text)
    return {name: value.replace("\u00a0", "") for name, value in found}


def test_links_tell_the_raw_rows_of_the_file(isere, page) -> None:
    """Grenoble's metropolis, recomputed by hand from the file of Isère."""
    rows = read("insee_flux_38").frame
    inside = set(load().territory(GRENOBLE).members)
    communes = {
        c for c, e in zip(load().units.code, load().units.epci, strict=True) if e == GRENOBLE
    }
    communes |= inside
    home = rows["origin"].is_in(list(communes))
    work = rows["destination"].is_in(list(communes))
    leaving = round(rows.filter(home & ~work)["value"].sum())
    coming = round(rows.filter(~home & work)["value"].sum())
    told = large(page(f"/territoires/{GRENOBLE}/liens/"))
    assert told["Sortent"] == str(leaving)
    assert told["Entrent"] == str(coming)


def test_links_say_what_the_file_sees_and_that_an_estimate_is_one(isere, page) -> None:
    assert "observé" in page(f"/territoires/{GRENOBLE}/liens/")
    assert re.search(r"voit .*%", page(f"/territoires/{GRENOBLE}/liens/"))
    assert "estimé" in page(f"/territoires/{PETR}/liens/")


def test_ties_can_be_told_with_another_kind_and_the_next_ones(page) -> None:
    few = page(f"/territoires/{PETR}/liens/?avec=commune&n=5")
    assert few.count("/face-a-face/") == 5
    assert "n=30" in few
    assert "Vosges" in page(f"/territoires/{PETR}/liens/?avec=departement")


def test_a_strange_filter_is_left_aside(page) -> None:
    assert page(f"/territoires/{PETR}/liens/?avec=planete&n=-3&flux=rien")


def test_a_territory_sees_its_area_over_the_boundaries_it_crosses(isere, page) -> None:
    text = page(f"/territoires/{GRENOBLE}/bassins/")
    assert "dans le bassin de Grenoble." in text
    assert '<g class="over">' in text
    france = load()
    found = known_areas(france, area_sources(france)[0].id)
    cut = cut_epci(france, found).filter(
        (pl.col("area_name") == "Grenoble") & (pl.col("share") > 0.01)
    )
    assert cut.height
    assert all(escape(name) in text for name in cut["name"])
    assert "surestimée" in text  # the flows stop at the edge of the département


def test_the_source_of_areas_can_be_chosen_and_an_unknown_one_is_not_found(isere, page) -> None:
    assert "(estimation)" in page(
        f"/territoires/{GRENOBLE}/bassins/?trajets=estimate&calcul=refined"
    )
    page(f"/territoires/{GRENOBLE}/bassins/?trajets=1999-3", status=404)


def test_without_the_table_of_zonings_the_page_says_how_to_add_it(page) -> None:
    assert "reciproque data add" in page(f"/territoires/{PETR}/bassins/")


def test_insee_zones_stand_beside_ours(own_home, shared_data, page) -> None:
    install(shared_data / "registry/zonages_communes_2024.csv.gz")
    text = page(f"/territoires/{PETR}/bassins/")
    assert "(Sélestat)</a>" in text
    assert "Bassin de vie de Sélestat" in text


def test_all_areas_go_away_commune_by_commune(client, db, registry) -> None:
    text = client.get("/bassins.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    found = known_areas(registry)
    assert len(rows) == len(found.zones)
    assert {row["zone"] for row in rows} == set(found.zones)


def test_outlines_go_away_with_their_source_and_state(client, db) -> None:
    answer = json.loads(client.get(f"/territoires/{PETR}/bassins.geojson").content)
    assert answer["state"] == "estimated"
    assert answer["source"]
    assert all(f["geometry"]["type"] in ("Polygon", "MultiPolygon") for f in answer["features"])


def test_areas_hold_every_resident_of_a_territory_once(registry) -> None:
    from reciproque.flows import areas_of_territory

    parts = areas_of_territory(registry, registry.territory(PETR), known_areas(registry))
    assert sum(p.share for p in parts) == pytest.approx(1)
    assert [p.share for p in parts] == sorted((p.share for p in parts), reverse=True)


def test_a_common_area_is_the_same_from_both_sides(registry) -> None:
    found = known_areas(registry)
    a, b = registry.territory(GRENOBLE), registry.territory(GRESIVAUDAN)
    mine, theirs = common_area(registry, a, b, found)
    again = common_area(registry, b, a, found)
    assert mine.row == theirs.row
    assert (again[1].share, again[0].share) == (mine.share, theirs.share)
    assert common_area(registry, a, registry.territory("29019"), found) is None


def test_a_pair_says_who_depends_on_whom(isere, page, registry) -> None:
    text = page(f"/face-a-face/{GRENOBLE}/{GRESIVAUDAN}/")
    assert "Qui dépend de qui" in text
    assert "actifs de Le Grésivaudan travaillent dans l’autre territoire" in text
    assert "Bassin de navettes commun : Grenoble" in text


def test_levers_change_the_figures_and_none_changes_nothing(page) -> None:
    none = page(f"/territoires/{PETR}/scenario/?telework-share=0.5")
    assert "Cochez un levier" in none
    some = page(f"/territoires/{PETR}/scenario/?telework=on&telework-share=0.5&telework-days=5")
    assert re.search(
        r"tonnes de CO2 en moins par an, soit 50 % des trajets", some.replace("\u00a0", " ")
    )


def test_a_lever_that_cannot_be_computed_says_what_to_change_and_keeps_what_was_typed(page) -> None:
    address = f"/territoires/{PETR}/scenario/?service=on&service-from=Zzyzx&service-to=Colmar"
    text = page(address, status=400)
    assert 'role="alert"' in text
    assert 'value="Zzyzx"' in text


def test_a_setting_out_of_bounds_is_said_beside_it(page) -> None:
    text = page(f"/territoires/{PETR}/scenario/?telework=on&telework-days=9")
    assert "errorlist" in text


def test_the_measures_of_the_page_are_those_of_any_partition(registry) -> None:
    """Two territories, by hand: 3 stay in A, 1 leaves; 2 stay in B, 2 leave."""
    from scipy.sparse import csr_array

    frame = measures(csr_array([[3.0, 1.0], [2.0, 2.0]]), ["A", "B"])
    assert frame["stay"].to_list() == [0.75, 0.5]
    assert frame["held"].to_list() == [0.6, pytest.approx(2 / 3)]
