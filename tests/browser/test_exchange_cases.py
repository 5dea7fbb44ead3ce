"""The shipped exchanges led through the pages by people of their organisations: mentoring, the plant chain, the bags."""

import os
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from reciproque.matching import read_match
from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.cooperations.models import Commitment, Record
from reciproque.web.exchange.examples import FOLDER, load
from reciproque.web.exchange.models import Item, Loan, Matching, Mentoring, Proposal, Wish

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = 1280, 390


@pytest.fixture
def signed(chromium: Browser, live_server):
    """Open a page as someone who acts for an organisation: ``signed(actor, role, width)``."""
    contexts = []

    def open_page(actor: Actor, role: str = "contributor", width: int = WIDE) -> Page:
        person = Person.objects.invited(f"{role}-{actor.pk.hex[:8]}@example.org")
        Mandate.objects.get_or_create(
            person=person, actor=actor, role=role,
            defaults={"confirmed": timezone.now(), "confirmed_by": person},
        )  # fmt: skip
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}
        )
        cookie = {
            "name": "sessionid",
            "value": client.cookies["sessionid"].value,
            "url": live_server.url,
        }
        context.add_cookies([cookie])
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def actor(start: str) -> Actor:
    return Actor.objects.get(name__startswith=start)


def sound(page: Page, name: str = "") -> None:
    """No violation for axe, nothing wider than the screen; a picture of it where asked."""
    if (shots := os.environ.get("RECIPROQUE_SHOTS")) and name:
        page.screenshot(path=f"{shots}/{name}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def calculate(page: Page, cooperation: str, way: str) -> Matching:
    page.goto("/echanges/propositions/")
    sound(page)
    page.get_by_label("Ce qui compte").select_option(label=way)
    page.get_by_label("Entre les parties de").select_option(label=cooperation)
    page.get_by_role("button", name="Calculer", exact=True).click()
    expect(page.get_by_role("heading", name="Qui pourrait apporter quoi à qui")).to_be_visible()
    return Matching.objects.order_by("-created").first()


def answer(page: Page, proposal: Proposal) -> None:
    page.goto(proposal.get_absolute_url())
    sound(page)
    page.get_by_role("button", name="Accepter").click()


def test_mentors_and_pupils_from_the_school_to_the_hours(signed, live_server) -> None:
    """The lycée asks, adjusts, compares, proposes one pair; the club accepts; hours, review, incident."""
    made = load(read_match(FOLDER / "01-agir-ensemble.toml"))
    school = signed(actor("Lycée"), "facilitator")
    first = calculate(school, made.name, "les moins bien servis d’abord")
    main = school.locator("main")
    expect(main).to_contain_text("Élève A")
    expect(main).to_contain_text("Élève C")  # without a consent: what remains to be found
    sound(school, "binomes")

    barred = first.proposals.get(need__title="Élève B")
    school.locator(f"#p-{barred.pk}").select_option(label="écarter")
    kept = first.proposals.get(need__title="Élève A")
    school.locator(f"#p-{kept.pk}").select_option(label="garder tel quel")
    school.get_by_role("button", name="Calculer à nouveau").click()
    expect(school.get_by_role("link", name="Comparer avec le calcul de")).to_be_visible()
    second = Matching.objects.get(before=first)
    assert not second.proposals.filter(need=barred.need, offer=barred.offer).exists()
    school.get_by_role("link", name="Comparer avec le calcul de").first.click()
    expect(school.get_by_role("rowheader", name="Besoins servis")).to_be_visible()
    sound(school, "comparer")

    school.goto(second.get_absolute_url())
    chosen = second.proposals.get(need__title="Élève A")
    for box in school.get_by_role("checkbox").all():
        box.uncheck()
    school.locator(f'input[value="{chosen.pk}"]').check()
    school.get_by_role("button", name="Proposer ce qui est coché").click()
    expect(school.locator("main")).to_contain_text("1 proposition est partie.")
    assert Proposal.objects.filter(state="sent").count() == 1

    club = signed(actor("Gravelle"), "contributor", PHONE)
    answer(club, chosen)
    expect(club.locator("main")).to_contain_text("C’est convenu des deux côtés.")
    chosen.refresh_from_db()
    assert chosen.commitment.state == "agreed"
    assert (
        "Élève" not in chosen.commitment.title
    )  # others of the cooperation read the resource alone

    club.get_by_role("button", name="Suivre cet accompagnement").click()
    pair = Mentoring.objects.get()
    sound(club, "suivi-390")
    club.get_by_label("Combien d’heures").fill("1,5")
    club.locator("#seance").get_by_role("button", name="Garder").click()
    expect(club.locator("main")).to_contain_text("1,5")
    hours = Record.objects.get(commitment=chosen.commitment)
    assert (hours.quantity, hours.unit) == (1.5, "h")

    carrier = signed(actor("Paris Est"), "facilitator")
    carrier.goto(pair.get_absolute_url())
    expect(carrier.locator("main")).not_to_contain_text("Un rendez-vous manqué")
    club.goto(pair.get_absolute_url())
    club.locator("#signaler summary").click()
    club.get_by_label("Ce qui s’est passé").fill("Un rendez-vous manqué, sans prévenir")
    club.get_by_role("button", name="Le dire à l’animation").click()
    carrier.goto(pair.get_absolute_url())
    expect(carrier.locator("main")).to_contain_text("Un rendez-vous manqué")
    sound(carrier, "signalement")
    club.goto(pair.get_absolute_url())
    expect(club.locator("main")).not_to_contain_text("sans prévenir")

    club.goto(f"{pair.get_absolute_url()}suite/")
    club.get_by_label("Faire le point le").fill(timezone.localdate().isoformat())
    club.get_by_label("Ce que le point a dit").fill("On continue, une fois par mois.")
    sound(club)
    club.get_by_role("button", name="Garder").click()
    expect(club.locator("main")).to_contain_text("On continue, une fois par mois.")


def test_the_plant_chain_shows_its_missing_link_and_each_hand(signed, live_server) -> None:
    """The PETR asks for volumes, tries a larger dryer, proposes one part; both ends accept."""
    made = load(read_match(FOLDER / "04-vegetalpes.toml"))
    petr = signed(actor("PETR"), "facilitator")
    petr.goto(f"/echanges/filieres/{made.slug}/")
    expect(petr.get_by_role("rowheader", name="Séchoir collectif")).to_be_visible()
    sound(petr, "filiere")
    petr.get_by_role("button", name="Demander des propositions").click()
    main = petr.locator("main")
    expect(main).to_contain_text("Ce qui débloquerait le plus")
    expect(main).to_contain_text("Séchoir collectif")
    expect(petr.locator("main figure svg").first).to_be_visible()
    expect(petr.get_by_role("heading", name="Ce qui passe par chaque étape")).to_be_visible()
    sound(petr, "volumes")
    first = Matching.objects.get()

    petr.get_by_label("Au prochain calcul : Séchoir collectif").select_option(
        label="deux fois plus grande"
    )
    petr.get_by_role("button", name="Calculer à nouveau").click()
    second = Matching.objects.get(before=first)
    total = [sum(p.quantity for p in m.proposals.all()) for m in (first, second)]
    assert total == [pytest.approx(360), pytest.approx(550)]
    petr.get_by_role("link", name="Comparer avec le calcul de").first.click()
    sound(petr, "comparer-volumes")

    petr.goto(first.get_absolute_url())
    part = first.proposals.order_by("-quantity").first()
    for box in petr.get_by_role("checkbox").all():
        box.uncheck()
    petr.locator(f'input[value="{part.pk}"]').check()
    petr.get_by_role("button", name="Proposer ce qui est coché").click()
    seller, buyer = signed(part.offer.actor, width=PHONE), signed(part.need.actor)
    answer(seller, part)
    expect(seller.locator("main")).to_contain_text("L’autre côté est invité à répondre.")
    answer(buyer, part)
    expect(buyer.locator("main")).to_contain_text("C’est convenu des deux côtés.")
    expect(buyer.locator("main")).to_contain_text("De main en main")
    assert Commitment.objects.filter(cooperation=made).count() == 2  # to the dryer, to who seeks
    petr.goto(f"/echanges/filieres/{made.slug}/")
    petr.set_viewport_size({"width": PHONE, "height": 900})
    sound(petr, "filiere-390")


def test_a_bag_goes_out_comes_back_and_is_missed_when_late(signed, live_server) -> None:
    load(read_match(FOLDER / "09-oenotourisme.toml"))
    bag = Item.objects.get(title__endswith="1")
    point = signed(actor("Point de prêt"), width=PHONE)
    point.goto("/echanges/prets/")
    sound(point, "prets-390")
    point.get_by_role("link", name=bag.title).first.click()
    day = timezone.localdate()
    point.get_by_label("À partir du").fill(day.isoformat())
    point.get_by_label("Jusqu’au").fill((day + timedelta(5)).isoformat())
    point.get_by_role("button", name="Demander").click()
    expect(point.locator("main")).to_contain_text("La demande est notée.")
    loan = Loan.objects.get(item=bag, state="asked")

    petr = signed(actor("PETR"), "contributor")
    petr.goto(bag.get_absolute_url())
    sound(petr, "sac")
    petr.get_by_role("button", name="Réserver").click()
    petr.get_by_role("button", name="Sorti").first.click()
    loan.refresh_from_db()
    assert loan.state == "out"
    Loan.objects.filter(pk=loan.pk).update(start=day - timedelta(9), end=day - timedelta(2))
    for page in (point, petr):
        page.goto(bag.get_absolute_url())
        expect(page.locator("main")).to_contain_text("2 jours")
    sound(petr, "sac-en-retard")
    petr.get_by_role("button", name="Rendu").first.click()
    loan.refresh_from_db()
    assert (loan.state, loan.back) == ("back", day)
    assert not Loan.objects.overdue().exists()
    assert not Wish.objects.exists()
