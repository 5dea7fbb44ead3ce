"""What each page shows, in both languages, and what it says when something is wrong."""

import json
import re
from datetime import date

import pytest
from django.utils import translation

from reciproque.web.shared.templatetags.reciproque import day

PETR, EPCI, COMMUNE, KREIS = "200069680", "200040715", "67462", "DE:08316"
PAGES = [
    "/",
    "/territoires/",
    "/territoires/?q=selestat",
    f"/territoires/{PETR}/",
    f"/territoires/{COMMUNE}/",
    f"/territoires/{KREIS}/",
    "/territoires/DEP-67/",
    f"/territoires/{PETR}/partenaires/",
    f"/territoires/{PETR}/face-a-face/?q=emmendingen",
    f"/face-a-face/{COMMUNE}/{KREIS}/",
    "/territoires/composer/",
    "/donnees/",
    "/methode/",
    "/methode-liens/",
    "/lexique/",
    "/accessibilite/",
    "/dix-territoires/",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_in_french_and_in_english(page, address) -> None:
    assert '<html lang="fr">' in page(address)
    assert '<html lang="en">' in page("/en" + address)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_asks_another_host_or_carries_inline_style_or_script(page, address) -> None:
    text = page(address)
    loaded = re.findall(r'(?:src|href|action)="([^"#]*)"', text)
    assert not [a for a in loaded if a.startswith(("http", "//"))]
    assert " style=" not in text
    assert not re.findall(r"<script(?![^>]*\bsrc=)", text)


def test_the_policy_forbids_what_comes_from_elsewhere(client, db) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_name_without_accents_leads_to_the_territory(page) -> None:
    text = page("/territoires/?q=selestat")
    assert f'href="/territoires/{COMMUNE}/"' in text
    assert f'href="/territoires/{PETR}/"' in text


def test_the_search_fragment_is_only_the_list(client, db) -> None:
    text = client.get("/territoires/?q=selestat", headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith('<ul class="hits">')
    assert "<html" not in text


def test_a_name_that_nothing_bears_says_what_to_try(page) -> None:
    assert "Essayez un nom plus court" in page("/territoires/?q=zzzzqqqq")


def test_what_people_type_is_shown_as_text(page) -> None:
    text = page("/territoires/?q=<script>alert(1)</script>")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_a_portrait_tells_who_what_links_and_with_whom(page, registry) -> None:
    text = page(f"/territoires/{EPCI}/")
    assert "Grenoble-Alpes-Métropole" in text
    assert "445\u00a0000 habitants, 49 communes" in text
    assert "Le Grésivaudan" in text
    assert "estimé" in text
    assert "modèle gravitaire" in text
    assert "À côté des autres" in text
    assert "métropoles" in text
    assert "Avec qui coopérer" in text


def test_a_map_has_a_title_a_description_and_its_table(page) -> None:
    text = page(f"/territoires/{EPCI}/")
    assert re.search(
        r'<svg class="map"[^>]*role="img"><title>[^<]+</title><desc>[^<]+</desc>', text
    )
    assert "<caption" in text


def test_partners_keep_their_filters_in_the_address(page) -> None:
    text = page(f"/territoires/{PETR}/partenaires/?motif=alike&au_dela=100&en_deca=300&type=epci")
    assert 'value="alike" checked' in text
    assert 'value="100.0"' in text or 'value="100"' in text
    assert "à plus de 100 km" in text
    distances = [int(d.replace("\u00a0", "")) for d in re.findall(r", à ([\d\u00a0]+) km<", text)]
    assert distances
    assert all(100 <= d <= 300 for d in distances)


def test_a_chip_leads_to_the_same_list_without_its_filter(page) -> None:
    text = page(f"/territoires/{PETR}/partenaires/?motif=tied&au_dela=20")
    without = re.search(r'class="chip" href="(\?[^"]*)">à plus de', text)
    assert without
    assert "au_dela" not in without.group(1)
    assert "motif=tied" in without.group(1)


def test_weights_change_the_order(page) -> None:
    names = re.compile(r"<article.*?<h3><a[^>]*>([^<]+)</a>", re.S)
    usual = names.findall(page(f"/territoires/{PETR}/partenaires/"))
    alike = names.findall(
        page(f"/territoires/{PETR}/partenaires/?tied=0&near=0&alike=100&complementary=0")
    )
    assert usual != alike


def test_contradictory_distances_are_refused_with_the_remedy(page) -> None:
    text = page(f"/territoires/{PETR}/partenaires/?au_dela=300&en_deca=10")
    assert "échangez-les" in text


def test_a_list_that_is_empty_says_how_to_widen_it(page) -> None:
    text = page(f"/territoires/{PETR}/partenaires/?en_deca=0.001")
    assert "élargissez" in text


def test_two_territories_face_to_face_have_ribbons_and_the_same_in_a_table(page) -> None:
    text = page(f"/face-a-face/{COMMUNE}/{KREIS}/")
    assert text.count('class="lane-svg"') == 1
    assert "rb a hatched" in text
    assert "Les mêmes rubans, en tableau" in text
    assert "Landkreis Emmendingen" in text


def test_a_territory_beside_itself_is_refused_with_the_remedy(page) -> None:
    text = page(f"/face-a-face/{COMMUNE}/{COMMUNE}/", status=400)
    assert "choisissez-en un autre" in text


@pytest.mark.parametrize(
    "address", ["/territoires/99999/", "/face-a-face/67462/nope/", "/nothing/"]
)
def test_what_does_not_exist_says_where_to_go(page, address) -> None:
    assert "Chercher un territoire" in page(address, status=404)


def test_the_data_page_lists_each_indicator_with_source_and_year(page) -> None:
    text = page("/donnees/")
    assert "Densité" in text
    assert "populations légales 2017" in text
    assert "Aucun fichier ajouté" in text


def test_tables_and_maps_can_be_taken_away(client, db) -> None:
    figures = client.get(f"/territoires/{EPCI}/chiffres.csv").content.decode("utf-8-sig")
    assert figures.startswith("indicator;label")
    assert "population;" in figures
    links = client.get(f"/territoires/{EPCI}/liens.csv").content.decode("utf-8-sig").splitlines()
    assert links[0].startswith("code;name;kind;distance_km;incoming;outgoing;state;source;year")
    assert len(links) > 5
    layer = json.loads(client.get(f"/territoires/{EPCI}/liens.geojson").content)
    assert layer["type"] == "FeatureCollection"
    assert layer["features"][0]["properties"]["code"] == EPCI
    assert layer["features"][1]["properties"]["state"] == "estimated"
    partners = client.get(f"/territoires/{EPCI}/partenaires.csv?n=3").content.decode("utf-8-sig")
    assert len(partners.splitlines()) == 4
    pair = json.loads(client.get(f"/face-a-face/{COMMUNE}/{KREIS}/contours.geojson").content)
    assert [f["geometry"]["type"] for f in pair["features"]] == ["MultiPolygon", "Point"]
    assert client.get(f"/face-a-face/{COMMUNE}/{KREIS}/chiffres.csv").status_code == 200
    assert client.get(f"/territoires/{EPCI}/contour.geojson").status_code == 200


def test_a_portrait_takes_few_queries(client, db, registry, django_assert_max_num_queries) -> None:
    client.get(f"/territoires/{EPCI}/")
    with django_assert_max_num_queries(2):
        client.get(f"/territoires/{EPCI}/")


def test_a_union_says_how_its_members_hold_together(page) -> None:
    text = page("/territoires/200069680/")
    assert "Ce qui relie ses membres entre eux" in text
    assert text.count("part de ses liens dans l’union") == 1
    assert "Ce qui relie ses membres entre eux" not in page("/territoires/67462/")
    assert "Ce qui relie ses membres entre eux" not in page("/territoires/DEP-67/")


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [("2026-06-01", "1er juin 2026", "1 June 2026"), (date(2026, 6, 11), "11 juin 2026", "11 June 2026"), (None, "", "")],
)  # fmt: skip
def test_the_first_of_a_month_is_written_as_it_is_said(value, fr, en) -> None:
    for lang, said in (("fr", fr), ("en", en)):
        with translation.override(lang):
            assert day(value) == said
