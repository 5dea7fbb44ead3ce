"""Needs and offers from files: what they give, and what a bad row says."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.matching import MatchFileError, pairs, read_match, read_tables, route, volumes
from reciproque.vocabulary import say

EXAMPLES = Path(__file__).parents[3] / "examples" / "exchange"
GOOD = """
[[need]]
key = "n"
actor = "a"
resource = "lentils"
quantity = 1
unit = "t"
[[offer]]
key = "o"
actor = "b"
resource = "lentils"
quantity = 3
unit = "t"
"""


def test_the_mentoring_example_comes_out_as_it_expects() -> None:
    file = read_match(EXAMPLES / "01-agir-ensemble.toml")
    found = pairs(file.problem, file.options["how"])
    assert sorted([a.need, a.offer] for a in found.allocations) == file.expected["pairs"]
    assert sorted(k for k, left in found.unmet.items() if left >= 12) == file.expected["unmet"]
    told = {(r.need, r.reason.key) for r in found.refusals}
    assert set(file.expected["refused"].items()) <= told
    minors = {n.key for n in file.problem.needs if n.safeguard.age < 18}
    vetted = {o.key for o in file.problem.offers if o.safeguard and o.safeguard.vetted}
    assert all(a.offer in vetted for a in found.allocations if a.need in minors)
    assert all(w.assumed for w in (*file.problem.needs, *file.problem.offers))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("quantity = 3", 'quantity = "beaucoup"', "[[offer]] 1"),
        ("quantity = 3", "quantity = 0", "[[offer]] 1"),
        ('actor = "b"\n', "", "actor"),
        ('actor = "b"', 'actor = "b"\ncharm = 3', "charm"),
        ('unit = "t"\n[[offer]]', 'unit = "h"\n[[offer]]', "[[need]] 1"),
        ("[[offer]]", "[[ofer]]", "ofer"),
        ('key = "o"', 'key = "o', "TOML"),
    ],
)
def test_a_bad_file_names_the_row_and_the_remedy(tmp_path, before, after, told) -> None:
    path = tmp_path / "rapprochement.toml"
    path.write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(MatchFileError) as error:
        read_match(path)
    for lang in ("fr", "en"):
        text = say(error.value, lang)
        assert "rapprochement.toml" in text
        assert told == "TOML" or told in text


def tables(tmp_path, needs: str, offers: str) -> tuple[Path, Path]:
    one, other = tmp_path / "besoins.csv", tmp_path / "offres.csv"
    one.write_text(needs, encoding="utf-8-sig")
    other.write_text(offers, encoding="utf-8")
    return one, other


def test_two_tables_do_as_well(tmp_path) -> None:
    found = read_tables(
        *tables(
            tmp_path,
            "key;actor;resource;quantity;unit;product;slots;languages;age;consent;setting\n"
            "n;lycee;mentoring;2,5;h;schooling;2 14:00-16:00 | 4 9:00-10:30;fr|de;15;oui;group\n",
            "key,actor,resource,quantity,unit,product,slots,vetted\n"
            "o,club,mentoring,3,h,schooling,4 10:00-11:00,2026-10-01\n",
        )
    )
    need = found.problem.needs[0]
    assert need.quantity == 2.5
    assert need.attributes == {"product": "schooling"}
    assert [(s.weekday, s.start, s.end) for s in need.slots] == [(2, 840, 960), (4, 540, 630)]
    assert need.safeguard.consent
    assert pairs(found.problem).allocations[0].offer == "o"


@pytest.mark.parametrize(("cell", "told"), [("mercredi", "mercredi"), ("9 14:00-16:00", "créneau")])
def test_a_slot_that_is_none_is_named_with_its_row(tmp_path, cell, told) -> None:
    head = "key;actor;resource;quantity;unit;slots\n"
    row = "n;a;mentoring;1;h;2 14:00-16:00\n"
    with pytest.raises(MatchFileError) as error:
        read_tables(*tables(tmp_path, head + row + row.replace("2 14:00-16:00", cell), head + row))
    text = say(error.value, "fr")
    assert "besoins.csv" in text
    assert "3" in text
    assert told in text


def test_the_shell_gives_the_promised_json(tmp_path) -> None:
    path = EXAMPLES / "01-agir-ensemble.toml"
    result = CliRunner().invoke(app, ["match", str(path), "--as", "pairs", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {
        "allocations",
        "unmet",
        "unused",
        "objective",
        "bound",
        "optimal",
        "missing_links",
        "seconds",
    } <= set(told)
    assert {"need", "offer", "quantity", "reasons"} <= set(told["allocations"][0])
    assert told["optimal"]


def test_the_shell_says_what_it_did_in_words() -> None:
    path = EXAMPLES / "01-agir-ensemble.toml"
    result = CliRunner().invoke(app, ["match", str(path)])
    assert "Mentor 1" in result.stdout
    assert "Restent sans réponse\u00a0: Élève C" in result.stdout
    assert "responsable légal" in result.stdout


def test_an_unknown_way_and_a_missing_file_end_with_one_line_and_2(tmp_path) -> None:
    path = str(EXAMPLES / "01-agir-ensemble.toml")
    assert CliRunner().invoke(app, ["match", path, "--as", "lottery"]).exit_code == 2
    assert CliRunner().invoke(app, ["match", str(tmp_path / "absent.toml")]).exit_code == 2


def test_the_plant_chain_is_narrow_where_it_expects() -> None:
    file = read_match(EXAMPLES / "04-vegetalpes.toml")
    found = volumes(file.problem)
    assert sum(a.quantity for a in found.allocations) == pytest.approx(file.expected["supplied"])
    assert sum(found.unmet.values()) == pytest.approx(file.expected["unmet"])
    assert file.expected["missing_link"] in say(found.missing_links[0], "fr")
    described = (*file.problem.needs, *file.problem.offers, *file.problem.steps)
    assert all(thing.assumed for thing in described)


def test_rulebooks_and_shares_of_a_file_bind_its_needs(tmp_path) -> None:
    path = tmp_path / "cantine.toml"
    own = '[[share]]\nkey = "plus"\nat_least = 0.3\nlabels = ["organic"]\n'
    path.write_text('[matching]\nrulebooks = ["egalim"]\n' + own + GOOD, encoding="utf-8")
    keys = {s.key for s in read_match(path).problem.shares}
    assert {"plus", "egalim_organic", "egalim_meat"} <= keys
    path.write_text('[matching]\nrulebooks = ["pasta"]\n' + GOOD, encoding="utf-8")
    with pytest.raises(MatchFileError) as error:
        read_match(path)
    assert "egalim" in say(error.value, "fr")


def test_the_json_of_a_real_process_is_json_alone() -> None:
    """Solvers that greet would spoil it: only a process of its own shows that."""
    for name in ("01-agir-ensemble", "04-vegetalpes"):
        command = [sys.executable, "-c", "from reciproque.cli import app; app()", "match"]
        told = subprocess.run(
            [*command, str(EXAMPLES / f"{name}.toml"), "--json"], capture_output=True, text=True, check=True
        ).stdout  # fmt: skip
        assert json.loads(told)["allocations"]


def test_each_lot_goes_where_the_rules_say() -> None:
    file = read_match(EXAMPLES / "05-ciel.toml")
    found = route(file.lots)
    assert len({lot.actor for lot in file.lots}) == 15
    assert all(lot.assumed for lot in file.lots)
    assert Counter(r.channel for r in found) == file.expected["lots"]
    weights: Counter[str] = Counter()
    for lot, r in zip(file.lots, found, strict=True):
        weights[r.channel] += lot.weight
    assert weights == file.expected["kilograms"]
    told = CliRunner().invoke(app, ["match", str(EXAMPLES / "05-ciel.toml")])
    assert told.exit_code == 0
    assert "Quatre écrans plats" in told.stdout


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("n2,school,turnips,5,kg", "turnips"),
        ("n2,school,food,5,eur", "Unité"),
        ("n2,school,food,-5,kg", "quantité"),
    ],
)
def test_a_resource_or_a_unit_that_does_not_exist_is_told_with_its_row(
    tmp_path, cells, said
) -> None:
    needs, offers = tmp_path / "besoins.csv", tmp_path / "offres.csv"
    needs.write_text(f"key,actor,resource,quantity,unit\nn1,school,food,5,kg\n{cells}\n")
    offers.write_text("key,actor,resource,quantity,unit\no1,farm,food,9,kg\n")
    with pytest.raises(MatchFileError) as told:
        read_tables(needs, offers)
    sentence = say(told.value, "fr")
    assert (told.value.figures["file"], told.value.figures["where"]) == ("besoins.csv", "3")
    assert said.lower() in sentence.lower()
