"""What people type in the shell, and what they read."""

import json

import pytest
from typer.testing import CliRunner

from reciproque.cli import app


@pytest.fixture
def run(registry):
    runner = CliRunner()
    return lambda *words: runner.invoke(app, list(words))


def test_a_search_gives_codes_names_and_departements(run) -> None:
    found = json.loads(run("search", "st etienne", "-n", "2", "--json").stdout)
    assert found[0] == {
        "code": "42218",
        "name": "Saint-Étienne",
        "kind": "commune",
        "population": 172565,
        "departement": "42",
    }


def test_a_portrait_has_the_members_and_the_indicators(run) -> None:
    found = json.loads(run("portrait", "246700967", "--json").stdout)
    assert (found["kind"], found["communes"], len(found["members"])) == ("epci", 12, 12)
    assert "67462" in found["members"]
    assert found["indicators"]["population"]["value"] == found["population"]


def test_partners_come_best_first_with_reasons_that_say_where_they_come_from(run) -> None:
    found = json.loads(
        run("partners", "Nord de l'Yonne", "--seeking", "complementary", "-n", "3", "--json").stdout
    )
    assert len(found) == 3
    scores = [p["score"] for p in found]
    assert scores == sorted(scores, reverse=True)
    for partner in found:
        assert set(partner) == {
            *("code", "name", "kind", "population", "distance_km", "score", "scores", "reasons")
        }
        for reason in partner["reasons"]:
            assert set(reason) == {"text", "figures", "source", "year", "estimated"}
            assert reason["text"]
            assert reason["source"]


def test_distance_is_asked_within_and_beyond(run) -> None:
    words = ("partners", "67462", "--beyond", "100", "--within", "200", "-n", "5", "--json")
    found = json.loads(run(*words).stdout)
    assert found
    assert all(100 <= p["distance_km"] <= 200 for p in found)


def test_size_is_asked_from_both_ends(run) -> None:
    words = ("--min-population", "60000", "--max-population", "90000", "-n", "5", "--json")
    found = json.loads(run("partners", "67462", *words).stdout)
    assert found
    assert all(60_000 <= p["population"] <= 90_000 for p in found)


def test_the_users_weights_change_the_order_and_the_score(run) -> None:
    usual = json.loads(run("partners", "67462", "-n", "3", "--json").stdout)
    alone = ("--weight", "alike=1", "--weight", "tied=0", "--weight", "near=0")
    words = (*alone, "--weight", "complementary=0", "-n", "3", "--json")
    alike = json.loads(run("partners", "67462", *words).stdout)
    assert [p["code"] for p in alike] != [p["code"] for p in usual]
    assert all(p["score"] == p["scores"]["alike"] for p in alike)


def test_the_language_stands_before_or_after_the_command(run) -> None:
    assert run("--lang", "fr", "search", "selestat").exit_code == 0
    assert run("search", "selestat", "--lang", "fr").exit_code == 0


def test_a_comparison_gives_each_figure_its_unit(run) -> None:
    assert "29\u00a0137\u00a0habitants" in run("compare", "67462", "DE:08316").stdout


def test_two_territories_across_the_rhine_are_compared(run) -> None:
    found = json.loads(run("compare", "67462", "DE:08316", "--json").stdout)
    assert found["flows"][0]["state"] == "estimated"
    assert run("compare", "67462", "DE:08316").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("portrait", "Grenobel"), "Grenoble (commune, 38185)"),
        (("portrait", "Vienne"), "DEP-86"),
        (("partners", "67462", "--seeking", "love"), "complementary"),
        (("partners", "67462", "--kind", "planet"), "commune"),
        (("compare", "67462", "67462"), "lui-même"),
        (("partners", "67462", "--weight", "love=3"), "complementary"),
        (("partners", "67462", "--weight", "tied=much"), "tied=60"),
        (("partners", "67462", "--weight", "tied=-1"), "poids"),
        (("search", "x", "--kind", "planet"), "commune"),
        (("portrait", "49001"), "Brissac Loire Aubance (commune, 49050)"),
        (("territory", "new", "67462", "--name", "x", "--kind", "commune"), "union"),
        (("data", "add", "nowhere.csv"), "nowhere.csv"),
        (("data", "remove", "nothing"), "nothing"),
        (("territory", "new", "67462", "--name", "x", "--from", "tomorrow"), "AAAA-MM-JJ"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_with_code_2(run, words, said) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_territory_composed_in_the_shell_is_there_at_the_next_command(own_home) -> None:
    runner = CliRunner()
    words = ["territory", "new", "200030526", "246700777", "--name", "Ried et Villé", "--json"]
    made = json.loads(runner.invoke(app, words).stdout)
    assert made["code"] == "u:ried-et-ville"
    again = json.loads(runner.invoke(app, ["portrait", "Ried et Villé", "--json"]).stdout)
    assert again["communes"] == made["communes"]
    listed = json.loads(runner.invoke(app, ["territory", "list", "--json"]).stdout)
    assert [t["name"] for t in listed] == ["Ried et Villé"]


def test_a_file_refused_does_not_hide_the_one_installed_before_it(
    own_home, shared_data, tmp_path
) -> None:
    bad = tmp_path / "holiday.csv"
    bad.write_text("a;b\n1;2\n")
    good = str(shared_data / "registry" / "petr_epci.csv")
    result = CliRunner().invoke(app, ["data", "add", good, str(bad)])
    assert result.exit_code == 2
    assert "PETR et leurs intercommunalités" in result.stdout
    assert "holiday.csv" in result.stderr
    missing = CliRunner().invoke(app, ["data", "add", good, "nowhere.csv"])
    assert (missing.exit_code, missing.stdout) == (2, "")


def test_a_composed_territory_is_replaced_only_when_asked(own_home) -> None:
    runner = CliRunner()
    words = ["territory", "new", "--name", "Essai", "--kind", "pays"]
    assert runner.invoke(app, [*words, "67462"]).exit_code == 0
    again = runner.invoke(app, [*words, "67462", "67130"])
    assert again.exit_code == 2
    assert "--replace" in again.stderr
    assert json.loads(runner.invoke(app, ["portrait", "u:essai", "--json"]).stdout)["communes"] == 1
    assert runner.invoke(app, [*words, "67462", "67130", "--replace"]).exit_code == 0
    [listed] = json.loads(runner.invoke(app, ["territory", "list", "--json"]).stdout)
    assert (listed["kind"], listed["communes"]) == ("pays", 2)


def test_without_any_composed_territory_the_list_says_how_to_make_one(own_home) -> None:
    assert "territory new" in CliRunner().invoke(app, ["territory", "list"]).stdout


def test_an_official_file_is_added_listed_and_removed(own_home, shared_data) -> None:
    runner = CliRunner()
    path = str(shared_data / "registry" / "petr_epci.csv")
    assert runner.invoke(app, ["data", "add", path]).exit_code == 0
    listed = json.loads(runner.invoke(app, ["data", "list", "--json"]).stdout)
    assert [item["id"] for item in listed] == ["banatic_petr"]
    shown = " ".join(runner.invoke(app, ["data", "list"]).stdout.split())
    assert "BANATIC (DGCL), 2026" in shown
    assert "123 PETR et 423" in shown
    assert "Licence Ouverte" in shown
    found = json.loads(
        runner.invoke(app, ["search", "petr", "--kind", "petr", "-n", "5", "--json"]).stdout
    )
    assert found
    assert runner.invoke(app, ["data", "remove", "banatic_petr"]).exit_code == 0
    assert json.loads(runner.invoke(app, ["data", "list", "--json"]).stdout) == []
