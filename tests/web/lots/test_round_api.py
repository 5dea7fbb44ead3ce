"""Programs: rounds, their sheets, their weights, certificates; with the rights of the person whose token they hold."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone
from support_people import programs

from reciproque.web.cooperations.models import Record
from reciproque.web.exchange.models import Certificate, CollectionRound, Lot

TODAY = timezone.localdate().isoformat()
PEOPLE = ("lead", "crew", "boss", "clerk", "rival", "stranger")


@pytest.fixture
def api(world):
    return programs(world, "/api/exchange")


def asked(world, routed, **change) -> dict[str, object]:
    return {
        "lots": [x.pk for x in routed], "carrier": world.workshop.pk, "day": TODAY, "place": "67462",
        "leaves": "08:00", "back": "18:00", "capacity_1": 300, "capacity_2": 300, **change,
    }  # fmt: skip


@pytest.fixture
def proposed(world, api, routed):
    """The answer to who asks for a round of all lots."""
    made = api("lead", "post", "/rounds?cooperation=pole", asked(world, routed))
    assert made.status_code == 201, made.content
    return made.json()


def test_without_a_token_nothing_opens(world, proposed) -> None:
    for path in ("?cooperation=pole", f"/{proposed['key']}", f"/{proposed['key']}/sheet.pdf"):
        assert Client().get(f"/api/exchange/rounds{path}").status_code == 401
    assert world.lead.get("/api/exchange/rounds?cooperation=pole").status_code == 401


def test_a_round_is_told_stop_by_stop_as_its_sheet_says_it(world, proposed, routed) -> None:
    stops = [s for t in proposed["tours"] for s in t["stops"]]
    loads = {x["title"]: x for s in stops for x in s["lots"]}
    assert set(loads) == {x.title for x in routed}
    assert (loads["Dix écrans"]["waste"], loads["Vingt postes"]["waste"]) == (False, True)
    assert loads["Une armoire froide"]["dangerous"]
    assert [d for t in proposed["tours"] for d in t["duties"]] == ["dangerous_load"]
    for tour in proposed["tours"]:
        assert tour["announced"] <= tour["capacity"] == 300
        assert [s["position"] for s in tour["stops"]] == list(range(1, len(tour["stops"]) + 1))
    offices = {s["holder_name"]: s["offices"] for s in stops}
    assert offices == {"Entreprise 1": [], "Entreprise 2": ["service technique"]}
    assert 0 <= proposed["km"] <= proposed["km_alone"]
    assert (proposed["state"], proposed["left_out"], proposed["depot"]) == ("draft", [], "67462")
    assert set(Lot.objects.values_list("stage", flat=True)) == {"routed"}


def test_from_the_proposal_to_the_weights(world, api, proposed, routed) -> None:
    path = f"/rounds/{proposed['key']}"
    assert api("crew", "get", f"{path}/sheet.pdf").status_code == 404  # not accepted yet
    early = {"day": TODAY, "weights": {str(routed[0].pk): 61}}
    assert api("crew", "post", f"{path}/weights", early).status_code == 422
    assert api("lead", "post", f"{path}/accepted").json()["state"] == "accepted"
    assert api("lead", "post", f"{path}/accepted").status_code == 422  # once is enough
    sheet = api("crew", "get", f"{path}/sheet.pdf")
    assert sheet.content.startswith(b"%PDF-")
    weights = {str(routed[0].pk): 61, str(routed[1].pk): 118.5}
    body = {"day": TODAY, "weights": weights}
    done = api("crew", "post", f"{path}/weights", body)
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert sorted(Record.objects.values_list("amount", flat=True)) == [61, 118.5]
    stages = {x.title: x.stage for x in Lot.objects.all()}
    assert stages["Une armoire froide"] == "routed"  # was not there: waits for another round
    assert stages["Vingt postes"] == "collected"
    again = api("crew", "post", f"{path}/weights", body)
    assert again.status_code == 422
    assert again.json()["detail"]
    assert Record.objects.count() == 2


def test_who_drops_a_round_frees_its_lots(api, proposed) -> None:
    path = f"/rounds/{proposed['key']}"
    api("lead", "post", f"{path}/accepted")
    assert set(Lot.objects.values_list("stage", flat=True)) == {"planned"}
    assert api("lead", "post", f"{path}/dropped").json()["state"] == "dropped"
    assert set(Lot.objects.values_list("stage", flat=True)) == {"routed"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"capacity_1": 0}, "capacity_1"),
        ({"lots": []}, "lots"),
        ({"lots": [str(uuid.uuid4())]}, "lots"),
        ({"place": "Nulle-Part-sur-Rien"}, "place"),
        ({"leaves": "18:00", "back": "08:00"}, "back"),
        ({"day": "demain"}, "day"),
        ({"carrier": str(uuid.uuid4())}, "carrier"),
    ],
)
def test_bad_input_is_said_field_by_field_and_nothing_is_kept(
    world, api, routed, change, field
) -> None:
    bad = api("lead", "post", "/rounds?cooperation=pole", asked(world, routed, **change))
    assert (bad.status_code, list(bad.json()["fields"])) == (422, [field])
    assert not CollectionRound.objects.exists()


@pytest.mark.parametrize(
    "weights", [{}, {"lot": 0}, {"lot": -5}, {"lot": 1e9}, {"elsewhere": 10}, {"not a key": 10}]
)
def test_weights_that_make_no_sense_are_refused_whole(api, proposed, routed, weights) -> None:
    path = f"/rounds/{proposed['key']}"
    api("lead", "post", f"{path}/accepted")
    keys = {"lot": str(routed[0].pk), "elsewhere": str(uuid.uuid4())}
    said = {keys.get(name, name): kilograms for name, kilograms in weights.items()}
    bad = api("crew", "post", f"{path}/weights", {"day": TODAY, "weights": said})
    assert bad.status_code == 422
    assert not Record.objects.exists()
    late = {"day": "2099-01-01", "weights": {keys["lot"]: 10}}
    assert list(api("crew", "post", f"{path}/weights", late).json()["fields"]) == ["day"]


def test_one_form_sent_twice_is_one_round(world, api, routed) -> None:
    body = asked(world, routed, once=str(uuid.uuid4()))
    made = [api("lead", "post", "/rounds?cooperation=pole", body).json()["key"] for _ in range(2)]
    assert made[0] == made[1]
    assert CollectionRound.objects.count() == 1


# role by role, what each verb answers: 404 to who may not even know
TABLE = [
    ("get", "?cooperation=pole", None, {"stranger": 404}, 200),
    ("post", "?cooperation=pole", "asked", {"lead": 201, "stranger": 404}, 403),
    ("get", "/{key}", None, {"lead": 200, "crew": 200}, 404),
    ("post", "/{key}/accepted", "", {"lead": 200, "crew": 403}, 404),
    ("post", "/{key}/dropped", "", {"lead": 200, "crew": 403}, 404),
    ("get", "/{key}/sheet.pdf", None, {"lead": 404, "crew": 404}, 404),  # a draft has none
    ("post", "/{key}/weights", "weights", {"lead": 422, "crew": 422}, 404),  # not accepted yet
]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(("method", "path", "what", "some", "others"), TABLE)
def test_who_may_do_what(world, api, proposed, routed, who, method, path, what, some, others) -> None:  # fmt: skip
    bodies = {
        "asked": asked(world, routed), "weights": {"day": TODAY, "weights": {str(routed[0].pk): 10}},
    }  # fmt: skip
    answer = api(who, method, f"/rounds{path.format(key=proposed['key'])}", bodies.get(what))
    assert answer.status_code == some.get(who, others), answer.content


def test_each_reads_the_rounds_that_concern_them(api, proposed) -> None:
    seen = {who: len(api(who, "get", "/rounds?cooperation=pole").json()) for who in PEOPLE[:5]}
    assert seen == {"lead": 1, "crew": 1, "boss": 0, "clerk": 0, "rival": 0}


def proof(**change) -> dict[str, object]:
    return {
        "kind": "erasure", "number": "EF-12", "day": TODAY, "issuer": "Atelier-Témoin", **change,
    }  # fmt: skip


def test_a_certificate_of_erasure_frees_the_lot_and_is_noted_once(world, api, lot) -> None:
    path = f"/lots/{lot(data=True).pk}/certificates"
    made = api("boss", "post", path, proof())
    assert (made.status_code, made.json()["proof"]) == (201, False)
    assert Lot.objects.get().erased
    twice = api("boss", "post", path, proof())
    assert (twice.status_code, list(twice.json()["fields"])) == (422, ["number"])
    assert [x["number"] for x in api("crew", "get", path).json()] == ["EF-12"]
    assert list(api("boss", "post", path, proof(number="2", day="2099-01-01")).json()["fields"]) == ["day"]  # fmt: skip


def test_a_certificate_of_treatment_comes_from_who_took_the_lot(world, api, lot) -> None:
    one = lot(taker=world.workshop, stage="collected", visibility="private")
    path, body = f"/lots/{one.pk}/certificates", proof(kind="treatment")
    said = {who: api(who, "post", path, body).status_code for who in PEOPLE}
    assert said == {
        "lead": 422,
        "crew": 422,
        "boss": 403,
        "clerk": 403,
        "rival": 404,
        "stranger": 404,
    }  # fmt: skip  -- nothing is treated yet
    assert not Certificate.objects.exists()
    Lot.objects.update(stage="treated")
    assert api("crew", "post", path, body).status_code == 201
    assert Lot.objects.get().stage == "certified"
    assert {w: api(w, "get", path).status_code for w in ("boss", "rival")} == {"boss": 200, "rival": 404}  # fmt: skip


def test_the_description_names_what_rounds_tell(world) -> None:
    paths = Client().get("/api/openapi.json").json()["paths"]
    for path, verbs in paths.items():
        if path.startswith("/api/exchange/rounds") or path.endswith("/certificates"):
            for verb in verbs.values():
                assert len(verb["description"]) > 20, path
    assert "post" in paths["/api/exchange/rounds/{key}/weights"]
