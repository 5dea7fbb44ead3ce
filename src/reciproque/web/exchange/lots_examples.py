"""Bring lots described as data into a cooperation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction

from reciproque import matching
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.examples import SHIPPED
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Lot, LotStep

CIEL = SHIPPED / "exchange" / "05-ciel.toml"


def _holder(lot: matching.Lot, cooperation: Cooperation, actors: Mapping[str, Actor]) -> Party:
    """The company of a lot, known by its key or only numbered in the file: a party of the cooperation."""
    actor = actors.get(lot.actor)
    if actor is None:
        actor, _new = Actor.objects.get_or_create(
            name=lot.actor.replace("-", " ").capitalize(),
            kind="company",
            defaults={"territory": lot.territory},
        )
    party, _new = Party.objects.get_or_create(
        cooperation=cooperation, actor=actor, defaults={"since": cooperation.started}
    )
    return party


@transaction.atomic
def load_lots(
    data: matching.MatchFile,
    cooperation: Cooperation,
    actors: Mapping[str, Actor] = MappingProxyType({}),
) -> list[Lot]:
    """Declare the lots of a file in a cooperation; those that are already here are left as they are.

    ``actors`` are the organisations known by the keys of the file; others are made, by their number.
    """
    found = []
    for lot in data.lots:
        once = uuid.uuid5(cooperation.pk, lot.key)
        kept = Lot.objects.filter(once=once).first()
        if kept is None:
            holder = _holder(lot, cooperation, actors)
            kept = Lot(
                once=once, cooperation=cooperation, holder=holder, title=lot.title or lot.key,
                category=str(lot.category), state=lot.state, weight=lot.weight, data=lot.data,
                erased=lot.erased, dangerous=lot.dangerous, given=lot.given, assumed=lot.assumed,
                territory=lot.territory or holder.actor.territory,
            )  # fmt: skip
            place(kept)
            kept.save()
            LotStep.objects.create(lot=kept, stage="declared", party=holder)
        found.append(kept)
    return found
