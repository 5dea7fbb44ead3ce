"""A file of journeys with mistakes in it: each is counted, listed and explained, and the rest is used."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.sources import read
from reciproque.vocabulary import say

HEAD = "origin,destination,value"
SMALL = ("--min-size", "10", "--target-size", "50")


def plain(text: str) -> str:
    """With ordinary spaces, as one types them."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "400")
    runner = CliRunner()
    return lambda *words: runner.invoke(app, list(words))


@pytest.fixture
def write(tmp_path: Path):
    def written(*rows: str, head: str = HEAD, name: str = "trips.csv") -> str:
        path = tmp_path / name
        path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
        return str(path)

    return written


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A,B,-5", "un nombre négatif dans la colonne value (-5…), laissée de côté : ligne 4."),
        ("A,B,abc", "autre chose qu’un nombre (« abc »…), laissée de côté : ligne 4."),
        (",B,4", "n’a qu’une origine ou qu’une destination, laissée de côté : ligne 4."),
        ("A,,4", "n’a qu’une origine ou qu’une destination, laissée de côté : ligne 4."),
    ],
)
def test_one_wrong_row_is_left_aside_with_its_line_and_the_rest_is_drawn(
    run, write, row, told
) -> None:
    good = ("A,A,90", "B,B,80", "A,B,1", "B,A,1")
    clean = json.loads(run("areas", "--flows", write(*good), *SMALL, "--json").stdout)
    spoilt = write(*good[:2], row, *good[2:])
    found = run("areas", "--flows", spoilt, *SMALL)
    assert found.exit_code == 0
    assert told in plain(found.stderr)
    assert re.search(r"(Corrigez|Complétez)-la puis recommencez", found.stderr)
    answer = json.loads(run("areas", "--flows", spoilt, *SMALL, "--json").stdout)
    assert answer["areas"] == clean["areas"]
    assert len(answer["notes"]) == len(clean["notes"]) + 1


@pytest.mark.parametrize("key", ["not_numbers", "negative", "one_end", "copied", "added"])
@pytest.mark.parametrize(
    ("lang", "one", "many"), [("fr", "ligne", "lignes"), ("en", "row", "rows")]
)
def test_the_sentence_agrees_with_the_number_of_rows(key, lang, one, many) -> None:
    figures = {"file": "f.csv", "column": "value", "value": "x"}
    single = say(f"source.rows_{key}", lang, **figures, count=1, rows="5")
    several = say(f"source.rows_{key}", lang, **figures, count=2, rows="5, 8")
    assert f": {one} 5." in plain(single)
    assert f": {many} 5, 8." in plain(several)


def test_a_pair_given_twice_is_added_up_and_a_copied_row_counts_once(run, write) -> None:
    head = HEAD + ",mode"
    path = write("A,A,90,car", "A,B,7,car", "A,B,3,bus", "B,B,80,car", "B,B,80,car", head=head)
    answer = json.loads(run("areas", "--flows", path, *SMALL, "--json").stdout)
    assert sum(area["residents"] for area in answer["areas"]) == 90 + 7 + 3 + 80
    added, copied = "revient sur un couple déjà donné", "la copie exacte d’une autre"
    assert sum(added in note for note in map(plain, answer["notes"])) == 1
    assert sum(copied in note for note in map(plain, answer["notes"])) == 1


def test_columns_of_other_names_are_named_to_draw_areas(run, write) -> None:
    path = write("A,A,90", "B,B,80", head="von,nach,anzahl")
    refused = run("areas", "--flows", path, *SMALL)
    assert refused.exit_code == 2
    assert "--origin, --destination, --value" in refused.stderr
    assert "von, nach, anzahl" in refused.stderr
    named = ("--origin", "von", "--destination", "nach", "--value", "anzahl")
    answer = json.loads(run("areas", "--flows", path, *named, *SMALL, "--json").stdout)
    assert [area["members"] for area in answer["areas"]] == [["A"], ["B"]]
    wrong = run("areas", "--flows", path, *named[:-1], "nombre", *SMALL)
    assert wrong.exit_code == 2
    assert "n’a pas de colonne nombre" in wrong.stderr


@pytest.mark.parametrize("rows", [("A,A,0", "A,B,0"), ("A,A,0",)])
def test_a_file_without_any_journey_is_refused_with_what_it_needs(run, write, rows) -> None:
    found = run("areas", "--flows", write(*rows))
    assert found.exit_code == 2
    assert "Aucun trajet utilisable" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_zone_of_which_one_side_alone_is_known_is_placed_and_said(run, write) -> None:
    path = write("A,A,90", "E,A,7")
    answer = json.loads(run("areas", "--flows", path, *SMALL, "--json").stdout)
    assert [area["members"] for area in answer["areas"]] == [["A", "E"]]
    assert any(
        "que les départs ou que les arrivées : E." in note for note in map(plain, answer["notes"])
    )


def test_an_area_that_cannot_reach_the_thresholds_is_kept_and_said(run, write) -> None:
    path = write("A,A,90", "D,D,3")
    answer = json.loads(run("areas", "--flows", path, *SMALL, "--json").stdout)
    assert answer["invalid"] == ["D"]
    assert sum(area["residents"] for area in answer["areas"]) == 93
    told = run("areas", "--flows", path, *SMALL)
    assert "1 bassin sous les seuils de taille ou d’autonomie, gardé tel quel : D." in plain(
        told.stderr
    )
    assert "sous les seuils" in told.stdout
    assert "kept as it is: D." in say("areas.short", "en", count=1, list="D")


def test_every_mistake_of_an_added_file_is_said_and_the_rest_is_installed(
    own_home, run, write
) -> None:
    path = write(
        "38185,38185,900", "38185,XX123,7", "38185,38421,-4", "38421,38185,abc", "38421,38185,80",
        "38421,38185,20", "38421,,5", "12345,38185,9", "38185,99109,12",
    )  # fmt: skip
    done = run("data", "add", path)
    assert done.exit_code == 0
    for told in (
        "« abc »", "-4…", "qu’une origine ou qu’une destination", "couple déjà donné",
        "2 codes que le répertoire ne connaît pas", "12345, XX123", "16 personnes partent",
        "12 personnes ont un bout de leur trajet à l’étranger", "ne dit pas son année",
    ):  # fmt: skip
        assert told in plain(done.stdout), told
    assert "()" not in done.stdout
    kept = read("flux_trips").frame.rows()
    assert ("38421", "38185", 100.0) in kept
    assert ("38185", "99109", 12.0) in kept
    assert not any(value < 0 for _, _, value in kept)


def test_a_file_without_year_leaves_no_hole_where_its_source_is_told(own_home, run, write) -> None:
    assert run("data", "add", write("38185,38185,900", "38421,38185,80")).exit_code == 0
    alone = run("flows", "38185")
    assert "Grenoble [observé] (Fichier ajouté par ce site)" in alone.stdout
    pair = run("flows", "38185", "--with", "38421")
    assert "(Fichier ajouté par ce site)" in pair.stdout


def test_a_territory_without_any_flow_is_answered(own_home, run, write) -> None:
    """Nobody lives in the six communes of Verdun that were destroyed in 1916."""
    answer = json.loads(run("flows", "55039", "--json").stdout)
    assert answer["residents"] == 0
    assert answer["stay"] is None
    shown = run("flows", "55039")
    assert shown.exit_code == 0
    assert "nan" not in shown.stdout.lower().replace("beaumont", "")
