"""Programs: the same lots, with the rights of the person whose token they hold."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone
from support_people import programs

from reciproque.web.cooperations.models import Record
from reciproque.web.exchange.models import Lot

TODAY = timezone.localdate().isoformat()


@pytest.fixture
def api(world):
    return programs(world, "/api/exchange/lots")


def body(world, **change) -> dict[str, object]:
    return {
        "holder": world.firm.pk, "title": "Vingt postes", "category": "6", "state": "repairable",
        "weight": 120, "given": "0", "data": True, "agreed": True, **change,
    }  # fmt: skip


def test_without_a_token_nothing_opens(world) -> None:
    assert Client().get("/api/exchange/lots?cooperation=pole").status_code == 401


def test_declared_routed_collected_treated_by_programs(world, api) -> None:
    once = str(uuid.uuid4())
    made = [api("boss", "post", "?cooperation=pole", body(world, once=once)) for _ in range(2)]
    assert [m.status_code for m in made] == [201, 201]
    assert Lot.objects.count() == 1
    told = made[0].json()
    assert (told["proposed"], told["waste"], told["duties"]) == (
        "local_refurbish", True, ["contract", "erase"],
    )  # fmt: skip
    path = f"/{told['key']}"
    assert api("boss", "post", f"{path}/routed", {}).status_code == 403
    assert api("lead", "post", f"{path}/routed", {"channel": "classical"}).status_code == 422
    routed = api("lead", "post", f"{path}/routed", {}).json()
    assert (routed["stage"], routed["rule"]) == ("routed", "r4")
    taken = {"receiver": world.workshop.pk, "kilograms": 118.5, "day": TODAY}
    assert api("crew", "post", f"{path}/collected", {**taken, "kilograms": 0}).status_code == 422
    assert api("crew", "post", f"{path}/collected", taken).json()["stage"] == "collected"
    twice = api("crew", "post", f"{path}/collected", taken)
    assert twice.status_code == 422
    assert "déjà" in twice.json()["detail"]
    done = {"treatment": "dismantled", "kilograms": 100, "receiver": world.firm.pk, "day": TODAY}
    assert api("rival", "post", f"{path}/treated", done).status_code == 403
    assert api("crew", "post", f"{path}/treated", done).json()["steps"][-1]["kilograms"] == 100
    again = {**done, "treatment": "refurbished", "kilograms": 5}
    assert "effacées" in api("crew", "post", f"{path}/treated", again).json()["detail"]
    found = api("boss", "get", "/figures?cooperation=pole").json()
    assert found["treated"] == {"dismantled": 100}
    assert found["reuse"] == 0
    assert found["channels"][0] == {
        "channel": "local_refurbish", "waste": True, "lots": 1, "announced": 120, "collected": 118.5,
    }  # fmt: skip
    assert Record.objects.count() == 2


def test_a_declaration_is_corrected_by_its_holder_and_the_second_of_two_is_told(
    world, api, lot
) -> None:
    path = f"/{lot(data=True).pk}"
    change = {"version": 1, "changes": {"weight": 80}}
    assert api("rival", "patch", path, change).status_code == 403
    done = api("boss", "patch", path, change)
    assert done.status_code == 200, done.content
    assert (done.json()["fields"]["weight"], done.json()["fields"]["data"]) == (80, True)
    assert api("boss", "patch", path, {"version": 1, "changes": {"weight": 1}}).status_code == 409
    off = api("boss", "patch", path, {"version": 2, "changes": {"data": None}})
    assert off.json()["fields"]["data"] is False
    assert api("boss", "patch", path, {"version": 3, "changes": {"weight": 0}}).status_code == 422


def test_bad_input_is_said_field_by_field(world, api) -> None:
    bad = api("boss", "post", "?cooperation=pole", body(world, weight=-1, waste_code="1"))
    assert set(bad.json()["fields"]) == {"waste_code"}
    assert (
        "weight" in api("boss", "post", "?cooperation=pole", body(world, weight=0)).json()["fields"]
    )
    other = api("boss", "post", "?cooperation=pole", body(world, holder=world.other.pk))
    assert "holder" in other.json()["fields"]
    without = {k: v for k, v in body(world).items() if k != "agreed"}
    assert "agreed" in api("boss", "post", "?cooperation=pole", without).json()["fields"]
    assert not Lot.objects.exists()


def test_who_may_not_see_a_lot_learns_nothing(world, api, lot) -> None:
    path = f"/{lot(visibility='private').pk}"
    assert [api(who, "get", path).status_code for who in ("boss", "lead", "rival", "stranger")] == [
        200, 200, 404, 404,
    ]  # fmt: skip
    assert api("rival", "get", "?cooperation=pole").json() == []
    assert api("stranger", "get", "?cooperation=pole").status_code == 404
    assert api("clerk", "post", "?cooperation=pole", body(world)).status_code == 403
    assert len(api("boss", "get", "?cooperation=pole&stage=declared").json()) == 1
    assert api("boss", "get", "?cooperation=pole&stage=routed").json() == []
