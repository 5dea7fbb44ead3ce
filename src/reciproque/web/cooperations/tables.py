"""Every table of a cooperation that all its parties may read, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reciproque.reciprocity import unit_of
from reciproque.vocabulary import label
from reciproque.web.cooperations.documents import balance_columns, decisions_to_take, left_out
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.overview import Overview
from reciproque.web.shared.templatetags.reciproque import lang, seen_by

Sheet = tuple[str, Sequence[str], Sequence[Sequence[object]]]


def _balance(seen: Overview) -> Sheet:
    rows = [
        [
            x.giver, x.receiver, x.resource, x.line.promised, x.line.due, x.line.delivered,
            x.line.unconfirmed, label("units", unit_of(x.line.resource), lang()),
        ]
        for x in seen.lanes
    ]  # fmt: skip
    return _("Équilibre"), [*balance_columns(), _("Unité")], rows


def _commitments(c: Cooperation) -> Sheet:
    columns = [
        _("Engagement"), _("Donne"), _("Reçoit"), _("Ressource"), _("Quantité"), _("Unité"),
        _("Combien de fois"), _("À partir du"), _("Pour le"), _("État"), _("Visible par"),
    ]  # fmt: skip
    rows = [
        [
            m.title, str(m.giver), str(m.receiver), label("resources", m.resource, lang()),
            m.quantity, label("units", m.unit, lang()), label("rhythms", m.every, lang()),
            str(m.start or ""), str(m.due or ""), label("commitment_states", m.state, lang()),
            seen_by(m),
        ]
        for m in c.commitments.shown().select_related("giver__actor", "receiver__actor")
    ]  # fmt: skip
    return _("Engagements"), columns, rows


def _records(c: Cooperation) -> Sheet:
    columns = [
        _("Jour"), _("Donne"), _("Reçoit"), _("Ressource"), _("Quantité"), _("Unité"), _("Statut"),
        _("Preuve"), _("Visible par"),
    ]  # fmt: skip
    rows = [
        [
            r.day.isoformat(), str(r.giver), str(r.receiver), label("resources", r.resource, lang()),
            r.quantity, label("units", r.unit, lang()),
            _("confirmé") if r.confirmed_flag else _("à confirmer"), r.note, seen_by(r),
        ]
        for r in c.records.shown().standing().select_related("giver__actor", "receiver__actor")
    ]  # fmt: skip
    return _("Faits"), columns, rows


def _actions(c: Cooperation) -> Sheet:
    columns = [
        _("Action"),
        _("Axe"),
        _("Pilote"),
        _("Début"),
        _("Fin"),
        _("État"),
        _("Visible par"),
    ]
    rows = [
        [
            a.title, a.axis, str(a.lead), str(a.start or ""), str(a.due or ""),
            label("action_states", a.state, lang()), seen_by(a),
        ]
        for a in c.actions.shown().select_related("lead__actor")
    ]  # fmt: skip
    return _("Actions"), columns, rows


def _money(c: Cooperation) -> list[Sheet]:
    costs = [
        [
            x.label, label("cost_natures", x.nature, lang()), float(x.excluding_vat),
            float(x.vat_rate), seen_by(x),
        ]
        for x in c.costs.shown()
    ]  # fmt: skip
    sources = [
        [x.label, float(x.amount), label("funding_states", x.state, lang()), seen_by(x)]
        for x in c.sources.shown()
    ]
    return [
        (_("Dépenses"), [_("Dépense"), _("Nature"), _("Hors taxes"), _("TVA"), _("Visible par")], costs),
        (_("Financements"), [_("Qui"), _("Montant"), _("État"), _("Visible par")], sources),
    ]  # fmt: skip


def steering_sheets(seen: Overview) -> list[Sheet]:
    """Balance, commitments, records, actions, funding, left out, signals, next dates, decisions."""
    c, told = seen.cooperation, [[t.title, t.text, t.todo] for t in seen.told]
    signals: Sheet = (_("Signaux"), [_("Signal"), _("Ce qu’il dit"), _("Que faire")], told)
    out: Sheet = (_("Qui est oublié"), [_("Qui est oublié")], [[t] for t in left_out(seen)])
    ahead = [[d.day.isoformat(), d.title, d.detail] for d in seen.dates]
    dates: Sheet = (_("Prochaines dates"), [_("Jour"), _("Quoi"), _("Précision")], ahead)
    decide: Sheet = (_("À décider"), [_("Décision")], [[d] for d in decisions_to_take(seen)])
    return [
        _balance(seen), _commitments(c), _records(c), _actions(c), *_money(c), out, signals, dates, decide,
    ]  # fmt: skip
