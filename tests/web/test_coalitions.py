"""The page of coalitions: goals and limits in the address, the smallest group below, proven; and its API."""

import pytest
from django.core.cache import cache
from django.test import Client
from support_people import acting

from reciproque.matching import coalition, parse_goals
from reciproque.vocabulary import table
from reciproque.web.accounts.actions import new_token

pytestmark = pytest.mark.django_db
HERE = "200041762"
PAGE = f"/territoires/{HERE}/coalitions/"


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def test_the_page_shows_what_the_engine_finds(client, registry) -> None:
    goals = parse_goals("population>=150000")
    found = coalition(registry, registry.find(HERE), goals, most=4, contiguous=True)
    shown = text(client.get(PAGE + "?habitants_min=150000&tenant=on&au_plus=4"))
    for ally in found.members:
        assert f"/territoires/{ally.territory.code}/" in shown
    assert "c’est démontré" in shown
    assert "<svg" in shown
    assert 'name="habitants_min" value="150000"' in shown


def test_at_first_it_seeks_what_the_territory_lacks(client, registry) -> None:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "Objectif par objectif" in text(answer)


def test_the_bounds_of_leader_are_rows_and_say_what_they_rest_on(client, registry) -> None:
    row = table("population_bounds")["leader"]
    shown = text(client.get(PAGE + "?bornes=leader"))
    assert row["note_fr"].split(":")[0].strip() in shown
    assert "10 000" in shown
    assert "150 000" in shown


def test_out_of_reach_is_said_with_the_nearest(client, registry) -> None:
    shown = text(client.get(PAGE + "?habitants_min=90000000&au_plus=2"))
    assert "Aucun partenaire n’approche ces objectifs" in shown
    assert "au mieux" in shown


@pytest.mark.parametrize(
    "query",
    [
        "habitants_min=2000&habitants_max=1000", "objectifs=magie>=3", "objectifs=population", "km=-4", "au_plus=90",
        "cherche=nothing", "type=planet", "bornes=league", "km=0.2", "objectifs=" + ",".join(["population>=1"] * 13),
    ],
)  # fmt: skip
def test_a_wrong_question_is_answered_in_words_and_keeps_what_was_typed(
    client, registry, query
) -> None:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    shown = text(answer)
    assert "errorlist" in shown
    assert "Chercher la coalition" in shown


def test_each_choice_is_a_goal_that_the_data_can_tell(client, registry) -> None:
    shown = text(client.get(PAGE))
    import re

    choices = re.findall(r'name="cherche" value="(\w+)"', shown)
    assert choices
    answer = text(client.get(f"{PAGE}?cherche={choices[0]}&km=200"))
    assert f'value="{choices[0]}" checked' in answer
    assert "plus que d’ordinaire" in answer


def test_in_english_and_for_who_is_unknown(client, registry) -> None:
    assert "Who with, together?" in text(client.get("/en" + PAGE))
    assert client.get("/territoires/999999999/coalitions/").status_code == 404


@pytest.fixture
def api():
    cache.clear()
    token = new_token(acting("reader", None).person, "test")
    yield Client(headers={"Authorization": f"Bearer {token}"})
    cache.clear()


def test_a_program_gets_the_same(api, client, registry) -> None:
    path = f"/api/territories/{HERE}/coalitions?habitants_min=150000&tenant=on"
    assert client.get(path).status_code == 401
    found = api.get(path).json()
    same = coalition(
        registry, registry.find(HERE), parse_goals("population>=150000"), most=4, contiguous=True
    )
    assert [m["code"] for m in found["members"]] == [a.territory.code for a in same.members]
    assert found["optimal"] is True
    assert found["complete"] is True


def test_a_program_is_told_what_is_wrong(api, registry) -> None:
    for query in ("au_plus=90", "objectifs=magie>=3", "habitants_min=2&habitants_max=1"):
        assert api.get(f"/api/territories/{HERE}/coalitions?{query}").status_code == 422
    assert api.get("/api/territories/999999999/coalitions").status_code == 404
