"""The main job, as people do it: with a mouse, a keyboard, without JavaScript, and for axe."""

import io
import os
import re

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PETR, COMMUNE, KREIS = "200069680", "67462", "DE:08316"
PAGES = [
    "/",
    "/territoires/?q=selestat",
    f"/territoires/{PETR}/",
    f"/territoires/{KREIS}/",
    f"/territoires/{PETR}/partenaires/?motif=tied&au_dela=5",
    f"/territoires/{PETR}/partenaires/?sujet=habitat&sujet=economie&tied=20&type=petr&type=epci",
    f"/territoires/{PETR}/partenaires/?au_dela=300&en_deca=5",
    f"/territoires/{KREIS}/chiffres/",
    f"/territoires/{PETR}/face-a-face/?q=emmendingen",
    f"/face-a-face/{COMMUNE}/{KREIS}/",
    f"/territoires/composer/?membre={COMMUNE}&q=villé",
    "/donnees/",
    "/methode/",
    "/lexique/",
    "/dix-territoires/",
    "/nothing/",
]


def dossier_of(page: Page, address: str) -> pikepdf.Pdf:
    answer = page.request.get(address)
    assert answer.ok
    return pikepdf.open(io.BytesIO(answer.body()))


def test_from_a_few_letters_to_the_printed_dossier_of_two_territories(tab: Page) -> None:
    tab.goto("/")
    tab.get_by_label("Votre commune, intercommunalité, pays ou PETR").press_sequentially("selestat")
    tab.locator("#hits").get_by_role("link", name=re.compile("^Sélestat")).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sélestat")
    tab.get_by_role("link", name="Chercher un partenaire").click()
    expect(tab.locator("#liste")).to_have_text("Les 20 premiers territoires")
    tab.get_by_role("link", name="Comparer deux territoires").click()
    tab.get_by_label("L’autre territoire").fill("emmendingen")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name=re.compile("Landkreis Emmendingen")).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sélestat, Landkreis Emmendingen")
    expect(tab.locator(".lane-svg")).to_have_count(1)
    address = tab.get_by_role("link", name="Dossier des deux territoires (PDF)").get_attribute(
        "href"
    )
    with dossier_of(tab, str(address)) as pdf:
        assert len(pdf.pages) >= 1


def test_the_same_without_javascript(bare_tab: Page) -> None:
    bare_tab.goto("/")
    bare_tab.get_by_label("Votre commune").fill("selestat")
    bare_tab.get_by_role("button", name="Chercher").click()
    bare_tab.get_by_role("link", name=re.compile("^PETR Sélestat")).click()
    bare_tab.get_by_role("link", name="Chercher un partenaire").click()
    bare_tab.get_by_label("Landkreis (arrondissement allemand)").check()
    bare_tab.get_by_label("intercommunalité", exact=True).uncheck()
    bare_tab.get_by_role("button", name="Mettre à jour la liste").click()
    bare_tab.get_by_role("link", name="Mettre face à face").first.click()
    expect(bare_tab.get_by_role("heading", level=1)).to_contain_text("Landkreis Emmendingen")


def test_a_territory_is_composed_without_javascript(bare_tab: Page) -> None:
    bare_tab.goto("/territoires/composer/")
    for name in ("CC du Ried de Marckolsheim", "CC de la Vallée de Villé"):
        bare_tab.get_by_label("Chercher un membre à ajouter").fill(name)
        bare_tab.get_by_role("button", name="Chercher").click()
        bare_tab.get_by_role("button", name=f"Ajouter {name}").click()
    bare_tab.get_by_label("Nom du territoire").fill("Ried et Villé")
    bare_tab.get_by_label("Visible de tous dans la recherche").check()
    bare_tab.get_by_role("button", name="Garder ce territoire").click()
    expect(bare_tab.get_by_role("heading", level=1)).to_have_text("Ried et Villé")
    expect(bare_tab.get_by_role("link", name="Modifier (gardez cette adresse)")).to_be_visible()


def test_the_keyboard_alone_reaches_the_search_and_the_first_answer(tab: Page) -> None:
    tab.goto("/")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="Aller au contenu")).to_be_focused()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    expect(tab.locator("#q")).to_be_focused()
    tab.keyboard.type("selestat")
    tab.locator("#hits a").first.wait_for()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    expect(tab.locator("#hits a").first).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sélestat")


def test_the_map_becomes_interactive_when_asked(tab: Page) -> None:
    tab.goto(f"/territoires/{PETR}/")
    tab.get_by_role("button", name="Carte interactive").click()
    expect(tab.locator("[data-live=ready]")).to_be_attached(timeout=20_000)
    expect(tab.locator(".maplibregl-canvas")).to_be_visible()
    expect(tab.get_by_role("button", name="Rapprocher")).to_be_visible()


def test_the_language_switch_keeps_the_page(tab: Page) -> None:
    tab.goto(f"/territoires/{PETR}/partenaires/?motif=alike")
    tab.get_by_role("link", name="English").click()
    expect(tab).to_have_url(re.compile(r"/en/territoires/200069680/partenaires/\?motif=alike"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("Whom to cooperate with, and why")


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(chromium, live_server, screen, address) -> None:
    context = chromium.new_context(
        viewport={"width": screen, "height": 900}, base_url=live_server.url
    )
    page = context.new_page()
    page.goto(address)
    result = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    context.close()
    assert result.violations_count == 0, result.generate_report()
    assert wide <= 0


def test_axe_finds_nothing_in_a_form_to_correct(tab: Page) -> None:
    tab.goto(f"/territoires/composer/?membre={COMMUNE}")
    tab.get_by_role("button", name="Garder ce territoire").click()
    expect(tab.get_by_role("alert")).to_be_visible()
    result = Axe().run(tab)
    assert result.violations_count == 0, result.generate_report()
