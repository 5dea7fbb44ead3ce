"""A cooperation led from first contact to its second version, by people with different roles."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from reciproque.reciprocity import read_case
from reciproque.vocabulary import label
from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.cooperations.examples import SHIPPED, load
from reciproque.web.cooperations.models import Cooperation

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LED = ["08-coeur-herault-montpellier", "10-nord-yonne-paris"]
TABS = ["", "attentes/", "plan/", "faits/", "accord/", "accord/1/", "accord/reexamen/",
        "rencontres/", "evaluation/", "parties/", "journal/", "signaux/", "page/", "faits/nouveau/",
        "engagements/nouveau/", "accord/nouvelle/"]  # fmt: skip


def person_for(actor: Actor | None, email: str, role: str) -> Person:
    person = Person.objects.invited(email)
    if actor:
        Mandate.objects.create(
            person=person, actor=actor, role=role, confirmed=timezone.now(), confirmed_by=person
        )
    return person


def tab_of(chromium: Browser, live_server, person: Person, width: int = 1280) -> Page:
    """A page where that person is signed in (the sign-in itself has tests of its own)."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 900}
    )
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def promise(page: Page, url: str, title: str, giver: str, receiver: str, c) -> None:
    page.goto(url + "faits/")
    page.get_by_role("link", name="Écrire un engagement").click()
    page.get_by_label("L’engagement, en quelques mots").fill(title)
    page.get_by_label("Qui donne").select_option(label=giver)
    page.get_by_label("Qui reçoit").select_option(label=receiver)
    page.get_by_label("Ressource").select_option(label=label("resources", c.resource))
    page.get_by_label("Quantité").fill(f"{c.quantity:g}")
    page.get_by_label("Unité").select_option(label=label("units", c.unit))
    page.get_by_role("button", name="Garder").click()
    expect(page.get_by_role("rowheader", name=title, exact=True)).to_be_visible()


def sign(page: Page, url: str, number: int, party: str) -> None:
    page.goto(f"{url}accord/{number}/")
    page.get_by_role("link", name=f"Signer pour {party}").click()
    page.get_by_label("Nom de qui signe").fill("La présidence")
    page.get_by_label("Fonction").fill("présidence")
    page.get_by_label("Signé le").fill("2026-11-20")
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("main")).to_contain_text("La signature est notée.")


@pytest.mark.parametrize("example", LED)
def test_from_first_contact_to_the_second_version(chromium, live_server, settings, example) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    case = read_case(SHIPPED / f"{example}.toml")
    what = case.cooperation
    there = next(c for c in what.commitments)
    names = {a.key: a.name for a in what.actors}
    a_name, b_name = names[there.giver], names[there.receiver]
    kinds = {a.name: a.kind for a in what.actors}
    a, _ = (Actor.objects.create(name=n, kind=kinds[n]) for n in (a_name, b_name))
    first = tab_of(chromium, live_server, person_for(a, "premiere@example.org", "facilitator"))

    # first contact: a subject, the party opposite, an invitation
    first.goto("/cooperations/")
    first.get_by_role("link", name="Commencer une coopération").click()
    first.get_by_label("Son nom").fill(what.name)
    first.get_by_label("De quoi il s’agit").fill(case.data["cooperation"]["subject"])
    first.get_by_role("button", name="Ouvrir la coopération").click()
    expect(first).to_have_url(re.compile("/parties/$"))
    url = Cooperation.objects.get().get_absolute_url()
    first.get_by_role("link", name="Ajouter une partie").click()
    first.get_by_label("La structure").select_option(label=b_name)
    first.get_by_role("button", name="Garder").click()
    first.get_by_label("Pour quelle partie").select_option(label=b_name)
    first.get_by_label("Son adresse électronique").fill("seconde@example.org")
    first.get_by_label("Pour quoi faire").select_option(label="signature")
    first.get_by_role("button", name="Envoyer l’invitation").click()
    expect(first.locator("main")).to_contain_text("L’invitation est partie")
    link = re.search(r"http://\S+(/invitations/\S+/)", mail.outbox[-1].body)[1]
    second = tab_of(chromium, live_server, Person.objects.get(email="seconde@example.org"), 390)
    second.goto(link)
    second.get_by_role("button", name="Accepter").click()
    expect(second.locator("main")).to_contain_text("L’animation confirme")
    first.goto(url + "parties/")
    first.get_by_role("button", name="Confirmer ce mandat").click()
    expect(first.locator("main")).to_contain_text("Le mandat est confirmé")

    # each says what it hopes for; the other answers
    hope = next(e for e in what.expectations if e.party == there.giver)
    first.goto(url + "attentes/")
    first.get_by_role("link", name="Écrire une attente").click()
    first.get_by_label("Cette partie").select_option(label=label("expectation_kinds", hope.kind))
    first.get_by_label("Quoi, en une ou deux phrases").fill(hope.text)
    first.get_by_role("button", name="Garder").click()
    expect(first.locator("main")).to_contain_text(hope.text)
    second.goto(url + "attentes/")
    second.get_by_role("link", name=re.compile("^Répondre")).click()
    second.get_by_label("La réponse").fill("Nous en parlons en comité.")
    second.get_by_role("button", name="Garder").click()
    expect(second.locator("main")).to_contain_text("Nous en parlons en comité.")

    # promises both ways, a text, two signatures
    promise(first, url, "Aller", a_name, b_name, there)
    promise(second, url, "Retour", b_name, a_name, there)
    first.goto(url + "accord/")
    first.get_by_role("link", name="Assembler le texte").click()
    expect(first.get_by_label("Le texte", exact=True)).to_have_value(
        re.compile(re.escape(hope.text))
    )
    first.get_by_role("button", name="Garder cette version").click()
    expect(first.locator("main")).to_contain_text("La version 1 est gardée")
    sign(first, url, 1, a_name)
    sign(second, url, 1, b_name)
    assert Cooperation.objects.get().versions.get().signed_on()

    # what happened is noted by one and confirmed by the other
    first.goto(url + "faits/")
    first.get_by_role("link", name="Noter un fait : Aller").click()
    first.get_by_role("button", name="Garder").click()
    expect(first.locator("main")).to_contain_text("C’est noté.")
    second.goto(url + "faits/")
    second.get_by_role("button", name=re.compile("^Confirmer")).click()
    expect(second.locator("main")).to_contain_text("C’est confirmé.")
    first.goto(url)
    expect(first.locator(".lane-svg")).to_have_count(2)

    # the review, and the version that comes of it
    second.goto(url + "accord/reexamen/")
    second.get_by_role("button", name="Ouvrir le réexamen").click()
    expect(second.locator("main")).to_contain_text("Chaque partie évalue")
    second.get_by_label("Retour").first.select_option(label="en partie")
    second.get_by_label("Retour").last.fill("plus tôt dans l’année")
    second.get_by_role("button", name="Garder nos évaluations").click()
    expect(second.locator("main")).to_contain_text("Vos évaluations sont notées")
    first.goto(url + "accord/reexamen/")
    expect(first.locator("main")).to_contain_text("plus tôt dans l’année")
    first.get_by_role("button", name="Clore, et écrire la version suivante").click()
    text = first.get_by_label("Le texte", exact=True)
    text.fill(text.input_value() + "\n- Le retour vient plus tôt dans l’année.\n")
    first.get_by_role("button", name="Garder cette version").click()
    expect(first.locator(".diff ins, .diff .added").last).to_contain_text("plus tôt dans l’année")
    sign(first, url, 2, a_name)
    sign(second, url, 2, b_name)
    assert [v.number for v in Cooperation.objects.get().versions.all() if v.signed_on()] == [2, 1]
    first.context.close()
    second.context.close()


@pytest.fixture
def busy(live_server):
    """The fictional cooperation, with all its signals, and its facilitator."""
    c = load(read_case(SHIPPED / "00-deux-rives.toml"))
    return c, person_for(c.parties.first().actor, "animation@example.org", "facilitator")


@pytest.mark.parametrize("path", TABS)
def test_axe_finds_nothing_in_the_workspace(chromium, live_server, busy, screen, path) -> None:
    c, person = busy
    page = tab_of(chromium, live_server, person, screen)
    page.goto(c.get_absolute_url() + path)
    result = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.context.close()
    assert result.violations_count == 0, result.generate_report()
    assert wide <= 0


@pytest.mark.parametrize(
    "path", ["/compte/login/", "/compte/signup/", "/cooperations/", "/cooperations/formes/"]
)
def test_axe_finds_nothing_at_the_door(chromium, live_server, screen, path) -> None:
    page = chromium.new_page(base_url=live_server.url, viewport={"width": screen, "height": 900})
    page.goto(path)
    result = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.close()
    assert result.violations_count == 0, result.generate_report()
    assert wide <= 0


@pytest.mark.parametrize("path", ["faits/", "plan/", "accord/reexamen/"])
def test_on_a_phone_every_cell_is_read_without_pushing_the_table(
    chromium, live_server, busy, path
) -> None:
    c, person = busy
    c.reviews.create()
    page = tab_of(chromium, live_server, person, 390)
    page.goto(c.get_absolute_url() + path)
    tables = page.locator("table.cards")
    assert tables.count()
    for box in tables.locator("tbody > tr > *").all():
        cell = box.bounding_box()
        assert cell is None or cell["x"] + cell["width"] <= 390  # an empty cell has no box
    names = page.evaluate("[...document.querySelectorAll('.cards td')].map(c => c.dataset.label)")
    heads = tables.first.locator("thead th").evaluate_all(
        "found => found.map(h => h.querySelector('.vh') ? '' : h.textContent.trim())"
    )
    assert names[: len(heads) - 1] == heads[1:]
    page.context.close()


def test_without_javascript_a_wide_table_is_pushed_and_keeps_its_heads(
    chromium, live_server, busy
) -> None:
    c, _ = busy
    page = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 900}, base_url=live_server.url
    ).new_page()
    page.goto(c.get_absolute_url() + "page/")
    page.locator("summary", has_text="Les mêmes rubans, en tableau").click()
    expect(page.locator("table.cards thead").first).to_be_visible()
    assert page.locator("table.cards").first.bounding_box()["width"] > 390
    page.context.close()


def test_from_sign_in_to_the_printed_dossier_in_three_clicks(chromium, live_server, busy) -> None:
    c, person = busy
    page = tab_of(chromium, live_server, person)
    page.goto("/cooperations/")
    page.get_by_role("link", name=c.name).click()
    began = timezone.now()
    with page.expect_response(re.compile("dossier.pdf")) as answer:
        page.get_by_role("link", name="Le dossier du comité (PDF)").click(no_wait_after=True)
    assert answer.value.ok
    assert (timezone.now() - began).total_seconds() < 5
    page.context.close()
