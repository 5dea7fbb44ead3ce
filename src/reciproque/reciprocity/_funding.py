"""A funding plan: costs, sources, own share and public aid against the dated rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reciproque.kernel import Reason
from reciproque.reciprocity._forms import legal_rule
from reciproque.vocabulary import table


@dataclass(frozen=True)
class Cost:
    """A cost line in euros; ``flat_rate`` in % of the other costs takes the place of an amount."""

    label: str
    excluding_vat: float = 0.0
    vat_rate: float = 0.0
    eligible: bool = True
    flat_rate: float | None = None
    vat_recovered: bool = False


@dataclass(frozen=True)
class Source:
    """Who pays: ``own`` is the carrier itself; ``state`` requested, granted, signed or paid."""

    label: str
    amount: float
    public: bool = True
    own: bool = False
    state: str = "requested"
    aid_basis: str = ""


@dataclass(frozen=True)
class Plan:
    """The totals in euros, shares in % of public funding, and what to look at."""

    costs: float
    eligible: float
    sources: float
    own: float
    public_aid: float
    own_share: float | None
    aid_rate: float | None
    remarks: tuple[Reason, ...]


def cost_of(cost: Cost, others: float) -> float:
    """What a line costs in euros: with VAT unless it is recovered; flat rates on the others."""
    if cost.flat_rate is not None:
        return others * cost.flat_rate / 100
    return cost.excluding_vat * (1 if cost.vat_recovered else 1 + cost.vat_rate / 100)


def plan(costs: Sequence[Cost], sources: Sequence[Source], investment: bool = True) -> Plan:
    """Totals and checks of a funding plan.

    The own share is counted on **public** funding (CGCT L1111-10 III): the carrier's own money over
    it and all public aid; private money stands outside.  The rule holds for an investment.
    """
    real = sum(cost_of(c, 0.0) for c in costs if c.flat_rate is None)
    total = sum(cost_of(c, real) for c in costs)
    eligible = sum(cost_of(c, real) for c in costs if c.eligible)
    paid = sum(s.amount for s in sources)
    own = sum(s.amount for s in sources if s.own)
    aid = sum(s.amount for s in sources if s.public and not s.own)
    public = own + aid
    share = 100 * own / public if public else None
    remarks = []
    if investment and share is not None:
        row, minimum = table("legal_rules")["own_share"], legal_rule("own_share")
        key = "funding.own_share_low" if share < minimum - 1e-9 else "funding.own_share_ok"
        remarks.append(
            Reason(key, "funding", {
                "share": share, "minimum": minimum,
                "basis_fr": row["basis_fr"], "basis_en": row["basis_en"],
            }, row["basis_fr"], row["checked_on"])
        )  # fmt: skip
    gap = round(total - paid, 2)
    if gap:
        key = "funding.not_balanced" if gap > 0 else "funding.over_funded"
        figures = {"sources": paid, "costs": total, "gap": abs(gap)}
        remarks.append(Reason(key, "funding", figures))
    if aid > eligible + 1e-9:
        remarks.append(
            Reason("funding.over_eligible", "funding", {"aid": aid, "eligible": eligible})
        )
    rate = 100 * aid / eligible if eligible else None
    return Plan(total, eligible, paid, own, aid, share, rate, tuple(remarks))
