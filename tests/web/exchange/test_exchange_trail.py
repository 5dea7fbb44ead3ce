"""The way back from each page of exchange: the same as in the rest of the site, ending where one is."""

import re

import pytest
from support_pages import text

from reciproque.web.exchange.models import Item, Matching


def trail(page) -> list[tuple[str, str]]:
    """The steps of the page (label, address); no address where one is already."""
    (inside,) = re.findall(r'<nav class="trail".*?</nav>', text(page), re.DOTALL)
    steps = re.findall(r"<li[^>]*>(?:<a href=\"([^\"]*)\">)?(.*?)(?:</a>)?</li>", inside)
    return [(label, address) for address, label in steps]


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("nouveau/besoin/", "Publier"),
        ("miens/", "Mes annonces et propositions"),
        ("tableur/", "Faire entrer un tableur"),
        ("propositions/", "Demander des propositions"),
        ("prets/", "Prêts"),
        ("mecenat/", "Mécénat"),
        ("lots/", "Lots d’équipements"),
    ],
)
def test_a_page_just_below_exchange_ends_its_own_trail(world, path, label) -> None:
    page = world.contributor.get("/echanges/" + path)
    assert trail(page) == [("Accueil", "/"), ("Échanges", "/echanges/"), (label, "")]


def test_the_list_is_itself_the_end_of_the_trail(world) -> None:
    assert trail(world.nobody.get("/echanges/")) == [("Accueil", "/"), ("Échanges", "")]


def test_deeper_pages_lead_back_one_step_at_a_time(world, wish) -> None:
    need = wish(world.town, "need", "Élaguer & tailler")
    item = Item.objects.create(
        actor=world.town, title="Remorque", resource="kits", territory="67462"
    )
    m = Matching.objects.create(wish=need, way="total", by=world.contributor.person)
    home = [("Accueil", "/"), ("Échanges", "/echanges/")]
    assert trail(world.contributor.get(f"{need.get_absolute_url()}modifier/")) == [
        *home, ("Élaguer &amp; tailler", need.get_absolute_url()), ("Modifier", ""),
    ]  # fmt: skip
    assert trail(world.contributor.get(item.get_absolute_url())) == [
        *home, ("Prêts", "/echanges/prets/"), ("Remorque", ""),
    ]  # fmt: skip
    assert trail(world.contributor.get(m.get_absolute_url())) == [
        *home, ("Propositions", "/echanges/propositions/"), ("Élaguer &amp; tailler", ""),
    ]  # fmt: skip
