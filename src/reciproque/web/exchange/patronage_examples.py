"""Bring calls, pots and gifts described as data into the database."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from reciproque.kernel import Need, Offer
from reciproque.matching import GroupShare, MatchFile, read_match
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.examples import SHIPPED
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import CallNeed, Pot, PotGift, SupportCall, Wish
from reciproque.web.exchange.patronage import follow_gifts

FT44 = SHIPPED / "exchange" / "06-ft44.toml"


def _once(data: MatchFile, key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"reciproque:{data.name}:{key}")


def _actors(data: MatchFile) -> dict[str, Actor]:
    return {
        a.key: Actor.objects.get_or_create(name=a.name, kind=a.kind, defaults={"territory": a.territory})[0]
        for a in data.actors
    }  # fmt: skip


def _wish(data: MatchFile, side: str, w: Need | Offer, actor: Actor) -> Wish:
    kept = Wish(
        once=_once(data, w.key), side=side, actor=actor, title=w.title or w.key, resource=w.resource,
        quantity=w.quantity, unit=w.unit, smallest=w.smallest, territory=w.territory or actor.territory,
        assumed=w.assumed,
    )  # fmt: skip
    place(kept)
    kept.save()
    return kept


def _calls(data: MatchFile, actors: Mapping[str, Actor]) -> list[SupportCall]:
    """A call for each organisation that needs something; it bears the title of its first need."""
    made: dict[str, SupportCall] = {}
    for need in data.asked().needs:
        actor = actors[need.actor]
        if need.actor not in made:
            made[need.actor] = SupportCall.objects.create(
                once=_once(data, f"call-{need.actor}"), actor=actor, title=need.title or need.key,
                theme=need.attributes.get("theme", "services"), territory=need.territory or actor.territory,
                assumed=need.assumed,
            )  # fmt: skip
        wish = _wish(data, "need", need, actor)
        CallNeed.objects.create(call=made[need.actor], wish=wish)
    return list(made.values())


def _wishes(share: GroupShare | None) -> dict[str, object]:
    if share is None:
        return {}
    territory = share.territories[0] if share.territories else ""
    return {"at_least": share.at_least, "themes": list(share.themes), "territory": territory}


def _pot(data: MatchFile, offers: list[Offer], actors: Mapping[str, Actor]) -> Pot:
    """The gifts of one holder; a share of one gift is its wish, a share of them all the pot's."""
    keys = {o.key for o in offers}
    of_pot = next((s for s in data.group_shares if set(s.givers) == keys), None)
    holder = actors[offers[0].actor]
    pot = Pot.objects.create(
        once=_once(data, f"pot-{offers[0].actor}"), actor=holder, title=f"Cagnotte, {holder.name}"[:120],
        assumed=True, **_wishes(of_pot),
    )  # fmt: skip
    for offer in offers:
        own = next((s for s in data.group_shares if s.givers == (offer.key,)), None)
        PotGift.objects.create(
            once=_once(data, offer.key), pot=pot, giver=actors.get(offer.attributes.get("giver", "")),
            givers=int(offer.attributes.get("givers", "1")), amount=offer.quantity, day=data.asked().today,
            assumed=offer.assumed, **_wishes(own),
        )  # fmt: skip
    follow_gifts(pot)
    return pot


@transaction.atomic
def load_patronage(data: MatchFile) -> tuple[list[SupportCall], list[Pot]]:
    """Keep the calls, pots and offers of a file: all of it or nothing; what is already here is left as it is.

    Whoever holds several gifts of money holds a pot.
    """
    needs, offers = data.asked().needs, data.asked().offers
    known = SupportCall.objects.filter(once__in=[_once(data, f"call-{n.actor}") for n in needs])
    if known.exists():
        return list(known), list(
            Pot.objects.filter(once__in=[_once(data, f"pot-{o.actor}") for o in offers])
        )
    actors = _actors(data)
    held = Counter(o.actor for o in offers if o.resource == "money")
    pots = [
        _pot(data, [o for o in offers if o.actor == holder], actors)
        for holder, n in held.items()
        if n > 1
    ]
    for offer in offers:
        if held[offer.actor] <= 1:
            _wish(data, "offer", offer, actors[offer.actor])
    return _calls(data, actors), pots


def load_shipped(path: Path = FT44) -> tuple[list[SupportCall], list[Pot]]:
    """The patronage that comes with the project."""
    return load_patronage(read_match(path))
