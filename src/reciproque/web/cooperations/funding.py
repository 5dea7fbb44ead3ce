"""The funding plan of a cooperation: its totals against the rules, and its tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from reciproque.reciprocity import Plan, cost_of
from reciproque.reciprocity import plan as plan_of
from reciproque.vocabulary import label, say, table
from reciproque.web.cooperations.models import Cooperation, CostLine
from reciproque.web.shared.templatetags.reciproque import lang

Sheet = tuple[str, list[str], list[list[object]]]


def funding_plan(cooperation: Cooperation, circle: str = "parties") -> Plan:
    """Totals and checks of what a circle of readers may know, without the drafts of some.

    The own share is asked of an investment, told by the nature of its costs.
    """
    costs, natures = list(cooperation.costs.shown(circle)), table("cost_natures")
    invests = any(natures[c.nature]["investment"] == "1" for c in costs)
    sources = [s.for_engine() for s in cooperation.sources.shown(circle)]
    return plan_of([c.for_engine() for c in costs], sources, investment=invests)


def _yes(flag: bool) -> str:
    return _("oui") if flag else _("non")


def counted(lines: Iterable[CostLine]) -> list[tuple[CostLine, float]]:
    """Each line and what it counts for, in euros: with VAT unless it is recovered; flat rates on the others."""
    costs = list(lines)
    real = sum(cost_of(c.for_engine(), 0.0) for c in costs if c.flat_rate is None)
    return [(c, round(cost_of(c.for_engine(), real), 2)) for c in costs]


def _costs(costs: Iterable[CostLine]) -> list[list[object]]:
    return [
        [
            c.label, label("cost_natures", c.nature, lang()), float(c.excluding_vat), float(c.vat_rate),
            _yes(c.vat_recovered), kept, _yes(c.eligible),
            "" if c.flat_rate is None else float(c.flat_rate), str(c.engaged or ""),
            str(c.acknowledged or ""),
        ]
        for c, kept in counted(costs)
    ]  # fmt: skip


def funding_sheets(cooperation: Cooperation) -> list[Sheet]:
    """Costs, sources, totals: every column, in euros and %."""
    found = funding_plan(cooperation)
    sources: list[list[object]] = [
        [
            s.label, float(s.amount), _yes(s.public), _yes(s.own),
            label("funding_states", s.state, lang()), str(s.deadline or ""), s.aid_basis,
        ]
        for s in cooperation.sources.shown()
    ]  # fmt: skip
    totals: list[list[object]] = [
        [_("Dépenses"), found.costs], [_("Dépenses éligibles"), found.eligible],
        [_("Financements"), found.sources], [_("Part propre"), found.own],
        [_("Aides publiques"), found.public_aid], [_("Part propre, % des financements publics"), found.own_share],
        [_("Taux d’aide publique, % des dépenses éligibles"), found.aid_rate],
    ]  # fmt: skip
    totals += [[say(remark, lang()), None] for remark in found.remarks]
    return [
        (_("Dépenses"),
         [_("Dépense"), _("Nature"), _("Hors taxes"), _("TVA"), _("TVA récupérée"), _("Retenu"), _("Éligible"),
          _("Forfait, %"), _("Engagée le"), _("Accusé de réception du financeur")],
         _costs(cooperation.costs.shown())),
        (_("Financements"),
         [_("Qui"), _("Montant"), _("Argent public"), _("Part propre"), _("État"),
          _("Dossier à déposer avant le"), _("Base au regard des aides d’État")], sources),
        (_("Totaux"), [_("Total"), _("Montant (€) ou part (%)")], totals),
    ]  # fmt: skip
