"""What a gift may give back in tax, as information: rates, ceiling, carry-over, by dated rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reciproque.kernel import Reason, ReciproqueError
from reciproque.vocabulary import rows


@dataclass(frozen=True, slots=True)
class Receipt:
    """Figures of a receipt, in euros: what counts this year, the reduction, and what is carried over
    (until ``until``, a year).  Skills and goods enter at cost.  ``note`` is always shown.
    """

    giver: str
    given: float
    ceiling: float
    counted: float
    rate: float
    reduction: float
    carried: float
    until: int
    rule: str
    basis: str
    note: Reason


def _in_force(row: Mapping[str, str], day: date) -> bool:
    first, last = row["valid_from"], row["valid_to"]
    return (not first or first <= day.isoformat()) and (not last or day.isoformat() <= last)


def _rule(giver: str, cause: str, day: date) -> dict[str, str]:
    found = [r for r in rows("patronage_rules") if r["giver"] == giver and _in_force(r, day)]
    for wanted in (cause, ""):
        for row in found:
            if row["cause"] == wanted:
                return dict(row)
    raise ReciproqueError("patronage.no_rule", giver=giver, day=day.isoformat())


def patronage_receipt(
    giver: str,
    given: float,
    day: date,
    base: float | None = None,
    cause: str = "",
    carried_in: float = 0.0,
) -> Receipt:
    """The figures of what ``giver`` (``company`` or ``person``) gives in a year.

    ``base`` is the year's turnover of a company or taxable income of a person; ``carried_in`` what
    earlier years left over; ``cause`` is ``aid`` for aid to people in difficulty.  Companies: 60 % up
    to 2,000,000 euros, 40 % above (60 % throughout for aid), at most 20,000 euros or 5 per mille of turnover, the rest
    over five years.  People: 66 %, at most 20 % of taxable income; 75 % on the first 2,000 euros of aid since 14 October
    2025, which that ceiling does not count.  What passes the ceiling is carried over whole; a first slice is not drawn on twice.
    Information, no tax advice.  Source: CGI articles 200 and 238 bis (``vocabulary/patronage_rules``).

    >>> found = patronage_receipt("company", 30_000, date(2026, 11, 24), base=1_000_000)
    >>> found.ceiling, found.reduction, found.carried, found.until
    (20000.0, 12000.0, 10000.0, 2031)
    """
    for value in (given, carried_in, base or 0.0):
        if value < 0:
            raise ReciproqueError("patronage.negative", value=value)
    row = _rule(giver, cause, day)
    if base is None and not row["ceiling"]:
        raise ReciproqueError("patronage.ceiling_unknown")
    ceiling = max(float(row["ceiling"] or 0), float(row["ceiling_share"]) * (base or 0.0))
    threshold = float(row["threshold"])
    beside = (
        min(given, threshold) if row["first_apart"] == "1" else 0.0
    )  # the ceiling does not see it
    counted = beside + min(given + carried_in - beside, ceiling)
    first = beside or min(counted, threshold)
    reduction = first * float(row["rate"]) + (counted - first) * float(row["rate_above"])
    return Receipt(
        giver=giver,
        given=given,
        ceiling=ceiling,
        counted=counted,
        rate=reduction / counted if counted else float(row["rate"]),
        reduction=round(reduction, 2),
        carried=given + carried_in - counted,
        until=day.year + int(row["carry_years"]),
        rule=row["id"],
        basis=row["basis"],
        note=Reason("patronage.note", "law", {"checked": row["checked_on"]}, source=row["basis"]),
    )
