"""Needs and offers on a desk and on a phone, with and without JavaScript, and for axe."""

import os
import re
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.exchange import mentoring, proposals
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Item, Loan, Matching, Proposal, Wish
from reciproque.web.exchange.runs import run

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


@pytest.fixture
def led(busy):
    """The same, with a run and its sequel, a proposal sent, an accompaniment, and a thing lent."""
    farmer = person_for(busy["farm"], "ferme@example.org", "contributor")
    need = kept(busy["school"], "need", "Aide en comptabilité", quantity=8)
    kept(busy["farm"], "offer", "Comptabilité agricole", quantity=6, within_km=60)
    first = Matching.objects.create(wish=need, way="total", by=busy["person"])
    run(first)
    second = Matching.objects.create(wish=need, way="fair", by=busy["person"], before=first)
    run(second)
    agreed = first.proposals.get()
    proposals.send([agreed], by=busy["person"])
    proposals.accept(Proposal.objects.with_sides().get(pk=agreed.pk), by=farmer)
    agreed.refresh_from_db()
    pair = mentoring.begin(agreed, by=farmer)
    party = pair.cooperation.present().get(actor=busy["farm"])
    mentoring.note_session(
        pair,
        by=farmer,
        for_party=party,
        quantity=1.5,
        day=timezone.localdate(),
        note="Premier bilan",
    )
    mentoring.report(pair, "Un rendez-vous manqué", by=farmer)
    buying = Matching.objects.create(wish=busy["need"], way="total", by=busy["person"])
    run(buying)
    bought = buying.proposals.get()
    proposals.send([bought], by=busy["person"])
    item = Item.objects.create(
        actor=busy["school"],
        title="Malle de jeux",
        resource="kits",
        territory="67462",
        text="Vingt jeux.",
    )
    day = timezone.localdate()
    Loan.objects.create(
        item=item,
        borrower=busy["farm"],
        start=day - timedelta(9),
        end=day - timedelta(2),
        state="out",
        condition_out="good",
        out=day - timedelta(9),
    )
    Loan.objects.create(
        item=item,
        borrower=busy["farm"],
        start=day + timedelta(3),
        end=day + timedelta(5),
        use="Fête",
    )
    return {
        **busy, "farmer": farmer, "first": first, "second": second, "agreed": agreed, "bought": bought,
        "pair": pair, "item": item,
    }  # fmt: skip


LED = [
    "propositions/", "propositions/{first}/", "propositions/{second}/", "propositions/{second}/comparer/?avec={first}",
    "proposition/{agreed}/", "proposition/{bought}/", "miens/", "suivis/{pair}/", "suivis/{pair}/suite/",
    "prets/", "prets/nouveau/", "prets/{item}/",
]  # fmt: skip
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


@pytest.mark.parametrize("path", LED)
def test_axe_finds_nothing_in_what_is_led(chromium, live_server, led, screen, path) -> None:
    keys = {name: thing.pk for name, thing in led.items()}
    page = tab_of(chromium, live_server, led["person"], screen)
    page.goto("/echanges/" + path.format(**keys))
    if shot := os.environ.get("RECIPROQUE_SHOTS"):
        name = re.sub(r"\W+", "-", path).strip("-")
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


@pytest.mark.parametrize("js", [True, False], ids=["js", "bare"])
def test_from_a_need_to_a_commitment_by_both_sides(chromium, live_server, busy, js) -> None:
    """The school asks, proposes; the farm accepts from a phone; the commitment is in a cooperation."""
    need = kept(busy["school"], "need", "Tailler les pommiers", quantity=8)
    kept(busy["farm"], "offer", "Taille de fruitiers", quantity=12)
    farmer = person_for(busy["farm"], "ferme@example.org", "contributor")
    first = tab_of(chromium, live_server, busy["person"], 1280, js)
    first.goto(need.get_absolute_url())
    first.get_by_role("button", name="Demander des propositions").click()
    expect(first.locator("main")).to_contain_text("1 proposition")
    expect(first.locator("main")).to_contain_text("Ferme-Témoin")
    first.get_by_role("button", name="Proposer ce qui est coché").click()
    expect(first.locator("main")).to_contain_text("1 proposition est partie.")
    second = tab_of(chromium, live_server, farmer, 390, js)
    second.goto("/echanges/miens/")
    second.get_by_role("link", name="Ferme-Témoin → Lycée-Témoin").click()
    second.get_by_role("button", name="Accepter").click()
    expect(second.locator("main")).to_contain_text("C’est convenu des deux côtés.")
    second.get_by_role("link", name="Voir l’engagement").click()
    expect(second.get_by_role("rowheader", name="Tailler les pommiers")).to_be_visible()
    first.context.close()
    second.context.close()


@pytest.mark.parametrize(
    "path",
    [
        "propositions/{first}/",
        "propositions/{second}/comparer/?avec={first}",
        "prets/{item}/",
        "suivis/{pair}/",
    ],
)
def test_on_a_phone_an_exchange_table_reads_as_cards_without_pushing(
    chromium, live_server, led, path
) -> None:
    page = tab_of(chromium, live_server, led["person"], 390)
    page.goto("/echanges/" + path.format(**{name: thing.pk for name, thing in led.items()}))
    for details in page.locator("main details").all():
        details.evaluate("d => d.open = true")
    tables = page.locator("table.cards")
    assert tables.count()
    for box in tables.locator("tbody > tr > *").all():
        cell = box.bounding_box()
        assert cell is None or cell["x"] + cell["width"] <= 390  # an empty cell has no box
    blank = "cells => cells.filter(c => c.offsetHeight && !c.textContent.trim()).length"
    assert tables.locator("td").evaluate_all(blank) == 0  # no label stands alone
    top = tables.first.locator("tbody tr").first
    assert top.locator("th").bounding_box()["y"] <= top.locator("td").first.bounding_box()["y"]
    heads = tables.first.locator("thead th").all_text_contents()
    row = tables.first.locator("tbody tr").first.locator("> *")
    told = row.evaluate_all("cells => cells.map(c => c.dataset.label)")
    assert len(told) == len(heads)
    for head, said in zip(heads, told, strict=True):
        assert said in (head, None)  # the row's own head carries its name already
    assert told.count(None) == 1
    page.context.close()


def test_on_a_phone_what_becomes_of_each_row_of_a_file_is_seen_without_sliding(
    chromium, live_server
) -> None:
    school = Actor.objects.create(name="Lycée-Témoin", kind="school", territory="67462")
    tab = tab_of(chromium, live_server, person_for(school, "proviseure@example.org"), 390)
    tab.goto("/echanges/tableur/")
    lines = "besoin ou offre;titre;ressource;quantite;unite;territoire\nbesoin;Vélos;expertise;12;h;Nulle-Part-sur-Rien\nbesoin;Aide;expertise;3;h;\n"  # fmt: skip
    sent = {"name": "besoins.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    tab.set_input_files("#fichier", files=[sent])
    tab.get_by_role("button", name="Voir ce qu’il contient").click()
    for words in ("Nulle-Part-sur-Rien", "entrera"):
        box = tab.get_by_role("cell", name=re.compile(words)).first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert Axe().run(tab).violations_count == 0
    tab.get_by_role("button", name="Garder la ligne sans erreur").click()
    assert list(Wish.objects.values_list("title", flat=True)) == ["Aide"]
