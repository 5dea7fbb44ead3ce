"""Example 06: gifts in common come out as its file expects, and its wishes are kept."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.matching import MatchFile, MatchFileError, pools, read_match
from reciproque.territories import load

FILE = Path(__file__).parents[3] / "examples" / "exchange" / "06-ft44.toml"


@pytest.fixture(scope="module")
def case() -> MatchFile:
    return read_match(FILE)


@pytest.fixture(scope="module")
def found(case):
    return pools(case.asked(), case.group_shares, str(case.options["how"]))


def test_the_outcomes_are_those_expected(case, found) -> None:
    sums: dict[str, float] = {}
    for a in found.allocations:
        sums[a.need] = sums.get(a.need, 0.0) + a.quantity
    assert sums == pytest.approx(case.expected["received"])
    assert dict(found.unused) == case.expected["unused"]
    titles = {n.title: n.key for n in case.asked().needs}
    assert {titles[n.figures["need"]]: n.key for n in found.notes} == case.expected["notes"]
    assert found.optimal


def test_each_wish_of_the_file_is_kept_to_the_cent(case, found) -> None:
    needs = {n.key: n for n in case.asked().needs}
    offers = {o.key: o for o in case.asked().offers}
    assert len(case.group_shares) == 4
    for share in case.group_shares:
        mine = [a for a in found.allocations if share.binds(offers[a.offer])]
        there = sum(a.quantity for a in mine if share.concerns(needs[a.need]))
        assert there >= share.at_least * sum(a.quantity for a in mine) - 0.01


def test_all_is_marked_assumed_and_its_places_exist(case) -> None:
    problem, registry = case.asked(), load()
    assert all(t.assumed for t in (*problem.needs, *problem.offers, *case.group_shares))
    for need in problem.needs:
        if need.territory:
            assert registry.territory(need.territory).departement == "44"


def test_from_the_shell(capsys) -> None:
    answer = CliRunner().invoke(app, ["match", str(FILE)])
    assert answer.exit_code == 0
    assert "18\u00a0000\u00a0€ pour démarrer" in answer.output.replace("\n", " ")


def test_a_share_that_makes_no_sense_names_the_file_and_the_row(tmp_path) -> None:
    path = tmp_path / "mauvais.toml"
    path.write_text(FILE.read_text("utf-8").replace("at_least = 0.4", "at_least = 40"), "utf-8")
    with pytest.raises(MatchFileError) as error:
        read_match(path)
    assert error.value.figures["file"] == "mauvais.toml"
    assert error.value.figures["where"] == "[[group_share]] 3"
