"""A territory of the perimeter that appears nowhere is a member forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reciproque.web.cooperations import actions
from reciproque.web.cooperations.members import watched
from reciproque.web.cooperations.overview import Overview

SELESTAT, CHATENOIS = "67462", "67073"


@pytest.fixture
def wide(world):
    """Two communes in the perimeter; one of them is where the left bank is seated."""
    world.today = timezone.localdate()
    world.left.territory = CHATENOIS
    world.left.save()
    world.c.perimeter, world.c.started = [SELESTAT, CHATENOIS], world.today - timedelta(days=500)
    world.c.save()
    return world


def told(world) -> list[str]:
    return [t.text for t in Overview(world.c).told if t.rule == "forgotten" and t.party == SELESTAT]


def test_a_commune_of_the_perimeter_that_is_nowhere_is_told(wide) -> None:
    (text,) = told(wide)
    assert text.startswith("Sélestat n’apparaît")
    facts = watched(wide.c, list(wide.c.parties.select_related("actor")), wide.today)
    assert list(facts["members"]) == [SELESTAT]  # a party's own territory is a party, not a member


@pytest.mark.parametrize(("days", "quiet"), [(364, True), (365, False)])
def test_a_record_there_quiets_it_for_a_year(wide, days, quiet) -> None:
    actions.note_record(
        wide.c, by=None, for_party=wide.a, giver=wide.a, receiver=wide.b, resource="expertise",
        quantity=1, unit="h", day=wide.today - timedelta(days=days), place="Mairie de SELESTAT, salle 2",
    )  # fmt: skip
    assert (told(wide) == []) is quiet


def test_a_meeting_there_counts_once_it_was_held(wide) -> None:
    meeting = wide.c.meetings.create(
        title="Atelier", place="Sélestat", day=wide.today + timedelta(days=3)
    )
    assert told(wide)
    meeting.day = wide.today - timedelta(days=3)
    meeting.save()
    assert told(wide) == []


def test_without_such_a_member_nothing_is_asked_of_the_database(
    world, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        assert watched(world.c, [], timezone.localdate()) == {}
