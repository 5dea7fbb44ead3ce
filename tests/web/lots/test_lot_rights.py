"""Who may do what with a lot and a round: one table of role, object and verb."""

from datetime import date, time

import pytest
from django.contrib.auth.models import AnonymousUser
from rules import has_perm
from support_people import acting

from reciproque.web.exchange.models import CollectionRound, Lot, RoundStop

EVERYONE = {"nobody", "stranger", "lead", "crew", "boss", "clerk", "rival"}
FIRM = {"boss", "clerk"}
PARTIES = EVERYONE - {"nobody", "stranger"}
# "Entreprise 1" holds the lots: boss writes for it, clerk reads; crew is the workshop that collects;
# rival writes for another company; lead facilitates
TABLE = [
    ("see_lot", "shared", PARTIES),
    ("see_lot", "private", FIRM | {"lead"}),
    ("see_lot", "private_in_draft_round", FIRM | {"lead"}),
    ("see_lot", "private_in_round", FIRM | {"lead", "crew"}),
    ("see_lot", "private_taken", FIRM | {"lead", "crew"}),
    ("change_lot", "shared", {"boss"}),
    ("change_lot", "private", {"boss"}),
    ("route_lot", "shared", {"lead"}),
    ("collect_lot", "shared", {"lead", "crew", "rival"}),
    ("collect_lot", "private", {"lead"}),
    ("treat_lot", "shared", {"lead"}),
    ("treat_lot", "private_taken", {"lead", "crew"}),
    ("certify_lot", "shared", {"lead", "boss"}),
    ("certify_lot", "private_taken", {"lead", "crew", "boss"}),
    ("see_round", "round", {"lead", "crew"}),
    ("accept_round", "round", {"lead"}),
    ("weigh_round", "round", {"lead", "crew"}),
]


@pytest.fixture
def things(world, lot):
    """One of each, of the first company."""

    def in_round(state: str) -> Lot:
        kept = lot(visibility="private", title=state)
        found = CollectionRound.objects.create(
            cooperation=world.c, carrier=world.workshop, state=state, leaves=time(8), back=time(18)
        )
        stop = RoundStop.objects.create(
            round=found, holder=world.firm, vehicle=1, position=1, longitude=7.4, latitude=48.2,
            arrival=500, load=10, km=3,
        )  # fmt: skip
        stop.lots.add(kept)
        return kept

    planned = in_round("accepted")
    return {
        "shared": lot(), "private": lot(visibility="private"), "private_in_draft_round": in_round("draft"),
        "private_in_round": planned, "round": planned.stops.get().round,
        "private_taken": lot(visibility="private", taker=world.workshop, stage="collected"),
    }  # fmt: skip


@pytest.mark.parametrize(("verb", "noun", "who"), TABLE)
def test_a_right_is_given_to_those_of_the_table_and_to_nobody_else(
    world, things, verb, noun, who
) -> None:
    people = {name: getattr(getattr(world, name), "person", AnonymousUser()) for name in EVERYONE}
    allowed = {n for n, p in people.items() if has_perm(f"exchange.{verb}", p, things[noun])}
    assert allowed == who


def test_every_permission_about_lots_is_tested() -> None:
    from rules.permissions import permissions

    known = {n.removeprefix("exchange.") for n in permissions if n.endswith(("_lot", "_round"))}
    assert known == {verb for verb, _noun, _who in TABLE}


def test_the_list_of_what_one_may_read_says_the_same_as_the_rule(world, things) -> None:
    every = Lot.objects.all()
    for name in EVERYONE:
        person = getattr(getattr(world, name), "person", AnonymousUser())
        listed = set(Lot.objects.readable_by(person, world.c))
        assert listed == {x for x in every if has_perm("exchange.see_lot", person, x)}


def test_a_mandate_that_ended_opens_nothing(world, things) -> None:
    guest = acting("guest", world.firm.actor, "facilitator").person
    assert has_perm("exchange.change_lot", guest, things["private"])
    guest.mandates.update(end=date(2026, 1, 1))
    assert not has_perm("exchange.see_lot", guest, things["private"])


def test_a_mandate_of_this_cooperation_alone_opens_its_lots(world, things) -> None:
    guest = acting("guest", world.firm.actor).person
    guest.mandates.update(only_in=world.c.pk)
    assert has_perm("exchange.change_lot", guest, things["private"])
