"""What the forms of a cooperation share."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say, table
from reciproque.web.cooperations.models import (
    Cooperation,
    Party,
)
from reciproque.web.cooperations.rules import my_parties
from reciproque.web.shared.forms import day_field, decimals_as_written, words
from reciproque.web.shared.templatetags.reciproque import lang, seen_by

ROWS = forms.Textarea(attrs={"rows": 3})


class ThingForm(forms.ModelForm):
    """A thing of a cooperation: its parties to choose from, the marks against loss and doubles."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    choices: dict[str, str] = {}
    days: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    usual: tuple[str, ...] = ("role", "visibility", "state", "every", "way", "kind", "nature")

    def __init__(self, *args: Any, cooperation: Cooperation, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.cooperation, self.person = cooperation, person
        decimals_as_written(self.fields)
        for name, kinds in self.choices.items():
            known = self.fields[name]
            chosen = name in self.initial or not self.instance._state.adding or name in self.usual
            blank = "" if known.required and chosen else "–"
            self.fields[name] = forms.ChoiceField(
                label=known.label, required=known.required, choices=words(kinds, blank)
            )
        if seen := self.fields.get("visibility"):
            seen.required = False
            # a browser keeps the first choice of a list in which none is chosen
            self.initial.setdefault("visibility", self.instance.visibility)
            seen.choices = [(key, seen_by(self.instance, key)) for key in table("visibilities")]
        for name in self.days:
            known = self.fields[name]
            self.fields[name] = day_field(known.label, known.required)
            if known.required and self.instance._state.adding:
                self.initial.setdefault(name, timezone.localdate())
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and field.queryset.model is Party:
                self._offer_parties(name, field)
        if self.instance._state.adding:
            self.fields["once"].initial = uuid.uuid4
            self.instance.cooperation = cooperation
        else:
            self.fields["version"].initial = self.instance.version

    def _offer_parties(self, name: str, field: forms.ModelChoiceField) -> None:
        """The parties of the cooperation; for one's own words, those one acts for, the first chosen."""
        field.queryset = self.cooperation.present()
        field.error_messages["invalid_choice"] = _(
            "Ce n’est pas une partie de cette coopération, ou elle l’a quittée : choisissez dans la liste."
        )
        if name not in self.mine:
            return
        own = my_parties(self.person, self.cooperation)
        field.queryset = field.queryset.filter(pk__in=[p.pk for p in own])
        field.empty_label = None
        if own and self.instance._state.adding:
            self.initial[name] = own[0]

    def clean_visibility(self) -> str:
        """Not said, it stays as it stands: the parties, for a new thing."""
        return self.cleaned_data.get("visibility") or self.instance.visibility

    def say_error(self, field: str | None, error: ReciproqueError) -> None:
        self.add_error(field, say(error, lang()))
