"""What the partners follow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.web.cooperations.forms.base import ThingForm
from reciproque.web.cooperations.models import Followed
from reciproque.web.shared.forms import day_field, decimals_as_written


class FollowedForm(ThingForm):
    """A question, and the indicator that answers it."""

    choices = {"visibility": "visibilities"}

    class Meta:
        model = Followed
        fields = ("question", "name", "unit", "target", "source", "visibility")
        labels = {
            "question": _("La question que vous vous posez"),
            "name": _("L’indicateur qui y répond"),
            "unit": _("Son unité"),
            "target": _("Ce que vous visez"),
            "source": _("D’où il vient"),
            "visibility": _("Visible par"),
        }


class ReadingForm(forms.Form):
    """A value on a day."""

    day = day_field(_("Le jour"), required=True)
    value = forms.FloatField(label=_("La valeur"))
    note = forms.CharField(label=_("Remarque"), max_length=200, required=False)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        decimals_as_written(self.fields)
        self.initial.setdefault("day", timezone.localdate())
