"""A foundation with a pot, associations that call for support, a company that gives."""

from types import SimpleNamespace

from support_people import acting

from reciproque.web.accounts.models import Actor
from reciproque.web.exchange.models import Pot, SupportCall

NANTES, SAINT_NAZAIRE = "244400404", "244400644"


def patrons(world) -> SimpleNamespace:
    """The actors of the foundation and of two associations, and who writes for each."""
    foundation = Actor.objects.create(name="Fondation-Témoin", kind="foundation", territory=NANTES)
    kitchen = Actor.objects.create(name="Cuisine-Témoin", kind="association", territory=NANTES)
    hedges = Actor.objects.create(name="Haies-Témoin", kind="association", territory=SAINT_NAZAIRE)
    return SimpleNamespace(
        foundation=foundation, kitchen=kitchen, hedges=hedges,
        holder=acting("holder", foundation, "facilitator"), helper=acting("helper", foundation, "reader"),
        cook=acting("cook", kitchen), planter=acting("planter", hedges), company=world.company,
        worker=world.worker, nobody=world.nobody, stranger=world.stranger, reader=world.reader,
    )  # fmt: skip


def called(client, actor: Actor, title: str, **change) -> SupportCall:
    """A call as it is published from its page."""
    values = {
        "actor": actor.pk, "title": title, "theme": "revenus", "text": "", "place": "", "money": "3000",
        "eligibility": "stated", "once": "", **change,
    }  # fmt: skip
    page = client.post("/echanges/mecenat/appels/nouveau/", values)
    assert page.status_code == 302, page.content.decode()
    return SupportCall.objects.get(title=title)


def opened(client, actor: Actor, title: str = "Cagnotte de l’automne", **change) -> Pot:
    """A pot as it is opened from its page."""
    values = {"actor": actor.pk, "title": title, "eligibility": "stated", "once": "", **change}
    page = client.post("/echanges/mecenat/cagnottes/nouvelle/", values)
    assert page.status_code == 302, page.content.decode()
    return Pot.objects.get(title=title)


def gave(client, pot: Pot, amount: str, **change):
    """A gift as it is typed on the page of a pot."""
    values = {"amount": amount, "givers": "12", "day": "2026-11-20", "once": "", **change}
    return client.post(pot.get_absolute_url(), values)
