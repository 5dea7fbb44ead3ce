"""A cooperation led by programs alone, from its stage to its review."""

import uuid

import pytest
from django.test import Client
from test_api import api, one, record  # noqa: F401

from reciproque.web.cooperations.models import Action, Commitment, Expectation, Record, Version


def test_a_change_names_the_version_it_read_and_the_second_sees_the_first(world, api, one) -> None:  # noqa: F811
    action = Action.objects.create(cooperation=world.c, title="Annuaire", lead=world.a)
    path = f"{one}/actions/{action.pk}"
    read = api("reader", "get", path).json()
    assert (read["version"], read["fields"]["title"]) == (1, "Annuaire")
    first = {"version": 1, "changes": {"title": "Annuaire des salles"}}
    assert api("contributor", "patch", path, first).json()["version"] == 2
    late = api("other", "patch", path, {"version": 1, "changes": {"title": "Répertoire"}})
    assert late.status_code == 409
    assert late.json()["fields"]["title"] == "Annuaire des salles"
    bad = {"version": 2, "changes": {"start": "2026-02-02", "due": "2026-01-01"}}
    assert "due" in api("contributor", "patch", path, bad).json()["fields"]
    assert api("reader", "patch", path, first).status_code == 403
    action.refresh_from_db()
    assert (action.title, action.lead) == ("Annuaire des salles", world.a)


def test_costs_sources_indicators_and_parties_are_added(world, api, one) -> None:  # noqa: F811
    cost = {"label": "Halle", "nature": "works", "excluding_vat": 1000, "vat_rate": 20}
    made = api("contributor", "post", one + "/costs", {**cost, "once": str(uuid.uuid4())})
    assert made.status_code == 201, made.content
    source = {"label": "Nous", "amount": 1200, "own": True, "public": True, "state": "granted"}
    assert api("contributor", "post", one + "/sources", source).status_code == 201
    assert api("reader", "get", one + "/funding").json()["own_share"] == 100
    assert [x["fields"]["label"] for x in api("reader", "get", one + "/costs").json()] == ["Halle"]
    indicator = {"question": "Cela sert-il ?", "name": "Nuitées", "source": "registre"}
    key = api("contributor", "post", one + "/indicators", indicator).json()["key"]
    reading = {"day": "2026-03-01", "value": 12.5}
    assert (
        api("contributor", "post", f"{one}/indicators/{key}/readings", reading).status_code == 204
    )
    party = {
        "new_name": "Club de marche",
        "new_kind": "association",
        "role": "partner",
        "since": "2026-03-01",
    }
    assert api("contributor", "post", one + "/parties", party).status_code == 403
    assert api("facilitator", "post", one + "/parties", party).status_code == 201
    assert world.c.parties.count() == 3
    assert api("contributor", "post", one + "/costs", {"label": ""}).status_code == 422


def test_from_a_stage_to_a_signed_version_and_its_review(world, api, one) -> None:  # noqa: F811
    assert api("contributor", "post", one + "/stage", {"stage": "build"}).status_code == 204
    assert api("contributor", "post", one + "/stage", {"stage": "fly"}).status_code == 422
    hope = Expectation.objects.create(
        cooperation=world.c, party=world.a, kind="hopes", text="Des salles"
    )
    words = {"party": str(world.b.pk), "text": "Oui"}
    assert api("other", "post", f"{one}/expectations/{hope.pk}/answers", words).status_code == 204
    own = {"party": str(world.a.pk), "text": "Oui"}
    assert (
        api("contributor", "post", f"{one}/expectations/{hope.pk}/answers", own).status_code == 403
    )
    text = {"form": "charter", "kind": "first", "text": "# Deux rives\n", "expected": 0}
    assert api("contributor", "post", one + "/versions", text).json()["number"] == 1
    assert api("other", "post", one + "/versions", text).status_code == 409
    for who, party in (("signatory", world.a), ("other", world.b)):
        signature = {
            "party": str(party.pk),
            "name": "La présidence",
            "function": "présidence",
            "day": "2026-03-01",
        }
        assert api(who, "post", one + "/versions/1/signatures", signature).status_code == 201
    assert Version.objects.get().signed_on()
    foreign = {"party": str(world.b.pk), "name": "x", "function": "x", "day": "2026-03-01"}
    assert api("signatory", "post", one + "/versions/1/signatures", foreign).status_code == 403
    review = api("contributor", "post", one + "/reviews").json()["id"]
    rating = {
        "party": str(world.b.pk),
        "thing": str(hope.pk),
        "value": "partly",
        "change": "plus tôt",
    }
    assert api("other", "post", f"{one}/reviews/{review}/ratings", rating).status_code == 201
    (said,) = api("reader", "get", f"{one}/reviews/{review}/ratings").json()
    assert (said["value"], said["change"]) == ("partly", "plus tôt")
    assert api("contributor", "post", f"{one}/reviews/{review}/closing").status_code == 403
    assert api("facilitator", "post", f"{one}/reviews/{review}/closing").status_code == 204
    assert api("reader", "get", one + "/reviews").json()[0]["outcome"] == "goes_on"
    assert any("version 1" in e["what"] for e in api("reader", "get", one + "/journal").json())


def test_a_correction_and_a_sleeping_signal(world, api, one) -> None:  # noqa: F811
    key = api("contributor", "post", one + "/records", record(world)).json()["key"]
    wrong = f"{one}/records/{key}/correction"
    assert (
        api("contributor", "post", wrong, {"quantity": 3, "note": "compté deux fois"}).json()[
            "quantity"
        ]
        == 3
    )
    assert Record.objects.standing().count() == 1
    quiet = {"rule": "closed_circle", "text": "On s’en occupe", "asleep_until": "2027-01-01"}
    assert api("contributor", "post", one + "/signals/answers", quiet).status_code == 204
    assert api("contributor", "post", one + "/signals/answers", {"rule": "none"}).status_code == 422


def test_a_third_party_binds_no_two_others(world, api, one) -> None:  # noqa: F811
    from reciproque.web.accounts.models import Actor
    from reciproque.web.cooperations.models import Party

    island = Actor.objects.create(name="Île", kind="commune")
    Party.objects.create(cooperation=world.c, actor=island)
    world.islander = world.acting("islander", island)
    assert api("islander", "post", one + "/records", record(world)).status_code == 403
    promise = {"title": "x", "giver": str(world.a.pk), "receiver": str(world.b.pk), "resource": "expertise",
               "quantity": 1, "unit": "h"}  # fmt: skip
    assert api("islander", "post", one + "/commitments", promise).status_code == 403
    assert api("contributor", "post", one + "/commitments", promise).status_code == 201
    key = Commitment.objects.get().pk
    change = {"version": 1, "changes": {"quantity": 9}}
    assert api("islander", "patch", f"{one}/commitments/{key}", change).status_code == 403


@pytest.mark.parametrize("kind", ["pdf", "docx", "ods", "pptx"])
def test_the_dossier_is_taken_away_in_four_formats(world, api, one, kind) -> None:  # noqa: F811
    answer = api("reader", "get", f"{one}/dossier.{kind}")
    assert answer.status_code == 200
    assert answer.content[:4] in (b"%PDF", b"PK\x03\x04")


def test_every_path_is_described_with_its_verbs(world) -> None:
    paths = Client().get("/api/openapi.json").json()["paths"]
    for path, verbs in {
        "/{slug}/{noun}/{key}": {"get", "patch"}, "/{slug}/versions": {"get", "post"},
        "/{slug}/reviews": {"get", "post"}, "/{slug}/stage": {"post"},
    }.items():  # fmt: skip
        assert verbs <= set(paths[f"/api/cooperations{path}"])
