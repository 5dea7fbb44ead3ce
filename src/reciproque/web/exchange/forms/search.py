"""What one looks for: the filters live in the address of the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reciproque.kernel import Territory
from reciproque.web.registry.places import find_place
from reciproque.web.shared.forms import day_field, decimals_as_written, words


class SearchForm(forms.Form):
    """Words, side, resource, theme, place and distance, dates, kind of organisation."""

    q = forms.CharField(label=_("Des mots"), required=False, max_length=120)
    c = forms.ChoiceField(
        label=_("C’est"), required=False, choices=words("wish_sides", _("besoin ou offre"))
    )
    quoi = forms.ChoiceField(
        label=_("Ressource"), required=False, choices=words("resources", _("toutes"))
    )
    sujet = forms.ChoiceField(label=_("Sujet"), required=False, choices=words("themes", _("tous")))
    ou = forms.CharField(label=_("Autour de"), required=False, max_length=80)
    km = forms.FloatField(label=_("À moins de (km)"), required=False, min_value=0.1)
    du = day_field(_("Du"))
    au = day_field(_("Au"))
    qui = forms.ChoiceField(
        label=_("De qui"), required=False, choices=words("actor_kinds", _("tout le monde"))
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        decimals_as_written(self.fields)

    def clean_ou(self) -> Territory | None:
        asked = self.cleaned_data["ou"].strip()
        return find_place(asked) if asked else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("du") and values.get("au") and values["au"] < values["du"]:
            self.add_error("au", _("La fin précède le début."))
        if values.get("km") and not self.data.get("ou"):
            self.add_error("ou", _("Dites autour de quel lieu."))
        return values

    @property
    def asked(self) -> dict[str, Any]:
        """The filters that hold; those that are wrong are said and left aside."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
