"""Actions, money, meetings, decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reciproque.web.cooperations.forms.base import ROWS, ThingForm
from reciproque.web.cooperations.models import (
    Action,
    CostLine,
    Decision,
    FundingSource,
    Meeting,
)
from reciproque.web.cooperations.rules import readable


class ActionForm(ThingForm):
    """An action: axis, lead, partners, dates, state."""

    choices = {"state": "action_states", "theme": "themes", "visibility": "visibilities"}
    days = ("start", "due", "done")

    class Meta:
        model = Action
        fields = ("title", "axis", "lead", "partners", "theme", "start", "due", "state", "done",
                  "visibility")  # fmt: skip
        labels = {
            "title": _("L’action"), "axis": _("Axe"), "lead": _("Qui pilote"),
            "partners": _("Avec qui"), "theme": _("Sujet"), "start": _("Début"),
            "due": _("Fin prévue"), "done": _("Faite le"), "state": _("État"),
            "visibility": _("Visible par"),
        }  # fmt: skip
        widgets = {"partners": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, due, done = (values.get(name) for name in ("start", "due", "done"))
        if start and due and due < start:
            self.add_error("due", _("La fin précède le début : corrigez l’une des deux dates."))
        if done:
            values["state"] = "done"
        elif values.get("state") == "done":
            self.add_error("done", _("Dites quel jour l’action a été faite."))
        return values


class CostForm(ThingForm):
    """A cost."""

    choices = {"nature": "cost_natures", "visibility": "visibilities"}
    days = ("engaged", "acknowledged")

    class Meta:
        model = CostLine
        fields = (
            "label",
            "nature",
            "excluding_vat",
            "vat_rate",
            "vat_recovered",
            "eligible",
            "flat_rate",
            "engaged",
            "acknowledged",
            "visibility",
        )
        labels = {
            "label": _("La dépense"), "nature": _("Nature"), "excluding_vat": _("Montant hors taxes (€)"),
            "vat_rate": _("TVA (%)"), "vat_recovered": _("TVA récupérée"), "eligible": _("Éligible"),
            "flat_rate": _("Ou un forfait : % des autres dépenses"), "engaged": _("Engagée le"),
            "acknowledged": _("Accusé de réception du financeur"),
            "visibility": _("Visible par"),
        }  # fmt: skip


class SourceForm(ThingForm):
    """Who pays."""

    choices = {"state": "funding_states", "visibility": "visibilities"}
    days = ("deadline",)

    class Meta:
        model = FundingSource
        fields = ("label", "amount", "public", "own", "state", "deadline", "aid_basis",
                  "visibility")  # fmt: skip
        labels = {
            "label": _("Qui finance"), "amount": _("Montant (€)"), "public": _("Argent public"),
            "own": _("Part propre du porteur"), "state": _("Où en est-on"),
            "deadline": _("Dossier à déposer avant le"),
            "aid_basis": _("Base au regard des aides d’État"),
            "visibility": _("Visible par"),
        }  # fmt: skip


class MeetingForm(ThingForm):
    """When, where, who calls it, what about."""

    choices = {"kind": "meeting_kinds", "visibility": "visibilities"}
    days = ("day",)

    class Meta:
        model = Meeting
        fields = ("title", "kind", "day", "hour", "place", "lead", "agenda", "visibility")
        labels = {
            "title": _("La rencontre"), "kind": _("Nature"), "day": _("Le jour"), "hour": _("À quelle heure"),
            "place": _("Où"), "lead": _("Qui invite"), "agenda": _("Ordre du jour, un point par ligne"),
            "visibility": _("Visible par"),
        }  # fmt: skip
        widgets = {
            "agenda": forms.Textarea(attrs={"rows": 5}),
            "hour": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }


class DecisionForm(ThingForm):
    """What a body decided, how, and when it took effect."""

    choices = {"way": "decision_ways", "visibility": "visibilities"}
    days = ("day", "transmitted", "executory")

    class Meta:
        model = Decision
        fields = (
            "title",
            "meeting",
            "party",
            "body",
            "number",
            "day",
            "way",
            "votes_for",
            "votes_against",
            "abstentions",
            "objections",
            "proxies",
            "withdrew",
            "transmitted",
            "executory",
            "visibility",
        )
        labels = {
            "title": _("Ce qui est décidé"), "meeting": _("Lors de"), "party": _("Ou par l’organe de"),
            "body": _("Organe (comité, conseil)"), "number": _("Numéro"), "day": _("Le jour"),
            "way": _("Comment"), "votes_for": _("Pour"), "votes_against": _("Contre"),
            "abstentions": _("Abstentions"), "objections": _("Objections"), "proxies": _("Pouvoirs : qui vote pour qui"),
            "withdrew": _("Qui s’est retiré"), "transmitted": _("Transmise le"),
            "executory": _("Exécutoire le"), "visibility": _("Visible par"),
        }  # fmt: skip
        widgets = {"objections": ROWS}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        held = self.cooperation.meetings.all()
        self.fields["meeting"].queryset = readable(self.person, self.cooperation, held)
