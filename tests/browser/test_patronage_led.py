"""Patronage in a browser: example 06 led by people of different organisations, without JavaScript too, and for axe."""

import csv
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from test_exchange import clean, person_for, tab_of

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Record
from reciproque.web.exchange.models import GiftCost, Matching, Pot, PotGift, Proposal, SupportCall
from reciproque.web.exchange.patronage import receive
from reciproque.web.exchange.patronage_examples import load_shipped
from reciproque.web.exchange.proposals import accept, send
from reciproque.web.exchange.runs import run

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/echanges/mecenat/"


@pytest.fixture
def ft44(live_server) -> SimpleNamespace:
    """The example, and someone who acts for four of its organisations."""
    load_shipped()

    def of(name: str, role: str) -> object:
        actor = Actor.objects.get(name__startswith=name)
        return person_for(actor, f"{name.lower().replace(' ', '-')}@example.org", role)

    return SimpleNamespace(
        pot=Pot.objects.get(), holder=of("Fondation", "facilitator"), meals=of("Association 1", "contributor"),
        lessons=of("Association 2", "contributor"), firm=of("Entreprise 1", "contributor"),
    )  # fmt: skip


def seen(page: Page, name: str) -> None:
    if shot := os.environ.get("RECIPROQUE_SHOTS"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{shot}/mecenat-{name}-{width}.png", full_page=True)


def said(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


@pytest.mark.parametrize("js", [True, False], ids=["js", "bare"])
def test_from_a_call_to_the_figures_of_a_receipt(chromium, live_server, ft44, tmp_path, js) -> None:
    """Publish, give, share out, accept, pay, confirm, take the figures: five people, four organisations."""
    meals = tab_of(chromium, live_server, ft44.meals, 390, js)
    meals.goto(HOME)
    meals.get_by_role("link", name="Appeler au soutien").click()
    meals.get_by_label("Le projet, en quelques mots").fill("Jardin nourricier")
    meals.get_by_label("Sujet").select_option(label="Environnement et énergie")
    meals.get_by_label("Argent recherché").fill("1 500,50")
    meals.get_by_label("Reçus fiscaux").select_option(value="stated")
    meals.get_by_role("button", name="Publier l’appel").click()
    said(meals, "toute aide compte")
    firm = tab_of(chromium, live_server, ft44.firm, 1280, js)
    firm.goto(ft44.pot.get_absolute_url())
    firm.get_by_label("Montant").fill("2000")
    firm.get_by_text("Un souhait : à quels projets").click()
    firm.get_by_label("Souhait").fill("30")
    firm.get_by_label("Environnement et énergie").check()
    firm.get_by_role("button", name="Annoncer", exact=True).click()
    said(firm, "C’est annoncé.")
    holder = tab_of(chromium, live_server, ft44.holder, 1280, js)
    holder.goto(HOME)
    holder.get_by_role("link", name="Cagnotte, Fondation").first.click()
    holder.get_by_role("button", name="Reçu : Entreprise 1").click()
    said(holder, "9 000,00 € reçus")
    holder.get_by_label("Montant").fill("360,50")
    holder.get_by_label("Combien de personnes").fill("12")
    holder.get_by_role("button", name="Noter", exact=True).click()
    said(holder, "9 360,50 € reçus")
    holder.get_by_role("button", name="Demander une répartition").click()
    said(holder, "Jardin nourricier")
    said(holder, "Souhait respecté : Environnement et énergie (au moins 30 %)")
    said(holder, "pour démarrer")
    holder.get_by_role("button", name="Proposer ce qui est coché").click()
    said(holder, "propositions sont parties")
    meals.goto("/echanges/miens/")
    given = Proposal.objects.get(need__title__startswith="Jardin", state="sent")
    meals.locator(f'a[href="{given.get_absolute_url()}"]').click()
    meals.get_by_role("button", name="Accepter").click()
    said(meals, "C’est convenu des deux côtés.")
    holder.goto(given.get_absolute_url())
    holder.get_by_role("link", name="Voir l’engagement").click()
    holder.get_by_role("link", name=re.compile("Noter un fait : Jardin")).click()
    holder.get_by_label("Quantité").fill("500")
    holder.get_by_role("button", name=re.compile("Noter|Garder")).first.click()
    meals.get_by_role("link", name="Voir l’engagement").click()
    meals.get_by_role("button", name=re.compile("^Confirmer")).click()
    holder.goto(ft44.pot.get_absolute_url())
    row = holder.get_by_role("row", name=re.compile("Jardin nourricier"))
    expect(row).to_contain_text("500,00 €")
    firm.goto(HOME)
    firm.get_by_role("link", name="Les chiffres pour les reçus").click()
    said(firm, "Une information, pas un conseil fiscal")
    said(firm, "2 000,00 €")
    with firm.expect_download() as taken:
        firm.get_by_role("link", name="Emporter les chiffres (CSV)").click()
    path = tmp_path / "recus.csv"
    taken.value.save_as(path)
    (line,) = csv.DictReader(Path(path).read_text("utf-8-sig").splitlines(), delimiter=";")
    assert (line["reçoit"], line["valeur en euros"]) == ("Fondation Territoriale Loire-Atlantique", "2000.00")  # fmt: skip
    assert (line["base légale"], line["vérifiée le"]) == ("CGI art. 238 bis", "2026-11-24")
    assert line["ce que déclare la structure qui reçoit"] == "la structure ne l’a pas dit"
    for page in (meals, firm, holder):
        page.context.close()
    assert Record.objects.filter(confirmed_flag=True).count() == 2
    assert SupportCall.objects.get(title="Jardin nourricier").needs()[0].quantity == 1500.5


@pytest.fixture
def led(ft44) -> SimpleNamespace:
    """The pot shared out and agreed, a gift announced, days given at a cost that is said."""
    run(m := Matching.objects.create(wish=ft44.pot.wish, way="pools", by=ft44.holder))
    send(m.proposals.with_sides(), by=ft44.holder)
    for person in (ft44.meals, ft44.lessons):
        for proposal in Proposal.objects.told_to(person).filter(state="sent").with_sides():
            accept(proposal, by=person)
    firm = Actor.objects.get(name__startswith="Entreprise 1")
    for amount in (800.0, 1200.0):
        PotGift.objects.create(
            pot=ft44.pot, giver=firm, amount=amount, state="announced", by=ft44.firm, at_least=0.5,
            themes=["education"],
        )  # fmt: skip
    receive(PotGift.objects.get(amount=800.0), by=ft44.holder)
    ft44.matching, ft44.firm_actor = m, firm
    ft44.call = SupportCall.objects.get(title="Aide aux devoirs")
    ft44.holder_actor = ft44.pot.actor
    return ft44


PAGES = [
    ("accueil", "", "holder"), ("appel", "appels/{call}/", "lessons"), ("appel-nouveau", "appels/nouveau/", "lessons"),
    ("cagnotte", "cagnottes/{pot}/", "holder"), ("cagnotte-publique", "cagnottes/{pot}/", None),
    ("cagnotte-entreprise", "cagnottes/{pot}/", "firm"), ("cagnotte-modifier", "cagnottes/{pot}/modifier/", "holder"),
    ("recus", "recus/{firm}/?ca=5000000", "firm"), ("recus-fondation", "recus/{foundation}/", "holder"),
    ("recus-vide", "recus/{foundation}/?annee=2019", "holder"), ("repartition", "../propositions/{matching}/", "holder"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "who"), PAGES, ids=[p[0] for p in PAGES])
def test_axe_finds_nothing_in_patronage(
    chromium, live_server, led, screen, name, path, who
) -> None:
    keys = {
        "call": led.call.pk, "pot": led.pot.pk, "matching": led.matching.pk, "firm": led.firm_actor.pk,
        "foundation": led.holder_actor.pk,
    }  # fmt: skip
    page = tab_of(chromium, live_server, getattr(led, who) if who else None, screen)
    page.goto(HOME + path.format(**keys))
    expect(page.locator("h1")).to_be_visible()
    seen(page, name)
    clean(page)


def test_it_is_read_in_english_and_by_keyboard(chromium, live_server, led) -> None:
    page = tab_of(chromium, live_server, led.holder, 1280)
    page.goto("/en" + led.pot.get_absolute_url())
    said(page, "received from 127 people or organisations")
    page.get_by_role("link", name="Note gifts received").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#donner")
    page.context.close()


def test_what_days_cost_is_said_without_javascript(chromium, live_server, ft44) -> None:
    """Four days of a company to an association, at 310.50 euros each: 1,242 euros in its figures."""
    from reciproque.web.cooperations.actions import confirm_record, note_record
    from reciproque.web.exchange.models import Wish

    giver = Actor.objects.get(name__startswith="Entreprise 3")
    worker = person_for(giver, "entreprise-3@example.org", "contributor")
    offer = Wish.objects.get(actor=giver, side="offer")
    need = Wish.objects.get(title="Tenir ses comptes")
    m = Matching.objects.create(wish=offer, way="total", by=worker)
    given = Proposal.objects.create(matching=m, need=need, offer=offer, quantity=4, unit="day")
    send([given], by=worker)
    accept(given, by=ft44.meals)
    given.refresh_from_db()
    c = given.commitment
    record = note_record(
        c.cooperation, by=worker, for_party=c.giver, commitment=c, giver=c.giver, receiver=c.receiver,
        resource=c.resource, quantity=4, unit="day", day=timezone.localdate(), note="",
    )  # fmt: skip
    confirm_record(record, by=ft44.meals)
    page = tab_of(chromium, live_server, worker, 390, False)
    page.goto(HOME)
    page.get_by_role("link", name="Les chiffres pour les reçus").click()
    said(page, "prix de revient à dire")
    page.get_by_label("Prix de revient en euros par unité").fill("310,50")
    page.get_by_role("button", name="Garder ce prix de revient").click()
    said(page, "1 242,00 €")
    seen(page, "prix-de-revient")
    page.context.close()
    assert GiftCost.objects.get().unit_cost == 310.5
