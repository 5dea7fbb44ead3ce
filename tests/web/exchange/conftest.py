"""A school, a farm, a town and a company; people who act for them in each role."""

from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from support_gifts import called, opened, patrons
from support_people import acting

from reciproque.web.accounts.models import Actor
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Wish

ROLES = ("reader", "contributor", "signatory", "facilitator")


@pytest.fixture
def world(db):
    """Four organisations; the town's people in each role, a writer for each other one."""
    town = Actor.objects.create(name="Commune-Témoin", kind="commune", territory="67462")
    school = Actor.objects.create(name="Lycée-Témoin", kind="school", territory="67462")
    farm = Actor.objects.create(name="Ferme-Témoin", kind="farm", territory="67462")
    company = Actor.objects.create(name="Atelier-Témoin", kind="company", territory="67462")
    people = {role: acting(role, town, role) for role in ROLES}
    staff = acting("staff", None)
    staff.person.is_staff = True
    staff.person.save()
    return SimpleNamespace(
        town=town, school=school, farm=farm, company=company, **people, staff=staff,
        teacher=acting("teacher", school, "facilitator"), farmer=acting("farmer", farm),
        worker=acting("worker", company), stranger=acting("stranger", None), nobody=Client(),
    )  # fmt: skip


@pytest.fixture
def wish():
    """Keep a need or an offer as it would be published."""

    def make(actor: Actor, side: str, title: str = "Aide en informatique", **change) -> Wish:
        values = {
            "resource": "expertise", "quantity": 10, "unit": "h", "territory": actor.territory,
            **change,
        }  # fmt: skip
        kept = Wish(actor=actor, side=side, title=title, **values)
        place(kept)
        kept.save()
        return kept

    return make


@pytest.fixture
def typed():
    """What someone types to publish."""

    def values(actor: Actor | None = None, **change) -> dict[str, object]:
        base = {
            "side": "need", "title": "Réparer dix vélos", "resource": "expertise",
            "quantity": "12,5", "unit": "h", "terms": "gift", "once": "", "place": "",
        }  # fmt: skip
        if actor:
            base["actor"] = actor.pk
        return {**base, **change}

    return values


@pytest.fixture
def letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


@pytest.fixture
def p(world, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    return patrons(world)


@pytest.fixture
def started(p):
    """Two calls of 3,000 euros, one of them about the environment and elsewhere, and a pot."""
    meals = called(p.cook, p.kitchen, "Repas partagés")
    hedges = called(p.planter, p.hedges, "Replanter des haies", theme="environnement")
    return p, opened(p.holder, p.foundation), meals, hedges
