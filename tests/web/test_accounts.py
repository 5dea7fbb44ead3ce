"""One's own account: sign in by code, act for someone, take away, be forgotten."""

import json
import re

import pytest
from django.core import mail
from django.test import Client

from reciproque.web.accounts import actions
from reciproque.web.accounts.models import Actor, Mandate, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _letters(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def code_of(letter) -> str:
    return re.search(r"^\s*([A-Z0-9]{4,}-?[A-Z0-9]*)\s*$", letter.body, re.MULTILINE)[1]


def signed_up(email: str) -> Client:
    client = Client()
    client.post("/compte/signup/", {"email": email})
    client.post("/compte/confirm-email/", {"code": code_of(mail.outbox[-1])}, follow=True)
    return client


def test_an_address_and_its_code_open_an_account_without_a_password() -> None:
    client = signed_up("Nouvelle@Example.org")
    person = Person.objects.get()
    assert person.email == "nouvelle@example.org"
    assert not person.has_usable_password()
    assert client.get("/compte/").status_code == 200


def test_a_wrong_code_opens_nothing() -> None:
    client = Client()
    client.post("/compte/signup/", {"email": "a@example.org"})
    client.post("/compte/confirm-email/", {"code": "XXXXXX"})
    assert client.get("/compte/").status_code == 302


def test_one_signs_in_again_by_a_fresh_code() -> None:
    signed_up("a@example.org")
    client = Client()
    client.post("/compte/login/", {"login": "a@example.org"})
    client.post("/compte/login/code/confirm/", {"code": code_of(mail.outbox[-1])}, follow=True)
    assert client.get("/compte/").status_code == 200


def test_a_newcomer_is_led_to_an_organisation_then_to_a_first_cooperation() -> None:
    client = signed_up("a@example.org")
    page = client.get("/cooperations/nouvelle/", follow=True)
    assert "/structures/nouvelle/" in page.redirect_chain[-1][0]
    address = page.redirect_chain[-1][0]
    page = client.post(
        address, {"name": "CC des Deux Vals", "kind": "epci", "country": "FR"}, follow=True
    )
    assert page.redirect_chain[-1][0] == "/cooperations/nouvelle/"
    actor = Actor.objects.get()
    values = {
        "actor": actor.pk,
        "name": "Se prêter des salles",
        "started": "2026-11-01",
        "visibility": "parties",
    }
    page = client.post("/cooperations/nouvelle/", values, follow=True)
    assert page.redirect_chain[-1][0].endswith("/parties/")
    second = {
        "new_name": "Club de marche",
        "new_kind": "association",
        "role": "partner",
        "since": "2026-11-01",
    }
    page = client.post(page.redirect_chain[-1][0] + "nouveau/", second, follow=True)
    assert "Club de marche" in page.content.decode()
    assert Mandate.objects.filter(actor__name="Club de marche").count() == 0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("siren", "246700967", None),
        ("siren", "246700968", "SIREN"),
        ("siren", "12", "SIREN"),
        ("rna", "W671000000", None),
        ("rna", "671000000", "RNA"),
    ],
)
def test_official_numbers_are_checked(field, value, words) -> None:
    client = signed_up("a@example.org")
    base = {"name": "X", "kind": "association", "country": "FR"}
    page = client.post("/compte/structures/nouvelle/", {**base, field: value})
    assert (page.status_code == 302) is (words is None)
    if words:
        assert words in page.content.decode()
        assert f'value="{value}"' in page.content.decode()  # what was typed is kept


def test_people_take_away_what_is_kept_about_them() -> None:
    client = signed_up("a@example.org")
    client.post("/compte/structures/nouvelle/", {"name": "X", "kind": "company", "country": "FR"})
    found = json.loads(client.get("/compte/mes-donnees.json").content)
    assert found["person"]["email"] == "a@example.org"
    assert any(row["where"].startswith("accounts.Mandate") for row in found["rows"])


def test_a_successor_takes_over_and_nothing_changes_hands() -> None:
    person, after = (
        Person.objects.create_user("a@example.org"),
        Person.objects.create_user("b@example.org"),
    )
    actor = actions.found_actor(by=person, name="X", kind="epci")
    mandate = actions.hand_over(person.mandates.get(), to=after, by=person)
    assert (mandate.role, mandate.actor) == ("facilitator", actor)
    assert list(person.actors()) == [actor]  # until tonight


def test_the_calendar_address_is_a_secret(client) -> None:
    person = Person.objects.create_user("a@example.org")
    assert client.get(f"/agenda/{person.calendar_key}.ics").status_code == 200
    assert client.get(f"/agenda/{person.key}.ics").status_code == 404


@pytest.mark.parametrize("slug", ["mentions-legales", "registre-des-traitements"])
def test_the_administrator_completes_the_notices(client, slug) -> None:
    from django.core.management import call_command

    address = f"/informations/{slug}/"
    assert "à compléter" in client.get(address).content.decode()
    signed_up("a@example.org").post(address, {"texte": "Non"})
    call_command("administrator", "b@example.org", verbosity=0)
    admin = Client()
    admin.force_login(
        Person.objects.get(email="b@example.org"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    admin.post(address, {"texte": "# Nos mentions\n\n<b>Bonjour</b>"})
    page = client.get(address).content.decode()
    assert "<h1>Nos mentions</h1>" in page
    assert "<b>Bonjour</b>" not in page
    assert client.get("/informations/autre/").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Voici votre code"), ("en", "Here is your code")]
)
def test_the_letter_with_the_code_is_plain_and_in_the_readers_language(
    client: Client, db: None, language, words
) -> None:
    prefix = "" if language == "fr" else "/en"
    for email in ("neuf@example.org", "connu@example.org"):
        if email.startswith("connu"):
            Person.objects.create_user(email)
            client.post(f"{prefix}/compte/login/code/", {"email": email})
        else:
            client.post(f"{prefix}/compte/signup/", {"email": email})
        letter = mail.outbox[-1]
        assert words in letter.body
        assert re.search(r"(?m)^[A-Z0-9]{4}-[A-Z0-9]{4}$", letter.body)
        assert "localhost" not in letter.body
        assert "example.com" not in letter.body
