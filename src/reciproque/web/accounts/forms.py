"""What people write about themselves and their organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren

from reciproque.web.accounts.models import Actor, Person
from reciproque.web.shared.forms import words

AS_PRINTED = 20


class PersonForm(forms.ModelForm):
    """Name, language, digest."""

    class Meta:
        model = Person
        fields = ("name", "language", "digest")
        labels = {
            "name": _("Votre nom, tel que les autres le liront"),
            "language": _("Langue des messages"),
            "digest": _("Recevoir un résumé de ce qui a changé, une fois par semaine"),
        }
        widgets = {"language": forms.Select(choices=[("fr", "Français"), ("en", "English")])}


class ActorForm(forms.ModelForm):
    """An organisation; its SIREN or RNA is checked by its own key."""

    class Meta:
        model = Actor
        fields = ("name", "kind", "territory", "country", "siren", "rna")
        labels = {
            "name": _("Nom de la structure"),
            "kind": _("Ce que c’est"),
            "territory": _("Code de son territoire (INSEE, SIREN, DE:08316)"),
            "country": _("Pays"),
            "siren": _("SIREN"),
            "rna": _("Numéro RNA d’une association"),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"] = forms.ChoiceField(
            label=_("Ce que c’est"), choices=words("actor_kinds")
        )
        for name in ("siren", "rna"):  # as they are printed, with their spaces
            label = self.fields[name].label
            self.fields[name] = forms.CharField(label=label, max_length=AS_PRINTED, required=False)

    def clean_siren(self) -> str:
        number = "".join(self.cleaned_data["siren"].split())
        if not number:
            return ""
        try:
            return siren.validate(number)
        except BadNumber as error:
            raise forms.ValidationError(
                _("Ce SIREN n’est pas valable : vérifiez ses neuf chiffres.")
            ) from error

    def clean_rna(self) -> str:
        number = "".join(self.cleaned_data["rna"].split()).upper()
        if number and not (len(number) == 10 and number[0] == "W" and number[1:].isalnum()):
            raise forms.ValidationError(
                _("Un numéro RNA commence par W, suivi de neuf caractères.")
            )
        return number
