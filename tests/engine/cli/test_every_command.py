"""Each command in both languages, as words and as JSON, and all that may be mistyped."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from reciproque.cli import app

ROOT = Path(__file__).parents[3]
CASE = str(ROOT / "examples" / "00-deux-rives.toml")
FLOWS = "date,origin,destination,count\n2024-01-01,67462,67482,3\n2024-01-02,67482,67462,2\n"
MATCH = """
[[need]]
key = "n"
actor = "ecole"
resource = "lentils"
quantity = 2
unit = "t"
[[offer]]
key = "o"
actor = "ferme"
resource = "lentils"
quantity = 3
unit = "t"
"""
SCENARIO = '[scenario]\nname = "Demain"\nterritory = "67462"\n[[lever]]\nkind = "telework"\n'

ANSWERS = {
    "search": ("search", "selestat"),
    "portrait": ("portrait", "67462"),
    "partners": ("partners", "67462", "-n", "2"),
    "compare": ("compare", "67462", "67482"),
    "compare across": ("compare", "67462", "DE:08316"),
    "flows": ("flows", "67462", "-n", "3"),
    "flows of a union": ("flows", "246700967", "-n", "3"),
    "flows of a pair": ("flows", "67462", "--with", "67482"),
    "coalition": ("coalition", "246700967", "--min-population", "60000", "--within", "60"),
    "check": ("check", CASE),
    "data list": ("data", "list"),
    "territory list": ("territory", "list"),
    "scenario": ("scenario", "SCENARIO"),
    "match": ("match", "MATCH"),
    "trips": ("trips", "FLOWS", "--out", "OUT"),
}
HAS_JSON = sorted(ANSWERS)


def invoke(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="reciproque")


@pytest.fixture
def words(tmp_path: Path):
    """The words of a command, its files written."""
    files = {
        "SCENARIO": ("s.toml", SCENARIO),
        "MATCH": ("m.toml", MATCH),
        "FLOWS": ("t.csv", FLOWS),
    }
    places = {"OUT": str(tmp_path / "od.csv")}
    for name, (file, text) in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
        places[name] = str(tmp_path / file)
    return lambda name: [places.get(word, word) for word in ANSWERS[name]]


@pytest.mark.parametrize("name", HAS_JSON)
def test_every_command_that_answers_has_json_and_nothing_else_on_its_output(
    registry, words, name
) -> None:
    result = invoke(*words(name), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) is not None


@pytest.mark.parametrize("name", sorted(set(HAS_JSON) - {"data list", "territory list"}))
def test_every_command_answers_in_words_too(registry, words, name) -> None:
    result = invoke(*words(name))
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
    assert not result.stdout.lstrip().startswith(("{", "["))
    assert "None" not in result.stdout
    assert "nan" not in result.stdout.split()


ENGLISH = """
import json, sys
from typer.testing import CliRunner
from reciproque.cli import app
told = []
for words in json.load(sys.stdin):
    result = CliRunner().invoke(app, words, prog_name="reciproque")
    told.append([result.exit_code, result.stdout, result.stderr])
print(json.dumps(told))
"""
ASKED = {
    "partners": (["partners", "67462", "-n", "1"], 0, "inhabitants"),
    "portrait": (["portrait", "67462"], 0, "Density"),
    "compare": (["compare", "67462", "DE:08316"], 0, "estimated"),
    "flows": (["flows", "67462", "-n", "1"], 0, "gravity model"),
    "unknown": (["portrait", "Grenobel"], 2, "No territory is called"),
    "ambiguous": (["portrait", "Vienne"], 2, "give the code"),
    "former": (["portrait", "49001"], 2, "former municipality"),
    "same": (["compare", "67462", "67462"], 2, "choose another"),
    "no file": (["data", "add", "nowhere.csv"], 2, "nowhere.csv"),
    "not installed": (["data", "remove", "x"], 2, "installed"),
    "weights": (["partners", "67462", "--weight", "tied=-1"], 2, "weights"),
    "help": (["--help"], 0, "territor"),
    "date": (["territory", "new", "67462", "--name", "x", "--from", "tomorrow"], 2, "YYYY-MM-DD"),
    "no name": (["territory", "new", "67462", "--name", "!!"], 2, "needs a name"),
    "distances": (["partners", "67462", "--within", "1", "--beyond", "9"], 2, "distance"),
}
FRENCH_WORDS = re.compile(
    r"\b(avec|dont|habitants|aucun|fichier|territoire composé|de l’|n’est|poids)\b"
)


@pytest.fixture(scope="module")
def english(registry) -> dict[str, tuple[int, str, str]]:
    """All of ``ASKED`` in one process that speaks English from its start."""
    done = subprocess.run(
        [sys.executable, "-c", ENGLISH],
        input=json.dumps([words for words, _, _ in ASKED.values()]),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "RECIPROQUE_LANG": "en", "COLUMNS": "200"},
        cwd=ROOT,
    )
    return dict(zip(ASKED, json.loads(done.stdout.splitlines()[-1]), strict=True))


@pytest.mark.parametrize("name", ASKED)
def test_in_english_everything_is_english(english, name) -> None:
    code, out, err = english[name]
    _, expected, said = ASKED[name]
    assert code == expected, err
    assert said.lower() in (out + err).lower()
    assert not FRENCH_WORDS.findall(out + err), (out + err)[:400]


@pytest.mark.parametrize("name", [n for n, (_, code, _) in ASKED.items() if code == 2])
def test_a_refusal_is_one_line_and_nothing_on_the_output(english, name) -> None:
    _, out, err = english[name]
    assert out == ""
    assert err.count("\n") == 1


def test_the_option_of_language_wins_over_the_environment() -> None:
    command = [sys.executable, "-m", "reciproque.cli", "--lang", "fr", "data", "remove", "x"]
    command = [sys.executable, "-c", "from reciproque.cli import app; app()", *command[3:]]
    env = {**os.environ, "RECIPROQUE_LANG": "en"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 2
    assert "installée" in done.stderr
    command[command.index("fr")] = "en"
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert "installed" in done.stderr


@pytest.mark.parametrize(
    "place", ["Vienne", "Saint-Denis", "Grenobel", "49001", "zzzzqqqq", "", "!"]
)
@pytest.mark.parametrize("command", ["portrait", "partners", "flows", "compare", "coalition"])
def test_whoever_cannot_be_found_is_told_with_code_2_in_each_command(
    registry, command, place
) -> None:
    more = {"compare": ["67462"], "coalition": ["--min-population", "50000"]}.get(command, [])
    result = invoke(command, place, *more, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if "━" not in line]
    assert len(lines) == 1
    if place in ("Vienne", "Saint-Denis", "Grenobel", "49001"):
        assert re.search(r"\((?:commune|département|intercommunalité), [A-Z0-9-]+\)", lines[0])


@pytest.mark.parametrize(
    ("words_", "said"),
    [
        (("partners", "67462", "--within", "5", "--beyond", "9"), "distance"),
        (("partners", "67462", "--where", "elsewhere"), "same_departement"),
        (("partners", "67462", "--theme", "astrology"), "habitat"),
        (("partners", "67462", "--weight", "tied=nan"), "poids"),
        (("partners", "67462", "--weight", "tied=inf"), "poids"),
        (("coalition", "67462", "--goals", "beaux"), "beaux"),
        (("coalition", "67462", "--bounds", "zz"), "leader"),
        (("territory", "new", "67462", "--name", " "), "nom"),
        (("territory", "new", "67462", "--name", "—"), "nom"),
        (("territory", "new", "zzzzqqqq", "--name", "x"), "zzzzqqqq"),
        (("territory", "new", "67462", "--name", "x", "--from", "2026-05-01", "--to", "2026-01-01"),
         "finit avant de commencer"),
        (("data", "remove", ".."), "Aucune donnée"),
        (("data", "add", "."), "introuvable"),
        (("check", "nowhere.toml"), "nowhere.toml"),
        (("check", CASE, "--on", "demain"), "2026-11-24"),
        (("match", "nowhere.toml"), "nowhere.toml"),
        (("match", CASE), "00-deux-rives.toml"),
        (("scenario", "nowhere.toml"), "nowhere.toml"),
        (("trips", "nowhere.csv", "--out", "x.csv"), "nowhere.csv"),
        (("areas", "--flows", "nowhere.csv"), "nowhere.csv"),
        (("areas", "--flows", CASE, "--mode", "x"), "refined"),
        (("areas", "--flows", CASE, "--out", "x.pdf"), ".geojson"),
        (("restore", "nowhere.tar.gz"), "nowhere.tar.gz"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(registry, words_, said) -> None:
    result = invoke(*words_)
    assert result.exit_code == 2
    lines = [line for line in result.stderr.splitlines() if "━" not in line]
    assert len(lines) == 1
    assert said in lines[0].replace("\u00a0", " ")
    assert not list(registry.home.glob("territories/*"))


@pytest.mark.parametrize("option", ["--min-population", "--max-population"])
def test_a_number_of_inhabitants_may_be_absurd(registry, option) -> None:
    result = invoke("partners", "67462", option, "9" * 400, "-n", "3", "--json")
    assert result.exit_code == 0
    assert bool(json.loads(result.stdout)) is (option == "--max-population")


def test_a_very_long_name_is_kept_under_a_short_code(own_home) -> None:
    name = "Pays " + "très " * 120 + "long"
    result = invoke("territory", "new", "67462", "--name", name, "--json")
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    assert made["name"] == name
    assert len(made["code"]) <= 82
    assert json.loads(invoke("portrait", made["code"], "--json").stdout)["name"] == name


def test_a_backup_to_a_folder_that_is_not_there_says_so(own_home, tmp_path) -> None:
    import sqlite3

    sqlite3.connect(own_home / "reciproque.sqlite3").close()
    (own_home / "reciproque.sqlite3").touch()
    for target in (tmp_path / "nowhere" / "b.tar.gz", tmp_path):
        result = invoke("backup", str(target))
        assert result.exit_code == 2
        assert target.name in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


def test_a_portrait_in_json_has_every_indicator_with_its_state_source_and_year(registry) -> None:
    found = json.loads(invoke("portrait", "246700967", "--json").stdout)
    assert set(found) == {"code", "name", "kind", "population", "communes", "members", "indicators"}
    assert list(found["indicators"]) == list(registry.indicator_ids)
    profile = registry.profile("246700967")
    for name, told in found["indicators"].items():
        assert set(told) == {"value", "state", "coverage", "source", "year"}
        assert told["value"] == profile[name].value
        assert (told["value"] is None) is (told["state"] in ("missing", "secret"))
        assert told["source"]
        assert told["year"]


def test_a_search_in_json_has_the_five_keys_and_obeys_its_number(registry) -> None:
    found = json.loads(invoke("search", "saint", "-n", "7", "--json").stdout)
    assert len(found) == 7
    assert all(list(t) == ["code", "name", "kind", "population", "departement"] for t in found)
    assert json.loads(invoke("search", "zzzzqqqq", "--json").stdout) == []
    assert "zzzzqqqq" in invoke("search", "zzzzqqqq").stdout


def test_partners_in_json_are_those_of_python(registry) -> None:
    from reciproque.partners import partners
    from reciproque.vocabulary import say

    told = json.loads(invoke("partners", "67462", "-n", "6", "--json").stdout)
    found = partners(registry, "67462", n=6)
    for row, partner in zip(told, found, strict=True):
        assert row["code"] == partner.territory.code
        assert row["score"] == round(partner.score, 4)
        assert row["distance_km"] == round(partner.distance_km, 1)
        assert [r["text"] for r in row["reasons"]] == [say(r) for r in partner.reasons]
        assert [r["estimated"] for r in row["reasons"]] == [r.estimated for r in partner.reasons]


def test_a_comparison_in_words_marks_what_is_estimated(registry) -> None:
    out = invoke("compare", "67462", "67482").stdout
    assert "[estimé]" in out
    assert "Sélestat > Strasbourg" in out
    assert "Strasbourg > Sélestat" in out


def test_partners_in_words_say_the_motive_the_sentence_the_source_and_the_year(registry) -> None:
    out = invoke("partners", "67462", "-n", "1").stdout.replace("\u00a0", " ")
    assert re.search(r"lié : .+ \[estimé\] \(modèle gravitaire .+, \d{4}\)", out)
    assert re.search(r"proche : .+ \(IGN, contours", out)
    none = invoke("partners", "67462", "--within", "0.001").stdout
    assert "Aucun" in none


def test_a_portrait_in_words_says_what_is_not_known(registry) -> None:
    out = invoke("portrait", "DE:08316").stdout.replace("\u00a0", " ")
    assert "166 850 habitants" in out
    line = next(line for line in out.splitlines() if line.startswith("Mairies ouvertes"))
    assert "–" in line
    assert "non renseigné" in line


def test_data_list_without_any_file_says_what_is_used_and_how_to_add(own_home) -> None:
    out = invoke("data", "list").stdout
    assert "data add" in out
    assert json.loads(invoke("data", "list", "--json").stdout) == []


NAMES = st.sampled_from(["67462", "DE:08316", "Vienne", "", "zz", "u:x", "\x00", "é" * 50, "--x"])
OPTIONS = st.lists(
    st.tuples(
        st.sampled_from(["--within", "--beyond", "--min-population", "-n", "--weight", "--kind", "--theme", "--seeking", "--where"]),
        st.sampled_from(["5", "-1", "nan", "inf", "1e308", "9" * 60, "", "epci", "tied=3", "tied", "habitat", "alike", "same_region", "²"]),
    ),
    max_size=3,
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["partners", "portrait", "search", "flows"]), NAMES, OPTIONS)
def test_no_words_make_a_command_break(registry, command, name, options) -> None:
    words_ = [word for pair in options for word in pair]
    result = invoke(command, name, *words_, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit), words_
    assert result.exit_code in (0, 2)
    assert "Traceback" not in result.output
    if result.exit_code == 0:
        json.loads(result.stdout)
