"""A step of a chain: who turns what into what, how much comes out, how much fits."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.exchange.models import Step
from reciproque.web.registry.places import PlaceField
from reciproque.web.shared.forms import decimals_as_written, words


class ChainStepForm(forms.ModelForm):
    """A step held by an organisation of the cooperation."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = PlaceField(label=_("Où : nom ou code d’une commune ou d’un territoire"), required=False)
    field_order = ("actor", "title", "takes", "gives", "yields", "capacity", "place")

    class Meta:
        model = Step
        fields = ("actor", "title", "takes", "gives", "yields", "capacity")
        labels = {
            "actor": _("Qui la tient"), "title": _("En quelques mots"),
            "yields": _("Pour une unité qui entre, combien sort"),
            "capacity": _("Au plus combien peut entrer"),
        }  # fmt: skip
        help_texts = {
            "yields": _("0,25 : quatre kilos entrent, un sort."),
            "capacity": _("Dans l’unité de ce qui entre ; vide : sans limite."),
        }

    def __init__(self, *args: Any, cooperation: Cooperation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.instance.cooperation = cooperation
        self.fields["takes"] = forms.ChoiceField(
            label=_("Ce qui entre"), choices=words("resources")
        )
        self.fields["gives"] = forms.ChoiceField(label=_("Ce qui sort"), choices=words("resources"))
        parties = cooperation.present().values("actor")
        self.fields["actor"].queryset = Actor.objects.filter(pk__in=parties)
        self.fields["actor"].empty_label = None
        decimals_as_written(self.fields)
        self.order_fields(self.field_order)
        if self.instance._state.adding:
            self.fields["once"].initial = uuid.uuid4
        else:
            self.fields["version"].initial = self.instance.version
            self.initial["place"] = self.instance.territory

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("takes") and values.get("takes") == values.get("gives"):
            self.add_error("gives", _("Une étape change une chose en une autre."))
        for name in ("yields", "capacity"):
            if values.get(name) is not None and not values[name] > 0:
                self.add_error(name, _("Écrivez un nombre plus grand que zéro."))
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        actor, place = self.cleaned_data.get("actor"), self.cleaned_data.get("place")
        self.instance.territory = place or (actor.territory if actor else "")
