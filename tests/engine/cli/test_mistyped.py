"""A command mistyped: one line in the user's language, where to read on, and exit code 2."""

import pytest
from typer.testing import CliRunner

from reciproque.cli import _common, app


def typed(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="reciproque")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("partners", "x", "--within", "abc"), "'--within' ne convient pas : il faut un nombre, au moins 0"),
        (("partners", "x", "--within", "-3"), "il faut un nombre, au moins 0"),
        (("partners", "x", "-n", "0"), "il faut un nombre entier, au moins 1"),
        (("serve", "--port", "huit"), "'--port' ne convient pas : il faut un nombre entier"),
        (("partners",), "Il manque 'territory'"),
        (("data", "add"), "Il manque 'files'"),
        (("territory", "new"), "Il manque 'members'"),
        (("partners", "x", "--withn", "3"), "L’option --withn n’existe pas. Peut-être : --within"),
        (("partnrs", "x"), "Cette commande ne se comprend pas"),
        (("compare", "a", "b", "c"), "Cette commande ne se comprend pas"),
        (("partners", "x", "--within"), "Cette commande ne se comprend pas"),
    ],
)  # fmt: skip
def test_what_is_mistyped_is_told_in_one_line(words, said) -> None:
    answer = typed(*words)
    told = answer.stderr.replace("\u00a0", " ").replace("\u202f", " ")
    assert answer.exit_code == 2
    assert said in told
    assert told.count("\n") == 1
    assert "--help » dit ce qui est attendu" in told
    assert answer.stdout == ""


def test_the_same_in_english(monkeypatch) -> None:
    monkeypatch.setattr(_common, "LANG", "en")
    answer = typed("partners", "x", "--within", "abc")
    assert answer.exit_code == 2
    assert answer.stderr == (
        "The value given to '--within' does not suit: it takes a number, at least 0. "
        "“reciproque partners --help” says what is expected.\n"
    )


def test_the_command_named_is_the_one_that_was_meant() -> None:
    assert "« reciproque data add --help »" in typed("data", "add").stderr.replace("\u00a0", " ")


def test_a_command_alone_shows_what_it_can_do() -> None:
    for words in ((), ("data",), ("territory",)):
        answer = typed(*words)
        assert answer.exit_code == 2
        assert "Usage:" in answer.output
        assert "Traceback" not in answer.output
