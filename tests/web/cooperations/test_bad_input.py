"""The same bad input by each door, page, API and file: refused in a sentence, and nothing is kept."""

# ruff: noqa: F401, F811

from datetime import date

import pytest
from test_api import api, one, record
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations import actions
from reciproque.web.cooperations.models import Action, Commitment, Meeting, Party, Record
from reciproque.web.cooperations.overview import Overview

FILE = """
[cooperation]
name = "Deux rives"
started = 2026-01-01
[[actor]]
key = "a"
name = "Rive-Gauche"
kind = "epci"
[[actor]]
key = "b"
name = "Rive-Droite"
kind = "association"
[[party]]
actor = "a"
[[party]]
actor = "b"
[[record]]
giver = "{giver}"
receiver = "{receiver}"
resource = "{resource}"
quantity = {quantity}
unit = "{unit}"
day = {day}
"""
GOOD = {
    "giver": "a", "receiver": "b", "resource": "expertise", "quantity": "4", "unit": "h",
    "day": "2026-03-01",
}  # fmt: skip
BAD = [
    ({"resource": "grant", "unit": "kg"}, "pas en kg"),
    ({"unit": "meal"}, "pas en repas"),
    ({"unit": "t"}, "pas en t"),
    ({"day": "2025-12-31"}, "avant le début"),
    ({"receiver": "a"}, "même partie"),
    ({"quantity": "0"}, "plus grand que zéro"),
    ({"quantity": "-4"}, "plus grand que zéro"),
    ({"quantity": "1e300"}, "beaucoup trop grande"),
]


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize(("change", "words"), BAD)
def test_by_the_page(promised, note, change, words) -> None:
    sides = {"a": str(promised.a.pk), "b": str(promised.b.pk)}
    values = {k: sides.get(v, v) for k, v in change.items()}
    page = note(commitment="", note="Un mot à garder", **values)
    assert page.status_code == 200
    assert words in text(page) or "supérieure ou égale" in text(page)
    assert "Un mot à garder" in text(page)
    assert not Record.objects.exists()


@pytest.mark.parametrize(("change", "words"), BAD)
def test_by_the_api(world, api, one, change, words) -> None:
    sides = {"a": str(world.a.pk), "b": str(world.b.pk)}
    values = {k: sides.get(v, v) for k, v in change.items()}
    if "quantity" in values:
        values["quantity"] = float(values["quantity"])
    answer = api("contributor", "post", one + "/records", record(world, **values))
    assert answer.status_code == 422
    found = answer.json()
    told = str(found["detail_fr"] if "detail_fr" in found else found["detail"])
    assert words in told.replace("\u00a0", " ") or "quantity" in told
    assert not Record.objects.exists()


@pytest.mark.parametrize(("change", "words"), BAD)
def test_by_the_shell(tmp_path, change, words) -> None:
    path = tmp_path / "rives.toml"
    path.write_text(FILE.format(**{**GOOD, **change}), encoding="utf-8")
    answer = CliRunner().invoke(app, ["check", str(path)])
    said = answer.output.replace("\u00a0", " ")
    assert (answer.exit_code, len(said.strip().splitlines())) == (2, 1)
    assert "rives.toml, [[record]] 1" in said
    assert words in said


def test_what_is_good_is_taken_by_each_door(promised, note, api, one, tmp_path) -> None:
    assert note(commitment="").status_code == 302
    assert api("contributor", "post", one + "/records", record(promised)).status_code == 201
    path = tmp_path / "rives.toml"
    path.write_text(FILE.format(**GOOD), encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(path)]).exit_code == 0
    assert [r.quantity for r in Record.objects.all()] == [4, 4]


@pytest.fixture
def elsewhere(world):
    """Another cooperation of the same left bank, with a party of its own."""
    world.there = actions.start(
        by=world.facilitator.person, actor=world.left, name="Ailleurs", started=date(2026, 1, 1)
    )
    world.third = Party.objects.create(
        cooperation=world.there, actor=Actor.objects.create(name="Île", kind="commune"),
        since=date(2026, 1, 1),
    )  # fmt: skip
    return world


@pytest.mark.parametrize(
    ("path", "field", "values"),
    [
        ("faits/nouveau/", "receiver", {"giver": "a", "resource": "expertise", "quantity": "4", "unit": "h", "day": "2026-03-01"}),
        ("faits/nouveau/", "giver", {"receiver": "a", "resource": "expertise", "quantity": "4", "unit": "h", "day": "2026-03-01"}),
        ("engagements/nouveau/", "receiver", {"title": "Appui", "giver": "a", "resource": "expertise", "quantity": "4", "unit": "h", "every": "once", "state": "proposed"}),
        ("actions/nouveau/", "lead", {"title": "Salle", "state": "planned"}),
        ("actions/nouveau/", "partners", {"title": "Salle", "lead": "a", "state": "planned"}),
        ("rencontres/nouveau/", "lead", {"title": "Comité", "kind": "steering", "day": "2026-03-01"}),
        ("attentes/nouveau/", "party", {"kind": "hopes", "text": "Des salles"}),
    ],
)  # fmt: skip
def test_a_party_of_another_cooperation_is_no_choice_here(elsewhere, path, field, values) -> None:
    for wrong in (elsewhere.third.pk, "z", "", "00000000-0000-0000-0000-000000000000"):
        if not wrong and field in ("partners", "lead"):
            continue
        posted = {k: str(elsewhere.a.pk) if v == "a" else v for k, v in values.items()}
        page = elsewhere.facilitator.post(elsewhere.url + path, {**posted, field: str(wrong)})
        assert page.status_code == 200, wrong
        assert page.context["form"].errors, wrong
    for model in (Record, Commitment, Action, Meeting):
        assert not model.objects.exists()
    assert not elsewhere.c.expectations.exists()


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("attentes/nouveau/", "text"), ("actions/nouveau/", "title"), ("rencontres/nouveau/", "title"),
        ("engagements/nouveau/", "title"),
    ],
)  # fmt: skip
def test_markup_in_any_title_is_shown_and_not_obeyed(world, path, field) -> None:
    words = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7|add:7 }}1{% now %}'
    values = {
        "party": world.a.pk, "kind": "hopes" if "attentes" in path else "steering", "lead": world.a.pk,
        "day": "2027-03-01", "giver": world.a.pk, "receiver": world.b.pk, "resource": "expertise",
        "quantity": "4", "unit": "h", "every": "once", "due": "2027-03-01",
        "state": "proposed" if "engagements" in path else "planned", "visibility": "parties", field: words,
    }  # fmt: skip
    assert world.facilitator.post(world.url + path, values).status_code == 302
    for page in ("", "attentes/", "plan/", "faits/", "rencontres/", "journal/", "accord/nouvelle/"):
        content = text(world.reader.get(world.url + page) if page != "accord/nouvelle/" else world.contributor.get(world.url + page))  # fmt: skip
        assert "<script>alert" not in content
        assert "<img src=x" not in content
        assert ">141" not in content


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "demain", "31/12/2026x"])
def test_a_day_out_of_this_world_breaks_nothing(world, day) -> None:
    for path, values in (
        ("actions/nouveau/", {"title": "Salle", "lead": world.a.pk, "state": "planned", "due": day}),
        ("rencontres/nouveau/", {"title": "Comité", "kind": "steering", "day": day, "lead": world.a.pk}),
        ("attentes/nouveau/", {"party": world.a.pk, "kind": "hopes", "text": "x", "since": day}),
    ):  # fmt: skip
        assert world.facilitator.post(world.url + path, values).status_code in (200, 302)
    for page in ("", "plan/", "rencontres/", "attentes/", "signaux/", "agenda.ics", "journal/"):
        assert world.reader.get(world.url + page).status_code == 200, page
    assert Overview(world.c).told is not None
