"""Whose word counts where: mandates given by others, promises that bind two parties."""

import re

import pytest
from django.core import mail

from reciproque.web.accounts.actions import confirm_mandate, hand_over
from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.cooperations import actions, invitations
from reciproque.web.cooperations.models import Commitment, Cooperation, Party, Record


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def third(world):
    """A third party of the same cooperation, and someone who contributes for it."""
    actor = Actor.objects.create(name="Île-du-Milieu", kind="commune")
    world.i = Party.objects.create(cooperation=world.c, actor=actor)
    world.islander = world.acting("islander", actor, "contributor")
    return world


def invited(party: Party, by: Person, email: str = "new@example.org") -> Mandate:
    invitation = invitations.invite(
        party, email, by=by, role="facilitator", address="http://testserver/invitations/"
    )
    return invitations.accept(invitation, person=invitation.person)


def test_a_mandate_confirmed_by_another_organisation_opens_that_cooperation_alone(world) -> None:
    schemer = world.acting(
        "schemer", Actor.objects.create(name="Ailleurs", kind="company"), "facilitator"
    )
    trap = actions.start(
        by=schemer.person, actor=Actor.objects.get(name="Ailleurs"), name="Prétexte"
    )
    party = Party.objects.create(cooperation=trap, actor=world.left)
    mandate = invited(party, schemer.person)
    schemer.post(f"{trap.get_absolute_url()}mandats/{mandate.pk}/")
    mandate.refresh_from_db()
    assert mandate.confirmed
    assert list(Cooperation.objects.of(mandate.person)) == [trap]
    assert world.left not in mandate.person.actors()
    world.stranger.force_login(
        mandate.person, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert world.stranger.get(trap.get_absolute_url()).status_code == 200
    assert world.stranger.get(world.url).status_code == 404
    assert hand_over(mandate, to=world.other.person, by=schemer.person).only_in == trap.pk


def test_a_mandate_confirmed_by_ones_own_organisation_counts_everywhere(world) -> None:
    mandate = invited(world.a, world.facilitator.person)
    assert mandate.only_in == world.c.pk
    confirm_mandate(mandate, by=world.facilitator.person)
    assert mandate.only_in is None
    assert world.left in mandate.person.actors()


def test_another_cooperation_cannot_confirm_it(world) -> None:
    elsewhere = actions.start(by=world.other.person, actor=world.right, name="Ailleurs")
    Party.objects.create(cooperation=elsewhere, actor=world.left)
    mandate = invited(world.a, world.facilitator.person)
    url = f"{elsewhere.get_absolute_url()}mandats/{mandate.pk}/"
    assert world.other.post(url).status_code == 404


def test_who_is_confirmed_gets_a_letter(world) -> None:
    mandate = invited(world.b, world.facilitator.person)
    mail.outbox.clear()
    world.facilitator.post(f"{world.url}mandats/{mandate.pk}/")
    (letter,) = mail.outbox
    assert letter.to == ["new@example.org"]
    assert world.url in letter.body


def test_a_third_party_changes_no_promise_of_two_others(third, promised) -> None:
    address = f"{third.url}engagements/{promised.m.pk}/"
    assert third.islander.get(address).status_code == 403
    assert "engagements/" + str(promised.m.pk) not in text(third.islander.get(third.url + "faits/"))
    assert third.other.get(address).status_code == 200
    values = {
        "title": "x", "giver": third.a.pk, "receiver": third.b.pk, "resource": "expertise",
        "quantity": "1", "unit": "h", "every": "once", "state": "proposed",
    }  # fmt: skip
    page = third.islander.post(third.url + "engagements/nouveau/", values)
    assert "engage d’autres parties" in text(page)
    assert re.search(r'name="title"[^>]*value="x"|value="x"[^>]*name="title"', text(page))
    assert Commitment.objects.count() == 1


def test_a_third_party_notes_no_record_between_two_others(third, promised, note) -> None:
    assert "engage d’autres parties" in text(note(third.islander))
    assert not Record.objects.exists()
    assert note().status_code == 302


def test_a_deliberation_is_its_partys(world) -> None:
    values = {"title": "Vote", "party": world.a.pk, "day": "2026-03-01", "way": "majority"}
    assert "engage d’autres" in text(
        world.acting("helper", world.right).post(world.url + "decisions/nouveau/", values)
    )
    assert world.contributor.post(world.url + "decisions/nouveau/", values).status_code == 302
