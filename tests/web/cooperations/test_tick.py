"""What happens by itself: reminders, forgetting, digests that one can stop."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations import invitations
from reciproque.web.cooperations.models import Action, Invitation


@pytest.fixture(autouse=True)
def _letters(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def invited(world):
    return invitations.invite(
        world.b, "invitee@example.org", by=world.facilitator.person, role="reader", address="/x/"
    )


def tick(callbacks, *words: str) -> None:
    with callbacks(execute=True):
        call_command("tick", *words, verbosity=0)


def test_an_invitation_is_reminded_once_after_a_week(
    invited, django_capture_on_commit_callbacks, capsys
) -> None:
    tick(django_capture_on_commit_callbacks)
    assert mail.outbox == []
    Invitation.objects.update(sent=timezone.now() - timedelta(days=8))
    for _ in range(2):
        tick(django_capture_on_commit_callbacks)
    assert [m.to for m in mail.outbox if "attend" in m.subject] == [["invitee@example.org"]]


def test_who_never_came_is_forgotten_a_month_after_the_link_died(world, invited, capsys) -> None:
    Invitation.objects.update(expires=timezone.now() - timedelta(days=29))
    call_command("tick")
    assert Person.objects.filter(email="invitee@example.org").exists()
    Invitation.objects.update(expires=timezone.now() - timedelta(days=31))
    call_command("tick")
    assert not Person.objects.filter(email="invitee@example.org").exists()
    assert Person.objects.filter(pk=world.contributor.person.pk).exists()


def test_the_digest_says_what_changed_and_stops_in_one_click(world, capsys) -> None:
    Action.objects.create(cooperation=world.c, title="Annuaire", lead=world.a)
    call_command("tick", "--digests")
    letters = {m.to[0]: m for m in mail.outbox}
    assert set(letters) >= {"contributor@example.org", "other@example.org"}
    assert "stranger@example.org" not in letters
    letter = letters["contributor@example.org"]
    assert "Annuaire" in letter.body
    link = re.search(r"(/desinscription/\S+/)", letter.extra_headers["List-Unsubscribe"])[1]
    assert world.nobody.get(link).status_code == 200
    assert Person.objects.get(email="contributor@example.org").digest is True
    world.nobody.post(link, {"List-Unsubscribe": "One-Click"})
    assert Person.objects.get(email="contributor@example.org").digest is False
    assert world.nobody.post("/desinscription/forged/").status_code == 404


def test_a_private_expectation_does_not_travel_by_letter(world, capsys) -> None:
    world.c.expectations.create(party=world.a, kind="fears", text="Un secret", visibility="private")
    call_command("tick", "--digests")
    letters = {m.to[0]: m.body for m in mail.outbox}
    assert "Un secret" not in letters.get("other@example.org", "")
    assert "Un secret" in letters["reader@example.org"]
