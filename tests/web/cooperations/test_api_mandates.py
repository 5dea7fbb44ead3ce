"""Mandates through the API: the very rights of the pages, and a successor from tomorrow."""

# ruff: noqa: F401, F811

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from test_api import api, one

from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.cooperations import invitations
from reciproque.web.cooperations.models import Party


@pytest.fixture
def waiting(world):
    """Someone accepted an invitation; the facilitator has not spoken yet."""
    person = Person.objects.create_user("nouvelle@example.org", name="Nouvelle")
    invitation = invitations.invite(
        world.b, person.email, by=world.facilitator.person, role="contributor", address="/"
    )
    return invitations.accept(invitation, person=person)


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 404), ("reader", 403), ("contributor", 403), ("signatory", 403),
     ("facilitator", 200), ("other", 200)],
)  # fmt: skip
def test_a_mandate_is_confirmed_by_who_facilitates(world, api, one, waiting, who, status) -> None:
    answer = api(who, "post", f"{one}/mandates/{waiting.pk}/confirmation")
    assert answer.status_code == status
    waiting.refresh_from_db()
    assert (waiting.confirmed is not None) is (status == 200)
    if status == 200:
        assert answer.json()["confirmed"] is True
        assert waiting.confirmed_by == getattr(world, who).person
        # said by the organisation itself, it counts everywhere; by another, here alone
        assert waiting.only_in == (None if who == "other" else world.c.pk)
        assert mail.outbox[-1].to == ["nouvelle@example.org"]
        assert api(who, "post", f"{one}/mandates/{waiting.pk}/confirmation").status_code in (
            404,
            409,
        )


def test_a_mandate_of_elsewhere_is_not_confirmed_here(world, api, one) -> None:
    away = Actor.objects.create(name="Ailleurs", kind="commune")
    person = Person.objects.create_user("ailleurs@example.org")
    mandate = Mandate.objects.create(person=person, actor=away, only_in=world.c.pk)
    path = f"{one}/mandates/{mandate.pk}/confirmation"
    assert api("facilitator", "post", path).status_code == 404
    left = Party.objects.create(
        cooperation=world.c, actor=away, until=timezone.localdate() - timedelta(days=1)
    )
    assert api("facilitator", "post", path).status_code == 404  # it left
    left.until = None
    left.save()
    assert api("facilitator", "post", path).status_code == 200


def test_who_acts_is_listed_without_an_address(world, api, one, waiting) -> None:
    found = api("reader", "get", f"{one}/mandates")
    assert "example.org" not in found.content.decode()
    rows = {row["person"]: row for row in found.json()}
    assert rows["Nouvelle"]["confirmed"] is False
    assert rows["reader"]["mine"] is True
    assert rows["other"]["mine"] is False
    assert api("stranger", "get", f"{one}/mandates").status_code == 404


@pytest.mark.parametrize("who", ["reader", "contributor", "signatory", "facilitator"])
def test_each_hands_over_its_own_mandate_from_tomorrow(world, api, one, who) -> None:
    mandate = getattr(world, who).person.mandates.get()
    path, today = f"{one}/mandates/{mandate.pk}/succession", timezone.localdate()
    assert api(who, "post", path, {"email": "pas une adresse"}).status_code == 422
    answer = api(who, "post", path, {"email": "suite@example.org"})
    assert answer.status_code == 201, answer.content
    assert answer.json()["start"] == str(today + timedelta(days=1))
    assert answer.json()["role"] == who
    mandate.refresh_from_db()
    assert mandate.end == today
    assert api(who, "post", path, {"email": "encore@example.org"}).status_code == 409
    assert Mandate.objects.filter(actor=world.left, role=who).count() == 2


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("facilitator", 403), ("other", 403)]
)
def test_nobody_hands_over_what_another_holds(world, api, one, who, status) -> None:
    mandate = world.contributor.person.mandates.get()
    path = f"{one}/mandates/{mandate.pk}/succession"
    assert api(who, "post", path, {"email": "x@example.org"}).status_code == status
    mandate.refresh_from_db()
    assert mandate.end is None


def test_an_unconfirmed_mandate_is_handed_to_nobody(world, api, one, waiting) -> None:
    everywhere = Mandate.objects.create(person=waiting.person, actor=world.left, role="reader")
    Mandate.objects.filter(pk=everywhere.pk).update(confirmed=timezone.now())
    world.waiting = type("Who", (), {"person": waiting.person})
    path = f"{one}/mandates/{waiting.pk}/succession"
    assert api("waiting", "post", path, {"email": "x@example.org"}).status_code == 409
    assert Mandate.objects.filter(actor=world.right).count() == 2


def test_the_page_hands_over_what_stands_alone(world, waiting) -> None:
    mandate = world.contributor.person.mandates.get()
    address = f"{world.url}mandats/{mandate.pk}/relais/"
    for _ in range(2):  # sent twice, one successor
        world.contributor.post(address, {"email": "suite@example.org"})
    assert Mandate.objects.filter(person__email="suite@example.org").count() == 1


def test_the_open_description_names_these_endpoints(world, api) -> None:
    paths = api("reader", "get", "/openapi.json").json()["paths"]
    base = "/api/cooperations/{slug}/mandates"
    assert {"get"} == set(paths[base])
    for end in ("confirmation", "succession"):
        assert {"post"} == set(paths[f"{base}/{{number}}/{end}"])
