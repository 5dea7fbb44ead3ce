"""Programs: the rights of the person whose token they hold, and nothing more."""

import json
import uuid

import pytest
from django.test import Client

from reciproque.web.accounts import actions
from reciproque.web.cooperations.models import Commitment, Record


@pytest.fixture
def api(world):
    """Call the API as somebody: ``api(who, method, path, body)``."""

    def call(who: str, method: str, path: str, body: object = None):
        secret = actions.new_token(getattr(world, who).person, "test")
        headers = {"Authorization": f"Bearer {secret}"}
        send = getattr(Client(headers=headers), method)
        if body is None:
            return send(f"/api{path}")
        return send(f"/api{path}", json.dumps(body, default=str), content_type="application/json")

    return call


@pytest.fixture
def one(world) -> str:
    return f"/cooperations/{world.c.slug}"


def record(world, **change) -> dict[str, object]:
    return {
        "giver": world.a.pk, "receiver": world.b.pk, "resource": "expertise", "quantity": 4, "unit": "h",
        "day": "2026-03-01", **change,
    }  # fmt: skip


def test_without_a_token_nothing_opens(world, one) -> None:
    assert Client().get(f"/api{one}").status_code == 401
    assert Client(headers={"Authorization": "Bearer forged"}).get(f"/api{one}").status_code == 401
    world.reader.get("/cooperations/")  # a browser session is no token
    assert world.reader.get(f"/api{one}").status_code == 401


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("stranger", 404, 404), ("reader", 200, 403), ("contributor", 200, 201), ("other", 200, 201)],
)
def test_rights_are_those_of_the_pages(world, api, one, who, read, write) -> None:
    for path in (
        "",
        "/balance",
        "/signals",
        "/records",
        "/commitments",
        "/actions",
        "/expectations",
        "/meetings",
        "/decisions",
        "/versions",
        "/funding",
        "/description.toml",
    ):
        assert api(who, "get", one + path).status_code == read, path
    assert api(who, "post", one + "/records", record(world)).status_code == write


def test_a_record_is_written_once_and_confirmed_by_the_other_side(world, api, one) -> None:
    once = str(uuid.uuid4())
    first = api("contributor", "post", one + "/records", record(world, once=once)).json()
    again = api("contributor", "post", one + "/records", record(world, once=once)).json()
    assert first["key"] == again["key"]
    path = f"{one}/records/{first['key']}/confirmation"
    assert api("contributor", "post", path).status_code == 403
    assert api("other", "post", path).json()["confirmed"] is True
    (line,) = api("reader", "get", one + "/balance").json()
    assert (line["delivered"], line["unit"], line["giver_name"]) == (4.0, "h", "Rive-Gauche")


@pytest.mark.parametrize(
    ("change", "status"),
    [({"unit": "kg"}, 422), ({"quantity": -1}, 422), ({"day": "2020-01-01"}, 422), ({"giver": str(uuid.uuid4())}, 422),
     ({"resource": "gold"}, 422), ({"day": "hier"}, 422)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(world, api, one, change, status) -> None:
    answer = api("contributor", "post", one + "/records", record(world, **change))
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert Record.objects.count() == 0


def test_a_commitment_and_an_action_are_proposed(world, api, one) -> None:
    values = {
        "title": "Lentilles",
        "giver": world.a.pk,
        "receiver": world.b.pk,
        "resource": "lentils",
        "quantity": 3,
        "unit": "t",
    }
    assert api("contributor", "post", one + "/commitments", values).status_code == 201
    assert Commitment.objects.get().state == "proposed"
    assert (
        api("contributor", "post", one + "/commitments", {**values, "unit": "eur"}).status_code
        == 422
    )
    assert (
        api(
            "contributor", "post", one + "/actions", {"title": "Annuaire", "lead": world.a.pk}
        ).status_code
        == 201
    )


def test_a_token_taken_back_opens_nothing_and_only_its_hash_is_kept(world, one) -> None:
    page = world.reader.post("/compte/cles/", {"nom": "tableur"}).content.decode()
    token = world.reader.person.api_tokens.get()
    assert token.secret_hash not in page
    secret = page.split('tabindex="0">')[1].split("<")[0]
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get(f"/api{one}").status_code == 200
    world.reader.post("/compte/cles/", {"retirer": token.pk})
    assert client.get(f"/api{one}").status_code == 401


def test_the_description_of_the_api_names_every_path(world) -> None:
    paths = Client().get("/api/openapi.json").json()["paths"]
    assert "/api/cooperations/{slug}/records" in paths
    assert len(paths) >= 10


def test_what_is_said_and_decided_together_goes_through_it_too(world, api, one) -> None:
    hope = {"party": world.a.pk, "kind": "hopes", "text": "Des salles"}
    assert api("contributor", "post", one + "/expectations", hope).status_code == 201
    assert api("other", "post", one + "/expectations", hope).status_code == 403
    meeting = {"title": "Comité", "day": "2027-03-12", "lead": world.a.pk}
    assert api("contributor", "post", one + "/meetings", meeting).status_code == 201
    assert (
        api("contributor", "post", one + "/meetings", {**meeting, "kind": "fête"}).status_code
        == 422
    )
    decision = {"title": "Ouvrir l’axe", "day": "2026-03-12"}
    assert api("contributor", "post", one + "/decisions", decision).status_code == 201
    assert api("reader", "get", one + "/decisions").json()[0]["title"] == "Ouvrir l’axe"
    assert api("reader", "get", one + "/funding").json()["costs"] == 0
