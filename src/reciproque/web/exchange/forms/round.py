"""A collection round: which lots, which depot, which vehicles; afterwards, the weights."""

from __future__ import annotations

import uuid
from datetime import time
from math import isfinite
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reciproque.vocabulary import label
from reciproque.web.cooperations.forms import ThingForm
from reciproque.web.exchange.models import CollectionRound, Lot
from reciproque.web.exchange.models.lot import LARGEST_KG
from reciproque.web.registry.places import PlaceField
from reciproque.web.shared.forms import day_field, decimals_as_written
from reciproque.web.shared.templatetags.reciproque import kilograms, lang

VEHICLES = ("capacity_1", "capacity_2", "capacity_3")


class LotsField(forms.ModelMultipleChoiceField):
    """Lots by their name, their company and their weight."""

    def label_from_instance(self, lot: Any) -> str:
        parts = [kilograms(lot.weight), label("channels", lot.channel, lang())]
        if lot.dangerous:
            parts.append(gettext("dangereux"))
        return f"{lot.title}, {lot.holder} ({', '.join(parts)})"


class RoundForm(ThingForm):
    """Which lots, who drives, from where, with what."""

    days = ("day",)
    lots = LotsField(
        Lot.objects.none(), label=_("Les lots à prendre"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un lot orienté.")},
    )  # fmt: skip
    place = PlaceField(label=_("D’où l’on part, où l’on revient : nom ou code d’une commune"))
    leaves = forms.TimeField(
        label=_("Départ au plus tôt"), initial=time(8),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    back = forms.TimeField(
        label=_("Retour au plus tard"), initial=time(18),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    capacity_1 = forms.FloatField(label=_("Ce que porte le véhicule, en kg"), min_value=1)
    capacity_2 = forms.FloatField(label=_("Un deuxième véhicule"), min_value=1, required=False)
    capacity_3 = forms.FloatField(label=_("Un troisième véhicule"), min_value=1, required=False)
    field_order = ("lots", "carrier", "day", "place", "leaves", "back", *VEHICLES)

    class Meta:
        model = CollectionRound
        fields = ("carrier", "day", "leaves", "back")
        labels = {"carrier": _("Qui collecte"), "day": _("Le jour")}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        decimals_as_written(self.fields)
        field: Any = self.fields["lots"]
        found = self.cooperation.lots.stage_in("routed").with_sides()
        field.queryset = found
        # what is dangerous travels with an authorised carrier: ticked on purpose
        self.initial.setdefault("lots", [lot.pk for lot in found if not lot.dangerous])
        carrier: Any = self.fields["carrier"]
        carrier.empty_label = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("leaves") and values.get("back") and values["back"] <= values["leaves"]:
            self.add_error("back", _("Le retour précède le départ."))
        if any(lot.holder == values.get("carrier") for lot in values.get("lots") or ()):
            self.add_error(
                "carrier", _("Elle ne collecte pas ses propres lots : décochez-les, ou choisissez.")
            )
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        self.instance.territory = self.cleaned_data.get("place") or ""
        self.instance.capacities = [v for n in VEHICLES if (v := self.cleaned_data.get(n))]


class WeightField(forms.FloatField):
    """Kilograms, or nothing where the lot was not there."""

    def clean(self, value: Any) -> float | None:
        found: float | None = super().clean(value)
        if found is not None and not (isfinite(found) and 0 < found <= LARGEST_KG):
            raise ValidationError(
                _("Un poids plus grand que zéro, ou rien si le lot n’était pas là.")
            )
        return found


class WeightsForm(forms.Form):
    """One weight for each lot of a round, stop by stop."""

    day = day_field(_("Le jour"), required=True)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, round: CollectionRound, **more: Any) -> None:
        super().__init__(*args, **more)
        self.round = round
        self.initial.setdefault("day", min(round.day, timezone.localdate()))
        for stop in round.ordered():
            for lot in stop.lots.all():
                self.fields[f"kg-{lot.pk}"] = WeightField(
                    label=f"{lot.title}, {stop.holder}", required=False
                )
        decimals_as_written(self.fields)

    def clean_day(self) -> Any:
        if self.cleaned_data["day"] > timezone.localdate():
            raise ValidationError(_("Ce jour n’est pas encore venu."))
        return self.cleaned_data["day"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not any(self.weights().values()):
            raise ValidationError(
                _("Aucun poids n’est saisi : saisissez au moins celui d’un lot emporté.")
            )
        return values

    @property
    def boxes(self) -> dict[Any, Any]:
        """The box of each lot, by its key."""
        return {uuid.UUID(n[3:]): self[n] for n in self.fields if n.startswith("kg-")}

    def weights(self) -> dict[str, float | None]:
        """Kilograms by the key of each lot."""
        return {k[3:]: v for k, v in self.cleaned_data.items() if k.startswith("kg-")}
