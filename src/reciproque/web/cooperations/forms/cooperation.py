"""What a cooperation is, its parties, who is invited, who leaves."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.forms.base import ROWS, ThingForm
from reciproque.web.cooperations.models import (
    Cooperation,
    Party,
)
from reciproque.web.registry.places import find_place
from reciproque.web.shared.forms import day_field, words


class CooperationForm(forms.ModelForm):
    """What a cooperation is about, why, and between whom."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    themes = forms.MultipleChoiceField(
        label=_("Sujets"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=words("themes"),
    )
    perimeter = forms.CharField(
        label=_("Périmètre : noms ou codes des territoires, séparés par des virgules"),
        required=False,
    )
    visibility = forms.ChoiceField(
        label=_("Qui peut la voir"),
        choices=[("parties", _("les parties seulement")), ("public", _("tout le monde"))],
    )
    started = day_field(_("Depuis quand"), required=True)

    class Meta:
        model = Cooperation
        fields = ("name", "subject", "why", "started", "themes", "perimeter", "visibility")
        labels = {
            "name": _("Son nom"),
            "subject": _("De quoi il s’agit, en une phrase"),
            "why": _("Ce qui la motive : un lien, une différence"),
        }
        widgets = {"why": ROWS}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.instance._state.adding:
            self.fields["once"].initial = uuid.uuid4
            self.initial["started"] = timezone.localdate()
        else:
            self.fields["version"].initial = self.instance.version
            self.initial["perimeter"] = ", ".join(self.instance.perimeter)

    def clean_perimeter(self) -> list[str]:
        asked = [part.strip() for part in self.cleaned_data["perimeter"].split(",")]
        return [find_place(name).code for name in asked if name][:60]


class StartForm(CooperationForm):
    """The same, with the organisation for which one starts it."""

    actor = forms.ModelChoiceField(label=_("Vous agissez pour"), queryset=Actor.objects.none())
    field_order = ("actor",)

    def __init__(self, *args: Any, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["actor"].queryset = person.actors()
        self.fields["actor"].initial = person.actors().first()


class PartyForm(ThingForm):
    """A party: an organisation already known here, or a new one."""

    choices = {"role": "party_roles"}
    days = ("since",)
    new_name = forms.CharField(
        label=_("Ou son nom, si elle n’est pas encore connue ici"), max_length=200, required=False
    )
    new_kind = forms.ChoiceField(
        label=_("Ce que c’est"), choices=words("actor_kinds", "–"), required=False
    )
    field_order = ("actor", "new_name", "new_kind", "role", "since")

    class Meta:
        model = Party
        fields = ("actor", "role", "since")
        labels = {"actor": _("La structure"), "role": _("Son rôle"), "since": _("Depuis")}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["actor"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        actor, name, kind = (values.get(k) for k in ("actor", "new_name", "new_kind"))
        if actor:
            known = self.cooperation.parties.filter(actor=actor).exclude(pk=self.instance.pk)
            if known.exists():
                self.add_error("actor", _("Cette structure est déjà une partie."))
        elif not name:
            self.add_error("actor", _("Choisissez une structure, ou donnez le nom d’une nouvelle."))
        elif not kind:
            self.add_error("new_kind", _("Dites ce qu’est cette structure."))
        elif not self.errors:
            values["actor"] = Actor(name=name, kind=kind)
        return values

    def _post_clean(self) -> None:
        actor = self.cleaned_data.get("actor")
        if actor is not None and actor._state.adding:
            # the new organisation is kept with its party, by the action that saves the form
            self.new_actor = self.cleaned_data.pop("actor")
            self._validate_unique = False
            self.instance.role = self.cleaned_data.get("role", "partner")
            self.instance.since = self.cleaned_data.get("since") or self.instance.since
        else:
            super()._post_clean()

    def save(self, commit: bool = True) -> Any:
        new = getattr(self, "new_actor", None)
        if new is not None:
            new.save()
            self.instance.actor = new
            self.instance.save()
            return self.instance
        return super().save(commit)


class InvitationForm(forms.Form):
    """Whom to invite, for which party, as what."""

    party = forms.ModelChoiceField(label=_("Pour quelle partie"), queryset=Party.objects.none())
    email = forms.EmailField(label=_("Son adresse électronique"))
    role = forms.ChoiceField(
        label=_("Pour quoi faire"), choices=words("mandate_roles"), initial="contributor"
    )

    def __init__(self, *args: Any, cooperation: Cooperation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["party"].queryset = cooperation.present()


class SuccessorForm(forms.Form):
    """Who takes over."""

    email = forms.EmailField(label=_("Son adresse électronique"))


class LeaveForm(forms.Form):
    """When a party leaves, and a word for the others."""

    day = day_field(_("Dernier jour"), required=True)
    farewell = forms.CharField(
        label=_("Un mot pour les autres"), required=False, widget=ROWS, max_length=1000
    )
