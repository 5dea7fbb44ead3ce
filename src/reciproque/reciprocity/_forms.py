"""The lightest form that suffices, by a published decision table.

``vocabulary/form_rules.csv`` holds the table: each row says which facts call for which form.
Facts are numbers (yes is 1); ``@name`` in a condition is a dated legal rule of
``vocabulary/legal_rules.csv``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from dateutil.relativedelta import relativedelta

from reciproque.kernel import Commitment, Cooperation, Reason
from reciproque.vocabulary import rows, say, table

CONDITION = re.compile(r"(\w+)(<=|>=|<|>|=)(@?\w+)")
COMPARE = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
}
NAMED = {"<": "below", ">": "above", "<=": "at_most", ">=": "at_least", "=": "equal"}
PUBLIC = ("public", "state")
UPPER = ("departement", "region", "chamber")
GRANTS = ("grant",)
CONTAINED = 1  # a charter is contained in anything heavier


@dataclass(frozen=True)
class Proposal:
    """A form, its row of ``vocabulary/forms.csv``, and why the facts call for it."""

    form: str
    weight: int
    rule: str
    reason: Reason


@cache
def _conditions(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(CONDITION.fullmatch(part).groups() for part in text.split())  # type: ignore[union-attr, misc]


def legal_rule(name: str) -> float:
    """The value of a dated legal rule."""
    return float(table("legal_rules")[name]["value"])


def _holds(conditions: str, facts: Mapping[str, float]) -> bool:
    for name, comparison, against in _conditions(conditions):
        bound = legal_rule(against[1:]) if against.startswith("@") else float(against)
        if not COMPARE[comparison](facts.get(name, 0.0), bound):
            return False
    return True


def conditions_in_words(conditions: str, lang: str = "fr") -> list[str]:
    """The conditions of a rule of the table, each in words.

    >>> conditions_in_words("mutual=1 axes>=2 foreign=0", "en")[1:]
    ['Axes of action: at least 2', 'not: A party is foreign']
    """
    found = []
    for name, comparison, against in _conditions(conditions):
        fact = table("facts")[name]
        words = fact[f"label_{lang}"]
        if fact["kind"].endswith("yes"):
            wanted = "yes" if (comparison, against) == ("=", "1") else "no"
            found.append(say(f"condition.{wanted}", lang, fact=words))
            continue
        bound = legal_rule(against[1:]) if against.startswith("@") else float(against)
        found.append(say(f"condition.{NAMED[comparison]}", lang, fact=words, bound=bound))
    return found


def forms(facts: Mapping[str, float]) -> list[Proposal]:
    """The forms that the facts call for, the heaviest first: it is the lightest that suffices.

    A lighter one further down comes with it (a cross-border convention and a grant convention,
    say) or is contained in it.  Facts that are not given count as no.
    """
    found: dict[str, Proposal] = {}
    for row in rows("form_rules"):
        if _holds(row["conditions"], facts):
            form = table("forms")[row["form"]]
            reason = Reason(f"form.{row['id']}", "form", dict(facts), form["basis"])
            proposal = Proposal(row["form"], int(form["weight"]), row["id"], reason)
            found.setdefault(row["form"], proposal)
    heaviest = sorted(found.values(), key=lambda p: (-p.weight, p.rule))
    return heaviest[:1] + [p for p in heaviest[1:] if p.weight > CONTAINED]


def _whole_years(days: list[date]) -> int:
    """From the first day to the last, both counted: 1 January to 31 December is one year."""
    if not days:
        return 0
    last = max(days)
    return relativedelta(last + timedelta(days=int(last < date.max)), min(days)).years


def _a_year(c: Commitment) -> float:
    """What a commitment gives in a year: the law counts a grant by the year."""
    months = int(table("rhythms")[c.every]["months"] or 0)
    return c.quantity * (12 / months if months else 1)


def _grants(live: list[Commitment], private: set[str]) -> float:
    """The largest yearly grant that one party gives one private body."""
    found: dict[tuple[str, str], float] = {}
    for c in live:
        if c.resource in GRANTS and c.receiver in private:
            pair = (c.giver, c.receiver)
            found[pair] = found.get(pair, 0.0) + _a_year(c)
    return max(found.values(), default=0.0)


def facts_of(cooperation: Cooperation, day: date) -> dict[str, float]:
    """What is on record, as facts for :func:`forms`; ``cooperation.facts`` adds or overrides.

    A party counts up to its last day.
    """
    kinds = table("actor_kinds")
    present = [
        cooperation.actor(p.actor) for p in cooperation.parties if p.until is None or p.until >= day
    ]
    sectors = {kinds[a.kind]["sector"] for a in present if a.kind in kinds}
    live = [c for c in cooperation.commitments if c.state in ("agreed", "kept")]
    ways = {(c.giver, c.receiver) for c in live}
    private = {a.key for a in present if a.kind in kinds and kinds[a.kind]["sector"] == "private"}
    dates = [d for c in live for d in (c.start, c.due) if d]
    facts: dict[str, float] = {
        "commitments": len(live),
        "mutual": any((b, a) in ways for a, b in ways),
        "axes": len({a.axis for a in cooperation.actions if a.axis}),
        "years": _whole_years(dates),
        "grant_to_private": _grants(live, private),
        "public_only": bool(sectors) and sectors <= set(PUBLIC),
        "private": "private" in sectors or "citizen" in sectors,
        "foreign": "foreign" in sectors or any(a.country != "FR" for a in present),
        "upper_level": any(a.kind in UPPER for a in present),
        "kinds": len({a.kind for a in present}),
        "parties": len(present),
    }
    for name, value in cooperation.facts.items():
        if isinstance(value, int | float):
            facts[name] = float(value)
    return {name: float(value) for name, value in facts.items()}


def check_is_old(checked_on: str, day: date) -> bool:
    """Whether a legal row was last checked over a year before ``day``."""
    return (day - date.fromisoformat(checked_on)).days > 365
