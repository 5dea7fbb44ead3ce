"""What installed files of journeys serve once read: German districts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.flows import summary
from reciproque.sources import install, read, read_od
from reciproque.territories import load
from reciproque.vocabulary import say

PENDLER = """Pendlerverflechtungen;;;;
Stichtag: 30.06.2023;;;;
Wohnort;Regionalschlüssel;Arbeitsort;Regionalschlüssel;Insgesamt
Emmendingen;08316;Freiburg im Breisgau;08311;20.000
Freiburg im Breisgau;08311;Emmendingen;08316;6.000
Ortenaukreis;08317;Emmendingen;08316;4.000
"""


@pytest.fixture
def pendler(tmp_path: Path) -> Path:
    path = tmp_path / "pendler.csv"
    path.write_text(PENDLER, encoding="utf-8")
    return path


def test_german_journeys_are_kept_under_their_codes_and_one_is_told_what_they_serve(
    own_home: Path, pendler: Path
) -> None:
    item = install(pendler)
    assert ("DE:08316", "DE:08311", 20000.0) in read(item.id).frame.rows()
    told = say(item.coverage_key, "fr", **item.coverage)
    assert "les pages des liens ne s’en servent pas encore" in told
    assert str(summary(load(), "DE:08316").state) == "estimated"


def test_living_areas_are_drawn_from_german_journeys(pendler: Path) -> None:
    small = ("--min-size", "10", "--target-size", "50")
    done = CliRunner().invoke(app, ["areas", "--flows", str(pendler), *small, "--json"])
    assert done.exit_code == 0, done.output
    areas = json.loads(done.stdout)["areas"]
    assert sorted(code for area in areas for code in area["members"]) == ["08311", "08316", "08317"]
    assert sum(area["residents"] for area in areas) == 30000


def test_totals_and_what_is_elsewhere_draw_no_area(tmp_path: Path) -> None:
    path = tmp_path / "pendler.csv"
    sums = (
        "Emmendingen;08316;Auspendler insgesamt;Z;34.000\n"
        "Emmendingen;08316;Baden-Württemberg;08;33.000\n"
        "Emmendingen;08316;Übrige Kreise;083xx;500\n"
    )
    path.write_text(PENDLER + sums, encoding="utf-8")
    flows, said = read_od(path)
    assert sorted(flows.rows()) == [
        ("08311", "08316", 6000.0), ("08316", "08311", 20000.0), ("08317", "08316", 4000.0)
    ]  # fmt: skip
    assert [say(key, "fr", **figures).replace("\xa0", " ") for key, figures in said] == [
        "Dans « pendler.csv », 3 lignes sont des totaux ou mènent « ailleurs » : "
        "elles ne sont pas prises pour des trajets entre deux zones."
    ]


@pytest.mark.parametrize(
    ("written", "read_as"), [("1.234.567", 1234567.0), ("950", 950.0), ("1.5", 1.5)]
)
def test_dots_part_thousands_in_a_german_file(tmp_path: Path, written: str, read_as: float) -> None:
    path = tmp_path / "pendler.csv"
    path.write_text(f"Wohnort;Arbeitsort;Anzahl\n08316;08311;{written}\n", encoding="utf-8")
    assert read_od(path)[0].rows() == [("08316", "08311", read_as)]


def test_dots_are_decimals_in_any_other_file(tmp_path: Path) -> None:
    path = tmp_path / "trips.csv"
    path.write_text("origin;destination;value\nA;B;20.000\n", encoding="utf-8")
    assert read_od(path)[0].rows() == [("A", "B", 20.0)]
