"""An empty installation: from sign-up to a first cooperation with two parties, without JavaScript."""

import os
import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.models import Cooperation, Invitation

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_newcomer_needs_no_manual(bare_tab: Page, live_server, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = bare_tab
    page.goto("/")
    page.get_by_role("link", name="Coopérations").first.click()
    page.get_by_role("link", name="Commencer une coopération").click()
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_label("Courriel").fill("neuf@example.org")
    page.get_by_role("button", name="Recevoir un code").click()
    code = re.search(r"(?m)^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body)[0]
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continuer").click()

    # the way leads on: whom one acts for, then the cooperation, then the other side
    expect(page.locator("main")).to_contain_text("dites pour quelle structure vous agissez")
    page.get_by_label("Nom de la structure").fill("Communauté fictive du Val")
    page.get_by_label("Ce que c’est").select_option(label="intercommunalité")
    page.get_by_role("button", name="Enregistrer cette structure").click()
    page.get_by_label("Son nom").fill("Salles partagées")
    page.get_by_role("button", name="Ouvrir la coopération").click()
    expect(page.locator("main")).to_contain_text("Ajoutez maintenant la partie d’en face")
    page.get_by_role("link", name="Ajouter une partie").click()
    page.locator("input[name=new_name]").fill("Club fictif de marche")
    page.locator("select[name=new_kind]").select_option(label="association")
    page.get_by_role("button", name="Garder").click()
    page.get_by_label("Pour quelle partie").select_option(label="Club fictif de marche")
    page.get_by_label("Son adresse électronique").fill("marche@example.org")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.locator("main")).to_contain_text("L’invitation est partie")
    page.get_by_role("link", name="Vue d’ensemble").click()
    expect(page.locator("main")).to_contain_text("dire ce que chacun espère et apporte")

    c = Cooperation.objects.get()
    assert [p.actor.name for p in c.present()] == [
        "Communauté fictive du Val",
        "Club fictif de marche",
    ]
    assert Invitation.objects.get().open
    assert Person.objects.count() == 2
