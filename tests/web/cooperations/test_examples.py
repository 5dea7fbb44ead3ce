"""The shipped cooperations in the database: the same outcomes, and back to a file."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reciproque.reciprocity import CaseError, case_of, read_case
from reciproque.web.cooperations.descriptions import describe
from reciproque.web.cooperations.examples import SHIPPED, load, load_shipped
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.overview import Overview

EXAMPLES = sorted(SHIPPED.glob("*.toml"))
pytestmark = pytest.mark.django_db
OF_PEOPLE = {"mandate_ends"}  # an example names no one: mandates are not loaded


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_database_gives_the_outcomes_that_the_file_expects(path: Path) -> None:
    case = read_case(path)
    seen = Overview(load(case), case.expected["day"])
    assert {t.rule for t in seen.told} == set(case.expected["signals"]) - OF_PEOPLE
    assert seen.proposals[0].form == case.expected["form"]
    for resource, share in case.expected["returned"].items():
        assert seen.balance.returned(resource) == pytest.approx(share, abs=1e-4)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_written_back_to_a_file_it_says_the_same(path: Path) -> None:
    day = date(2026, 11, 24)
    kept = load(read_case(path))
    before = Overview(kept, day)
    told = [(t.rule, t.text) for t in before.told]
    lines = [(x.giver, x.receiver, x.resource, x.given, x.due) for x in before.lanes]
    text = describe(kept)
    Cooperation.objects.all().update(slug="other")
    again = Overview(load(case_of(tomllib.loads(text))), day)
    assert [(t.rule, t.text) for t in again.told] == told
    assert [(x.giver, x.receiver, x.resource, x.given, x.due) for x in again.lanes] == lines


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_page_of_an_example_opens(path: Path, client, registry) -> None:
    from django.utils import timezone

    from reciproque.web.accounts.models import Mandate, Person

    c = load(read_case(path))
    person = Person.objects.create_user("a@example.org")
    Mandate.objects.create(
        person=person, actor=c.parties.first().actor, role="facilitator",
        confirmed=timezone.now(), confirmed_by=person,
    )  # fmt: skip
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    for tab in (
        "",
        "attentes/",
        "plan/",
        "faits/",
        "accord/",
        "accord/1/",
        "rencontres/",
        "page/",
        "dossier.pdf",
    ):
        assert client.get(c.get_absolute_url() + tab).status_code == 200, tab
    if c.perimeter:
        page = client.get(c.get_absolute_url()).content.decode()
        assert 'class="map"' in page


def test_loading_twice_changes_nothing() -> None:
    assert load_shipped() == load_shipped()
    assert Cooperation.objects.count() == len(EXAMPLES)


def test_the_commands_import_and_export(tmp_path, capsys) -> None:
    call_command("import_cooperation", str(EXAMPLES[0]))
    assert "/cooperations/deux-rives/" in capsys.readouterr().out
    call_command("export_cooperation", "deux-rives")
    assert 'name = "Les deux rives"' in capsys.readouterr().out
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("export_cooperation", "nulle-part")
    bad = tmp_path / "bad.toml"
    bad.write_text("[cooperation]\n")
    with pytest.raises(CommandError, match=r"bad\.toml"):
        call_command("import_cooperation", str(bad))
    assert json.dumps(Cooperation.objects.count()) == "1"


PLAN = """
[cooperation]
key = "plan"
name = "Un plan"
started = 2026-01-01

[[expense]]
title = "Halle"
nature = "works"
excluding_vat = 1000.5
vat_rate = 5.5
vat_recovered = true
engaged = 2026-02-01

[[expense]]
title = "Frais"
flat_rate = 15
eligible = false

[[source]]
label = "Région"
amount = 800.25
state = "granted"
aid_basis = "de minimis"
deadline = 2026-09-30
visibility = "public"

[[source]]
label = "Nous"
amount = 200
own = true
"""


def money(c: Cooperation) -> list[tuple[object, ...]]:
    costs = c.costs.values_list(
        "label", "nature", "excluding_vat", "vat_rate", "vat_recovered", "eligible", "flat_rate",
        "engaged", "acknowledged", "visibility",
    )  # fmt: skip
    sources = c.sources.values_list(
        "label", "amount", "public", "own", "state", "aid_basis", "deadline", "visibility"
    )
    return [*costs, *sources]


def test_a_funding_plan_goes_out_to_a_file_and_comes_back_whole() -> None:
    kept = load(case_of(tomllib.loads(PLAN)))
    before = money(kept)
    assert [float(row[2]) for row in before[:2]] == [1000.5, 0.0]
    assert before[0][4:6] == (True, True)
    assert float(before[1][6]) == 15.0
    assert before[2][4:6] == ("granted", "de minimis")
    data = tomllib.loads(describe(kept))
    data["cooperation"]["key"] = "copie"
    copy = load(case_of(data))
    assert copy != kept
    assert money(copy) == before


@pytest.mark.parametrize(
    ("was", "now", "where", "word"),
    [
        ('"works"', '"chateau"', "[[expense]] 1", "chateau"),
        ("1000.5", "-3", "[[expense]] 1", "-3"),
        ("1000.5", '"mille"', "[[expense]] 1", "mille"),
        ("800.25", "-1", "[[source]] 1", "-1"),
        ("800.25", "1e12", "[[source]] 1", "Région"),
        ("= 15", "= 150", "[[expense]] 2", "150"),
        ("2026-09-30", '"demain"', "[[source]] 1", "deadline"),
        ('"granted"', '"promis"', "[[source]] 1", "promis"),
        ("amount = 200\n", "", "[[source]] 2", "amount"),
        ("own = true", "owner = true", "[[source]] 2", "owner"),
        ('"public"', '"secret"', "[[source]] 1", "secret"),
    ],
)
def test_a_line_of_money_that_is_wrong_is_refused_with_its_row(was, now, where, word) -> None:
    assert was in PLAN
    with pytest.raises(CaseError) as refusal:
        case_of(tomllib.loads(PLAN.replace(was, now)), "plan.toml")
    assert refusal.value.figures["where"] == where
    assert word in str(refusal.value.figures)
