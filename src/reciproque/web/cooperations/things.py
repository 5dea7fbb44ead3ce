"""The things one adds and changes in a cooperation: noun of the address, model, form, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reciproque.web.cooperations import forms, models


@dataclass(frozen=True)
class Thing:
    """``right`` is the permission to write it; ``tab`` the page it belongs to."""

    model: Any
    form: Any
    right: str
    tab: str
    new: Any
    old: Any


THINGS: Mapping[str, Thing] = {
    "attentes": Thing(models.Expectation, forms.ExpectationForm, "write", "expectations", _("Une attente"), _("Modifier l’attente")),
    "actions": Thing(models.Action, forms.ActionForm, "write", "plan", _("Une action"), _("Modifier l’action")),
    "depenses": Thing(models.CostLine, forms.CostForm, "write", "plan", _("Une dépense"), _("Modifier la dépense")),
    "financements": Thing(models.FundingSource, forms.SourceForm, "write", "plan", _("Un financement"), _("Modifier le financement")),
    "engagements": Thing(models.Commitment, forms.CommitmentForm, "write", "ledger", _("Un engagement"), _("Modifier l’engagement")),
    "rencontres": Thing(models.Meeting, forms.MeetingForm, "write", "meetings", _("Une rencontre"), _("Modifier la rencontre")),
    "decisions": Thing(models.Decision, forms.DecisionForm, "write", "meetings", _("Une décision"), _("Modifier la décision")),
    "indicateurs": Thing(models.Followed, forms.FollowedForm, "write", "evaluation", _("Un indicateur"), _("Modifier l’indicateur")),
    "parties": Thing(models.Party, forms.PartyForm, "facilitate", "people", _("Une partie"), _("Modifier la partie")),
}  # fmt: skip
