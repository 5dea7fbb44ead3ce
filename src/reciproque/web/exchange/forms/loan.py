"""Lend a thing, ask for it, hand it out, take it back."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.vocabulary import label, table
from reciproque.web.exchange.models import Item, Loan
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.registry.places import PlaceField
from reciproque.web.shared.forms import day_field, words
from reciproque.web.shared.templatetags.reciproque import lang

LENT = ("goods", "places")


def lendable() -> list[tuple[str, str]]:
    """The resources that can be lent: goods and places."""
    return [
        (k, label("resources", k, lang()))
        for k, r in table("resources").items()
        if r["nature"] in LENT
    ]


class ItemForm(forms.ModelForm):
    """A thing to lend."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = PlaceField(label=_("Où : nom ou code d’une commune ou d’un territoire"), required=False)
    field_order = ("actor", "title", "resource", "text", "place", "condition", "most_days", "lent")

    class Meta:
        model = Item
        fields = ("actor", "title", "resource", "text", "condition", "most_days", "lent")
        labels = {
            "actor": _("Pour"), "title": _("En quelques mots"), "resource": _("Quoi"),
            "text": _("Ce qu’il faut savoir"), "condition": _("Son état"),
            "most_days": _("Pas plus de (jours)"), "lent": _("On peut l’emprunter en ce moment"),
        }  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["resource"] = forms.ChoiceField(label=_("Quoi"), choices=lendable)
        self.fields["condition"] = forms.ChoiceField(
            label=_("Son état"), choices=words("conditions")
        )
        mine = writing_actors(person)
        self.fields["actor"].queryset, self.fields["actor"].empty_label = mine, None
        self.initial.setdefault("actor", mine.first())
        self.order_fields(self.field_order)
        if self.instance._state.adding:
            self.fields["once"].initial = uuid.uuid4
            self.initial.update(resource="kits", condition="good")
        else:
            self.fields["version"].initial = self.instance.version
            self.initial["place"] = self.instance.territory

    def _post_clean(self) -> None:
        super()._post_clean()
        actor = self.cleaned_data.get("actor")
        place = self.cleaned_data.get("place")
        self.instance.territory = place or (actor.territory if actor else "")


class LoanForm(forms.ModelForm):
    """From when to when, for which organisation, for what."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    start = day_field(_("À partir du"), required=True)
    end = day_field(_("Jusqu’au"), required=True)

    class Meta:
        model = Loan
        fields = ("borrower", "start", "end", "use")
        labels = {"borrower": _("Pour"), "use": _("Pour quoi faire")}

    def __init__(self, *args: Any, item: Item, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.instance.item = item
        mine = writing_actors(person)
        self.fields["borrower"].queryset = mine
        self.fields["borrower"].empty_label = None
        self.initial.setdefault("borrower", mine.first())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", _("La fin précède le début."))
        if start and start < timezone.localdate():
            self.add_error("start", _("Ce jour est passé."))
        return values


class StepForm(forms.Form):
    """Handing out and taking back: in what condition."""

    condition = forms.ChoiceField(
        label=_("Son état"), required=False, choices=words("conditions", "–")
    )
    note = forms.CharField(label=_("À noter"), required=False, max_length=300)
