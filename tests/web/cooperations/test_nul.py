"""A NUL character, which PostgreSQL keeps in no text: refused in words wherever it comes in."""

# ruff: noqa: F401, F811

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from test_api import api, one

from reciproque.web.accounts.models import ApiToken
from reciproque.web.cooperations.models import Action, Commitment, Expectation, Record, SignalAnswer

BAD = "avant\0après"


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("path", "values", "model"),
    [
        ("attentes/nouveau/", {"party": "a", "kind": "hopes", "text": BAD}, Expectation),
        ("actions/nouveau/", {"title": BAD, "lead": "a", "state": "planned"}, Action),
        (
            "engagements/nouveau/",
            {"title": BAD, "giver": "a", "receiver": "b", "resource": "expertise", "unit": "h",
             "quantity": "4", "every": "once", "state": "proposed"},
            Commitment,
        ),
        (
            "faits/nouveau/",
            {"note": BAD, "giver": "a", "receiver": "b", "resource": "expertise", "unit": "h",
             "quantity": "4", "day": "2026-03-01"},
            Record,
        ),
    ],
)  # fmt: skip
def test_a_form_says_it_and_keeps_the_rest(world, path, values, model) -> None:
    keys = {"a": world.a.pk, "b": world.b.pk}
    sent = {k: keys.get(v, v) for k, v in values.items()}
    answer = world.contributor.post(world.url + path, sent)
    assert answer.status_code == 200
    assert "nul" in text(answer).split("errorlist")[1].split("</ul>")[0].lower()
    assert "avant" in text(answer)  # what was typed is still in its field
    assert model.objects.count() == 0


def test_forms_made_by_hand_say_it_too(world) -> None:
    world.contributor.post(world.url + "signaux/reponse/", {"regle": "unanswered", "reponse": BAD})
    assert SignalAnswer.objects.count() == 0
    assert "caractère invisible" in text(world.contributor.get(world.url))
    world.contributor.post("/compte/cles/", {"nom": BAD})
    assert ApiToken.objects.count() == 0
    world.c.visibility = "public"
    world.c.save()
    world.nobody.post(world.url + "signalement/", {"texte": BAD})
    assert world.c.reports.count() == 0
    assert "caractère invisible" in text(world.nobody.get(world.url + "page/"))


def test_a_review_keeps_the_words_without_it_in_the_form(promised) -> None:
    promised.contributor.post(promised.url + "accord/reexamen/", {"ouvrir": "1"})
    key = promised.m.pk
    answer = promised.contributor.post(
        promised.url + "accord/reexamen/",
        {"partie": promised.a.pk, f"note-{key}": "partly", f"change-{key}": BAD, f"avant-{key}": "|"},
    )  # fmt: skip
    assert "caractère invisible" in text(answer)
    assert "avantaprès" in text(answer)
    assert promised.c.reviews.get().ratings.count() == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/expectations", {"party": "", "kind": "hopes", "text": BAD}),
        ("/actions", {"title": BAD, "lead": ""}),
        ("/costs", {"label": BAD, "nature": "study", "excluding_vat": 1, "vat_rate": 20}),
        ("/costs", {"la\0bel": "x"}),
        ("/signals/answers", {"rule": "unanswered", "text": BAD}),
        ("/meetings", {"title": "x", "day": "2026-03-01", "agenda": BAD}),
        ("/reviews/1/ratings", {"party": "", "thing": "", "value": "met", "change": [BAD]}),
    ],
)
def test_the_api_refuses_it_in_both_languages(world, api, one, path, body) -> None:
    sent = {k: str(world.a.pk) if v == "" else v for k, v in body.items()}
    answer = api("contributor", "post", one + path, sent)
    assert answer.status_code == 422
    assert "NUL" in answer.json()["detail"]
    assert "nul" in answer.json()["detail_fr"]
    assert (Expectation.objects.count(), Action.objects.count()) == (0, 0)


def test_a_backslash_that_only_looks_like_it_is_kept(world, api, one) -> None:
    body = {"party": str(world.a.pk), "kind": "hopes", "text": "le code \\u0000 s’écrit ainsi"}
    assert api("contributor", "post", one + "/expectations", body).status_code == 201
    assert Expectation.objects.get().text == body["text"]


def test_an_address_with_it_opens_nothing(world, api, one) -> None:
    for path in ("?paire=%00", f"faits/nouveau/?engagement=%00{uuid.uuid4()}", "?a%00b=1"):
        assert world.contributor.get(world.url + path).status_code == 400, path
    assert world.contributor.get(f"{world.url}faits/nouveau/?engagement=x").status_code == 200
    assert world.nobody.get("/invitations/a%00b/").status_code == 404
    assert api("reader", "get", one + "/records?offset=%00").status_code == 400


def test_a_sheet_names_the_row_and_keeps_the_others(world) -> None:
    rows = "action;pilote;visible par\nVi\0sites;Rive-Gauche;\nAteliers;Rive-Gauche;tout le monde\n"
    rows += "Repas;Rive-Droite;personne\nGoûters;Rive-Droite;\n"
    file = SimpleUploadedFile("plan.csv", rows.encode())
    page = world.contributor.post(world.url + "tableur/actions/", {"fichier": file})
    assert "caractère invisible" in text(page)
    assert "« personne » ne dit pas qui peut lire" in text(page)
    found = {r.number: r.good for r in page.context["rows"]}
    assert found == {2: False, 3: True, 4: False, 5: True}
    world.contributor.post(world.url + "tableur/actions/", {"lignes": page.context["packed"]})
    assert set(Action.objects.values_list("title", "visibility")) == {
        ("Ateliers", "public"), ("Goûters", "parties")
    }  # fmt: skip
