"""An account from its first code to its erasure: mandates and their dates, keys, what one takes away."""

import json
import re
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_people import acting

from reciproque.web.accounts import actions
from reciproque.web.accounts.forms import ActorForm, PersonForm
from reciproque.web.accounts.models import Actor, ApiToken, Mandate, Notice, Person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
CODE = re.compile(r"(?m)^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$")


@pytest.fixture(autouse=True)
def _letters(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def someone() -> Client:
    return acting("someone", Actor.objects.create(name="Rive-Gauche", kind="epci"), "facilitator")


def code() -> str:
    return CODE.search(mail.outbox[-1].body)[1]


# --- signing in


@pytest.mark.parametrize(
    "address",
    [
        "/compte/", "/compte/structures/nouvelle/", "/compte/mes-donnees.json", "/compte/cles/",
        "/compte/effacer/", "/compte/2fa/", "/compte/2fa/webauthn/add/", "/compte/email/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_is_ones_own_asks_to_sign_in_first(client, prefix, address) -> None:
    response = client.get(prefix + address)
    assert response.status_code == 302
    assert "/compte/login/" in response.url
    assert "next=" in response.url


def test_a_code_opens_once_and_for_one_browser() -> None:
    Person.objects.invited("a@example.org")
    first, second = Client(), Client()
    first.post("/compte/login/code/", {"email": "a@example.org"})
    word = code()
    second.post("/compte/login/code/confirm/", {"code": word})
    assert second.get("/compte/").status_code == 302
    first.post("/compte/login/code/confirm/", {"code": word})
    assert first.get("/compte/").status_code == 200
    third = Client()
    third.post("/compte/login/code/", {"email": "a@example.org"})
    assert code() != word
    third.post("/compte/login/code/confirm/", {"code": word})
    assert third.get("/compte/").status_code == 302


def test_whoever_was_invited_signs_in_with_one_code() -> None:
    """The code came to the address: a second one, to prove the address, taught nothing more."""
    for _ in range(2):
        Person.objects.invited("A@example.org")
    client = Client()
    client.post("/compte/login/code/", {"email": "a@example.org"})
    client.post("/compte/login/code/confirm/", {"code": code()})
    assert client.get("/compte/").status_code == 200
    assert len(mail.outbox) == 1


def test_too_many_wrong_codes_close_the_attempt() -> None:
    Person.objects.invited("a@example.org")
    client = Client()
    client.post("/compte/login/code/", {"email": "a@example.org"})
    word = code()
    for _ in range(5):
        client.post("/compte/login/code/confirm/", {"code": "ZZZZ-9999"})
    client.post("/compte/login/code/confirm/", {"code": word})
    assert client.get("/compte/").status_code == 302


def test_a_stranger_learns_nothing_of_who_has_an_account() -> None:
    Person.objects.create_user("known@example.org")
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        response = Client().post("/compte/login/code/", {"email": email})
        answers.append((response.status_code, response.get("Location")))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "email", ["", "x", "a@", "@b", "a b@c.fr", "é" * 300 + "@x.fr", "a@b\n.fr"]
)
def test_an_address_that_is_none_gets_no_letter(client, email) -> None:
    response = client.post("/compte/signup/", {"email": email})
    assert response.status_code == 200
    assert mail.outbox == []
    assert not Person.objects.exists()


def test_signing_out_takes_a_post_and_closes_the_account(someone) -> None:
    someone.get("/compte/logout/")
    assert someone.get("/compte/").status_code == 200
    someone.post("/compte/logout/")
    assert someone.get("/compte/").status_code == 302


def test_a_person_added_with_a_passkey_page_finds_how(someone) -> None:
    page = someone.get("/compte/2fa/", follow=True)
    assert page.status_code == 200
    assert "webauthn" in page.content.decode()


@pytest.mark.parametrize("address", ["/compte/login/", "/compte/signup/", "/compte/login/code/"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_pages_of_sign_in_are_ours_strict_and_without_password(client, prefix, address) -> None:
    response = client.get(prefix + address)
    text = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{"en" if prefix else "fr"}">' in text
    assert 'type="password"' not in text
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert all('type="application/json"' in tag for tag in inline)
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not [a for a in re.findall(r'(?:src|href|action)="([^"#]*)"', text) if "//" in a]


def test_one_address_is_one_person_in_any_case() -> None:
    first = Person.objects.create_user("Marie@Example.org")
    assert first.email == "marie@example.org"
    assert Person.objects.invited("MARIE@example.ORG") == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create_user("marie@EXAMPLE.org")
    assert Person.objects.invited("other@example.org") != first


@pytest.mark.parametrize(
    ("name", "email", "shown"),
    [("Nom", "a@example.org", "Nom"), ("", "a@example.org", "a"), ("", None, "–")],
)
def test_a_person_is_shown_by_name_then_by_the_beginning_of_the_address(name, email, shown) -> None:
    assert str(Person(name=name, email=email)) == shown


# --- what one says of oneself


def test_the_name_the_language_and_the_digest_are_kept(someone) -> None:
    response = someone.post("/compte/", {"name": "Nom-Témoin", "language": "en"}, follow=True)
    assert "C’est noté" in response.content.decode()
    someone.person.refresh_from_db()
    assert (someone.person.name, someone.person.language, someone.person.digest) == (
        "Nom-Témoin", "en", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "values", [{"name": "x" * 121, "language": "fr"}, {"name": "x", "language": ""}]
)
def test_what_is_too_long_or_lacking_is_said_and_nothing_changes(someone, values) -> None:
    assert someone.post("/compte/", values).status_code == 200
    someone.person.refresh_from_db()
    assert someone.person.name == "someone"


def test_nobody_becomes_an_administrator_by_the_form(someone) -> None:
    values = {"name": "x", "language": "fr", "is_staff": "1", "email": "z@example.org"}
    someone.post("/compte/", values)
    someone.person.refresh_from_db()
    assert not someone.person.is_staff
    assert someone.person.email == "someone@example.org"
    assert set(PersonForm().fields) == {"name", "language", "digest"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("246700967", "246700967"), ("246 700 967", "246700967"), (" 246\u00a0700\u00a0967 ", "246700967"),
        ("", ""), ("246700966", None), ("24670096", None), ("ABCDEFGHI", None), ("²46700967", None),
    ],
)  # fmt: skip
def test_a_siren_is_checked_by_its_own_key(typed, kept) -> None:
    form = ActorForm({"name": "X", "kind": "epci", "country": "FR", "siren": typed})
    assert form.is_valid() is (kept is not None)
    if kept is not None:
        assert form.cleaned_data["siren"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("W671000000", "W671000000"), ("w671000000", "W671000000"), ("W67 100 0000", "W671000000"),
        ("", ""), ("W67100000", None), ("X671000000", None), ("W67100000!", None),
    ],
)  # fmt: skip
def test_an_rna_begins_with_w(typed, kept) -> None:
    form = ActorForm({"name": "X", "kind": "association", "country": "FR", "rna": typed})
    assert form.is_valid() is (kept is not None)
    if kept is not None:
        assert form.cleaned_data["rna"] == kept


@pytest.mark.parametrize(
    ("following", "leads"),
    [("", "/compte/"), ("cooperation", "/cooperations/nouvelle/"), ("//evil", "/compte/")],
)
def test_after_an_organisation_one_goes_on_to_what_one_came_for(someone, following, leads) -> None:
    values = {"name": "X", "kind": "epci", "country": "FR"}
    response = someone.post(f"/compte/structures/nouvelle/?suite={following}", values)
    assert response.url == leads


def test_an_organisation_of_an_unknown_kind_is_refused(someone) -> None:
    values = {"name": "X", "kind": "planet", "country": "FR"}
    assert someone.post("/compte/structures/nouvelle/", values).status_code == 200
    assert not Actor.objects.filter(name="X").exists()


@pytest.mark.parametrize(
    ("kind", "sector"), [("epci", "public"), ("association", "private"), ("?", "")]
)
def test_the_sector_comes_from_the_vocabulary(kind, sector) -> None:
    actor = Actor(name="X", kind=kind)
    assert actor.sector == sector
    assert actor.for_engine().key == str(actor.key)


# --- mandates


DAYS = st.none() | st.integers(-400, 400).map(lambda n: TODAY + timedelta(days=n))


@pytest.fixture
def two():
    person = Person.objects.create_user("two@example.org")
    return person, Actor.objects.create(name="Rive", kind="epci")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=DAYS, end=DAYS, confirmed=st.booleans(), day=DAYS)
def test_a_mandate_holds_from_its_first_day_to_its_last_once_confirmed(
    two, start, end, confirmed, day
) -> None:
    person, actor = two
    day = day or TODAY
    with transaction.atomic():
        mandate = Mandate.objects.create(
            person=person, actor=actor, start=start, end=end,
            confirmed=timezone.now() if confirmed else None,
        )  # fmt: skip
        holds = confirmed and (start is None or start <= day) and (end is None or day <= end)
        assert (mandate in Mandate.objects.current(day)) is holds
        mandate.delete()


@pytest.mark.parametrize(
    ("role", "rank"), [("reader", 1), ("contributor", 2), ("signatory", 2), ("facilitator", 3)]
)
def test_roles_have_ranks(role, rank) -> None:
    assert Mandate(role=role).rank == rank


def test_who_founds_an_organisation_facilitates_it_from_today(two) -> None:
    person, _ = two
    actor = actions.found_actor(by=person, name="Neuve", kind="association")
    mandate = person.mandates.get()
    assert (mandate.role, mandate.start, mandate.confirmed_by) == (
        "facilitator", timezone.localdate(), person,
    )  # fmt: skip
    assert list(person.actors()) == [actor]


def test_a_successor_begins_the_day_after_and_the_past_stays(two) -> None:
    person, actor = two
    after = Person.objects.create_user("after@example.org")
    mandate = Mandate.objects.create(
        person=person, actor=actor, role="signatory", start=TODAY, confirmed=timezone.now()
    )
    last = TODAY + timedelta(days=100)
    new = actions.hand_over(mandate, to=after, by=person, day=last)
    mandate.refresh_from_db()
    assert (mandate.end, new.start, new.end) == (last, last + timedelta(days=1), None)
    assert (new.role, new.actor, new.person, new.confirmed_by) == (
        "signatory",
        actor,
        after,
        person,
    )
    for day, who in (
        (TODAY, person), (last, person), (last + timedelta(days=1), after),
        (last + timedelta(days=900), after),
    ):  # fmt: skip
        assert [m.person for m in Mandate.objects.current(day)] == [who]


def test_a_mandate_for_one_cooperation_opens_nothing_elsewhere(two) -> None:
    import uuid

    person, actor = two
    here, elsewhere = uuid.uuid4(), uuid.uuid4()
    mandate = Mandate.objects.create(
        person=person, actor=actor, confirmed=timezone.now(), only_in=here
    )
    assert list(person.actors()) == []
    current = Mandate.objects.current()
    assert list(current.within(here)) == [mandate]
    assert list(current.within(elsewhere)) == []


def test_the_word_of_ones_own_facilitator_opens_everywhere_that_of_another_only_there(two) -> None:
    import uuid

    person, actor = two
    key = uuid.uuid4()
    own = acting("own", actor, "facilitator").person
    other = acting("other", Actor.objects.create(name="Autre", kind="epci"), "facilitator").person
    reader = acting("reader", actor, "reader").person
    for by, wide in ((other, False), (reader, False), (own, True)):
        mandate = Mandate.objects.create(person=person, actor=actor, only_in=key)
        actions.confirm_mandate(mandate, by=by)
        mandate.refresh_from_db()
        assert mandate.confirmed_by == by
        assert (mandate.only_in is None) is wide
        mandate.delete()


# --- keys for programs


def test_a_key_is_shown_once_and_kept_as_a_hash(someone) -> None:
    page = someone.post("/compte/cles/", {"nom": "Tableur"}).content.decode()
    token = ApiToken.objects.get()
    secret = next(
        w for w in re.findall(r"[\w-]{43}", page) if actions.token_hash(w) == token.secret_hash
    )
    assert token.label == "Tableur"
    assert secret not in someone.get("/compte/").content.decode()
    assert (
        Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/cooperations").status_code
        == 200
    )
    token.refresh_from_db()
    assert token.last_used is not None


@pytest.mark.parametrize("label", ["", "x" * 500, "<b>é</b>"])
def test_any_label_of_a_key_will_do(someone, label) -> None:
    assert someone.post("/compte/cles/", {"nom": label}).status_code == 200
    kept = ApiToken.objects.get().label
    assert kept == (label[:60] or "–")
    assert "<b>é" not in someone.get("/compte/").content.decode()


@pytest.mark.parametrize("taken", ["abc", "²", "-1", "1.5", "é", "9" * 30, "9" * 5000, "0"])
def test_a_key_that_is_none_takes_nothing_back(someone, taken) -> None:
    actions.new_token(someone.person, "x")
    assert someone.post("/compte/cles/", {"retirer": taken}).status_code == 302
    assert ApiToken.objects.count() == 1


def test_only_ones_own_key_is_taken_back_and_it_closes_at_once(someone) -> None:
    secret = actions.new_token(someone.person, "x")
    theirs = Person.objects.create_user("b@example.org")
    actions.new_token(theirs, "y")
    someone.post("/compte/cles/", {"retirer": str(theirs.api_tokens.get().pk)})
    assert theirs.api_tokens.count() == 1
    someone.post("/compte/cles/", {"retirer": str(someone.person.api_tokens.get().pk)})
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/cooperations").status_code == 401


def test_keys_are_asked_for_by_post_alone(someone) -> None:
    assert someone.get("/compte/cles/").status_code == 405


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer " + "é" * 10, "x" * 5000]
)
def test_a_wrong_key_opens_nothing(db, header) -> None:
    assert Client(headers={"Authorization": header}).get("/api/cooperations").status_code == 401


def test_the_key_of_someone_gone_opens_nothing(someone) -> None:
    secret = actions.new_token(someone.person, "x")
    Person.objects.filter(pk=someone.person.pk).update(is_active=False)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/cooperations").status_code == 401


# --- taking away, and being forgotten


def test_what_one_takes_away_has_all_and_nobody_elses(someone) -> None:
    other = acting("other", Actor.objects.get(), "reader").person
    actions.new_token(someone.person, "Tableur")
    found = json.loads(someone.get("/compte/mes-donnees.json").content)
    assert found["person"] == {
        "key": str(someone.person.key), "email": "someone@example.org", "name": "someone",
        "language": "fr", "joined": found["person"]["joined"],
    }  # fmt: skip
    text = json.dumps(found)
    assert "Tableur" in text
    assert "other@example.org" not in text
    assert str(other.key) not in text


def test_erasing_asks_first_then_forgets_all_but_the_key(someone) -> None:
    person = someone.person
    actions.new_token(person, "x")
    elsewhere = Client()
    elsewhere.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert someone.get("/compte/effacer/").status_code == 200
    person.refresh_from_db()
    assert person.email
    response = someone.post("/compte/effacer/", follow=True)
    assert "sont effacés" in response.content.decode()
    person.refresh_from_db()
    assert (person.email, person.name, person.is_active, person.is_staff) == (
        None,
        "",
        False,
        False,
    )
    assert person.erased
    assert not person.api_tokens.exists()
    assert elsewhere.get("/compte/").status_code == 302
    assert not [
        s for s in Session.objects.all() if s.get_decoded().get("_auth_user_id") == str(person.pk)
    ]


def test_an_erasure_ends_the_mandates_that_last_and_leaves_the_past_ones(someone) -> None:
    person, actor = someone.person, Actor.objects.get()
    today = timezone.localdate()
    past = Mandate.objects.create(person=person, actor=actor, end=today - timedelta(days=30))
    later = Mandate.objects.create(person=person, actor=actor, end=today + timedelta(days=30))
    actions.erase(person)
    ends = dict(Mandate.objects.values_list("pk", "end"))
    assert ends[past.pk] == today - timedelta(days=30)
    assert ends[later.pk] == today
    assert set(ends.values()) == {today, today - timedelta(days=30)}


def test_two_may_be_forgotten_and_the_address_is_free_again(someone) -> None:
    other = Person.objects.create_user("b@example.org")
    actions.erase(someone.person)
    actions.erase(other)
    assert Person.objects.filter(email=None).count() == 2
    assert Person.objects.invited("someone@example.org").key != someone.person.key


def test_erasing_twice_changes_nothing(someone) -> None:
    actions.erase(someone.person)
    first = Person.objects.get(pk=someone.person.pk).email
    actions.erase(Person.objects.get(pk=someone.person.pk))
    assert first is None
    assert Person.objects.filter(pk=someone.person.pk).exists()


# --- letters one no longer wants, notices


def test_a_link_of_the_letter_stops_the_letters_without_signing_in(client) -> None:
    person = Person.objects.create_user("a@example.org")
    address = f"/desinscription/{signing.dumps(str(person.pk), salt='digest')}/"
    assert client.get(address).status_code == 200
    person.refresh_from_db()
    assert person.digest
    assert Client(enforce_csrf_checks=True).post(address).status_code == 200
    person.refresh_from_db()
    assert not person.digest


@pytest.mark.parametrize(
    "token", ["x", "a:b:c", signing.dumps("x", salt="other"), "é"], ids=["x", "abc", "salt", "é"]
)
def test_a_forged_link_stops_nothing(client, token) -> None:
    assert client.post(f"/desinscription/{token}/").status_code == 404


def test_whoever_administers_is_named_by_the_command_once_and_for_all() -> None:
    for _ in range(2):
        call_command("administrator", "Chef@Example.org", verbosity=0)
    person = Person.objects.get()
    assert (person.email, person.is_staff, person.is_superuser) == ("chef@example.org", True, True)
    assert person.has_module_perms("accounts")


def test_a_notice_is_changed_by_whoever_administers_alone_and_never_emptied(client) -> None:
    address = "/informations/mentions-legales/"
    plain, chief = acting("plain", None), acting("chief", None)
    Person.objects.filter(pk=chief.person.pk).update(is_staff=True)
    for visitor in (client, plain):
        visitor.post(address, {"texte": "# Faux"})
    assert not Notice.objects.exists()
    chief.post(address, {"texte": "# Vrai\n\n[x](javascript:alert(1)) <script>alert(1)</script>"})
    text = client.get(address).content.decode()
    assert "<h1>Vrai</h1>" in text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text
    chief.post(address, {"texte": "   "})
    assert "Vrai" in client.get(address).content.decode()


def test_letters_kept_on_the_machine_are_read_from_the_machine_alone(
    client, settings, tmp_path
) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    (tmp_path / "1.log").write_text("Subject: Bonjour <b>x</b>")
    for trial, origin, status in (
        (True, "127.0.0.1", 200), (True, "::1", 200), (True, "10.0.0.7", 404), (False, "127.0.0.1", 404),
    ):  # fmt: skip
        settings.TRIAL_MAIL = trial
        response = client.get("/courrier/", REMOTE_ADDR=origin)
        assert response.status_code == status
        if status == 200:
            assert "&lt;b&gt;" in response.content.decode()
