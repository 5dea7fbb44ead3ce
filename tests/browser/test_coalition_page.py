"""Coalitions in a browser: for axe on a desk and on a phone, and asked without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/territoires/200041762/coalitions/"


@pytest.mark.parametrize("query", ["", "?habitants_min=150000&tenant=on", "?bornes=leader"])
def test_axe_finds_nothing(tab: Page, query: str) -> None:
    tab.goto(PAGE + query)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_asked_without_javascript_the_answer_stands_in_the_address(bare_tab: Page) -> None:
    bare_tab.goto("/territoires/200041762/partenaires/")
    bare_tab.get_by_role("link", name="Chercher à plusieurs : une coalition").click()
    bare_tab.get_by_label("habitants, au moins").fill("150000")
    bare_tab.get_by_label("d’un seul tenant").check()
    bare_tab.get_by_role("button", name="Chercher la coalition").click()
    assert "habitants_min=150000" in bare_tab.url
    expect(bare_tab.locator("main")).to_contain_text("atteint tous les objectifs")
    expect(bare_tab.locator("main figure svg")).to_be_visible()
    expect(bare_tab.get_by_role("columnheader", name="Sa part")).to_be_visible()


def test_a_wrong_limit_is_said_where_it_stands_and_nothing_typed_is_lost(bare_tab: Page) -> None:
    bare_tab.goto(PAGE + "?habitants_min=2000&habitants_max=1000")
    expect(bare_tab.get_by_role("alert")).to_contain_text("dépasse le maximum")
    expect(bare_tab.get_by_label("habitants, au moins")).to_have_value("2000")


def test_on_a_phone_no_column_is_squeezed(chromium, live_server) -> None:
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 390, "height": 900})
    tab = context.new_page()
    tab.goto(PAGE + "?habitants_min=150000")
    cells = tab.locator("table").first.locator("tbody tr").first.locator("th, td")
    widths = [cells.nth(i).bounding_box()["width"] for i in range(4)]
    assert min(widths[0], widths[3]) >= 140, widths  # its name, and what it brings, in words
    context.close()
