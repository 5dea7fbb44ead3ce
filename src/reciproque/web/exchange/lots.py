"""The life of a lot: declared, routed, collected, treated, certified; each step a row, each weight in the ledger."""

from __future__ import annotations

import uuid
from datetime import date
from math import isfinite
from typing import Any

from django.db import transaction
from django.utils import timezone

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import label, table
from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.actions import Changed, note_record
from reciproque.web.cooperations.actions import keep as keep_form
from reciproque.web.cooperations.models import Party, Record
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Certificate, Lot, LotStep
from reciproque.web.exchange.models.lot import LARGEST_KG
from reciproque.web.shared.templatetags.reciproque import lang

__all__ = [
    "Changed",
    "certify",
    "check_gift",
    "collect",
    "declare",
    "locked",
    "note_step",
    "route",
    "treat",
    "withdraw",
]
SLACK = 1e-6  # kilograms


def locked(lot: Lot, stage: str) -> Lot:
    """The lot as it stands, held until the end; raises ``error.lot_stage`` where the step is not its next."""
    now = Lot.objects.select_for_update().get(pk=lot.pk)
    if not now.can_become(stage):
        said = label("lot_stages", now.stage, lang())
        raise ReciproqueError("error.lot_stage", what=now.title, stage=said)
    return now


def note_step(lot: Lot, stage: str, *, by: Person | None, **values: Any) -> LotStep:
    """Bring a lot to a stage, on record."""
    lot.stage = stage
    lot.version += 1
    lot.save()
    return LotStep.objects.create(lot=lot, stage=stage, by=by, **values)


def check_gift(lot: Lot) -> None:
    """What bears data is not given before they are erased; raises ``error.lot_given_data``."""
    if not lot.waste and lot.data and not lot.erased:
        raise ReciproqueError("error.lot_given_data", what=lot.title)


@transaction.atomic
def declare(form: Any, *, by: Person) -> Lot:
    """Keep what the holder says of a lot; what changes is to be routed again.

    Raises :class:`Changed` when it stood otherwise, ``error.lot_stage`` once it is on its way.
    """
    lot = form.instance
    if not lot._state.adding:
        locked(lot, "declared")
    place(lot)
    lot.stage, lot.channel, lot.rule, lot.override = "declared", "", "", ""
    kept: Lot = keep_form(form, by=by)
    if kept.version > 1 or not kept.steps.exists():
        LotStep.objects.create(lot=kept, stage="declared", party=kept.holder, by=by)
    return kept


def _check_channel(lot: Lot, proposed: str, chosen: str) -> None:
    """What nobody may choose, whatever the reason."""
    channels, said = table("channels"), {"what": lot.title}
    waste = channels[chosen]["waste"] == "1"
    if not channels[chosen]["resource"]:
        rule = table("routing_rules")[lot.routing().rule]
        raise ReciproqueError(
            "error.lot_hold", **said, why=label("routing_rules", rule["id"], lang())
        )
    if not waste and lot.data and not lot.erased:
        raise ReciproqueError("error.lot_given_data", **said)
    if lot.dangerous and chosen != proposed:
        raise ReciproqueError("error.lot_dangerous", **said)
    # only its holder turns a gift into waste, or waste into a gift: by changing what it declared
    if (not waste and not lot.given) or (
        waste and lot.given and channels[proposed]["waste"] == "0"
    ):
        raise ReciproqueError("error.lot_gift_waste", **said)


@transaction.atomic
def route(lot: Lot, *, by: Person | None, channel: str = "", reason: str = "") -> LotStep:
    """Retain the channel of the rules, or another with its reason, which is kept."""
    lot = locked(lot, "routed")
    found, reason = lot.routing(), reason.strip()[:300]
    chosen = channel or found.channel
    _check_channel(lot, found.channel, chosen)
    other = chosen != found.channel
    if other and not reason:
        raise ReciproqueError("error.lot_reason", what=lot.title)
    lot.channel, lot.rule, lot.override = chosen, found.rule, reason if other else ""
    return note_step(lot, "routed", by=by, channel=chosen, rule=found.rule, note=lot.override)


def _check_weight(lot: Lot, kilograms: float) -> None:
    if not (isfinite(kilograms) and 0 < kilograms <= LARGEST_KG):
        raise ReciproqueError("error.lot_weight", what=lot.title, weight=kilograms)


def _record(lot: Lot, *, giver: Party, receiver: Party, resource: str, **values: Any) -> Record:
    if giver == receiver:
        raise ReciproqueError("error.lot_same", what=lot.title)
    return note_record(
        lot.cooperation, giver=giver, receiver=receiver, resource=resource, unit="kg",
        note=lot.title, **values,
    )  # fmt: skip


@transaction.atomic
def collect(
    lot: Lot,
    *,
    receiver: Party,
    kilograms: float,
    day: date,
    by: Person | None,
    for_party: Party | None,
) -> LotStep:
    """What left the company, weighed: a record from its holder to who takes it.

    Sent twice, the second is refused: the ledger holds one weight of a collection.
    """
    lot = locked(lot, "collected")
    _check_weight(lot, kilograms)
    check_gift(lot)
    record = _record(
        lot, giver=lot.holder, receiver=receiver, resource=table("channels")[lot.channel]["resource"],
        quantity=kilograms, day=day, by=by, for_party=for_party, once=uuid.uuid5(lot.pk, "collected"),
    )  # fmt: skip
    lot.taker = receiver
    return note_step(
        lot, "collected", by=by, day=day, party=receiver, record=record, channel=lot.channel
    )


@transaction.atomic
def treat(
    lot: Lot,
    *,
    treatment: str,
    kilograms: float,
    receiver: Party,
    day: date,
    by: Person | None,
    for_party: Party | None,
    once: Any = None,
) -> LotStep:
    """What became of a part or all of a collected lot: a record from who treated it."""
    if once and (known := LotStep.objects.filter(once=once).first()):
        return known
    lot = locked(lot, "treated")
    _check_weight(lot, kilograms)
    row, left = table("lot_treatments")[treatment], lot.left()
    if kilograms > left + SLACK:
        raise ReciproqueError("error.lot_too_much", what=lot.title, weight=kilograms, left=left)
    if row["erased"] == "1" and lot.data and not lot.erased:
        raise ReciproqueError("error.lot_reuse_data", what=lot.title)
    assert lot.taker is not None  # collected before
    record = _record(
        lot, giver=lot.taker, receiver=receiver, resource=row["resource"], quantity=kilograms, day=day,
        by=by, for_party=for_party,
    )  # fmt: skip
    return note_step(
        lot,
        "treated",
        by=by,
        day=day,
        treatment=treatment,
        party=receiver,
        record=record,
        once=once,
    )


@transaction.atomic
def certify(form: Any, *, by: Person) -> Certificate:
    """Keep a certificate: that of erasure frees the lot, that of treatment ends its life."""
    once, certificate = form.cleaned_data.get("once"), form.instance
    if once and (known := Certificate.objects.filter(once=once).first()):
        return known
    lot = Lot.objects.select_for_update().get(pk=certificate.lot_id)
    if lot.stage not in table("certificate_kinds")[certificate.kind]["stages"].split():
        raise ReciproqueError("error.lot_certificate", what=lot.title)
    certificate.by, certificate.once = by, once
    kept: Certificate = form.save()
    if kept.kind == "erasure":
        lot.erased = True
        lot.version += 1
        lot.save(update_fields=["erased", "version", "changed"])
    else:
        note_step(lot, "certified", by=by, day=kept.day, note=kept.number)
    return kept


@transaction.atomic
def withdraw(lot: Lot, *, by: Person, reason: str = "") -> LotStep:
    """Its holder keeps it; what was noted stays."""
    lot = locked(lot, "withdrawn")
    return note_step(lot, "withdrawn", by=by, day=timezone.localdate(), note=reason[:300])
