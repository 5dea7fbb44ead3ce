"""What installed files of journeys serve once read: German districts, detail files of some size."""

import json
import os
import random
import subprocess
import sys
from collections import defaultdict
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
PLACES = ("38185", "38421", "38151", "38563", "38544", "38053")
ROWS = 200_000
MEASURED = """
import resource, sys
from reciproque.sources import install
from reciproque.territories import load
item = install(sys.argv[1])
print(item.id, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
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


def test_a_detail_file_is_summed_by_pair_to_the_last_weight(own_home: Path, tmp_path: Path) -> None:
    """Two hundred thousand people, in another process so that its memory is its own."""
    rng, by_hand = random.Random(4), defaultdict(float)
    path = tmp_path / "FD_MOBPRO_2020.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("COMMUNE;ARM;DCFLT;DCLT;AGEREVQ;IPONDI;TRANS\n")
        for _ in range(ROWS):
            home, work = rng.choice(PLACES), rng.choice(PLACES)
            weight = rng.randrange(800_000, 6_000_000) / 1e6
            by_hand[home, work] += weight
            stream.write(f"{home};ZZZZZ;99999;{work};040;{weight:.6f};4\n")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)],
        check=True, capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip
    name, kilobytes = done.stdout.split()
    frame = read(name).frame
    assert frame.height == len(by_hand) == len(PLACES) ** 2
    for origin, destination, value in frame.iter_rows():
        assert value == pytest.approx(by_hand[origin, destination], rel=1e-9)
    assert int(kilobytes) < 1_000_000  # under 1 GB; about 0.4 was measured


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
