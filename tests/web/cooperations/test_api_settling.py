"""What parties settle, through the API: points, thresholds, facts, invitations, a departure."""

# ruff: noqa: F401, F811

import uuid
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from test_api import api, one, record

from reciproque.web.cooperations.models import Commitment, Invitation


def test_points_are_agreed_in_versions_and_the_second_sees_the_first(world, api, one) -> None:
    path = one + "/equivalences"
    first = {"points": {"expertise": 2}, "expected": 0}
    assert api("contributor", "post", path, first).status_code == 403
    assert api("facilitator", "post", path, first).json()["number"] == 1
    late = api("other", "post", path, {"points": {"expertise": 5}, "expected": 0})
    assert late.status_code == 409
    assert late.json()["points"] == {"expertise": 2}
    second = {"points": {"expertise": 5}, "expected": 1}
    assert api("other", "post", path, second).status_code == 201
    assert [t["number"] for t in api("reader", "get", path).json()] == [2, 1]
    assert api("stranger", "get", path).status_code == 404
    for points in ({"gold": 1}, {"expertise": 0}, {"expertise": -1}, {"expertise": "dix"}):
        bad = {"points": points, "expected": 2}
        assert api("facilitator", "post", path, bad).status_code == 422, points
    assert world.c.equivalences.count() == 2


@pytest.mark.parametrize(
    ("noun", "who", "refused", "name"),
    [("thresholds", "facilitator", "contributor", "one_sided"), ("facts", "contributor", "reader", "")],
)  # fmt: skip
def test_thresholds_and_facts_name_the_version_they_read(
    world,
    api,
    one,
    noun,
    who,
    refused,
    name,
) -> None:
    from reciproque.vocabulary import rows, table

    if name not in table("signals"):
        name = next(iter(table("signals")))
    if noun == "facts":
        name = next(r["id"] for r in rows("facts") if r["kind"] == "number")
    path = f"{one}/{noun}"
    read = api("reader", "get", path).json()
    body = {"version": read["version"], "values": {name: 7}}
    assert api(refused, "put", path, body).status_code == 403
    kept = api(who, "put", path, body)
    assert kept.status_code == 200, kept.content
    assert kept.json()["values"][name] == 7
    late = api("other", "put", path, {"version": read["version"], "values": {name: 9}})
    assert late.status_code == 409
    assert late.json()["values"][name] == 7
    world.c.refresh_from_db()
    assert getattr(world.c, noun) == {name: 7}
    now = kept.json()["version"]
    for values in ({"wind": 1}, {name: -1}):
        assert api(who, "put", path, {"version": now, "values": values}).status_code == 422
    assert api(who, "put", path, {"version": now, "values": {}}).status_code == 200
    world.c.refresh_from_db()
    assert getattr(world.c, noun) == {}


def test_a_signal_answered_is_read_with_its_answer(world, api, one) -> None:
    Commitment.objects.create(
        cooperation=world.c, title="Appui", giver=world.a, receiver=world.b, resource="expertise",
        quantity=10, unit="h", due=date(2026, 2, 1), state="agreed",
    )  # fmt: skip
    told = api("reader", "get", one + "/signals").json()[0]
    answer = {
        "rule": told["rule"], "party": told["party"], "text": "En cours",
        "asleep_until": "2999-01-01",
    }  # fmt: skip
    assert api("reader", "post", one + "/signals/answers", answer).status_code == 403
    assert api("contributor", "post", one + "/signals/answers", answer).status_code == 204
    again = api("reader", "get", one + "/signals").json()[0]
    assert (again["answer"], again["asleep"]) == ("En cours", "2999-01-01")
    assert again["about"] == str(Commitment.objects.get().pk)


def test_of_two_promises_late_one_says_which_is_answered(world, api, one) -> None:
    keys = [
        str(Commitment.objects.create(
            cooperation=world.c, title=title, giver=world.a, receiver=world.b, unit="h",
            resource="expertise", quantity=10, due=date(2026, 2, day), state="agreed",
        ).pk)
        for day, title in enumerate(("Appui", "Conseil"), 1)
    ]  # fmt: skip
    path = one + "/signals/answers"
    answer = {"rule": "late", "party": str(world.a.pk), "text": "En cours"}
    refused = api("contributor", "post", path, answer)
    assert refused.status_code == 422
    assert all(key in refused.json()["detail"] for key in keys)
    assert not world.c.signal_answers.exists()
    assert api("contributor", "post", path, answer | {"about": keys[1]}).status_code == 204
    told = [t for t in api("reader", "get", one + "/signals").json() if t["rule"] == "late"]
    assert [(t["about"], t["answer"]) for t in told] == [(keys[0], ""), (keys[1], "En cours")]


def test_an_invitation_leaves_is_reminded_and_taken_back(
    world,
    api,
    one,
    django_capture_on_commit_callbacks,
) -> None:
    path = one + "/invitations"
    body = {"party": str(world.b.pk), "email": "rive@example.org", "role": "reader"}
    assert api("contributor", "post", path, body).status_code == 403
    for change in ({"email": "pas une adresse"}, {"role": "king"}, {"party": str(uuid.uuid4())}):
        assert api("facilitator", "post", path, body | change).status_code == 422, change
    assert not Invitation.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        made = api("facilitator", "post", path, body)
    assert made.status_code == 201, made.content
    assert "secret" not in made.content.decode()
    first = mail.outbox[-1].body.split("/invitations/")[1].split("/")[0]
    one_path = f"{path}/{made.json()['key']}"
    assert api("contributor", "post", one_path + "/reminder").status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert api("facilitator", "post", one_path + "/reminder").json()["reminded"]
    second = mail.outbox[-1].body.split("/invitations/")[1].split("/")[0]
    assert Client().get(f"/invitations/{first}/").status_code == 404
    assert Client().get(f"/invitations/{second}/").status_code == 200
    assert api("contributor", "delete", one_path).status_code == 403
    assert api("facilitator", "delete", one_path).status_code == 204
    assert Client().get(f"/invitations/{second}/").status_code == 404
    assert api("facilitator", "delete", one_path).status_code == 404
    (seen,) = api("reader", "get", path).json()
    assert (seen["email"], seen["open"]) == ("rive@example.org", False)


def test_who_leaves_reads_what_it_owes_and_keeps(world, api, one) -> None:
    Commitment.objects.create(
        cooperation=world.c, title="Appui", giver=world.b, receiver=world.a, resource="expertise",
        quantity=10, unit="h", due=date(2026, 2, 1), state="agreed",
    )  # fmt: skip
    api("contributor", "post", one + "/records", record(world, resource="rooms", unit="day"))
    key = world.c.records.get().pk
    api("other", "post", f"{one}/records/{key}/confirmation")
    path = f"{one}/parties/{world.b.pk}/departure"
    read = api("reader", "get", path).json()
    assert [(x["resource"], x["quantity"]) for x in read["owes"]] == [("expertise", 10.0)]
    assert [(x["resource"], x["quantity"]) for x in read["keeps"]] == [("rooms", 4.0)]
    day = {"day": "2026-03-01", "farewell": "Merci"}
    assert api("facilitator", "post", path, day).status_code == 403
    early = api("other", "post", path, {"day": "2025-01-01"})
    assert (early.status_code, early.json()["key"]) == (422, "error.before_start")
    assert api("other", "post", path, day).status_code == 204
    assert api("reader", "get", path).json()["until"] == "2026-03-01"
    # from then on, who acted for that party acts no more
    assert api("other", "post", path, day).status_code in (403, 404)


def test_a_departure_before_the_party_came_is_refused_on_the_page_too(world) -> None:
    page = world.other.post(
        f"{world.url}parties/{world.b.pk}/depart/",
        {"day": "2025-01-01", "farewell": "Merci à tous"},
    )
    assert page.status_code == 200
    text = page.content.decode()
    assert "avant le début" in text
    assert "Merci à tous" in text
    world.b.refresh_from_db()
    assert world.b.until is None


def test_the_description_names_them_with_their_verbs(world) -> None:
    paths = Client().get("/api/openapi.json").json()["paths"]
    for path, verbs in {
        "equivalences": {"get", "post"}, "thresholds": {"get", "put"}, "facts": {"get", "put"},
        "invitations": {"get", "post"}, "invitations/{key}": {"delete"},
        "invitations/{key}/reminder": {"post"}, "parties/{key}/departure": {"get", "post"},
    }.items():  # fmt: skip
        assert verbs <= set(paths[f"/api/cooperations/{{slug}}/{path}"]), path


def test_the_members_watched_are_not_among_the_facts_asked_and_stay(world, api, one) -> None:
    watched = {"members": {"71014": "Autun"}, "seen": {"71014": "2026-03-05"}}
    world.c.facts = {"years": 3, **watched}
    world.c.save()
    read = api("reader", "get", one + "/facts").json()
    assert read["values"] == {"years": 3}
    body = {"version": read["version"], "values": {"shared_staff": 1}}
    assert api("contributor", "put", one + "/facts", body).json()["values"] == {"shared_staff": 1}
    assert api("contributor", "put", one + "/facts", body).json()["values"] == {"shared_staff": 1}
    world.c.refresh_from_db()
    assert world.c.facts == {"shared_staff": 1, **watched}
