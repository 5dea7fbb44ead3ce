"""When one giver refuses, the others read what remains of a threshold, and what to do."""

import pytest
from support_gifts import called, gave, opened
from support_pages import text

from reciproque.web.exchange.calls import short, short_of
from reciproque.web.exchange.models import Matching, Proposal
from reciproque.web.exchange.proposals import accept, decline, send
from reciproque.web.exchange.runs import run

LEFT = "Un refus laisse un seuil hors d’atteinte"


@pytest.fixture
def lorry(p, wish):
    """A lorry of 1,000 euros or nothing: 400 from a pot, 600 from a company; both asked, nobody answered."""
    call = called(p.cook, p.kitchen, "Camion", money="1000", money_least="1000")
    pot = opened(p.holder, p.foundation)
    gave(p.holder, pot, "400")
    wish(p.company, "offer", "Don", resource="money", quantity=600, unit="eur")
    m = Matching.objects.create(wish=call.needs()[0], way="pools", by=p.cook.person)
    run(m)
    send(m.proposals.with_sides(), by=p.cook.person)
    pot.refresh_from_db()
    return p, call, pot


def sent_to(client) -> Proposal:
    return Proposal.objects.told_to(client.person).filter(state="sent").with_sides().get()


def test_while_everybody_may_still_accept_nothing_is_said(lorry) -> None:
    p, call, pot = lorry
    accept(sent_to(p.holder), by=p.holder.person)
    assert short_of(pot) == []
    assert LEFT not in text(p.holder.get(pot.get_absolute_url()))
    assert LEFT not in text(p.cook.get(call.get_absolute_url()))


def test_one_refuses_after_another_agreed(lorry) -> None:
    """400 are agreed; the 600 that are refused leave 600 to be found."""
    p, call, pot = lorry
    accept(sent_to(p.holder), by=p.holder.person)
    decline(sent_to(p.worker), by=p.worker.person)
    (left,) = short_of(pot)
    assert (left.call, left.least, left.agreed, left.awaited, left.missing) == (call, 1000, 400, 0, 600)  # fmt: skip
    for client, thing in ((p.holder, pot), (p.cook, call)):
        page = text(client.get(thing.get_absolute_url()))
        assert LEFT in page
        assert "il faut 1 000 € pour démarrer" in page.replace("\u202f", " ").replace("\xa0", " ")  # fmt: skip
        assert "baisser son seuil" in page or "démarrer avec moins" in page
    assert "plus rien à répartir" in text(p.holder.get(pot.get_absolute_url()))
    for client in (p.worker, p.nobody):  # who said no is nobody else's business
        assert LEFT not in text(client.get(pot.get_absolute_url()))


def test_one_refuses_before_another_answers(lorry) -> None:
    p, _call, pot = lorry
    decline(sent_to(p.worker), by=p.worker.person)
    (left,) = short_of(pot)
    assert (left.agreed, left.awaited, left.missing) == (0, 400, 600)
    assert "attendent encore une réponse" in text(p.holder.get(pot.get_absolute_url()))


def test_new_gifts_close_the_gap_and_the_next_sharing_looks_for_it_alone(lorry) -> None:
    p, call, pot = lorry
    accept(sent_to(p.holder), by=p.holder.person)
    decline(sent_to(p.worker), by=p.worker.person)
    gave(p.holder, pot, "5000")
    assert "que ce qui manque" in text(p.holder.get(pot.get_absolute_url()))
    p.holder.post(f"/echanges/{pot.wish.pk}/propositions/", {"way": "pools"})
    again = Matching.objects.order_by("-created").first()
    assert [x.quantity for x in again.proposals.all()] == [600]
    send(again.proposals.with_sides(), by=p.holder.person)
    assert short_of(pot) == []
    accept(sent_to(p.cook), by=p.cook.person)
    assert short(call.needs()[0]) is None
    assert LEFT not in text(p.cook.get(call.get_absolute_url()))


def test_without_a_threshold_a_refusal_is_only_a_refusal(p, wish) -> None:
    call = called(p.cook, p.kitchen, "Repas", money="1000")
    pot = opened(p.holder, p.foundation)
    gave(p.holder, pot, "400")
    wish(p.company, "offer", "Don", resource="money", quantity=600, unit="eur")
    m = Matching.objects.create(wish=call.needs()[0], way="pools", by=p.cook.person)
    run(m)
    send(m.proposals.with_sides(), by=p.cook.person)
    decline(sent_to(p.worker), by=p.worker.person)
    pot.refresh_from_db()
    assert short_of(pot) == []
