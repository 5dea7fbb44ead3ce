"""Rights, in one place: who may do what with a need, an offer, a run of the engine, a proposal.

A person acts through mandates that count everywhere; a reader's opens no writing.
"""

from __future__ import annotations

from typing import Any

import rules

from reciproque.web.accounts.models import RANK, Actor
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.cooperations.rules import acts_for, my_parties, writes_for
from reciproque.web.cooperations.rules import facilitates as facilitates_cooperation
from reciproque.web.cooperations.rules import may_write as writes_in_cooperation
from reciproque.web.exchange.models import (
    CollectionRound,
    Item,
    Loan,
    Lot,
    Matching,
    Mentoring,
    Pot,
    PotGift,
    Proposal,
    SupportCall,
    Wish,
)


def rank_for(person: Any, actor: Actor | None) -> int:
    """0 stranger, 1 reader, 2 contributor or signatory, 3 facilitator of that organisation."""
    if actor is None or not person.is_authenticated:
        return 0
    held = person.mandates.current().filter(actor=actor, only_in=None)
    return max((RANK[m.role] for m in held), default=0)


def writing_actors(person: Any) -> Any:
    """The organisations for which someone may publish and answer."""
    held = person.mandates.current().filter(only_in=None).exclude(role="reader")
    return Actor.objects.filter(mandates__in=held).distinct()


def acting_party(person: Any, cooperation: Cooperation, *sides: Any) -> Party | None:
    """The party for which someone writes a record: one of its sides, else a facilitator's own."""
    mine = my_parties(person, cooperation)
    return next((p for p in mine if p in sides), None) or next(iter(mine), None)


def facilitated_actors(person: Any) -> Any:
    """The organisations that someone facilitates."""
    held = person.mandates.current().filter(only_in=None, role="facilitator")
    return Actor.objects.filter(mandates__in=held).distinct()


@rules.predicate
def may_see(person: Any, wish: Wish) -> bool:
    if wish.state == "open" and not wish.concerns_a_minor:
        return True
    if person.is_staff and hasattr(wish, "submission"):
        return True
    return rank_for(person, wish.actor) >= 1


@rules.predicate
def may_change(person: Any, wish: Wish) -> bool:
    return rank_for(person, wish.actor) >= 2


@rules.predicate
def moderates(person: Any, _thing: object = None) -> bool:
    return bool(person.is_authenticated and person.is_staff)


@rules.predicate
def may_ask(person: Any, asked: Matching) -> bool:
    """For one wish: who writes for it; for a cooperation: who writes there; for a theme: who
    facilitates an organisation."""
    if asked.wish is not None:
        return may_change(person, asked.wish)
    if asked.cooperation is not None:
        return writes_in_cooperation(person, asked.cooperation)
    return rank_for(person, asked.actor) >= 3


@rules.predicate
def may_answer(person: Any, proposal: Proposal) -> bool:
    """Who writes for one of the two sides, once it is proposed."""
    if proposal.state == "draft":
        return False
    return any(rank_for(person, w.actor) >= 2 for w in (proposal.need, proposal.offer))


@rules.predicate
def may_read_proposal(person: Any, proposal: Proposal) -> bool:
    """Who asked for it; once it is proposed, whoever acts for one of its sides."""
    if may_ask(person, proposal.matching):
        return True
    if proposal.state == "draft":
        return False
    return any(rank_for(person, w.actor) >= 1 for w in (proposal.need, proposal.offer))


@rules.predicate
def may_lend(person: Any, item: Item) -> bool:
    """Book, hand out, take back, change: who writes for the organisation that lends."""
    return rank_for(person, item.actor) >= 2


@rules.predicate
def may_read_loan(person: Any, loan: Loan) -> bool:
    """Who has it and when is for the two organisations."""
    return any(rank_for(person, a) >= 1 for a in (loan.item.actor, loan.borrower))


@rules.predicate
def may_follow(person: Any, mentoring: Mentoring) -> bool:
    """Read a pair: who acts for one of its two sides, or facilitates the cooperation."""
    sides = (mentoring.proposal.need.actor, mentoring.proposal.offer.actor)
    return any(rank_for(person, a) >= 1 for a in sides) or may_read_incidents(person, mentoring)


@rules.predicate
def may_note(person: Any, mentoring: Mentoring) -> bool:
    """Note a session, a review, an end: who writes for one of its two sides."""
    sides = (mentoring.proposal.need.actor, mentoring.proposal.offer.actor)
    return any(rank_for(person, a) >= 2 for a in sides)


@rules.predicate
def may_read_incidents(person: Any, mentoring: Mentoring) -> bool:
    """Who facilitates the cooperation, and nobody else."""
    return facilitates_cooperation(person, mentoring.cooperation)


@rules.predicate
def may_see_lot(person: Any, lot: Lot) -> bool:
    return lot.open_to(person)


@rules.predicate
def may_change_lot(person: Any, lot: Lot) -> bool:
    """Say what it is, take it back: who writes for its holder."""
    return writes_for(person, lot.holder)


@rules.predicate
def may_route_lot(person: Any, lot: Lot) -> bool:
    return facilitates_cooperation(person, lot.cooperation)


@rules.predicate
def may_collect_lot(person: Any, lot: Lot) -> bool:
    """Note a collection for the organisation that takes it: who writes for another party, or facilitates."""
    if facilitates_cooperation(person, lot.cooperation):
        return True
    others = lot.cooperation.present().exclude(pk=lot.holder_id)
    return lot.open_to(person) and any(writes_for(person, p) for p in others)


@rules.predicate
def may_treat_lot(person: Any, lot: Lot) -> bool:
    """Note a treatment and its certificate: who writes for the party that took it, or facilitates."""
    if facilitates_cooperation(person, lot.cooperation):
        return True
    return lot.taker is not None and writes_for(person, lot.taker)


@rules.predicate
def may_certify_lot(person: Any, lot: Lot) -> bool:
    """A certificate comes from who took the lot; that of erasure may come from its holder."""
    return may_treat_lot(person, lot) or may_change_lot(person, lot)


@rules.predicate
def may_see_round(person: Any, found: CollectionRound) -> bool:
    """Stops and weights of everyone: who collects, and who facilitates."""
    return facilitates_cooperation(person, found.cooperation) or acts_for(person, found.carrier)


@rules.predicate
def may_accept_round(person: Any, found: CollectionRound) -> bool:
    return facilitates_cooperation(person, found.cooperation)


@rules.predicate
def may_weigh_round(person: Any, found: CollectionRound) -> bool:
    return facilitates_cooperation(person, found.cooperation) or writes_for(person, found.carrier)


@rules.predicate
def may_see_call(person: Any, call: SupportCall) -> bool:
    """Everyone while it is open; then who acts for its organisation."""
    return call.state == "open" or rank_for(person, call.actor) >= 1


@rules.predicate
def may_change_call(person: Any, call: SupportCall) -> bool:
    return rank_for(person, call.actor) >= 2


@rules.predicate
def may_hold(person: Any, pot: Pot) -> bool:
    """Note small gifts, receive those announced, ask for proposals, close: who writes for the holder."""
    return rank_for(person, pot.actor) >= 2


@rules.predicate
def may_give(person: Any, pot: Pot) -> bool:
    """Announce the gift of an organisation that one writes for, other than the holder."""
    if not person.is_authenticated or pot.state != "open":
        return False
    return bool(writing_actors(person).exclude(pk=pot.actor_id).exists())


@rules.predicate
def may_read_gift(person: Any, gift: PotGift) -> bool:
    """Small gifts are told to all, by their number; that of an organisation to it and to the holder."""
    if gift.giver_id is None:
        return True
    return any(rank_for(person, a) >= 1 for a in (gift.pot.actor, gift.giver))


@rules.predicate
def may_read_receipts(person: Any, actor: Actor) -> bool:
    return rank_for(person, actor) >= 1


@rules.predicate
def may_say_costs(person: Any, actor: Actor) -> bool:
    """What a gift cost is said by who writes for its giver."""
    return rank_for(person, actor) >= 2


rules.add_perm("exchange.see", may_see)
rules.add_perm("exchange.change", may_change)
rules.add_perm("exchange.moderate", moderates)
rules.add_perm("exchange.ask", may_ask)
rules.add_perm("exchange.answer", may_answer)
rules.add_perm("exchange.read_proposal", may_read_proposal)
rules.add_perm("exchange.lend", may_lend)
rules.add_perm("exchange.read_loan", may_read_loan)
rules.add_perm("exchange.follow", may_follow)
rules.add_perm("exchange.note", may_note)
rules.add_perm("exchange.read_incidents", may_read_incidents)
rules.add_perm("exchange.see_lot", may_see_lot)
rules.add_perm("exchange.change_lot", may_change_lot)
rules.add_perm("exchange.route_lot", may_route_lot)
rules.add_perm("exchange.collect_lot", may_collect_lot)
rules.add_perm("exchange.treat_lot", may_treat_lot)
rules.add_perm("exchange.certify_lot", may_certify_lot)
rules.add_perm("exchange.see_round", may_see_round)
rules.add_perm("exchange.accept_round", may_accept_round)
rules.add_perm("exchange.weigh_round", may_weigh_round)
rules.add_perm("exchange.see_call", may_see_call)
rules.add_perm("exchange.change_call", may_change_call)
rules.add_perm("exchange.hold", may_hold)
rules.add_perm("exchange.give", may_give)
rules.add_perm("exchange.read_gift", may_read_gift)
rules.add_perm("exchange.read_receipts", may_read_receipts)
rules.add_perm("exchange.say_costs", may_say_costs)
