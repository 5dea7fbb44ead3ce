"""What each hopes for, and answers."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reciproque.web.cooperations.forms.base import ROWS, ThingForm
from reciproque.web.cooperations.models import (
    Answer,
    Expectation,
)
from reciproque.web.cooperations.rules import my_parties


class ExpectationForm(ThingForm):
    """What we hope for, bring, fear, cannot do, find difficult."""

    choices = {"kind": "expectation_kinds", "visibility": "visibilities"}
    mine = ("party",)

    class Meta:
        model = Expectation
        fields = ("party", "kind", "text", "visibility")
        labels = {
            "party": _("Qui parle"),
            "kind": _("Cette partie"),
            "text": _("Quoi, en une ou deux phrases"),
            "visibility": _("Visible par"),
        }
        widgets = {"text": ROWS}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.instance._state.adding:
            self.initial.setdefault("visibility", "parties")


class AnswerForm(ThingForm):
    """What another party answers."""

    mine = ("party",)

    class Meta:
        model = Answer
        fields = ("party", "text")
        labels = {"party": _("Qui répond"), "text": _("La réponse")}
        widgets = {"text": ROWS}

    def __init__(self, *args: Any, **more: Any) -> None:
        # an answer belongs to an expectation, not to the cooperation itself
        forms.ModelForm.__init__(
            self, *args, **{k: v for k, v in more.items() if k not in ("cooperation", "person")}
        )
        parties = my_parties(more["person"], more["cooperation"])
        own = self.instance.expectation.party_id
        choice = self.fields["party"]
        choice.queryset = (
            more["cooperation"].present().filter(pk__in=[p.pk for p in parties if p.pk != own])
        )
        choice.empty_label = None
        self.initial["party"] = choice.queryset.first()
        self.fields["once"].initial = uuid.uuid4
