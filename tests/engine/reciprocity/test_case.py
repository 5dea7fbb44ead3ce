"""A cooperation as a file: the shipped ones, and the ways a file goes wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.reciprocity import CaseError, read_case
from reciproque.vocabulary import say

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.toml"))
GOOD = """
[cooperation]
name = "Deux rives"
started = 2026-01-01
[[actor]]
key = "a"
name = "Rive A"
kind = "epci"
[[actor]]
key = "b"
name = "Rive B"
kind = "epci"
[[party]]
actor = "a"
[[party]]
actor = "b"
[[commitment]]
key = "c"
giver = "a"
receiver = "b"
resource = "expertise"
quantity = 10
unit = "h"
[[record]]
giver = "a"
receiver = "b"
resource = "expertise"
quantity = 4
unit = "h"
day = 2026-02-01
commitment = "c"
"""


@pytest.fixture
def write(tmp_path: Path):
    def write_file(text: str) -> Path:
        path = tmp_path / "case.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_a_shipped_cooperation_gives_the_outcomes_it_expects(path: Path) -> None:
    answer = CliRunner().invoke(app, ["check", str(path), "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert found["unmet"] == []
    assert found["form"][0]["why"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_all_that_is_not_of_the_handbook_is_marked_assumed(path: Path) -> None:
    data = read_case(path).data
    for name in ("expectation", "action", "commitment", "record", "decision"):
        assert all(row.get("assumed") for row in data.get(name, []))


def test_no_real_organisation_is_shown_with_a_warning() -> None:
    for path in EXAMPLES:
        case = read_case(path)
        if not case.data["cooperation"].get("fictional"):
            assert case.expected["signals"] == []


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (('unit = "h"\nday', 'unit = "kg"\nday'), "[[record]] 1", "pas en kg"),
        (("day = 2026-02-01", "day = 2025-12-31"), "[[record]] 1", "avant le début"),
        (('receiver = "b"\nresource = "expertise"\nquantity = 4', 'receiver = "z"\nresource = "expertise"\nquantity = 4'), "[[record]] 1", "n’est pas une partie"),
        (('commitment = "c"', 'commitment = "d"'), "[[record]] 1", "n’existe pas"),
        (('unit = "h"\n[[record]]', 'unit = "h"\nstate = "ended"\ndue = 2026-01-31\n[[record]]'), "[[record]] 1", "est terminé"),
        (("quantity = 10", "quantity = -1"), "[[commitment]] 1", "plus grand que zéro"),
        (("quantity = 10", 'quantity = "beaucoup"'), "[[commitment]] 1", "attend un nombre"),
        (("quantity = 10", "quantite = 10"), "[[commitment]] 1", "n’est pas connu"),
        (("quantity = 10\n", ""), "[[commitment]] 1", "« quantity » manque"),
        (('kind = "epci"\n[[party]]', 'kind = "empire"\n[[party]]'), "[[actor]] 2", "Choix possibles"),
        (('key = "b"', 'key = "a"'), "[[actor]] 2", "deux fois"),
        (('name = "Deux rives"', ""), "[cooperation]", "« name » manque"),
        (("[[party]]\nactor = \"b\"", "[[partie]]\nactor = \"b\""), "[partie]", "n’est pas connu"),
        (("day = 2026-02-01", "day = 2026-13-01"), "", "TOML"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_row_and_the_remedy(write, change, where, words) -> None:
    assert change[0] in GOOD
    with pytest.raises(CaseError) as caught:
        read_case(write(GOOD.replace(*change)))
    said = say(caught.value, "fr").replace("\u00a0", " ")
    assert "case.toml" in said
    assert where in said
    assert words in said
    assert say(caught.value, "en") != said


def test_the_command_says_one_line_and_stops(write) -> None:
    answer = CliRunner().invoke(app, ["check", str(write("[cooperation]\n"))])
    assert answer.exit_code == 2
    assert len(answer.output.strip().splitlines()) == 1
    late = CliRunner().invoke(app, ["check", str(EXAMPLES[0]), "--on", "demain"])
    assert (late.exit_code, "demain" in late.output) == (2, True)


def test_an_outcome_that_is_not_there_is_told(write) -> None:
    answer = CliRunner().invoke(app, ["check", str(write(GOOD + '\n[expected]\nform = "gect"\n'))])
    assert (answer.exit_code, "gect" in answer.output) == (2, True)
