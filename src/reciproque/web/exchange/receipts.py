"""What was given in a year, for who writes a receipt or a tax return: figures, rule, basis.  No tax advice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from reciproque.kernel import ReciproqueError
from reciproque.matching import Receipt, patronage_receipt
from reciproque.reciprocity import in_own_unit
from reciproque.vocabulary import label, say, table
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Commitment, Record
from reciproque.web.cooperations.office import safe
from reciproque.web.exchange.models import Pot, SupportCall
from reciproque.web.shared.templatetags.reciproque import lang

STALE = timedelta(days=365)


@dataclass(frozen=True)
class GiftLine:
    """What one organisation gave another of one thing in a year; ``value`` in euros, ``None`` while its cost is not said."""

    giver: Actor
    receiver: Actor
    to: Pot | SupportCall
    resource: str
    quantity: float
    unit: str
    confirmed: bool
    records: int
    last: date
    commitment: Commitment | None = None
    unit_cost: float | None = None

    @property
    def in_kind(self) -> bool:
        return self.resource != "money"

    @property
    def value(self) -> float | None:
        if not self.in_kind:
            return round(self.quantity, 2)
        return None if self.unit_cost is None else round(self.quantity * self.unit_cost, 2)


@dataclass(frozen=True)
class YearOfGiver:
    """The lines of a giver in a year, what they add up to, and the rule, or why there is none."""

    giver: Actor
    year: int
    lines: tuple[GiftLine, ...]
    total: float
    unvalued: int
    unconfirmed: int
    receipt: Receipt | None
    rule: Mapping[str, str]
    problem: str
    stale: bool

    @property
    def figures(self) -> Mapping[str, float]:
        """The numbers of the rule; its share of turnover per thousand."""
        names = ("rate", "rate_above", "threshold", "ceiling", "ceiling_share", "carry_years")
        found = {name: float(self.rule.get(name) or 0.0) for name in names}
        return {**found, "per_thousand": 1000 * found["ceiling_share"]}


def _patronage() -> Any:
    """Records of gifts to pots, and of commitments born of a call; what a pot passes on is counted at its givers."""
    to_pot = Q(pot_gift__isnull=False) | Q(corrects__pot_gift__isnull=False)
    to_call = Q(
        commitment__proposal__need__call_line__isnull=False,
        commitment__proposal__offer__pot__isnull=True,
        commitment__proposal__offer__terms="gift",
    )
    return Record.objects.standing().filter(to_pot | to_call, amount__gt=0)


def years_of(actor: Actor) -> list[int]:
    """The years in which an organisation gave or received, the latest first."""
    mine = Q(giver__actor=actor) | Q(receiver__actor=actor)
    return sorted(
        {d.year for d in _patronage().filter(mine).values_list("day", flat=True)}, reverse=True
    )


def lines_of(actor: Actor, year: int) -> list[GiftLine]:
    """What an organisation gave and received in a year."""
    mine = Q(giver__actor=actor) | Q(receiver__actor=actor)
    found = _patronage().filter(mine, day__year=year).select_related(
        "giver__actor", "receiver__actor", "commitment__gift_cost",
        "commitment__proposal__need__call_line__call", "pot_gift__pot", "corrects__pot_gift__pot",
    )  # fmt: skip
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for r in found.order_by("day", "created"):
        key = (r.giver.actor_id, r.receiver.actor_id, r.commitment_id, _to(r).pk, r.confirmed_flag)
        groups.setdefault(key, []).append(r)
    return [_line(of) for of in groups.values()]


def _to(record: Record) -> Pot | SupportCall:
    if record.commitment is not None:
        return record.commitment.proposal.need.call_line.call
    gift = getattr(record, "pot_gift", None) or record.corrects.pot_gift
    return gift.pot


def _line(of: list[Record]) -> GiftLine:
    """Alike records as one line, in the unit of their commitment."""
    first, commitment = of[0], of[0].commitment
    unit = commitment.unit if commitment else first.unit
    amount = sum(r.amount for r in of) / in_own_unit(1.0, unit, first.resource)
    cost = getattr(commitment, "gift_cost", None) if commitment else None
    return GiftLine(
        first.giver.actor, first.receiver.actor, _to(first), first.resource, amount, unit,
        first.confirmed_flag, len(of), max(r.day for r in of), commitment, cost.unit_cost if cost else None,
    )  # fmt: skip


def rule_of(kind: str, total: float, year: int, base: float | None = None) -> Receipt:
    """The rule of a year for a kind of organisation; raises ``ReciproqueError`` where none is known."""
    row = table("patronage_givers").get(kind)
    if row is None:
        what = {f"kind_{x}": label("actor_kinds", kind, x) for x in ("fr", "en")}
        raise ReciproqueError("patronage.no_kind", **what)
    return patronage_receipt(row["giver"], total, date(year, 12, 31), base=base)


def year_of(
    giver: Actor, lines: Iterable[GiftLine], year: int, base: float | None = None
) -> YearOfGiver:
    """The figures of a giver: confirmed lines alone add up."""
    mine = tuple(x for x in lines if x.giver.pk == giver.pk)
    sure = [x for x in mine if x.confirmed]
    total = round(sum(x.value or 0.0 for x in sure), 2)
    receipt, problem = None, ""
    rule: Mapping[str, str] = {}
    try:
        receipt = rule_of(giver.kind, total, year, base)
        rule = table("patronage_rules")[receipt.rule]
    except ReciproqueError as error:
        problem = say(error, lang())
    checked = date.fromisoformat(rule["checked_on"]) if rule else None
    return YearOfGiver(
        giver, year, mine, total, sum(x.value is None for x in mine), len(mine) - len(sure), receipt, rule,
        problem, bool(checked and date.today() - checked > STALE),
    )  # fmt: skip


def given_by(actor: Actor, year: int, base: float | None = None) -> list[YearOfGiver]:
    """Each giver of the lines of an organisation: itself first, then who gave to it."""
    lines = lines_of(actor, year)
    givers = {x.giver.pk: x.giver for x in lines}
    order = sorted(givers.values(), key=lambda g: (g.pk != actor.pk, g.name))
    return [year_of(g, lines, year, base if g.pk == actor.pk else None) for g in order]


def as_csv(found: Iterable[YearOfGiver]) -> str:
    """One row for each line, with the rule, its basis and the day it was checked."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([
        _("année"), _("donne"), _("reçoit"), _("pour"), _("quoi"), _("quantité"), _("unité"), _("valeur en euros"),
        _("comment la valeur est établie"), _("confirmé des deux côtés"), _("dernière date"),
        _("ce que déclare la structure qui reçoit"), _("précision"), _("règle"), _("taux"), _("taux au-delà du seuil"), _("seuil en euros"),
        _("plafond en euros"), _("plafond en part du chiffre d’affaires"), _("report en années"), _("base légale"), _("vérifiée le"), _("à savoir"),
    ])  # fmt: skip
    for year in found:
        for line in year.lines:
            writer.writerow([safe(cell) for cell in _row(year, line)])
    return out.getvalue()


def _row(year: YearOfGiver, line: GiftLine) -> list[Any]:
    rule, note = year.rule, year.problem or (say(year.receipt.note, lang()) if year.receipt else "")
    how = (
        _("montant versé")
        if not line.in_kind
        else _("prix de revient déclaré par la structure qui donne")
    )
    told = [rule.get(k, "") for k in (
        "id", "rate", "rate_above", "threshold", "ceiling", "ceiling_share", "carry_years", "basis", "checked_on",
    )]  # fmt: skip
    return [
        year.year, line.giver.name, line.receiver.name, line.to.title, label("resources", line.resource, lang()),
        f"{line.quantity:.2f}", label("units", line.unit, lang()), "" if line.value is None else f"{line.value:.2f}",
        how if line.value is not None else _("prix de revient non déclaré"), _("oui") if line.confirmed else _("non"),
        line.last.isoformat(), label("eligibility_statements", line.to.eligibility, lang()),
        line.to.eligibility_text, *told, note,
    ]  # fmt: skip
