"""Commitments and records."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import in_own_unit
from reciproque.vocabulary import table
from reciproque.web.cooperations.forms.base import ThingForm
from reciproque.web.cooperations.models import (
    Commitment,
    Record,
)
from reciproque.web.cooperations.rules import readable
from reciproque.web.shared.forms import decimals_as_written
from reciproque.web.shared.templatetags.reciproque import seen_by


class CommitmentForm(ThingForm):
    """Who gives whom how much of what, by when."""

    choices = {
        "resource": "resources",
        "unit": "units",
        "every": "rhythms",
        "state": "commitment_states",
        "visibility": "visibilities",
    }
    days = ("start", "due")

    class Meta:
        model = Commitment
        fields = (
            "title",
            "giver",
            "receiver",
            "resource",
            "quantity",
            "unit",
            "every",
            "start",
            "due",
            "state",
            "procedure",
            "visibility",
        )
        labels = {
            "title": _("L’engagement, en quelques mots"), "giver": _("Qui donne"),
            "receiver": _("Qui reçoit"), "resource": _("Ressource"), "quantity": _("Quantité"),
            "unit": _("Unité"), "every": _("Combien de fois"), "start": _("À partir du"),
            "due": _("Jusqu’au, ou pour le"), "state": _("État"),
            "procedure": _("S’il y a un prix : la procédure d’achat"),
            "visibility": _("Visible par"),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        thing = Commitment(
            cooperation=self.cooperation,
            **{k: v for k, v in values.items() if k not in ("once", "version")},
        )
        try:
            thing.for_engine()
            in_own_unit(thing.quantity, thing.unit, thing.resource)
        except ReciproqueError as error:
            self.say_error("unit" if error.key == "error.unit" else None, error)
        return values

    def save(self, commit: bool = True) -> Commitment:
        """What is for fewer people takes its records along."""
        kept = super().save(commit)
        kept.records.narrow(kept.visibility)
        return kept


class RecordForm(ThingForm):
    """What happened."""

    choices = {"resource": "resources", "unit": "units", "visibility": "visibilities"}
    days = ("day",)

    class Meta:
        model = Record
        fields = (
            "commitment",
            "giver",
            "receiver",
            "resource",
            "quantity",
            "unit",
            "day",
            "place",
            "note",
            "visibility",
        )
        labels = {
            "commitment": _("Pour quel engagement"), "giver": _("Qui a donné"),
            "receiver": _("Qui a reçu"), "resource": _("Ressource"), "quantity": _("Quantité"),
            "unit": _("Unité"), "day": _("Le jour"), "place": _("Où"),
            "note": _("Ce qui le prouve : bon de livraison, programme, photo"),
            "visibility": _("Visible par"),
        }  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.setdefault("day", timezone.localdate())
        live = readable(self.person, self.cooperation, self.cooperation.commitments.all())
        live = live.exclude(state__in=("proposed", "ended"))
        self.fields["commitment"].queryset = live
        self.fields["commitment"].error_messages["invalid_choice"] = _(
            "Cet engagement est terminé, ou n’est pas encore convenu : notez un fait sans engagement, ou rouvrez-le d’abord."
        )


class CorrectionForm(forms.Form):
    """The right quantity (zero cancels), and why."""

    quantity = forms.FloatField(label=_("La bonne quantité (0 annule)"), min_value=0)
    note = forms.CharField(label=_("Pourquoi"), max_length=300)
    visibility = forms.ChoiceField(label=_("Visible par"), required=False)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        decimals_as_written(self.fields)
        self.fields["visibility"].choices = [
            (key, seen_by(Record(), key)) for key in table("visibilities")
        ]
