"""A session, the course of a pair, what went wrong."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.web.exchange.models import Mentoring
from reciproque.web.shared.forms import day_field, decimals_as_written

NO_NAME = _("Jamais le nom d’une personne.")


class SessionForm(forms.Form):
    """How many hours, which day."""

    day = day_field(_("Le jour"), required=True)
    quantity = forms.FloatField(
        label=_("Combien d’heures"), min_value=0.1, max_value=24,
        error_messages={"max_value": _("Une séance dure 24 heures au plus : notez une ligne par jour.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("Ce qui a été fait"), required=False, max_length=300, help_text=NO_NAME
    )
    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.setdefault("day", timezone.localdate())
        decimals_as_written(self.fields)

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Ce jour n’est pas encore venu."))
        return day


class PairForm(forms.ModelForm):
    """Start, review, end."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    start = day_field(_("Depuis le"), required=True)
    review = day_field(_("Faire le point le"))
    end = day_field(_("Terminé le"))

    class Meta:
        model = Mentoring
        fields = ("start", "review", "review_note", "end", "end_note")
        labels = {"review_note": _("Ce que le point a dit"), "end_note": _("Ce qui reste acquis")}
        help_texts = {"review_note": NO_NAME, "end_note": NO_NAME}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["version"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        said = {"review": _("Le point précède le début."), "end": _("La fin précède le début.")}
        for name, words in said.items():
            if values.get(name) and values.get("start") and values[name] < values["start"]:
                self.add_error(name, words)
        return values


class IncidentForm(forms.Form):
    """What went wrong, for whoever facilitates."""

    text = forms.CharField(
        label=_("Ce qui s’est passé"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Seule l’animation de la coopération le lira. Si quelqu’un est en danger, appelez le 119 ou le 17."),
    )  # fmt: skip
    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
