"""Public, for the parties, for one's own: on each thing, wherever it could show."""

import tomllib
from datetime import timedelta

import pytest
from django.utils import timezone

from reciproque.web.accounts.actions import new_token
from reciproque.web.cooperations.models import Action, Decision, Expectation, Meeting
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.rules import may_read

SAID = "Ceci ne regarde que nous"
OWN = {"reader", "contributor", "signatory", "facilitator"}
READERS = {
    "private": OWN,
    "parties": OWN | {"other"},
    "public": OWN | {"other", "stranger", "nobody"},
}


def make(world, noun: str, visibility: str):
    day = timezone.localdate() + timedelta(days=3)
    common = {"cooperation": world.c, "visibility": visibility}
    if noun == "expectation":
        since = timezone.localdate() - timedelta(days=200)
        return Expectation.objects.create(
            party=world.a, kind="fears", text=SAID, since=since, **common
        )
    if noun == "action":
        return Action.objects.create(
            title=SAID, lead=world.a, due=day, done=timezone.localdate(), **common
        )
    if noun == "meeting":
        return Meeting.objects.create(title=SAID, day=day, lead=world.a, **common)
    return Decision.objects.create(title=SAID, party=world.a, day=timezone.localdate(), **common)


NOUNS = ("expectation", "action", "meeting", "decision")


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("visibility", READERS)
def test_a_thing_is_read_by_whom_its_party_chose(world, noun, visibility) -> None:
    world.c.visibility = "public"
    world.c.save()
    thing = make(world, noun, visibility)
    for who in (*OWN, "other", "stranger", "nobody"):
        client = getattr(world, who)
        person = client.get("/cooperations/").wsgi_request.user
        assert may_read(person, thing) is (who in READERS[visibility]), who


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_private_shows_nowhere_to_the_others(world, noun) -> None:
    thing = make(world, noun, "private")
    for path in (
        "",
        "attentes/",
        "plan/",
        "rencontres/",
        "journal/",
        "accord/nouvelle/",
        "accord/reexamen/",
    ):
        assert SAID not in world.other.get(world.url + path).content.decode(), path
    assert SAID not in world.other.get(world.url + "agenda.ics").content.decode()
    assert SAID not in " ".join(t.text for t in Overview(world.c).told)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {new_token(world.other.person, 'x')}"}
    for path in ("expectations", "actions", "meetings", "decisions", "description.toml"):
        answer = world.nobody.get(f"/api/cooperations/{world.c.slug}/{path}", **headers)
        assert answer.status_code == 200
        assert SAID not in answer.content.decode(), path
    nouns = {
        "expectation": "attentes",
        "action": "actions",
        "meeting": "rencontres",
        "decision": "decisions",
    }
    page = world.other.get(f"{world.url}{nouns[noun]}/{thing.pk}/")
    assert page.status_code == 403
    assert SAID not in page.content.decode()
    assert SAID in world.contributor.get(f"{world.url}journal/").content.decode()


def test_a_private_meeting_opens_to_its_own_party_alone(world) -> None:
    meeting = make(world, "meeting", "private")
    for name in ("convocation.pdf", "feuille.pdf", "releve.pdf"):
        address = f"{world.url}rencontres/{meeting.pk}/{name}"
        assert world.other.get(address).status_code == 404
        assert world.reader.get(address).status_code == 200
    assert world.other.post(f"{world.url}rencontres/{meeting.pk}/presences/").status_code == 404


def test_the_public_page_tells_public_actions_alone(world) -> None:
    world.c.visibility = "public"
    world.c.save()
    action = make(world, "action", "parties")
    assert SAID not in world.nobody.get(world.url + "page/").content.decode()
    action.visibility = "public"
    action.save()
    assert SAID in world.nobody.get(world.url + "page/").content.decode()


def test_visibility_not_said_stays_as_it_stands(world) -> None:
    action = make(world, "action", "public")
    values = {"title": "Autre titre", "lead": world.a.pk, "state": "ongoing", "version": "1"}
    assert world.contributor.post(f"{world.url}actions/{action.pk}/", values).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.visibility) == ("Autre titre", "public")


def test_a_file_told_to_a_program_leaves_out_what_is_private(world) -> None:
    from reciproque.web.cooperations.descriptions import describe

    make(world, "expectation", "private")
    assert SAID in describe(world.c)
    assert "expectation" not in tomllib.loads(describe(world.c, shared_only=True))
