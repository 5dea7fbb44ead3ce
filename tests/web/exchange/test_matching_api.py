"""Programs ask the engine for a matching, of what they send or of what is kept here; nothing is kept of it."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from reciproque.web.accounts.actions import new_token
from reciproque.web.exchange.models import Matching, Proposal


@pytest.fixture
def post(world):
    cache.clear()
    tokens: dict[str, str] = {}

    def call(who: str, path: str, body: object):
        if who not in tokens:
            tokens[who] = new_token(getattr(world, who).person, "test")
        client = Client(headers={"Authorization": f"Bearer {tokens[who]}"})
        return client.post(
            f"/api/exchange{path}", json.dumps(body, default=str), content_type="application/json"
        )

    yield call
    cache.clear()


def row(key: str, quantity: float, **more) -> dict:
    return {
        "key": key,
        "actor": key,
        "resource": "food",
        "quantity": quantity,
        "unit": "kg",
        **more,
    }


@pytest.mark.parametrize("way", ["pairs", "volumes"])
def test_what_is_sent_comes_back_brought_together(world, post, way) -> None:
    body = {"need": [row("canteen", 10)], "offer": [row("farm", 6), row("mill", 3)], "way": way}
    found = post("contributor", "/matched", body).json()
    assert sum(a["quantity"] for a in found["allocations"]) == pytest.approx(
        9 if way == "volumes" else 6, abs=3
    )
    assert set(found) >= {
        "allocations",
        "unmet",
        "unused",
        "objective",
        "bound",
        "optimal",
        "missing_links",
        "seconds",
    }
    assert not Matching.objects.exists()


def test_a_chain_is_sent_with_its_steps(world, post) -> None:
    """100 kg of plants, a quarter is left."""
    step = {"key": "dryer", "actor": "d", "takes": "plants", "gives": "food", "yields": 0.25}
    body = {
        "need": [row("shop", 40)], "offer": [row("grower", 100, resource="plants")], "step": [step], "way": "volumes",
    }  # fmt: skip
    found = post("contributor", "/matched", body).json()
    (only,) = found["allocations"]
    assert (only["quantity"], only["through"]) == (pytest.approx(25), ["dryer"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"need": []}, "need"),
        ({"need": [row("a", 1, colour="red")]}, "colour"),
        ({"need": [row("a", 1), row("a", 2)]}, "a"),
        ({"need": [row("a", 1, unit="h")]}, "h"),
        ({"matching": {"weights": {"charm": 2}}}, "charm"),
        ({"seconds": 900}, "seconds"),
        ({"way": "rounds"}, "way"),
        ({"need": [row(f"n{i}", 1) for i in range(1001)]}, "need"),
        ({"need": [row(f"n{i}", 1) for i in range(600)], "offer": [row(f"o{i}", 1) for i in range(600)]}, "200"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_or_is_too_much_is_refused_in_words(world, post, change, said) -> None:
    body = {"need": [row("a", 1)], "offer": [row("b", 1)], **change}
    answer = post("contributor", "/matched", body)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_what_is_kept_is_brought_together_and_nothing_is_proposed(world, post, wish) -> None:
    need = wish(world.town, "need", quantity=10)
    offers = [wish(world.company, "offer", quantity=6), wish(world.farm, "offer", quantity=8)]
    body = {"wishes": [need.pk, *(o.pk for o in offers)]}
    found = post("contributor", "/matched/stored", body).json()
    assert sum(a["quantity"] for a in found["allocations"]) == pytest.approx(10)
    barred = post(
        "contributor", "/matched/stored", {**body, "forbid": [[need.pk, offers[0].pk]]}
    ).json()
    assert [a["offer"] for a in barred["allocations"]] == [str(offers[1].pk)]
    assert not Matching.objects.exists()
    assert not Proposal.objects.exists()


def test_a_pupil_is_matched_by_their_school_alone(world, post, wish) -> None:
    pupil = wish(world.school, "need", "Élève A", resource="mentoring", age=15, setting="group")
    mentor = wish(world.company, "offer", "Mentor", resource="mentoring")
    body = {"wishes": [pupil.pk, mentor.pk]}
    assert post("contributor", "/matched/stored", body).status_code == 404
    answer = post("teacher", "/matched/stored", body)
    assert answer.status_code == 200
    assert answer.json()["allocations"] == []  # no consent on file, nobody vetted
    assert answer.json()["refusals"]


def test_without_a_token_or_too_often_it_is_refused(world, post) -> None:
    assert (
        Client().post("/api/exchange/matched", "{}", content_type="application/json").status_code
        == 401
    )
    body = {"need": [row("a", 1)], "offer": [row("b", 1)]}
    codes = [post("contributor", "/matched", body).status_code for _ in range(31)]
    assert codes[:30] == [200] * 30
    assert codes[30] == 429
