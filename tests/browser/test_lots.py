"""Lots led from several companies to the balance, by people with different roles; axe on each page; without JavaScript."""

import os
import re
from datetime import date, time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from reciproque.matching import read_match
from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.cooperations.models import Cooperation, Party, Record
from reciproque.web.exchange import lots, rounds
from reciproque.web.exchange.forms import RoundForm
from reciproque.web.exchange.lots_examples import CIEL, load_lots
from reciproque.web.exchange.models import CollectionRound, Lot

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def person_for(actor: Actor, email: str, role: str = "contributor") -> Person:
    person = Person.objects.invited(email)
    Mandate.objects.create(
        person=person, actor=actor, role=role, confirmed=timezone.now(), confirmed_by=person
    )
    return person


def tab_of(chromium: Browser, live_server, person: Person, width: int, js: bool = True) -> Page:
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 900}, java_script_enabled=js
    )
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def pole(live_server):
    """The fifteen companies of the example, the pole that facilitates, the workshop that collects."""
    c = Cooperation.objects.create(slug="ciel", name="CI&EL", started=date(2022, 1, 1))

    def party(name: str, kind: str) -> Party:
        actor = Actor.objects.create(name=name, kind=kind, territory="45208")
        return Party.objects.create(cooperation=c, actor=actor, since=date(2022, 1, 1))

    lead, workshop = party("Pôle-Témoin", "petr"), party("Atelier-Témoin", "association")
    load_lots(read_match(CIEL), c)
    firm = c.parties.get(actor__name="Entreprise 1")
    return {
        "c": c, "workshop": workshop, "firm": firm,
        "lead": person_for(lead.actor, "pole@example.org", "facilitator"),
        "crew": person_for(workshop.actor, "atelier@example.org"),
        "boss": person_for(firm.actor, "entreprise@example.org"),
    }  # fmt: skip


def ledger_row(page: Page, words: str):
    return page.get_by_role("row").filter(has_text=words)


@pytest.mark.parametrize("js", [True, False], ids=["js", "bare"])
def test_from_fifteen_companies_to_the_balance(chromium, live_server, pole, js) -> None:
    """Declared from a phone, routed, driven, weighed, treated, certified, confirmed: five pairs of hands."""
    boss = tab_of(chromium, live_server, pole["boss"], 390, js)
    boss.goto("/echanges/lots/ciel/")
    boss.get_by_role("link", name="Déclarer un lot").click()
    boss.get_by_label("En quelques mots").fill("Trente téléphones")
    boss.get_by_label("Catégorie").select_option("6")
    boss.get_by_label("Son état").select_option(label="réparable")
    boss.get_by_label("Poids estimé, en kg").fill("9,5")
    boss.get_by_label("un don pour réemploi").check()
    boss.get_by_label("Il porte des données").check()
    boss.get_by_label("Notre structure accepte").check()
    boss.get_by_role("button", name="Déclarer", exact=True).click()
    expect(boss.locator("main")).to_contain_text("À garder sur place")
    lead = tab_of(chromium, live_server, pole["lead"], 1280, js)
    lead.goto("/echanges/lots/ciel/")
    lead.get_by_role("button", name="Orienter les 16 lots déclarés").click()
    expect(lead.locator("main")).to_contain_text("14 lots sont orientés.")
    expect(lead.locator("main")).to_contain_text("« Trente téléphones » est à garder sur place")
    boss.get_by_text("Noter un certificat").last.click()
    boss.get_by_label("Numéro").fill("E-2026-1")
    boss.get_by_label("Daté du").fill(timezone.localdate().isoformat())
    boss.get_by_label("Établi par quelle structure").fill("Entreprise 1")
    boss.get_by_role("button", name="Garder le certificat").click()
    expect(boss.locator("main")).to_contain_text("E-2026-1")
    lead.get_by_role("link", name="Trente téléphones").first.click()
    lead.get_by_role("button", name="Retenir ce circuit").click()
    lead.get_by_role("link", name="Tous les lots").click()
    lead.get_by_role("link", name="Préparer une tournée").click()
    lead.get_by_label("Qui collecte").select_option(label="Atelier-Témoin")
    lead.get_by_label("D’où l’on part").fill("45208")
    for dangerous in ("Six écrans à tube", "Tubes fluorescents", "Une armoire froide"):
        lead.get_by_label(re.compile(dangerous)).check()
    lead.get_by_label("Ce que porte le véhicule").fill("900")
    lead.get_by_label("Un deuxième véhicule").fill("900")
    lead.get_by_role("button", name="Proposer une tournée").click()
    expect(lead.locator("main")).to_contain_text("si chaque entreprise venait en voiture")
    lead.get_by_role("button", name="Accepter cette tournée").click()
    expect(lead.get_by_role("link", name="La feuille de tournée (PDF)")).to_be_visible()
    crew = tab_of(chromium, live_server, pole["crew"], 390, js)
    crew.goto("/echanges/lots/ciel/")
    crew.get_by_role("link", name=re.compile("Atelier-Témoin")).click()
    sheet = crew.request.get(crew.url + "feuille.pdf")
    assert sheet.body().startswith(b"%PDF-")
    for one in Lot.objects.stage_in("planned"):
        crew.locator(f"input[name='kg-{one.pk}']").fill("10")
    crew.get_by_role("button", name="Noter les poids").click()
    expect(crew.locator("main")).to_contain_text("15 faits sont notés.")
    crew.get_by_role("link", name="Trente téléphones").click()
    crew.get_by_label("Ce qui en est fait").select_option(label="reconditionné")
    crew.get_by_role("button", name="Noter ce qui en est fait").click()
    crew.get_by_text("Noter un certificat").last.click()
    crew.get_by_label("C’est un").select_option(label="certificat de traitement")
    crew.get_by_label("Numéro").fill("T-2026-1")
    crew.get_by_label("Daté du").fill(timezone.localdate().isoformat())
    crew.get_by_label("Établi par quelle structure").fill("Atelier-Témoin")
    crew.get_by_role("button", name="Garder le certificat").click()
    expect(crew.locator("main")).to_contain_text("attesté")
    boss.goto("/cooperations/ciel/faits/")
    ledger_row(boss, "Trente téléphones").filter(has_text="Reçoit").count()
    first = ledger_row(boss, "Trente téléphones").filter(has_text="Confirmer").first
    first.get_by_role("button", name=re.compile("Confirmer")).click()
    expect(boss.locator("main")).to_contain_text("Équipements remis en usage")
    lead.goto("/echanges/lots/ciel/")
    expect(lead.locator("main")).to_contain_text("150 kg collectés")
    expect(lead.locator("main")).to_contain_text("100 % des 10 kg traités resservent")
    for page in (boss, lead, crew):
        page.context.close()
    assert Record.objects.filter(confirmed_flag=True).count() == 1
    assert Lot.objects.get(title="Trente téléphones").stage == "certified"


@pytest.fixture
def led(pole):
    """The example with every kind of page to look at."""
    by = pole["lead"]
    for one in Lot.objects.stage_in("declared").exclude(given=True, data=True, erased=False):
        lots.route(one, by=by)
    found = []
    for _n in range(3):
        some = Lot.objects.stage_in("routed").order_by("weight")[:7]
        typed = {
            "lots": [x.pk for x in some], "carrier": pole["workshop"].pk, "place": "45208",
            "day": timezone.localdate(), "leaves": time(8), "back": time(18), "capacity_1": "300",
            "capacity_2": "130",
        }  # fmt: skip
        form = RoundForm(typed, cooperation=pole["c"], person=by)
        assert form.is_valid(), form.errors
        found.append(rounds.propose(form, by=by))
        if len(found) < 3:
            rounds.accept(found[-1], by=by)
    done = found[0]
    weights = {str(x.pk): x.weight - 1 for s in done.stops.all() for x in s.lots.all()}
    day = timezone.localdate()
    rounds.weigh(done, weights, day=day, by=by, for_party=pole["workshop"])
    treated = Lot.objects.stage_in("collected").order_by("weight").last()
    lots.treat(
        treated, treatment="dismantled", kilograms=20, receiver=treated.holder, day=day, by=by,
        for_party=pole["workshop"],
    )  # fmt: skip
    firm_lot = Lot.objects.get(holder=pole["firm"])
    return {
        **pole, "done": done, "accepted": found[1], "draft": found[2], "treated": treated,
        "hold": Lot.objects.stage_in("declared").first(), "mine": firm_lot,
    }  # fmt: skip


PAGES = [
    ("lead", "lots/"), ("lead", "lots/ciel/"), ("boss", "lots/ciel/nouveau/"), ("boss", "lots/ciel/{mine}/"),
    ("lead", "lots/ciel/{treated}/"), ("lead", "lots/ciel/{hold}/"), ("boss", "lots/ciel/{mine}/modifier/"),
    ("boss", "lots/ciel/tableur/"), ("lead", "tournees/ciel/nouvelle/"), ("lead", "tournees/ciel/{draft}/"),
    ("crew", "tournees/ciel/{accepted}/"), ("lead", "tournees/ciel/{done}/"), ("crew", "lots/ciel/?etape=collected"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_axe_finds_nothing_in_lots(chromium, live_server, led, screen, who, path) -> None:
    keys = {n: x.pk for n, x in led.items() if isinstance(x, Lot | CollectionRound)}
    page = tab_of(chromium, live_server, led[who], screen)
    page.goto("/echanges/" + path.format(**keys))
    if shot := os.environ.get("RECIPROQUE_SHOTS"):
        name = re.sub(r"\W+", "-", path).strip("-")
        page.screenshot(path=f"{shot}/{name}-{screen}.png", full_page=True)
    for details in page.locator("main details").all():
        details.evaluate("d => d.open = true")
    result = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.context.close()
    assert result.violations_count == 0, result.generate_report()
    assert wide <= 0
