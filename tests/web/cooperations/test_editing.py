"""Two people at once, stages, invitations, signals, the journal."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from reciproque.web.accounts.models import Mandate, Person
from reciproque.web.cooperations.models import Action, Invitation, SignalAnswer


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def action(world):
    return Action.objects.create(cooperation=world.c, title="Annuaire", lead=world.a)


def fields(world, **change):
    return {"title": "Annuaire", "lead": world.a.pk, "state": "planned", "version": "1", **change}


def test_the_second_editor_sees_the_first_change_and_loses_nothing(world, action) -> None:
    address = f"{world.url}actions/{action.pk}/"
    assert (
        world.contributor.post(address, fields(world, title="Annuaire des salles")).status_code
        == 302
    )
    page = world.other.post(address, fields(world, title="Annuaire commun", axis="Équipements"))
    assert page.status_code == 200
    assert "Quelqu’un vient de changer" in text(page)
    assert "Annuaire des salles" in text(page)  # what stands
    assert 'value="Annuaire commun"' in text(page)  # what was typed
    version = re.search(r'name="version" value="(\d+)"', text(page))[1]
    again = fields(world, title="Annuaire commun", axis="Équipements", version=version)
    assert world.other.post(address, again).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.version) == ("Annuaire commun", 3)
    assert [h.title for h in action.history.order_by("history_date")] == [
        "Annuaire", "Annuaire des salles", "Annuaire commun",
    ]  # fmt: skip


def test_the_journal_says_who_changed_what(world, action) -> None:
    world.contributor.post(
        f"{world.url}actions/{action.pk}/", fields(world, title="Annuaire des salles")
    )
    page = text(world.reader.get(world.url + "journal/"))
    assert "contributor a changé : action « Annuaire des salles »" in page


def test_an_action_done_needs_its_day(world, action) -> None:
    address = f"{world.url}actions/{action.pk}/"
    assert "quel jour" in text(world.contributor.post(address, fields(world, state="done")))
    world.contributor.post(address, fields(world, done="2026-05-01"))
    action.refresh_from_db()
    assert action.state == "done"


def test_stages_go_forward_and_back_on_record(world) -> None:
    for stage in ("know", "build", "know", "nonsense"):
        world.contributor.post(world.url + "etape/", {"etape": stage})
    world.c.refresh_from_db()
    assert world.c.stage == "know"
    assert [(s.before, s.after) for s in world.c.stage_changes.all()] == [
        ("spot", "know"), ("know", "build"), ("build", "know"),
    ]  # fmt: skip


def test_an_answer_quiets_the_signal(world) -> None:
    e = world.c.expectations.create(
        party=world.a,
        kind="fears",
        text="Trop de réunions",
        since=timezone.localdate() - timedelta(days=120),
    )
    assert "Une attente sans réponse" in text(world.reader.get(world.url))
    assert world.contributor.get(f"{world.url}attentes/{e.pk}/reponse/").status_code == 200
    world.other.post(
        f"{world.url}attentes/{e.pk}/reponse/", {"party": world.b.pk, "text": "Une par trimestre"}
    )
    page = text(world.reader.get(world.url))
    assert "Une attente sans réponse" not in page
    assert "Rive-Droite répond : Une par trimestre" in page


def test_a_signal_is_answered_and_put_to_sleep_until_a_date(world) -> None:
    long_ago = timezone.localdate() - timedelta(days=120)
    e = world.c.expectations.create(party=world.a, kind="fears", text="Trop", since=long_ago)
    world.c.expectations.create(party=world.a, kind="hopes", text="Des salles", since=long_ago)
    page = text(world.contributor.get(world.url))
    assert f'name="objet" value="{e.pk}"' in page
    values = {
        "regle": "unanswered",
        "partie": str(world.a.pk),
        "objet": str(e.pk),
        "reponse": "On en parle jeudi",
        "sommeil": "30",
    }
    world.contributor.post(world.url + "signaux/reponse/", values)
    page = text(world.reader.get(world.url))
    assert page.count("dort jusqu’au") == 1
    assert "« Des salles »" in page.split("Ce qui demande attention")[1].split("Rien d’autre")[0]
    SignalAnswer.objects.update(asleep_until=timezone.localdate() - timedelta(days=1))
    assert "dort jusqu’au" not in text(world.reader.get(world.url))


def test_a_cooperation_changes_its_thresholds(world) -> None:
    world.c.expectations.create(
        party=world.a, kind="fears", text="Trop", since=timezone.localdate() - timedelta(days=40)
    )
    assert "Une attente sans réponse" not in text(world.reader.get(world.url))
    address, read = world.url + "signaux/", {"version": world.c.version}
    page = text(world.facilitator.post(address, {**read, "unanswered": "30", "lead": "trop"}))
    assert "Écrivez un nombre" not in page  # no such rule: what is not asked is not read
    world.c.refresh_from_db()
    read = {"version": world.c.version}
    page = text(world.facilitator.post(address, {**read, "unanswered": "9", "one_sided": "peu"}))
    assert "Écrivez un nombre" in page
    assert 'value="peu"' in page
    assert 'value="9"' in page
    world.c.refresh_from_db()
    assert world.c.thresholds == {"unanswered": 30.0}
    assert "Une attente sans réponse" in text(world.reader.get(world.url))
    world.contributor.post(world.url + "signaux/", {"unanswered": "1"})
    world.c.refresh_from_db()
    assert world.c.thresholds == {"unanswered": 30.0}


@pytest.fixture
def letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


@pytest.fixture
def invited(world, letters, django_capture_on_commit_callbacks):
    def send(address: str = "invitee@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            world.facilitator.post(
                world.url + "invitations/",
                {"party": world.b.pk, "email": address, "role": "contributor"},
            )
        return re.search(r"http://testserver(/invitations/\S+/)", letters[-1].body)[1]

    return send


def signed_in(client_of, email: str):
    from django.test import Client

    client = Client()
    client.force_login(
        Person.objects.get(email=email),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_an_invitation_is_accepted_then_confirmed_by_the_facilitator(world, invited) -> None:
    link = invited()
    assert "Recevoir un code" in text(world.nobody.get(link))
    assert "Recevoir un code" in text(world.stranger.get(link))  # another address
    client = signed_in(None, "invitee@example.org")
    assert "Accepter" in text(client.get(link))
    client.post(link)
    assert client.get(world.url).status_code == 404  # not confirmed yet
    mandate = Mandate.objects.get(person__email="invitee@example.org")
    assert "Confirmer ce mandat" in text(world.facilitator.get(world.url + "parties/"))
    world.facilitator.post(f"{world.url}mandats/{mandate.pk}/")
    assert client.get(world.url).status_code == 200
    assert client.get(link).status_code == 404  # used


def test_a_link_that_is_forged_expired_or_taken_back_does_not_open(
    world, invited, django_capture_on_commit_callbacks
) -> None:
    link = invited()
    assert world.nobody.get("/invitations/forged/").status_code == 404
    invitation = Invitation.objects.get()
    Invitation.objects.update(expires=timezone.now() - timedelta(minutes=1))
    assert world.nobody.get(link).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        world.facilitator.post(f"{world.url}invitations/{invitation.pk}/", {"rappeler": "1"})
    fresh = re.search(r"http://testserver(/invitations/\S+/)", mail.outbox[-1].body)[1]
    assert world.nobody.get(link).status_code == 404  # the earlier link is dead
    assert world.nobody.get(fresh).status_code == 200
    world.facilitator.post(f"{world.url}invitations/{invitation.pk}/", {"retirer": "1"})
    assert world.nobody.get(fresh).status_code == 404


def test_the_secret_of_a_link_is_not_in_the_database(world, invited) -> None:
    secret = invited().strip("/").split("/")[-1]
    assert secret not in str(list(Invitation.objects.values()))


def test_an_organisation_is_a_party_once(world) -> None:
    values = {"actor": world.right.pk, "role": "partner", "since": "2026-01-01"}
    assert "déjà une partie" in text(world.facilitator.post(world.url + "parties/nouveau/", values))
    assert world.c.parties.count() == 2


def test_who_leaves_sees_what_is_owed_and_kept(promised, note) -> None:
    note(quantity="4")
    address = f"{promised.url}parties/{promised.a.pk}/depart/"
    assert promised.contributor.get(address).status_code == 403  # it binds the organisation
    page = text(promised.signatory.get(address))
    assert "4 heures tenus sur 10 heures attendus à ce jour" in page
    assert promised.other.get(address).status_code == 403
    promised.signatory.post(
        address, {"day": timezone.localdate() - timedelta(days=1), "farewell": "Merci"}
    )
    promised.a.refresh_from_db()
    assert promised.a.farewell == "Merci"
    assert promised.contributor.get(promised.url).status_code == 404
    assert promised.other.get(promised.url).status_code == 200


def test_a_mandate_is_handed_over_from_tomorrow(world) -> None:
    mandate = world.contributor.person.mandates.get()
    address = f"{world.url}mandats/{mandate.pk}/relais/"
    assert world.other.post(address, {"email": "x@example.org"}).status_code == 404
    world.contributor.post(address, {"email": "pas une adresse"})
    assert Mandate.objects.filter(actor=world.left).count() == 4
    world.contributor.post(address, {"email": "suite@example.org"})
    mandate.refresh_from_db()
    after = Mandate.objects.get(person__email="suite@example.org")
    assert mandate.end == timezone.localdate()
    assert after.start == timezone.localdate() + timedelta(days=1)
    assert (after.role, after.actor) == ("contributor", world.left)


def test_a_step_back_can_be_read_on_the_first_page(world) -> None:
    for stage in ("know", "spot"):
        world.contributor.post(world.url + "etape/", {"etape": stage})
    assert "de « Se connaître » à « Repérer »" in text(world.reader.get(world.url))


def test_a_party_keeps_its_side_whoever_spoke_first(world) -> None:
    for party, days in ((world.b, 3), (world.a, 2), (world.b, 1)):
        since = timezone.localdate() - timedelta(days=days)
        world.c.expectations.create(party=party, kind="hopes", text=f"Voeu {days}", since=since)
    page = text(world.reader.get(world.url + "attentes/"))
    sides = re.findall(r'<h3 class="side (\w)">([^<]+)</h3>', page)
    assert sides == [("a", "Rive-Gauche"), ("b", "Rive-Droite")]


def test_a_meeting_that_is_over_asks_nobody_to_sign_up(world) -> None:
    today = timezone.localdate()
    for days, title in ((-1, "Hier"), (1, "Demain")):
        world.c.meetings.create(title=title, day=today + timedelta(days=days))
    page = text(world.contributor.get(world.url + "rencontres/"))
    assert page.count("Nous viendrons") == 1


def test_the_journal_tells_steps_parties_answers_and_reviews(world) -> None:
    world.contributor.post(world.url + "etape/", {"etape": "build"})
    e = world.c.expectations.create(party=world.a, kind="hopes", text="Des salles")
    answer = {"party": world.b.pk, "text": "Dès mars"}
    world.other.post(f"{world.url}attentes/{e.pk}/reponse/", answer)
    quiet = {"regle": "unanswered", "reponse": "On en parle jeudi", "sommeil": "30"}
    world.contributor.post(world.url + "signaux/reponse/", quiet)
    world.contributor.post(world.url + "accord/reexamen/", {"ouvrir": "1"})
    page = text(world.reader.get(world.url + "journal/"))
    for said in (
        "contributor a changé d’étape « Repérer, Construire »",
        "other a répondu à une attente « Dès mars »",
        "contributor a mis un signal en sommeil « Une attente sans réponse : On en parle jeudi »",
        "contributor a ouvert le réexamen",
        "facilitator a ajouté une partie",
    ):
        assert said in page, said


def test_an_answer_to_what_is_private_is_not_told(world) -> None:
    e = world.c.expectations.create(party=world.a, kind="fears", text="x", visibility="private")
    e.answers.create(party=world.a, text="entre nous", by=world.contributor.person)
    assert "entre nous" in text(world.reader.get(world.url + "journal/"))
    assert "entre nous" not in text(world.other.get(world.url + "journal/"))


def test_the_public_page_gives_the_lines_to_embed_it(world) -> None:
    assert "iframe" not in text(world.reader.get(world.url + "page/"))
    world.c.visibility = "public"
    world.c.save()
    page = text(world.nobody.get(world.url + "page/"))
    assert f'&lt;iframe src="http://testserver{world.url}encart/"' in page


def test_the_address_of_who_is_invited_is_for_the_facilitator_alone(world) -> None:
    world.facilitator.post(
        world.url + "invitations/",
        {"party": world.b.pk, "email": "secret@example.org", "role": "contributor"},
    )
    assert "secret@example.org" in text(world.facilitator.get(world.url + "parties/"))
    page = text(world.contributor.get(world.url + "parties/"))
    assert "secret@example.org" not in page
    assert "Une personne invitée" in page


def test_an_invitation_sent_twice_leaves_once(
    world, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    values = {"party": str(world.b.pk), "email": "rive@example.org", "role": "reader"}
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            world.facilitator.post(world.url + "invitations/", values)
    assert Invitation.objects.count() == len(mailoutbox) == 1
    with django_capture_on_commit_callbacks(execute=True):  # for something else, it is another one
        world.facilitator.post(world.url + "invitations/", {**values, "role": "contributor"})
    assert len(mailoutbox) == 2


def test_html_in_the_name_of_a_cooperation_is_shown_and_not_obeyed(world) -> None:
    world.c.name = world.left.name = "<img src=x onerror=alert(1)>"
    world.c.save()
    world.left.save()
    for path in ("", "parties/", "faits/", "accord/", "journal/", "page/"):
        page = world.reader.get(world.url + path).content.decode()
        assert "<img src=x" not in page, path
        assert "&lt;img src=x" in page, path
