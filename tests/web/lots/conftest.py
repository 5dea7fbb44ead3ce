"""Companies that part with equipment, a workshop that takes it, and who facilitates."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from support_people import acting

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.exchange import lots
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Lot, LotStep


@pytest.fixture
def world(db):
    """A pole with a carrier that facilitates, a workshop, two companies, and people for each."""
    c = Cooperation.objects.create(slug="pole", name="Pôle-Témoin", started=date(2026, 1, 1))

    def party(name: str, kind: str, territory: str = "67462", role: str = "partner") -> Party:
        actor = Actor.objects.create(name=name, kind=kind, territory=territory)
        return Party.objects.create(cooperation=c, actor=actor, role=role, since=date(2026, 1, 1))

    pole = party("Pays-Témoin", "petr", role="carrier")
    workshop = party("Atelier-Témoin", "association")
    firm = party("Entreprise 1", "company")
    other = party("Entreprise 2", "company", "67348")
    return SimpleNamespace(
        c=c, pole=pole, workshop=workshop, firm=firm, other=other,
        lead=acting("lead", pole.actor, "facilitator"), crew=acting("crew", workshop.actor),
        boss=acting("boss", firm.actor), clerk=acting("clerk", firm.actor, "reader"),
        rival=acting("rival", other.actor), stranger=acting("stranger", None), nobody=Client(),
    )  # fmt: skip


@pytest.fixture
def lot(world):
    """Declare a lot as the form would."""

    def make(holder: Party | None = None, title: str = "Vingt postes", **change) -> Lot:
        values = {"category": "6", "state": "repairable", "weight": 120.0, **change}
        holder = holder or world.firm
        kept = Lot(cooperation=world.c, holder=holder, title=title, **values)
        kept.territory = kept.territory or holder.actor.territory
        place(kept)
        kept.save()
        LotStep.objects.create(lot=kept, stage="declared", party=holder)
        return kept

    return make


@pytest.fixture
def routed(world, lot):
    """Lots of both companies, routed: a gift, waste with its code, and a second one at the same place."""
    made = [
        lot(world.firm, "Dix écrans", category="2", state="works", given=True, weight=60),
        lot(world.firm, "Vingt postes", waste_code="160214", weight=120, data=True),
        lot(world.other, "Une armoire froide", category="1", state="broken", weight=200,
            dangerous=True, waste_code="160211", contact="service technique"),
    ]  # fmt: skip
    for one in made:
        lots.route(one, by=world.lead.person)
    return made


@pytest.fixture
def fresh():
    """A row as the database has it now."""
    return lambda thing: type(thing).objects.get(pk=thing.pk)
