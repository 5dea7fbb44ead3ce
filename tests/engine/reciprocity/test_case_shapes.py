"""A described cooperation of the wrong shape: refused in a sentence that names its table, never a crash."""

import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.kernel import Cooperation
from reciproque.reciprocity import CaseError, balance, case_of, facts_of, forms, review_due, signals
from reciproque.vocabulary import say

HEAD = '[cooperation]\nname = "Deux rives"\nstarted = 2026-01-01\n'
REST = """
[[actor]]
key = "a"
name = "Rive A"
kind = "epci"
[[actor]]
key = "b"
name = "Rive B"
kind = "association"
[[party]]
actor = "a"
[[party]]
actor = "b"
"""
PARTIES = HEAD + REST
RECORD = """
[[record]]
key = "r"
giver = "a"
receiver = "b"
resource = "expertise"
quantity = 4
unit = "h"
day = 2026-02-01
"""
PROMISE = """
[[commitment]]
key = "c"
giver = "a"
receiver = "b"
resource = "expertise"
quantity = 10
unit = "h"
"""


def refused(text: str) -> str:
    with pytest.raises(CaseError) as caught:
        case_of(tomllib.loads(text), "rives.toml")
    said = say(caught.value, "fr").replace("\u00a0", " ")
    assert said.startswith("rives.toml, ")
    assert say(caught.value, "en") != say(caught.value, "fr")
    return said


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('cooperation = "Deux rives"' + REST, "[cooperation]", "une table [cooperation]"),
        (f"[{HEAD[:13]}]{HEAD[13:]}{REST}", "[cooperation]", "une table [cooperation]"),
        ("agreement = 3\n" + PARTIES, "[agreement]", "une table [agreement]"),
        (PARTIES + '[[agreement]]\nform = "none"', "[agreement]", "une table [agreement]"),
        ("equivalences = 3\n" + PARTIES, "[equivalences]", "une table"),
        ("facts = [1]\n" + PARTIES, "[facts]", "une table"),
        ("expected = 3\n" + PARTIES, "[expected]", "une table"),
        (HEAD + '[party]\nactor = "a"', "[[party]]", "des tables [[party]]"),
        ("record = [1, 2]\n" + PARTIES, "[[record]]", "des tables [[record]]"),
        ('action = "tout"\n' + PARTIES, "[[action]]", "des tables [[action]]"),
    ],
)
def test_a_table_of_another_shape_is_named_with_the_one_expected(text, where, words) -> None:
    said = refused(text)
    assert where in said
    assert words in said


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (("started = 2026-01-01", 'started = "hier"'), "[cooperation]", "attend une date"),
        (("started = 2026-01-01", 'themes = "eau"'), "[cooperation]", "une liste entre crochets"),
        (("started = 2026-01-01", "perimeter = 3"), "[cooperation]", "une liste entre crochets"),
        (("started = 2026-01-01", "themes = [3]"), "[cooperation]", "attend un texte"),
        (("started = 2026-01-01", 'stage = "fini"'), "[cooperation]", "Choix possibles"),
        (("started = 2026-01-01", 'stage = ["spot"]'), "[cooperation]", "Choix possibles"),
        (("started = 2026-01-01", "commence = 2026-01-01"), "[cooperation]", "n’est pas connu"),
        (('name = "Deux rives"', "name = 3"), "[cooperation]", "attend un texte"),
        (('actor = "b"', 'actor = "a"'), "[[party]] 2", "apparaît deux fois"),
        (('actor = "b"', 'actor = "b"\nrole = ["funder"]'), "[[party]] 2", "attend un texte"),
        (('actor = "b"', 'actor = "b"\nsince = 2026-03-01\nuntil = 2026-02-28'), "[[party]] 2", "précède le début"),
        (('kind = "association"', "kind = 3"), "[[actor]] 2", "attend un texte"),
    ],
)  # fmt: skip
def test_who_takes_part_and_since_when(change, where, words) -> None:
    assert change[0] in PARTIES
    said = refused(PARTIES.replace(*change))
    assert where in said
    assert words in said


@pytest.mark.parametrize(
    ("more", "where", "words"),
    [
        ('[[action]]\ntitle = "x"\nstate = ["done"]', "[[action]] 1", "attend un texte"),
        ('[[action]]\ntitle = "x"\nvisibility = ["parties"]', "[[action]] 1", "attend un texte"),
        ('[[action]]\ntitle = "x"\nstart = 2026-03-01\ndue = 2026-02-01', "[[action]] 1", "précède le début"),
        ('[[action]]\ntitle = "x"\npartners = ["z"]', "[[action]] 1", "n’est pas une partie"),
        ('[[expectation]]\nparty = "a"\nkind = "hopes"\ntext = "x"\nsince = 2026-01-01\nanswer = 3', "[[expectation]] 1", "des tables [[expectation.answer]]"),
        ('[[meeting]]\ntitle = "x"\nday = 2026-02-01\nlead = "z"', "[[meeting]] 1", "n’est pas une partie"),
        ('[[meeting]]\ntitle = "x"\nday = 2026-02-01\nattended = ["a", "z"]', "[[meeting]] 1", "« z » n’est pas une partie"),
        ('[[mandate]]\nparty = "z"\nuntil = 2026-02-01', "[[mandate]] 1", "n’est pas une partie"),
        (RECORD + 'entered_by = "z"', "[[record]] 1", "n’est pas une partie"),
        (RECORD + 'corrects = "z"', "[[record]] 1", "Aucun fait « z »"),
        (RECORD.replace("quantity = 4", "quantity = nan"), "[[record]] 1", "plus grand que zéro"),
        (RECORD.replace("quantity = 4", "quantity = inf"), "[[record]] 1", "plus grand que zéro"),
        (RECORD.replace('giver = "a"', "giver = { a = 1 }"), "[[record]] 1", "attend un texte"),
        ('[equivalences]\nexpertise = "deux"', "[equivalences]", "attend un nombre"),
        ("[equivalences]\nexpertise = -2", "[equivalences]", "attend un nombre"),
        ("[equivalences]\nexpertise = nan", "[equivalences]", "attend un nombre"),
        ("[equivalences]\nsourires = 2", "[equivalences]", "Choix possibles"),
        ('[facts]\nprice = "cher"', "[facts]", "attend un nombre"),
        ("[facts]\nprice = inf", "[facts]", "attend un nombre"),
        ("[facts]\nmembers = 3", "[facts]", "une table [facts.members]"),
        ('[facts.seen]\n89387 = "hier"', "[facts]", "attend une date"),
        ('[agreement]\nform = "pacte"', "[agreement]", "Choix possibles"),
        ("[agreement]\nform = 3", "[agreement]", "Choix possibles"),
        ("[agreement]\nreview_months = -3", "[agreement]", "de 0 à 1200 mois"),
        ("[agreement]\nreview_months = 999999999", "[agreement]", "de 0 à 1200 mois"),
        ('[agreement]\nreview_months = "douze"', "[agreement]", "nombre entier"),
        ('[agreement]\nsigned = "demain"', "[agreement]", "attend une date"),
    ],
)  # fmt: skip
def test_what_is_said_of_it_is_checked_row_by_row(more, where, words) -> None:
    said = refused(PARTIES + more)
    assert where in said
    assert words in said


@pytest.mark.parametrize(
    ("due", "day", "taken"),
    [
        ("2026-06-01", "2026-02-01", True),
        ("2026-06-01", "2026-06-01", True),
        ("2026-06-01", "2026-06-02", False),
        (None, "2026-02-01", True),
    ],
)
def test_what_was_done_before_a_commitment_ended_is_history(due, day, taken) -> None:
    promise = PROMISE + 'state = "ended"\n' + (f"due = {due}\n" if due else "")
    text = PARTIES + promise + RECORD.replace("2026-02-01", day) + 'commitment = "c"'
    if taken:
        assert case_of(tomllib.loads(text)).cooperation.records[0].commitment == "c"
    else:
        assert "est terminé" in refused(text)


def test_a_record_is_corrected_once() -> None:
    second = RECORD.replace('"r"', '"s"') + 'corrects = "r"\n'
    assert case_of(tomllib.loads(PARTIES + RECORD + second)).cooperation.records[1].corrects == "r"
    said = refused(PARTIES + RECORD + second + second.replace('"s"', '"t"'))
    assert "[[record]] 3" in said
    assert "apparaît deux fois" in said


def test_a_member_that_is_no_party_may_come_to_a_meeting() -> None:
    met = '[[meeting]]\ntitle = "x"\nday = 2026-02-01\nattended = ["a", "89387"]\n'
    watched = '[facts.members]\n89387 = "Sens"\n[facts.seen]\n89387 = 2026-02-01\n'
    assert case_of(tomllib.loads(PARTIES + met + watched)).cooperation.meetings[0].attended[1]


def test_a_day_written_between_quotes_is_a_day() -> None:
    text = PARTIES.replace("2026-01-01", '"2026-01-01"')
    assert case_of(tomllib.loads(text)).cooperation.started == date(2026, 1, 1)
    assert "avant le début" in refused(text + RECORD.replace("2026-02-01", "2025-12-31"))


def test_the_command_tells_the_same_in_one_line(tmp_path) -> None:
    path = tmp_path / "rives.toml"
    path.write_text("agreement = 3\n" + PARTIES, encoding="utf-8")
    answer = CliRunner().invoke(app, ["check", str(path)])
    assert (answer.exit_code, len(answer.output.strip().splitlines())) == (2, 1)
    assert "rives.toml, [agreement]" in answer.output


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=4), st.dates(),
    st.sampled_from(["a", "b", "h", "kg", "expertise", "epci", "agreed", "once", "private"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
GOOD = tomllib.loads(PARTIES + PROMISE + RECORD + '[agreement]\nform = "charter"\n')
PLACES = [
    (name, field)
    for name, found in GOOD.items()
    for field in [*(found[0] if isinstance(found, list) else found), None]
]


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_whatever_stands_in_one_place_it_is_read_or_refused_in_words(place, value) -> None:
    name, field = place
    data = {key: [dict(r) for r in v] if isinstance(v, list) else dict(v) for key, v in GOOD.items()}  # fmt: skip
    if field is None:
        data[name] = value
    else:
        (data[name][0] if isinstance(data[name], list) else data[name])[field] = value
    try:
        found = case_of(data, "rives.toml").cooperation
    except CaseError as error:
        said = say(error, "fr")
    else:
        return _every_figure(found)
    assert said.startswith("rives.toml, ")


def _every_figure(found: Cooperation) -> None:
    day = date(2026, 11, 24)
    assert forms(facts_of(found, date(2026, 11, 24)))
    balance(found.commitments, found.records, day)
    signals(found, day)
    review_due(found)
