"""Rights, in one place: who may do what with a cooperation and its things.

A person acts through mandates; the highest one for a party that takes part today counts.
"""

from __future__ import annotations

from typing import Any

import rules

from reciproque.web.accounts.models import RANK
from reciproque.web.cooperations.models import Cooperation, Expectation, Party


def mandates_in(person: Any, cooperation: Cooperation) -> list[Any]:
    """The mandates by which someone acts in a cooperation today."""
    if not person.is_authenticated:
        return []
    actors = cooperation.present().values("actor")
    here = person.mandates.current().within(cooperation.pk)
    return list(here.filter(actor__in=actors).select_related("actor"))


def rank(person: Any, cooperation: Cooperation) -> int:
    """0 stranger, 1 reader, 2 contributor or signatory, 3 facilitator."""
    return max((RANK[m.role] for m in mandates_in(person, cooperation)), default=0)


def acts_for(person: Any, party: Party, *roles: str) -> bool:
    """Whether someone acts today for that very party, in one of those roles."""
    if not person.is_authenticated:
        return False
    here = person.mandates.current().within(party.cooperation_id)
    found = here.filter(actor=party.actor_id)
    return found.filter(role__in=roles).exists() if roles else found.exists()


def my_parties(person: Any, cooperation: Cooperation) -> list[Party]:
    """The parties for which someone may write."""
    writing = [m.actor_id for m in mandates_in(person, cooperation) if m.role != "reader"]
    return list(cooperation.present().filter(actor__in=writing))


@rules.predicate
def may_see(person: Any, cooperation: Cooperation) -> bool:
    return cooperation.visibility == "public" or rank(person, cooperation) >= 1


@rules.predicate
def takes_part(person: Any, cooperation: Cooperation) -> bool:
    return rank(person, cooperation) >= 1


@rules.predicate
def may_write(person: Any, cooperation: Cooperation) -> bool:
    return rank(person, cooperation) >= 2


@rules.predicate
def facilitates(person: Any, cooperation: Cooperation) -> bool:
    return rank(person, cooperation) >= 3


@rules.predicate
def may_sign(person: Any, party: Party) -> bool:
    return acts_for(person, party, "signatory", "facilitator")


@rules.predicate
def writes_for(person: Any, party: Party) -> bool:
    return acts_for(person, party, "contributor", "signatory", "facilitator")


@rules.predicate
def may_read(person: Any, thing: Any) -> bool:
    """Public: whoever sees the cooperation; parties; private: its own parties, or its author."""
    if thing.visibility == "public":
        return may_see(person, thing.cooperation)
    if rank(person, thing.cooperation) == 0:
        return False
    keepers = thing.keepers()
    if thing.visibility == "parties":
        return True
    if not keepers:
        return bool(thing.by_id) and thing.by_id == person.pk
    return any(acts_for(person, keeper) for keeper in keepers)


def readable(person: Any, cooperation: Cooperation, things: Any) -> Any:
    """Those of a query of things that someone may read: what :func:`may_read` says, for many rows."""
    if not takes_part(person, cooperation):
        return things.shown("public") if may_see(person, cooperation) else things.none()
    acting = person.mandates.current().within(cooperation.pk).values("actor")
    return things.read_by(person, list(cooperation.parties.filter(actor__in=acting)))


@rules.predicate
def may_change(person: Any, thing: Any) -> bool:
    """A party's own words are its own; what binds two parties is theirs, or the facilitator's."""
    if hasattr(thing, "visibility") and not thing._state.adding and not may_read(person, thing):
        return False
    sides = thing.sides()
    if not sides:
        return may_write(person, thing.cooperation)
    if any(writes_for(person, side) for side in sides):
        return True
    return not isinstance(thing, Expectation) and facilitates(person, thing.cooperation)


rules.add_perm("cooperations.see", may_see)
rules.add_perm("cooperations.change", may_change)
rules.add_perm("cooperations.take_part", takes_part)
rules.add_perm("cooperations.write", may_write)
rules.add_perm("cooperations.facilitate", facilitates)
rules.add_perm("cooperations.sign", may_sign)
rules.add_perm("cooperations.write_for", writes_for)
rules.add_perm("cooperations.read", may_read)
