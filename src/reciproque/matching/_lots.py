"""Lots of used equipment: which channel, by which rule, with which duties."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reciproque.kernel import Reason, ReciproqueError
from reciproque.vocabulary import label, rows, table

CONDITION = re.compile(r"(\w+)(<=|>=|<|>|=)(\d+)")
COMPARE = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
}
DATA_DUTY = "erase"  # asked only of what bears data


@dataclass(frozen=True, slots=True)
class Lot:
    """What a company holds at its end of use: ``category`` 1 to 7 (R543-172), ``state`` a row of
    ``vocabulary/lot_states``, ``weight`` in kilograms; ``given`` for reuse rather than discarded;
    ``territory`` the code of where it stands, if known.
    """

    key: str
    actor: str
    category: int
    state: str
    weight: float
    data: bool = False
    erased: bool = False
    dangerous: bool = False
    given: bool = False
    title: str = ""
    assumed: bool = False
    territory: str = ""

    def __post_init__(self) -> None:
        if not self.weight > 0:
            raise ReciproqueError("lot.weight", what=self.title or self.key, value=self.weight)
        for value, name in ((str(self.category), "waste_categories"), (self.state, "lot_states")):
            if value not in table(name):
                choices = ", ".join(table(name))
                raise ReciproqueError("error.unknown_row", value=value, field=name, choices=choices)


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a lot goes, by which rule; is it waste, and what must be done."""

    lot: str
    channel: str
    rule: str
    waste: bool
    duties: tuple[str, ...]
    reasons: tuple[Reason, ...]


def _facts(lot: Lot) -> dict[str, int]:
    states = {name: int(lot.state == name) for name in table("lot_states")}
    yes = {name: int(getattr(lot, name)) for name in ("data", "erased", "dangerous", "given")}
    return {**states, **yes, "category": lot.category}


def _holds(rule: Mapping[str, str], facts: Mapping[str, int]) -> bool:
    for part in rule["conditions"].split():
        found = CONDITION.fullmatch(part)
        if not found or found[1] not in facts:
            raise ReciproqueError("route.bad_rule", text=part, rule=rule["id"])
        if not COMPARE[found[2]](facts[found[1]], int(found[3])):
            return False
    return True


def _both(name: str, table_name: str, key: str) -> dict[str, str]:
    return {f"{name}_{lang}": label(table_name, key, lang) for lang in ("fr", "en")}


def _routing(lot: Lot, rule: Mapping[str, str]) -> Routing:
    waste = table("channels")[rule["channel"]]["waste"] == "1"
    needless = not lot.data or lot.erased
    duties = tuple(d for d in rule["duties"].split() if not (d == DATA_DUTY and needless))
    words = {"id": rule["id"], "rule_fr": rule["label_fr"], "rule_en": rule["label_en"]}
    reasons = [
        Reason("route.because", "route", {**words, **_both("channel", "channels", rule["channel"])})
    ]
    if rule["channel"] == "gift":
        reasons.append(Reason("route.gift", "route"))
    for duty in duties:
        basis = table("waste_duties")[duty]["basis"]
        reasons.append(
            Reason("route.duty", "duty", _both("duty", "waste_duties", duty), source=basis)
        )
    return Routing(lot.key, rule["channel"], rule["id"], waste, duties, tuple(reasons))


def route(
    lots: Iterable[Lot], rules: Iterable[Mapping[str, str]] | None = None
) -> tuple[Routing, ...]:
    """The channel of each lot: the first rule of ``vocabulary/routing_rules`` (or ``rules``) that holds.

    Raises ``route.no_rule`` where none does, ``route.bad_rule`` for a condition that cannot be read.

    >>> found = route([Lot("l", "firm", 6, "works", 40, given=True)])[0]
    >>> found.channel, found.waste, found.duties
    ('gift', False, ())
    """
    rules, found = tuple(rows("routing_rules") if rules is None else rules), []
    for lot in lots:
        facts = _facts(lot)
        rule = next((r for r in rules if _holds(r, facts)), None)
        if rule is None:
            raise ReciproqueError("route.no_rule", what=lot.title or lot.key)
        found.append(_routing(lot, rule))
    return tuple(found)
