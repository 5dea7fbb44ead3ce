"""Example 06 in the database: the same gifts, wishes and shares as the file, and the same outcome."""

import pytest
from django.core.management import call_command

from reciproque.matching import read_match
from reciproque.web.accounts.models import Actor
from reciproque.web.exchange.models import Matching, Pot, PotGift, SupportCall, Wish
from reciproque.web.exchange.patronage_examples import FT44, load_shipped
from reciproque.web.exchange.runs import run


@pytest.fixture
def shipped(db):
    return load_shipped()


def test_calls_pot_and_offers_are_those_of_the_file_and_come_once(shipped) -> None:
    calls, pots = shipped
    again = load_shipped()
    assert ({c.pk for c in again[0]}, again[1]) == ({c.pk for c in calls}, pots)
    assert (SupportCall.objects.count(), Pot.objects.count(), PotGift.objects.count()) == (4, 1, 4)
    (pot,) = pots
    assert (pot.total(), pot.givers(), pot.wish.quantity) == (7000, 126, 7000)
    assert (pot.at_least, pot.themes) == (0.25, ["education"])
    assert [g.wishes for g in pot.gifts.order_by("amount")] == [True, True, False, True]
    assert Wish.objects.filter(side="offer").count() == 5  # the pot's and four of companies
    lessons = SupportCall.objects.get(title="Aide aux devoirs")
    assert [w.resource for w in lessons.needs()] == ["money", "expertise", "items"]
    assert all(x.assumed for x in (*calls, *pots, *PotGift.objects.all(), *Wish.objects.exclude(pot__isnull=False)))  # fmt: skip


def test_the_demo_has_it_once(db) -> None:
    for _twice in range(2):
        call_command("demo_exchange")
    assert Pot.objects.get().title == "Cagnotte, Fondation Territoriale Loire-Atlantique"
    assert SupportCall.objects.count() == 4


def test_no_organisation_of_the_example_passes_for_a_real_one(shipped) -> None:
    real = {"Fondation Territoriale Loire-Atlantique"}
    others = Actor.objects.exclude(name__in=real)
    assert others.count() == 9
    assert all(a.name.endswith("(exemple)") for a in others)


def test_the_pages_come_to_what_the_file_expects(shipped) -> None:
    """Money and goods, asked for as a theme; and skills days for theirs."""
    expected = read_match(FT44).expected["received"]
    holder = Actor.objects.get(kind="foundation")
    sums: dict[str, float] = {}
    for theme in ("economie", "services"):
        m = Matching.objects.create(theme=theme, way="pools", actor=holder)
        run(m)
        assert m.state == "done", m.failure
        assert m.result["optimal"]
        for p in m.proposals.with_sides():
            sums[p.need.title] = sums.get(p.need.title, 0.0) + p.quantity
    titles = {n.title: expected[n.key] for n in read_match(FT44).asked().needs if n.key in expected}
    assert sums == pytest.approx(titles)
