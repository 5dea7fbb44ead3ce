"""Needs and offers on a desk and on a phone, with and without JavaScript, and for axe."""

import os
import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Wish

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def person_for(actor: Actor, email: str, role: str = "facilitator") -> Person:
    person = Person.objects.invited(email)
    Mandate.objects.create(
        person=person, actor=actor, role=role, confirmed=timezone.now(), confirmed_by=person
    )
    return person


def tab_of(
    chromium: Browser, live_server, person: Person | None, width: int, js: bool = True
) -> Page:
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 900}, java_script_enabled=js
    )
    if person:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def kept(actor: Actor, side: str, title: str, **more) -> Wish:
    values = {
        "resource": "expertise",
        "quantity": 10,
        "unit": "h",
        "territory": actor.territory,
        **more,
    }
    wish = Wish(actor=actor, side=side, title=title, **values)
    place(wish)
    wish.save()
    return wish


@pytest.fixture
def busy(live_server):
    """A school and its neighbours, with needs and offers of several kinds."""
    school = Actor.objects.create(name="Lycée-Témoin", kind="school", territory="67462")
    farm = Actor.objects.create(name="Ferme-Témoin", kind="farm", territory="67348")
    person = person_for(school, "lycee@example.org")
    return {
        "person": person, "school": school, "farm": farm,
        "need": kept(school, "need", "Légumes de saison", resource="organic_food", quantity=900, unit="kg", terms="price", text="Livrés deux fois par semaine.\nDe septembre à juin."),
        "offer": kept(farm, "offer", "Carottes et poireaux", resource="organic_food", quantity=1200, unit="kg", terms="price", cost=1.8, labels=["organic"]),
        "minor": kept(school, "need", "Élève A, aide en mathématiques", resource="mentoring", age=15, consent=date(2026, 9, 1), setting="group", slots=[[2, 840, 960]]),
    }  # fmt: skip


PAGES = [
    "",
    "?q=legume",
    "?ou=67462&km=30",
    "nouveau/besoin/",
    "miens/",
    "tableur/",
    "{need}/",
    "{offer}/",
    "{minor}/",
    "{need}/modifier/",
]
PUBLIC = ["", "nouveau/offre/", "{offer}/", "confirmation/forged/"]


def clean(page: Page) -> None:
    result = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.context.close()
    assert result.violations_count == 0, result.generate_report()
    assert wide <= 0


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_exchange(chromium, live_server, busy, screen, path) -> None:
    keys = {name: w.pk for name, w in busy.items() if isinstance(w, Wish)}
    page = tab_of(chromium, live_server, busy["person"], screen)
    page.goto("/echanges/" + path.format(**keys))
    shot = os.environ.get("RECIPROQUE_SHOTS")
    if shot:
        name = re.sub(r"\W+", "-", path).strip("-") or "liste"
        page.screenshot(path=f"{shot}/{name}-{screen}.png", full_page=True)
    clean(page)


@pytest.mark.parametrize("path", PUBLIC)
def test_axe_finds_nothing_before_signing_in(chromium, live_server, busy, screen, path) -> None:
    keys = {name: w.pk for name, w in busy.items() if isinstance(w, Wish)}
    page = tab_of(chromium, live_server, None, screen)
    page.goto("/en/echanges/" + path.format(**keys))
    clean(page)


@pytest.mark.parametrize("js", [True, False], ids=["js", "bare"])
def test_a_need_is_published_from_a_phone(chromium, live_server, busy, js) -> None:
    page = tab_of(chromium, live_server, busy["person"], 390, js)
    page.goto("/echanges/")
    page.get_by_role("link", name="Publier un besoin").click()
    page.get_by_label("En quelques mots").fill("Dix vélos à réparer")
    page.get_by_label("Quoi", exact=True).select_option(label="Appui technique")
    page.get_by_label("Combien", exact=True).fill("12,5")
    page.get_by_label("Unité", exact=True).select_option(label="heures")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.locator("main")).to_contain_text("C’est publié.")
    expect(page.get_by_role("heading", name="Dix vélos à réparer")).to_be_visible()
    page.context.close()
    assert Wish.objects.get(title="Dix vélos à réparer").quantity == 12.5
