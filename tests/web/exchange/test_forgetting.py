"""Forgetting someone reaches exchange: the name and the address are in no table of it."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from reciproque.web.accounts.models import Person
from reciproque.web.exchange.actions import follow
from reciproque.web.exchange.models import FollowedSearch, Submission, Wish


def everything(tmp_path: Path) -> str:
    path = tmp_path / "all.json"
    call_command("dumpdata", "--all", output=str(path), verbosity=0)
    rows = json.loads(path.read_text())
    assert "exchange.historicalwish" in {row["model"] for row in rows}
    return json.dumps(rows, ensure_ascii=False)


@pytest.fixture
def someone(world, typed, letters):
    """A person who published, changed, followed a search named after them, and sent the public form."""
    person = world.contributor.person
    person.name, person.email = "Nom-Témoin", "nom-temoin@example.org"
    person.save()
    world.contributor.post("/echanges/nouveau/besoin/", typed(world.town, title="Besoin gardé"))
    wish = Wish.objects.get()
    world.contributor.post(
        f"{wish.get_absolute_url()}modifier/",
        typed(world.town, title="Besoin gardé deux", version="1"),
    )
    follow(person, "q=Nom-T%C3%A9moin", "Nom-Témoin")
    more = {
        "organisation": "Cabinet Nom-Témoin",
        "kind": "company",
        "email": person.email,
        "title": "Chez Nom-Témoin",
    }
    world.nobody.post("/echanges/nouveau/besoin/", typed(None, **more))
    assert Submission.objects.get().person == person
    return person


def test_after_an_erasure_nothing_tells_who_it_was(world, someone, tmp_path) -> None:
    before = everything(tmp_path)
    assert before.count("Nom-Témoin") >= 5
    assert world.contributor.post("/compte/effacer/").status_code == 302
    after = everything(tmp_path)
    for word in ("Nom-Témoin", "nom-temoin", "Nom-T%C3%A9moin"):
        assert word not in after
    assert not FollowedSearch.objects.exists()
    assert not Submission.objects.exists()
    kept = Wish.objects.get()
    assert (kept.title, kept.by_id) == (
        "Besoin gardé deux",
        someone.key,
    )  # what was done keeps its key
    assert [h.history_user_id for h in kept.history.all()] == [someone.key, someone.key]
    page = world.reader.get(kept.get_absolute_url()).content.decode()
    assert "Besoin gardé deux" in page


def test_one_takes_away_what_exchange_keeps_of_oneself(world, someone) -> None:
    data = json.loads(world.contributor.get("/compte/mes-donnees.json").content)
    where = {row["where"] for row in data["rows"]}
    assert {
        "exchange.Wish (by)",
        "exchange.FollowedSearch (person)",
        "exchange.Submission (person)",
    } <= where


def test_no_table_of_exchange_has_a_column_for_an_identity() -> None:
    for model in apps.get_app_config("exchange").get_models():
        for field in model._meta.concrete_fields:
            assert field.name not in (
                "name",
                "email",
                "phone",
                "first_name",
                "last_name",
                "birth",
            ), model
            if field.is_relation and field.related_model is Person:
                assert field.name in ("by", "person", "history_user"), (model, field)
