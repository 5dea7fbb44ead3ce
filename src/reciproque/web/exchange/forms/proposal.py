"""Ask for proposals, adjust them, answer one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reciproque.web.cooperations.models import Cooperation
from reciproque.web.exchange.models import Proposal
from reciproque.web.exchange.proposals import common, sides_of
from reciproque.web.exchange.rules import facilitated_actors
from reciproque.web.shared.forms import words


class AskForm(forms.Form):
    """For a theme or for the parties of a cooperation; in which way."""

    way = forms.ChoiceField(label=_("Ce qui compte"), choices=words("matching_ways"))
    cooperation = forms.ModelChoiceField(
        label=_("Entre les parties de"), required=False, queryset=Cooperation.objects.none(),
        empty_label="–",
    )  # fmt: skip
    theme = forms.ChoiceField(
        label=_("Ou pour tout un sujet"), required=False, choices=words("themes", "–")
    )

    def __init__(self, *args: Any, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.actor = facilitated_actors(person).first()
        self.fields["cooperation"].queryset = Cooperation.objects.of(person)
        if self.actor is None:  # a whole theme is asked for by who facilitates an organisation
            del self.fields["theme"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("theme")) == bool(values.get("cooperation")):
            self.add_error(None, _("Choisissez une coopération ou un sujet."))
        return values


class WayForm(forms.Form):
    """In which way, for one wish."""

    way = forms.ChoiceField(label=_("Ce qui compte"), choices=words("matching_ways"))


class AnswerForm(forms.Form):
    """Accept: the purchase procedure where a public body buys, and in which cooperation."""

    procedure = forms.ChoiceField(label=_("La procédure d’achat"), choices=words("procedures", "–"))
    within = forms.ModelChoiceField(
        label=_("Dans quelle coopération"), required=False, queryset=Cooperation.objects.none(),
        empty_label=None,
    )  # fmt: skip

    def __init__(self, *args: Any, proposal: Proposal, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = common(proposal)
        self.fields["within"].queryset = Cooperation.objects.filter(pk__in=[c.pk for c in known])
        if not known:
            del self.fields["within"]
        if not (proposal.sourcing and "need" in sides_of(person, proposal)):
            del self.fields["procedure"]
