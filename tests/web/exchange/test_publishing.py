"""Publish a need or an offer: signed in, or through the form that someone reads first."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from support_pages import text

from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.exchange.actions import forget_submissions
from reciproque.web.exchange.models import Submission, Wish

NEW = "/echanges/nouveau/besoin/"


def test_a_need_is_published_at_once_by_someone_who_writes_for_an_organisation(
    world, typed
) -> None:
    answer = world.contributor.post(NEW, typed(world.town))
    wish = Wish.objects.get()
    assert answer["Location"] == wish.get_absolute_url()
    assert (wish.state, wish.quantity, wish.actor, wish.territory) == (
        "open",
        12.5,
        world.town,
        "67462",
    )
    assert wish.longitude == pytest.approx(7.45, abs=0.1)  # Sélestat
    assert wish.by == world.contributor.person
    assert "Réparer dix vélos" in text(world.nobody.get("/echanges/"))


def test_the_same_form_sent_twice_is_kept_once(world, typed) -> None:
    once = str(uuid.uuid4())
    for _ in range(2):
        world.contributor.post(NEW, typed(world.town, once=once, **{"quand-meme": "1"}))
    assert Wish.objects.count() == 1


def test_a_reader_or_a_stranger_publishes_nothing(world, typed) -> None:
    for client in (world.reader, world.stranger):
        assert client.post(NEW, typed(world.town)).status_code == 302
    assert "choix" in text(world.farmer.post(NEW, typed(world.town)))  # another's organisation
    assert not Wish.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": "0"}, "plus grande que zéro"),
        ({"quantity": "beaucoup"}, "nombre"),
        ({"unit": "kg"}, "heures"),
        ({"start": "2026-12-02", "end": "2026-12-01"}, "La fin précède le début"),
        ({"place": "Nulle-Part-sur-Rien"}, "Nulle-Part-sur-Rien"),
        ({"weekdays": ["2"]}, "une heure de début et une heure de fin"),
        ({"terms": "price", "within_km": "30"}, "ne peut pas choisir selon la distance"),
        ({"title": ""}, "obligatoire"),
        ({"age": "15"}, "responsables légaux"),
        ({"age": "15", "consent": "2026-09-01"}, "rencontrera l’adulte"),
        ({"vetted": "2026-09-01"}, "quelle structure l’a faite"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(world, typed, change, words) -> None:
    page = text(world.contributor.post(NEW, typed(world.town, text="Gardez ces mots", **change)))
    assert words in page
    assert "Gardez ces mots" in page
    assert not Wish.objects.exists()


def test_times_of_the_week_are_kept_and_told(world, typed) -> None:
    values = typed(world.town, weekdays=["2", "4"], from_time="14:00", to_time="16:30")
    page = text(world.contributor.post(NEW, values, follow=True))
    assert "mercredi 14:00–16:30" in page.lower()
    assert Wish.objects.get().slots == [[2, 840, 990], [4, 840, 990]]


def test_a_product_narrows_what_is_sought_and_stays_when_something_else_changes(
    world, typed
) -> None:
    values = typed(world.town, resource="organic_food", unit="kg", product="lentils")
    page = text(world.contributor.post(NEW, values, follow=True))
    assert "lentilles" in page
    wish = Wish.objects.get()
    assert wish.for_engine().attributes == {"product": "lentils"}
    assert 'value="lentils" selected' in text(
        world.contributor.get(f"{wish.get_absolute_url()}modifier/")
    )
    again = {**values, "title": "Lentilles", "product": "", "version": "1"}
    world.contributor.post(f"{wish.get_absolute_url()}modifier/", again)
    wish.refresh_from_db()
    assert wish.attributes == {}


def test_what_resembles_is_shown_before_it_is_posted(world, typed, wish) -> None:
    wish(world.company, "need", "Réparer 10 vélos", resource="expertise")
    page = text(world.contributor.post(NEW, typed(world.town, title="Dix vélos à réparer")))
    assert "Cela ressemble" in page
    assert "Atelier-Témoin" in page
    assert Wish.objects.count() == 1
    world.contributor.post(
        NEW, typed(world.town, title="Dix vélos à réparer", **{"quand-meme": "1"})
    )
    assert Wish.objects.count() == 2


def test_a_draft_is_seen_by_its_organisation_alone_until_it_is_published(world, typed) -> None:
    world.contributor.post(NEW, typed(world.town, brouillon="1"))
    draft = Wish.objects.get()
    assert draft.state == "draft"
    assert world.nobody.get(draft.get_absolute_url()).status_code == 404
    assert world.farmer.get(draft.get_absolute_url()).status_code == 404
    assert world.reader.get(draft.get_absolute_url()).status_code == 200
    world.contributor.post(f"{draft.get_absolute_url()}etat/", {"etat": "open"})
    assert world.nobody.get(draft.get_absolute_url()).status_code == 200


def test_the_second_editor_sees_the_first_change_and_loses_nothing(world, typed, wish) -> None:
    w = wish(world.town, "need")
    address = f"{w.get_absolute_url()}modifier/"
    first = typed(world.town, title="Aide en comptabilité", version="1")
    assert world.contributor.post(address, first).status_code == 302
    page = text(
        world.facilitator.post(address, typed(world.town, title="Aide en droit", version="1"))
    )
    assert "Quelqu’un vient de changer" in page
    assert "Aide en comptabilité" in page
    assert 'value="Aide en droit"' in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    world.facilitator.post(address, typed(world.town, title="Aide en droit", version=version))
    w.refresh_from_db()
    assert (w.title, w.version) == ("Aide en droit", 3)
    shown = text(world.reader.get(w.get_absolute_url()))
    assert "Ce qui a changé" not in shown  # a reader does not write
    told = text(world.contributor.get(w.get_absolute_url()))
    assert all(t in told for t in ("Aide en informatique", "Aide en comptabilité", "Aide en droit"))


def by_form(client, typed, **change):
    more = {"organisation": "Club de marche", "kind": "association", "email": "club@example.org"}
    return client.post(NEW, typed(None, **{**more, **change}))


@pytest.fixture
def submitted(world, typed, letters, django_capture_on_commit_callbacks):
    """A need sent through the public form; the link of its letter."""
    with django_capture_on_commit_callbacks(execute=True):
        page = by_form(world.nobody, typed)
    assert "club@example.org" in text(page)
    return re.search(r"http://testserver(/echanges/confirmation/\S+/)", letters[-1].body)[1]


def test_the_public_form_is_confirmed_by_letter_then_read_then_published(world, submitted) -> None:
    wish = Wish.objects.get()
    assert wish.state == "waiting"
    assert world.nobody.get(wish.get_absolute_url()).status_code == 404
    assert "Club de marche" not in text(world.staff.get("/moderation/"))  # not confirmed yet
    assert "Oui, c’est bien moi" in text(world.nobody.get(submitted))
    assert (
        Submission.objects.get().confirmed is None
    )  # a mail reader that opens links confirms nothing
    world.nobody.post(submitted)
    assert world.nobody.get(submitted).status_code == 404  # used
    assert "Club de marche" in text(world.staff.get("/moderation/"))
    assert world.contributor.get("/moderation/").status_code == 404
    key = Submission.objects.get().pk
    world.staff.post("/moderation/", {"file": "annonces", "annonce": key, "publier": "1"})
    wish.refresh_from_db()
    assert (wish.state, wish.actor.name, wish.actor.kind) == (
        "open",
        "Club de marche",
        "association",
    )
    person = Person.objects.get(email="club@example.org")
    assert person.mandates.current().get().actor == wish.actor
    assert "club@example.org" not in text(world.nobody.get(wish.get_absolute_url()))


@pytest.mark.parametrize(
    ("answer", "subject", "said"),
    [
        ("publier", "Réciproque : votre annonce est publiée", "elle est publiée."),
        ("refuser", "Réciproque : votre annonce n’a pas été publiée", "Elle est effacée."),
    ],
)
def test_whoever_wrote_by_the_public_form_is_told_what_came_of_it(
    world, submitted, letters, django_capture_on_commit_callbacks, answer, subject, said
) -> None:
    world.nobody.post(submitted)
    address = Wish.objects.get().get_absolute_url()
    letters.clear()
    key = Submission.objects.get().pk
    with django_capture_on_commit_callbacks(execute=True):
        world.staff.post("/moderation/", {"file": "annonces", "annonce": key, answer: "1"})
    (letter,) = letters
    assert (letter.to, letter.subject) == (["club@example.org"], subject)
    assert said in letter.body
    assert (address in letter.body) is (answer == "publier")


def test_a_link_already_used_does_not_send_people_to_write_again(world, submitted) -> None:
    assert "Un courrier vous dira" in text(world.nobody.post(submitted))
    again = text(world.nobody.get(submitted))
    assert "il n’y a rien à refaire" in again
    assert "Voir les annonces" in again


def test_whoever_moderates_sees_where_it_is_and_what_it_resembles(world, typed, wish) -> None:
    wish(world.town, "need", "Réparer des vélos")
    by_form(world.nobody, typed, place="Sélestat", **{"quand-meme": "1"})
    Submission.objects.update(confirmed=timezone.now())
    shown = text(world.staff.get("/moderation/"))
    assert "Sélestat" in shown
    assert "Cela ressemble à :" in shown
    assert Wish.objects.get(title="Réparer des vélos").get_absolute_url() in shown


def test_the_way_to_what_waits_is_shown_to_whoever_moderates_and_to_nobody_else(world) -> None:
    for client, seen in ((world.staff, True), (world.contributor, False), (world.nobody, False)):
        assert ('href="/moderation/"' in text(client.get("/echanges/"))) is seen


def test_a_submission_for_an_organisation_known_here_waits_for_its_facilitator(
    world, typed, letters
) -> None:
    by_form(world.nobody, typed, organisation="ferme-témoin")
    Submission.objects.update(confirmed=timezone.now())
    key = Submission.objects.get().pk
    world.staff.post("/moderation/", {"file": "annonces", "annonce": key, "publier": "1"})
    assert Wish.objects.get().actor == world.farm
    mandate = Mandate.objects.get(person__email="club@example.org")
    assert (mandate.role, mandate.confirmed) == ("contributor", None)


def test_a_refused_submission_leaves_no_trace(world, submitted) -> None:
    world.nobody.post(submitted)
    key = Submission.objects.get().pk
    world.staff.post("/moderation/", {"file": "annonces", "annonce": key, "refuser": "1"})
    assert not Wish.objects.exists()
    assert not Wish.history.exists()
    assert not Actor.objects.filter(name="Club de marche").exists()


def test_what_nobody_confirmed_is_forgotten_with_its_address(world, submitted) -> None:
    assert forget_submissions() == 0
    Submission.objects.update(sent=timezone.now() - timedelta(days=4))
    assert world.nobody.get(submitted).status_code == 404
    assert forget_submissions() == 1
    assert not Wish.history.exists()
    assert not Person.objects.filter(email="club@example.org").exists()


def test_the_public_form_takes_five_in_an_hour(world, typed, letters) -> None:
    from django.core.cache import cache

    cache.clear()
    for n in range(5):
        answer = by_form(
            world.nobody, typed, title=f"Besoin tout autre {'x' * n}", **{"quand-meme": "1"}
        )
        assert answer.status_code == 200
    assert by_form(world.nobody, typed).status_code == 429
    assert Wish.objects.count() == 5


def test_nobody_without_an_account_writes_of_a_minor(world, typed, letters) -> None:
    by_form(world.nobody, typed, age="15", consent="2026-09-01", setting="group")
    assert not Wish.objects.filter(age__isnull=False).exists()


def test_what_a_reader_reports_waits_for_whoever_administers(world, wish) -> None:
    w = wish(world.town, "need")
    world.nobody.post(f"{w.get_absolute_url()}signalement/", {"texte": "C’est une publicité"})
    assert "C’est une publicité" in text(world.staff.get("/moderation/"))
    key = w.reports.get().pk
    world.staff.post(
        "/moderation/", {"file": "annonces-signalees", "signalement": key, "retirer": "1"}
    )
    w.refresh_from_db()
    assert w.state == "closed"
    assert "C’est une publicité" not in text(world.staff.get("/moderation/"))


def test_html_typed_in_a_title_stays_text(world, typed) -> None:
    page = world.contributor.post(NEW, typed(world.town, title="<b>x</b>"), follow=True)
    assert "<b>x</b>" not in text(page)
