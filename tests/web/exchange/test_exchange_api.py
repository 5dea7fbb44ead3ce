"""Programs: the same needs, offers and proposals, with the rights of the person whose token they hold."""

import uuid
from datetime import date

import pytest
from django.test import Client
from support_people import programs

from reciproque.web.exchange.models import Proposal, Wish


@pytest.fixture
def api(world):
    return programs(world, "/api/exchange")


def body(world, **change) -> dict[str, object]:
    return {
        "side": "need", "actor": world.town.pk, "title": "Dix vélos", "resource": "expertise",
        "quantity": 10, "unit": "h", "terms": "gift", **change,
    }  # fmt: skip


def test_without_a_token_nothing_opens(world) -> None:
    assert Client().get("/api/exchange/wishes").status_code == 401
    assert world.contributor.get("/api/exchange/wishes").status_code == 401


def test_a_need_is_published_read_found_and_changed(world, api) -> None:
    once = str(uuid.uuid4())
    made = [api("contributor", "post", "/wishes", body(world, once=once)) for _ in range(2)]
    assert [m.status_code for m in made] == [201, 201]
    assert Wish.objects.count() == 1
    key = made[0].json()["key"]
    assert api("farmer", "get", f"/wishes/{key}").json()["fields"]["title"] == "Dix vélos"
    assert [w["key"] for w in api("farmer", "get", "/wishes?q=velo&c=need").json()] == [key]
    assert api("farmer", "get", "/wishes?c=offer").json() == []
    changed = api(
        "contributor", "patch", f"/wishes/{key}", {"version": 1, "changes": {"quantity": 12.5}}
    )
    assert (changed.status_code, changed.json()["fields"]["quantity"]) == (200, 12.5)
    assert changed.json()["fields"]["title"] == "Dix vélos"
    late = api("facilitator", "patch", f"/wishes/{key}", {"version": 1, "changes": {"quantity": 3}})
    assert (late.status_code, late.json()["fields"]["quantity"]) == (409, 12.5)
    for who in ("reader", "farmer"):
        change = {"version": 2, "changes": {"quantity": 1}}
        assert api(who, "patch", f"/wishes/{key}", change).status_code == 403


def test_what_makes_no_sense_is_said_field_by_field(world, api) -> None:
    bad = api(
        "contributor",
        "post",
        "/wishes",
        body(world, unit="kg", start="2026-02-02", end="2026-01-01"),
    )
    assert bad.status_code == 422
    assert "end" in bad.json()["fields"]
    assert "actor" in api("farmer", "post", "/wishes", body(world)).json()["fields"]
    assert not Wish.objects.exists()


def test_a_minor_is_read_by_their_own_organisation_alone(world, api, wish) -> None:
    w = wish(
        world.school,
        "need",
        "Élève A",
        resource="mentoring",
        age=15,
        consent=date(2026, 9, 1),
        setting="group",
    )
    assert api("teacher", "get", f"/wishes/{w.pk}").status_code == 200
    for who in ("contributor", "farmer", "stranger", "staff"):
        assert api(who, "get", f"/wishes/{w.pk}").status_code == 404
    assert api("teacher", "get", "/wishes").json() == []


def test_from_a_run_to_a_commitment(world, api, wish) -> None:
    need, offer = wish(world.town, "need"), wish(world.company, "offer", "Six heures", quantity=6)
    assert api("contributor", "post", f"/wishes/{need.pk}/matchings?way=magic").status_code == 422
    assert api("reader", "post", f"/wishes/{need.pk}/matchings").status_code == 403
    run = api("contributor", "post", f"/wishes/{need.pk}/matchings?way=fair").json()
    assert (run["state"], run["proposals"][0]["quantity"], run["proposals"][0]["offer"]) == (
        "done",
        6,
        str(offer.pk),
    )
    assert api("worker", "get", f"/matchings/{run['key']}").status_code == 404
    key = run["proposals"][0]["key"]
    assert (
        api("worker", "post", f"/proposals/{key}/accepted", {}).status_code == 404
    )  # not sent yet
    assert api("contributor", "post", f"/matchings/{run['key']}/sent", [key]).status_code == 200
    assert [p["key"] for p in api("worker", "get", "/proposals").json()] == [key]
    assert api("farmer", "post", f"/proposals/{key}/accepted", {}).status_code == 404
    done = api("worker", "post", f"/proposals/{key}/accepted", {}).json()
    assert (done["state"], done["commitment"] is not None, done["cooperation"] != "") == (
        "agreed",
        True,
        True,
    )


def test_a_purchase_needs_its_procedure_here_too(world, api, wish) -> None:
    need = wish(world.town, "need", resource="organic_food", unit="kg", terms="price")
    wish(world.farm, "offer", "Carottes", resource="organic_food", unit="kg", terms="price", cost=2)
    run = api("contributor", "post", f"/wishes/{need.pk}/matchings").json()
    key = run["proposals"][0]["key"]
    assert run["proposals"][0]["sourcing"] is True
    api("contributor", "post", f"/matchings/{run['key']}/sent", [key])
    assert api("farmer", "post", f"/proposals/{key}/accepted", {}).json()["state"] == "sent"
    assert api("contributor", "post", f"/proposals/{key}/accepted", {}).status_code == 422
    assert Proposal.objects.get().state == "sent"
    done = api("contributor", "post", f"/proposals/{key}/accepted", {"procedure": "adapted"})
    assert done.json()["state"] == "agreed"


def test_a_refusal_by_a_program_goes_to_the_next_too(world, api, wish) -> None:
    need = wish(world.town, "need", quantity=6)
    wish(world.company, "offer", "Six heures", quantity=6)
    run = api("contributor", "post", f"/wishes/{need.pk}/matchings").json()
    key = run["proposals"][0]["key"]
    api("contributor", "post", f"/matchings/{run['key']}/sent", [key])
    wish(world.farm, "offer", "Six autres", quantity=6)
    assert api("worker", "post", f"/proposals/{key}/declined").json()["state"] == "declined"
    assert Proposal.objects.get(state="sent").offer.actor == world.farm
