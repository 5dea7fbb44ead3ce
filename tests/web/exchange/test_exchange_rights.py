"""Who may do what: one table of role, object and verb."""

from datetime import date

import pytest
from rules import has_perm
from support_people import acting
from test_patronage_rights import TABLE as PATRONAGE

from reciproque.web.cooperations import actions as cooperations
from reciproque.web.cooperations.models import Commitment, Party
from reciproque.web.exchange.models import Item, Loan, Matching, Mentoring, Proposal

EVERYONE = {
    "nobody",
    "stranger",
    "reader",
    "contributor",
    "signatory",
    "facilitator",
    "teacher",
    "farmer",
    "worker",
}
TOWN = {"reader", "contributor", "signatory", "facilitator"}
WRITERS = {"contributor", "signatory", "facilitator"}
FACILITATORS = {"facilitator"}
# the town's things; the school ("teacher") stands on the other side of each pair
TABLE = [
    ("see", "open", EVERYONE),
    ("see", "draft", TOWN),
    ("see", "minor", TOWN),
    ("see", "closed", TOWN),
    ("change", "open", WRITERS),
    ("change", "minor", WRITERS),
    ("ask", "for_wish", WRITERS),
    ("ask", "for_theme", FACILITATORS),
    ("ask", "in_cooperation", WRITERS | {"teacher"}),
    ("read_proposal", "computed", WRITERS),
    ("read_proposal", "sent", TOWN | {"teacher"}),
    ("answer", "computed", set()),
    ("answer", "sent", WRITERS | {"teacher"}),
    ("lend", "item", WRITERS),
    ("read_loan", "loan", TOWN | {"teacher"}),
    ("follow", "pair", TOWN | {"teacher"}),
    ("note", "pair", WRITERS | {"teacher"}),
    ("read_incidents", "pair", FACILITATORS | {"teacher"}),
    ("moderate", "open", set()),
]  # fmt: skip


@pytest.fixture
def things(world, wish):
    """One of each, of the town, with the school opposite."""
    c = cooperations.start(by=world.facilitator.person, actor=world.town, name="Ensemble")
    other = Party.objects.create(cooperation=c, actor=world.school)
    need = wish(world.town, "need")
    offer = wish(world.school, "offer")
    asked = Matching.objects.create(wish=need, way="fair")
    pair = {"matching": asked, "need": need, "offer": offer, "quantity": 1, "unit": "h"}
    m = Commitment.objects.create(
        cooperation=c,
        title="x",
        giver=other,
        receiver=c.parties.get(actor=world.town),
        resource="expertise",
        quantity=1,
        unit="h",
        state="agreed",
    )
    agreed = Proposal.objects.create(**pair, state="agreed", cooperation=c, commitment=m)
    item = Item.objects.create(actor=world.town, title="Malle")
    day = date(2030, 1, 1)
    return {
        "open": need,
        "draft": wish(world.town, "need", state="draft"),
        "closed": wish(world.town, "need", state="closed"),
        "minor": wish(world.town, "need", "Élève A", age=15, consent=day, setting="group"),
        "for_wish": asked,
        "for_theme": Matching(theme="services", actor=world.town, way="fair"),
        "in_cooperation": Matching(cooperation=c, way="fair"),
        "computed": Proposal.objects.create(**pair),
        "sent": Proposal.objects.create(**pair, state="sent"),
        "item": item,
        "loan": Loan.objects.create(item=item, borrower=world.school, start=day, end=day),
        "pair": Mentoring.objects.create(proposal=agreed),
    }  # fmt: skip


@pytest.mark.parametrize(("verb", "noun", "who"), TABLE)
def test_a_right_is_given_to_those_of_the_table_and_to_nobody_else(
    world, things, verb, noun, who
) -> None:
    from django.contrib.auth.models import AnonymousUser

    people = {name: getattr(getattr(world, name), "person", AnonymousUser()) for name in EVERYONE}
    allowed = {
        name
        for name, person in people.items()
        if has_perm(f"exchange.{verb}", person, things[noun])
    }
    assert allowed == who


def test_every_permission_of_the_table_of_rights_is_tested() -> None:
    from rules.permissions import permissions

    known = {name.removeprefix("exchange.") for name in permissions if name.startswith("exchange.")}
    lots = {verb for verb in known if verb.endswith(("_lot", "_round"))}  # lots/test_lot_rights.py
    assert known - lots == {verb for verb, _noun, _who in (*TABLE, *PATRONAGE)}


def test_a_mandate_that_counts_in_one_cooperation_alone_opens_nothing_here(world, things) -> None:
    guest = acting("guest", world.town, "facilitator").person
    mandate = guest.mandates.get()
    mandate.only_in = things["in_cooperation"].cooperation.pk
    mandate.save()
    for verb, noun in (("change", "open"), ("see", "draft"), ("lend", "item"), ("ask", "for_wish")):
        assert not has_perm(f"exchange.{verb}", guest, things[noun])
    assert has_perm("exchange.read_incidents", guest, things["pair"])


def test_whoever_administers_reads_what_waits_and_no_minor(world, things, wish) -> None:
    staff = world.staff.person
    assert has_perm("exchange.moderate", staff)
    assert not has_perm("exchange.see", staff, things["minor"])
    assert not has_perm("exchange.see", staff, things["draft"])
    assert not has_perm("exchange.read_incidents", staff, things["pair"])


def pages(things) -> list[tuple[str, set[str]]]:
    key = {name: thing.pk for name, thing in things.items()}
    return [
        (f"/echanges/{key['open']}/", EVERYONE),
        (f"/echanges/{key['draft']}/", TOWN),
        (f"/echanges/{key['minor']}/", TOWN),
        (f"/echanges/{key['open']}/modifier/", WRITERS),
        (f"/echanges/propositions/{key['for_wish']}/", WRITERS),
        (f"/echanges/proposition/{key['computed']}/", WRITERS),
        (f"/echanges/proposition/{key['sent']}/", TOWN | {"teacher"}),
        (f"/echanges/prets/{key['item']}/", EVERYONE),
        (f"/echanges/prets/{key['item']}/modifier/", WRITERS),
        (f"/echanges/suivis/{key['pair']}/", TOWN | {"teacher"}),
        (f"/echanges/suivis/{key['pair']}/suite/", WRITERS | {"teacher"}),
        ("/moderation/", set()),
        ("/echanges/miens/", EVERYONE - {"nobody"}),
    ]


@pytest.mark.parametrize("who", sorted(EVERYONE))
def test_a_page_opens_for_those_who_may(world, things, who) -> None:
    for path, allowed in pages(things):
        status = getattr(world, who).get(path).status_code
        assert (status == 200) is (who in allowed), (path, status)
        assert status in (200, 302, 403, 404)
