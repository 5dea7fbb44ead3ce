"""Call for support, hold a pot: what several rows take together.  All of it, or nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import label
from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations import actions as cooperations
from reciproque.web.cooperations.models import Commitment, Cooperation, Party
from reciproque.web.exchange import actions
from reciproque.web.exchange.models import CallNeed, GiftCost, Pot, PotGift, SupportCall, Wish
from reciproque.web.exchange.models.patronage import CENT
from reciproque.web.exchange.proposals import together
from reciproque.web.shared.templatetags.reciproque import lang

# what a call may seek: field of the form -> resource, unit, field of its words
SOUGHT = {
    "money": ("money", "eur", ""),
    "days": ("expertise", "day", "skills"),
    "goods": ("items", "item", "things"),
}


@transaction.atomic
def publish_call(form: Any, *, by: Person) -> SupportCall:
    """Keep a call and the needs it begins with; raises ``Changed`` when it stood otherwise."""
    new = form.instance._state.adding
    call = cooperations.keep(form, by=by)
    if new and not call.lines.exists():
        for field, (resource, unit, words) in SOUGHT.items():
            if quantity := form.cleaned_data.get(field):
                _seek(call, resource, quantity, unit, form.cleaned_data, words)
    return call


def _seek(
    call: SupportCall, resource: str, quantity: float, unit: str, said: dict[str, Any], words: str
) -> None:
    what = said.get(words) or label("resources", resource, lang())
    wish = Wish(
        side="need", actor=call.actor, title=f"{call.title}, {what}"[:120], text=call.text,
        resource=resource, quantity=quantity, unit=unit, territory=call.territory, by=call.by,
        smallest=(said.get("money_least") or 0.0) if resource == "money" else 0.0,
    )  # fmt: skip
    actions.place(wish)
    wish.save()
    CallNeed.objects.create(call=call, wish=wish)


@transaction.atomic
def close_call(call: SupportCall, state: str) -> None:
    """No longer proposed to anyone, or open again; what was agreed stands."""
    call.state = state
    call.version += 1
    call.save(update_fields=["state", "version", "changed"])
    for wish in call.needs():
        if wish.state != "met":
            actions.close(wish, state)


@transaction.atomic
def keep_pot(form: Any, *, by: Person) -> Pot:
    """Keep a pot; the offer that it makes follows its words."""
    pot = cooperations.keep(form, by=by)
    follow_gifts(pot)
    return pot


@transaction.atomic
def turn_pot(pot: Pot, state: str) -> None:
    """Closed to gifts, or open again; what came in may still go to projects."""
    pot.state = state
    pot.version += 1
    pot.save(update_fields=["state", "version", "changed"])


def follow_gifts(pot: Pot) -> None:
    """The offer of a pot is what came in; without a gift there is none, or it is closed."""
    total = round(pot.total(), 2)
    if pot.wish is None and total <= 0:
        return
    wish = pot.wish or Wish(side="offer", resource="money", unit="eur", by=pot.by)
    wish.actor, wish.title, wish.text = pot.actor, pot.title, pot.text
    wish.territory, wish.quantity = pot.actor.territory, total or wish.quantity
    left = total - (wish.committed() if pot.wish else 0.0)
    wish.state = "open" if left > CENT else ("met" if total else "closed")
    wish.version += 0 if pot.wish is None else 1
    actions.place(wish)
    wish.save()
    if pot.wish is None:
        Pot.objects.filter(pk=pot.pk).update(wish=wish)
        pot.wish = wish


@transaction.atomic
def give(form: Any, *, by: Person) -> PotGift:
    """Note small gifts, received; or announce the gift of one's organisation.  Kept once.

    Raises ``error.pot_closed``.
    """
    once = form.cleaned_data.get("once")
    if once and (known := PotGift.objects.filter(once=once).first()):
        return known
    gift = form.save(commit=False)
    pot = _open(gift.pot_id)
    gift.by, gift.once = by, once
    gift.state = "announced" if gift.giver_id else "received"
    gift.save()
    follow_gifts(pot)
    return gift


def _open(key: Any) -> Pot:
    pot = Pot.objects.select_for_update().get(pk=key)
    if pot.state != "open":
        raise ReciproqueError("error.pot_closed", what=pot.title)
    return pot


@transaction.atomic
def receive(gift: PotGift, *, by: Person) -> bool:
    """The holder received what was announced: a record that both sides confirmed.

    Returns whether it was still awaited; raises ``error.pot_closed``.
    """
    gift = PotGift.objects.select_for_update().get(pk=gift.pk)
    if gift.state != "announced":
        return False
    pot = _open(gift.pot_id)
    within = _cooperation(pot.actor, gift, by)
    sides = {
        "giver": within.present().get(actor=gift.giver), "receiver": within.present().get(actor=pot.actor),
    }  # fmt: skip
    gift.record = cooperations.note_record(
        within, by=gift.by, for_party=sides["giver"], resource="money", quantity=gift.amount,
        unit="eur", day=gift.day, note=pot.title, **sides,
    )  # fmt: skip
    cooperations.confirm_record(gift.record, by=by)
    gift.state = "received"
    gift.version += 1
    gift.save()
    follow_gifts(pot)
    return True


def _cooperation(holder: Actor, gift: PotGift, by: Person) -> Cooperation:
    """One of both that had begun by then, or a light new one."""
    for known in together(holder.pk, gift.giver_id):
        if known.started <= gift.day:
            return known
    made = cooperations.start(
        by=by, actor=holder, name=f"{holder.name}, {gift.giver}"[:160], subject=gift.pot.title,
        started=gift.day,
    )  # fmt: skip
    Party.objects.create(cooperation=made, actor=gift.giver, since=gift.day, by=by)
    return made


@transaction.atomic
def withdraw(gift: PotGift, *, by: Person) -> bool:
    """A gift noted by mistake or never received; refused once a project counts on it (``error.pot_used``)."""
    gift = PotGift.objects.select_for_update().get(pk=gift.pk)
    if gift.state == "withdrawn":
        return False
    if gift.used() > CENT:
        raise ReciproqueError("error.pot_used")
    if gift.record and not gift.record.replaced:
        party = gift.record.receiver
        cooperations.correct_record(
            gift.record, by=by, for_party=party, quantity=0.0, note=gift.pot.title
        )
    gift.state = "withdrawn"
    gift.version += 1
    gift.save()
    follow_gifts(gift.pot)
    return True


@transaction.atomic
def say_cost(commitment: Commitment, unit_cost: float, *, by: Person) -> GiftCost:
    """What a unit of what was given cost, as its giver says; said again, it replaces."""
    found, new = GiftCost.objects.get_or_create(
        commitment=commitment, defaults={"unit_cost": unit_cost, "by": by}
    )
    if not new and found.unit_cost != unit_cost:
        found.unit_cost, found.by = unit_cost, by
        found.version += 1
        found.save()
    return found


def awaited(person: Person) -> Any:
    """Gifts announced to the pots of someone's organisations."""
    found = PotGift.objects.filter(state="announced", pot__actor__in=person.actors())
    return found.select_related("pot", "giver")
