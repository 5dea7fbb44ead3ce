"""Two organisations on two banks, and people who act for them in each role."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from support_people import acting

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations import actions
from reciproque.web.cooperations.models import Commitment, Party

ROLES = ("reader", "contributor", "signatory", "facilitator")


@pytest.fixture
def world(db):
    """A cooperation of two parties, its people by role, and a stranger."""
    left = Actor.objects.create(name="Rive-Gauche", kind="epci")
    right = Actor.objects.create(name="Rive-Droite", kind="association")
    people = {role: acting(role, left, role) for role in ROLES}
    c = actions.start(
        by=people["facilitator"].person, actor=left, name="Deux rives", started=date(2026, 1, 1),
        subject="Des salles et des savoir-faire", review_months=12,
    )  # fmt: skip
    a = c.parties.get()
    b = Party.objects.create(cooperation=c, actor=right, since=date(2026, 1, 1))
    return SimpleNamespace(
        c=c, a=a, b=b, left=left, right=right, url=c.get_absolute_url(), **people,
        other=acting("other", right, "facilitator"), stranger=acting("stranger", None), nobody=Client(), acting=acting,
    )  # fmt: skip


@pytest.fixture
def promised(world):
    """A commitment of the left bank, agreed."""
    world.m = Commitment.objects.create(
        cooperation=world.c, title="Appui", giver=world.a, receiver=world.b, resource="expertise",
        quantity=10, unit="h", due=date(2026, 6, 1), state="agreed",
    )  # fmt: skip
    return world


@pytest.fixture
def note(promised):
    """Post a record as the left bank's contributor; returns the response."""

    def post(client=None, **change):
        values = {
            "commitment": str(promised.m.pk), "giver": str(promised.a.pk),
            "receiver": str(promised.b.pk), "resource": "expertise", "quantity": "4", "unit": "h",
            "day": "2026-03-01", "once": "", **change,
        }  # fmt: skip
        return (client or promised.contributor).post(f"{promised.url}faits/nouveau/", values)

    return post
