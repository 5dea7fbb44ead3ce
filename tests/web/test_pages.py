"""What each page shows, in both languages, and what it says when something is wrong."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.utils import translation

from reciproque.sources import install
from reciproque.vocabulary import indicators
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
    f"/territoires/{PETR}/chiffres/",
    f"/territoires/{PETR}/liens/",
    f"/territoires/{PETR}/bassins/",
    f"/territoires/{PETR}/scenario/",
    f"/territoires/{KREIS}/liens/",
    "/bassins/",
    f"/territoires/{PETR}/face-a-face/?q=emmendingen",
    f"/face-a-face/{COMMUNE}/{KREIS}/",
    "/territoires/composer/",
    "/donnees/",
    "/methode/",
    "/methode-liens/",
    "/methode-scenarios/",
    "/methode-bassins/",
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


def test_sources_are_told_in_the_readers_language(page) -> None:
    for address in (f"/territoires/{EPCI}/", f"/territoires/{EPCI}/partenaires/?n=3"):
        text = page("/en" + address)
        assert "gravity model on legal populations" in text
        assert "modèle gravitaire" not in text


def test_a_portrait_says_how_well_the_estimate_fits_where_a_file_allows(
    own_home, shared_data, page
) -> None:
    """Grand Chambéry is beyond the file of Isère: estimated, and the page says what that is worth."""
    install(shared_data / "flows/base-flux-mobilite-domicile-lieu-travail-2017-isere.csv")
    assert "l’estimation place bien 73\u00a0% des personnes" in page("/territoires/200069110/")


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


def test_several_themes_are_asked_together_and_removed_one_by_one(page) -> None:
    address = f"/territoires/{PETR}/partenaires/?sujet=habitat&sujet=economie&n=5"
    text = page(address)
    assert 'name="sujet" value="habitat" checked' in text
    assert 'name="sujet" value="economie" checked' in text
    assert "Autour du sujet « habitat et foncier, économie et emploi »" in text
    left = re.search(r'class="chip" href="(\?[^"]*)">Habitat et foncier', text)
    assert left
    assert "sujet=economie" in left.group(1)
    assert "sujet=habitat" not in left.group(1)


def test_a_long_list_goes_on_with_the_same_filters(page) -> None:
    text = page(f"/territoires/{PETR}/partenaires/?au_dela=30")
    assert "Les 20 premiers territoires" in text
    following = re.search(r'href="(\?[^"]*)">Voir les suivants', text)
    assert following
    longer = page(f"/territoires/{PETR}/partenaires/{following.group(1).replace('&amp;', '&')}")
    assert longer.count("<article") == 40
    assert 'value="30' in longer


def test_a_filter_to_correct_leaves_the_others_as_they_were(page) -> None:
    text = page(
        f"/territoires/{PETR}/partenaires/?au_dela=300&en_deca=10&motif=alike&type=commune&tied=5"
    )
    assert 'value="alike" checked' in text
    assert 'name="type" value="commune" checked' in text
    assert 'name="tied" type="range" min="0" max="100" step="5" value="5"' in text


def test_weights_of_ones_own_are_told_and_can_be_dropped(page) -> None:
    usual = "tied=45&near=35&alike=15&complementary=5"
    assert '">vos poids' not in page(f"/territoires/{PETR}/partenaires/?{usual}&n=1")
    text = page(f"/territoires/{PETR}/partenaires/?tied=10&near=35&n=1")
    assert re.search(r'class="chip" href="\?n=1">vos poids', text)


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


def test_the_code_of_a_merged_commune_leads_to_the_present_one(client, db, registry) -> None:
    response = client.get("/territoires/49001/", follow=True)
    assert response.redirect_chain == [("/territoires/49050/?ancien=49001", 302)]
    assert "49001 est le code d’une ancienne commune" in response.content.decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "/territoires/49001/liens/?flux=travail",
            "/territoires/49050/liens/?flux=travail&ancien=49001",
        ),
        ("/territoires/49001/partenaires/", "/territoires/49050/partenaires/?ancien=49001"),
        ("/territoires/49001/bassins/", "/territoires/49050/bassins/?ancien=49001"),
        ("/territoires/49001/scenario/", "/territoires/49050/scenario/?ancien=49001"),
        ("/territoires/49001/coalitions/", "/territoires/49050/coalitions/?ancien=49001"),
        ("/territoires/49001/dossier.pdf", "/territoires/49050/dossier.pdf?ancien=49001"),
        ("/territoires/49001/chiffres.csv", "/territoires/49050/chiffres.csv?ancien=49001"),
        ("/face-a-face/67462/49001/", "/face-a-face/67462/49050/?ancien=49001"),
        ("/en/territoires/49001/liens/", "/en/territoires/49050/liens/?ancien=49001"),
    ],
)
def test_so_does_every_page_and_file_about_it(client, db, registry, old, new) -> None:
    response = client.get(old)
    assert (response.status_code, response.url) == (302, new)


def test_what_is_sent_to_a_merged_code_is_not_taken_for_another(client, db, registry) -> None:
    assert client.post("/territoires/49001/scenario/", {"teletravail": "10"}).status_code in (
        404,
        405,
    )


def test_a_search_from_the_home_page_keeps_what_was_typed(client, db) -> None:
    assert client.get("/?q=A%26B").url == "/territoires/?q=A%26B"
    assert client.get("/en/?q=x").url == "/en/territoires/?q=x"


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


def table_of(client, address) -> list[dict[str, str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_decimals_are_written_as_the_readers_spreadsheet_reads_them(client, db) -> None:
    french, english = (
        {row["indicator"]: row["value"] for row in table_of(client, address)}
        for address in (f"/territoires/{PETR}/chiffres.csv", f"/en/territoires/{PETR}/chiffres.csv")
    )
    assert french["population"] == english["population"] == "77195"
    assert float(french["density"].replace(",", ".")) == float(english["density"])
    assert re.fullmatch(r"133,\d+", french["density"])


def test_the_ribbons_of_a_pair_and_its_figures_are_two_tables(client, db) -> None:
    ribbons = table_of(client, f"/face-a-face/{COMMUNE}/{KREIS}/rubans.csv")
    assert [(r["origin"], r["destination"]) for r in ribbons] == [
        (COMMUNE, KREIS),
        (KREIS, COMMUNE),
    ]
    assert all(re.fullmatch(r"\d+(,\d)?", r["value"]) for r in ribbons)
    figures = table_of(client, f"/face-a-face/{COMMUNE}/{KREIS}/chiffres.csv")
    assert figures[0]["indicator"] == "population"
    assert figures[0]["Landkreis Emmendingen (DE:08316)"] == "166850"
    assert {f"state {COMMUNE}", f"state {KREIS}"} <= set(figures[0])


def test_the_members_of_a_union_can_be_taken_away_with_what_ties_them(client, db) -> None:
    members = table_of(client, f"/territoires/{PETR}/membres.csv")
    assert members[0]["code"] == "246700967"
    assert len(members) == 4
    assert all(float(m["tie"].replace(",", ".")) > 0 for m in members)
    layer = json.loads(client.get(f"/territoires/{PETR}/membres.geojson").content)
    assert [f["properties"]["code"] for f in layer["features"]] == [m["code"] for m in members]
    assert "Les membres (CSV)" in client.get(f"/territoires/{PETR}/").content.decode()


def test_all_figures_stand_in_one_table_and_missing_is_no_zero(page, registry) -> None:
    text = page(f"/territoires/{KREIS}/chiffres/")
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td class="num">([^<]+)</td>', text)
    found = dict(rows)
    assert len(rows) == sum(1 for i in registry.indicator_ids if indicators()[i].theme)
    assert found["Habitants"] == "166\u00a0850\u00a0habitants"
    assert found["Part vivant dans une commune de plus de 50\u00a0000 habitants"] == "0,0\u00a0%"
    assert found["Mairies ouvertes le samedi"] == "–"
    assert "non renseigné" in text
    assert f"/territoires/{KREIS}/chiffres/" in page(f"/territoires/{KREIS}/")


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
