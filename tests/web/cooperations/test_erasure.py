"""Forgetting someone: the name and the address are nowhere, and the chain still holds."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations import agreements
from reciproque.web.cooperations.models import Record, Version


def everything(tmp_path: Path) -> str:
    """The whole database as text, history, sessions and addresses included."""
    path = tmp_path / "all.json"
    call_command("dumpdata", "--all", output=str(path), verbosity=0)
    rows = json.loads(path.read_text())
    kept = {row["model"] for row in rows}
    assert "cooperations.historicalaction" in kept or "accounts.person" in kept
    return path.read_text()


@pytest.fixture
def someone(promised, note):
    """A person who has written, signed, been invited and left traces everywhere."""
    person = promised.contributor.person
    person.name, person.email = "Nom-Témoin", "nom-temoin@example.org"
    person.save()
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    note()
    values = {"title": "Annuaire", "lead": promised.a.pk, "state": "planned"}
    promised.contributor.post(promised.url + "actions/nouveau/", values)
    agreements.new_version(
        promised.c, form="charter", text="Le texte", kind="first", expected=0, by=person
    )
    promised.contributor.post(promised.url + "etape/", {"etape": "know"})
    return person


def test_after_an_erasure_nothing_tells_who_it_was(promised, someone, tmp_path) -> None:
    before = everything(tmp_path)
    assert "Nom-Témoin" in json.dumps(json.loads(before), ensure_ascii=False)
    assert promised.contributor.post("/compte/effacer/").status_code == 302
    after = json.dumps(json.loads(everything(tmp_path)), ensure_ascii=False)
    for word in ("Nom-Témoin", "nom-temoin"):
        assert word not in after
    assert str(someone.key) in after  # what was done keeps its key
    assert agreements.verify_chain(promised.c) is None
    assert (Record.objects.get().by_id, Version.objects.get().by_id) == (someone.key, someone.key)


def test_the_account_is_closed_and_its_pages_say_a_dash(promised, someone) -> None:
    promised.contributor.post("/compte/effacer/")
    assert promised.contributor.get("/compte/").status_code == 302
    assert Person.objects.get(pk=someone.pk).is_active is False
    page = promised.reader.get(promised.url + "journal/").content.decode()
    assert "Annuaire" in page
    assert "Nom-Témoin" not in page


def test_the_name_of_a_signatory_stays_in_the_executed_act(promised, someone) -> None:
    promised.signatory.post(
        f"{promised.url}accord/1/signature/{promised.a.pk}/",
        {"name": "Une élue", "function": "présidente", "day": "2026-04-10"},
    )
    promised.signatory.post("/compte/effacer/")
    assert "Une élue" in promised.reader.get(f"{promised.url}accord/1/").content.decode()
    assert agreements.verify_chain(promised.c) is None


def test_a_get_erases_nothing(promised, someone) -> None:
    assert "Effacer mon nom" in promised.contributor.get("/compte/effacer/").content.decode()
    assert Person.objects.get(pk=someone.pk).name == "Nom-Témoin"


def test_every_reference_to_a_person_is_a_key_alone() -> None:
    """No other table has a column for a name or an address of someone (executed acts apart)."""
    allowed = {
        ("cooperations.Signature", "name"),
        ("cooperations.Followed", "name"),
        ("accounts.Actor", "name"),
        ("cooperations.Cooperation", "name"),
    }
    for model in apps.get_models():
        label = model._meta.label
        if model is Person or not label.startswith(("cooperations.", "registry.")):
            continue
        for field in model._meta.concrete_fields:
            if field.name in ("email", "phone", "first_name", "last_name"):
                raise AssertionError(f"{label}.{field.name}")
            if field.name == "name" and not label.startswith(
                ("registry.", "cooperations.Historical")
            ):
                assert (label, "name") in allowed


def test_another_browser_of_the_same_person_is_signed_out_too(promised, someone) -> None:
    phone = Client()
    phone.force_login(someone, backend="allauth.account.auth_backends.AuthenticationBackend")
    promised.contributor.post("/compte/effacer/")
    assert phone.get("/compte/").status_code == 302
