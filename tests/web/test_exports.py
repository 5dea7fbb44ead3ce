"""What is taken away is what the page shows: same rows, same figures, safe in a spreadsheet."""

import csv
import io
import json
import re

import pytest
import shapely
from django.utils import translation

from reciproque.flows import links
from reciproque.partners import compare
from reciproque.vocabulary import say_number
from reciproque.web.registry import actions
from reciproque.web.registry.exports import csv_response, safe_cell

PETR, EPCI, COMMUNE, KREIS = "200069680", "200040715", "67462", "DE:08316"
pytestmark = pytest.mark.django_db


def table_of(client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.search(r'attachment; filename="[a-z0-9-]+\.csv"', response["Content-Disposition"])
    assert response.content.startswith(b"\xef\xbb\xbf")
    text = response.content.decode("utf-8-sig")
    assert "\r\n" in text
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


@pytest.mark.parametrize("code", [PETR, COMMUNE, KREIS])
def test_the_table_of_figures_is_the_profile(client, registry, code) -> None:
    rows = table_of(client, f"/territoires/{code}/chiffres.csv")
    profile = registry.profile(code)
    assert [r["indicator"] for r in rows] == list(registry.indicator_ids)
    for row in rows:
        measure = profile[row["indicator"]]
        assert row["state"] == str(measure.state)
        if measure.value is None:
            assert row["value"] == ""
        else:
            assert number(row["value"]) == pytest.approx(measure.value, rel=1e-9)


@pytest.mark.parametrize("code", [PETR, COMMUNE])
def test_every_figure_of_the_page_stands_in_the_table(client, registry, code) -> None:
    text = client.get(f"/territoires/{code}/chiffres/").content.decode()
    shown = dict(re.findall(r'<tr><th scope="row">([^<]+)</th><td class="num">([^<]+)</td>', text))
    rows = {r["label"]: r for r in table_of(client, f"/territoires/{code}/chiffres.csv")}
    assert shown
    for name, figure in shown.items():
        row = rows[name.replace("&#x27;", "'")]
        if figure == "–":
            assert row["value"] == ""
        else:
            digits = re.match(r"[−\d\u00a0,]+", figure)[0].rstrip("\u00a0")
            decimals = len(digits.partition(",")[2])
            assert say_number(number(row["value"]), "fr", decimals) == digits


@pytest.mark.parametrize("kind", ["epci", "departement", "commune"])
def test_the_table_of_links_has_both_directions_and_sources(client, registry, kind) -> None:
    rows = table_of(client, f"/territoires/{COMMUNE}/liens.csv?avec={kind}")
    frame = links(registry, registry.territory(COMMUNE), "commuting", kind)
    assert [r["code"] for r in rows] == frame["code"].to_list()
    assert {r["kind"] for r in rows} == {kind}
    assert {r["state"] for r in rows} == {"estimated"}
    assert all(r["source"] and r["year"] for r in rows)
    totals = [number(r["incoming"]) + number(r["outgoing"]) for r in rows]
    assert totals == sorted(totals, reverse=True)


def test_the_table_of_a_pair_is_its_comparison(client, registry) -> None:
    found = compare(registry, COMMUNE, KREIS)
    rows = table_of(client, f"/face-a-face/{COMMUNE}/{KREIS}/chiffres.csv")
    assert [r["indicator"] for r in rows] == [m.indicator.id for m in found.measures]
    for row, m in zip(rows, found.measures, strict=True):
        ours = number(row[f"Sélestat ({COMMUNE})"])
        assert ours == (None if m.a.value is None else pytest.approx(m.a.value, rel=1e-9))
        assert row[f"state {KREIS}"] == str(m.b.state)


def test_swapping_a_pair_swaps_its_columns_and_its_ribbons(client) -> None:
    there = table_of(client, f"/face-a-face/{COMMUNE}/{KREIS}/rubans.csv")
    back = table_of(client, f"/face-a-face/{KREIS}/{COMMUNE}/rubans.csv")
    key = lambda r: (r["origin"], r["destination"], r["value"])  # noqa: E731
    assert sorted(map(key, there)) == sorted(map(key, back))


@pytest.mark.parametrize(
    "address",
    [
        f"/territoires/{PETR}/contour.geojson", f"/territoires/{PETR}/membres.geojson",
        f"/territoires/{COMMUNE}/liens.geojson", f"/face-a-face/{COMMUNE}/{KREIS}/contours.geojson",
        f"/territoires/{COMMUNE}/bassins.geojson",
    ],
)  # fmt: skip
def test_every_layer_is_valid_geojson_in_degrees(client, address) -> None:
    response = client.get(address)
    assert response["Content-Type"].startswith("application/geo+json")
    layer = json.loads(response.content)
    assert layer["type"] == "FeatureCollection"
    assert layer["features"]
    for feature in layer["features"]:
        west, south, east, north = shapely.from_geojson(json.dumps(feature["geometry"])).bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-x", "@cmd", "\t=1", "\r=1"])
def test_a_spreadsheet_never_takes_a_text_for_a_formula(cell) -> None:
    assert safe_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["Sélestat", "", "1=1", None, -3, 2.5, 0])
def test_what_is_no_formula_stays_as_it_is(cell) -> None:
    assert safe_cell(cell) == cell


def test_a_hostile_name_is_harmless_in_every_table(client, registry) -> None:
    kept = actions.compose(registry, name='=HYPERLINK("http://x";"y")', members=[COMMUNE, "67130"])
    for file in ("chiffres.csv", "liens.csv", "membres.csv", "partenaires.csv?n=2"):
        for row in table_of(client, f"/territoires/{kept.code}/{file}"):
            assert not [v for v in row.values() if v and v.startswith(("=", "@"))]


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [
        (1234.5, "1234,5", "1234.5"), (0.0, "0", "0"), (float("nan"), "", ""), (None, "", ""),
        (float("inf"), "", ""), (1e-3, "0,001", "0.001"), (7, "7", "7"), ("a;b", '"a;b"', '"a;b"'),
    ],
)  # fmt: skip
def test_a_cell_is_written_as_the_readers_spreadsheet_reads_it(value, fr, en) -> None:
    for lang, expected in (("fr", fr), ("en", en)):
        with translation.override(lang):
            text = csv_response("x", ["a", "b"], [[value, "."]]).content.decode("utf-8-sig")
        assert text == f"a;b\r\n{expected};.\r\n"


def test_a_file_whose_name_has_no_letter_still_has_a_name() -> None:
    assert 'filename="export.csv"' in csv_response("!!!", ["a"], [])["Content-Disposition"]


@pytest.mark.parametrize("address", [f"/territoires/{PETR}/dossier.pdf", f"/face-a-face/{COMMUNE}/{KREIS}/dossier.pdf"])  # fmt: skip
def test_a_dossier_is_a_tagged_pdf_for_archives(client, address) -> None:
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-1.7")
    assert b"pdfaid" in response.content
    assert b"pdfuaid" in response.content


@pytest.mark.parametrize(
    "address", ["/", f"/territoires/{PETR}/", f"/face-a-face/{COMMUNE}/{KREIS}/", "/donnees/"]
)
def test_every_page_can_be_printed_and_forbids_what_comes_from_elsewhere(client, address) -> None:
    from pathlib import Path

    response = client.get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "http" not in policy.replace("'self'", "")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    source = Path(actions.__file__).parents[1]
    sheets = "".join(p.read_text(encoding="utf-8") for p in source.rglob("static/**/*.css"))
    assert "@media print" in sheets
