"""What people type, checked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reciproque.partners import DEFAULT_WEIGHTS, MOTIVES, WHERE
from reciproque.vocabulary import composed_kinds, label, themes
from reciproque.web.registry.engine import counts
from reciproque.web.shared.templatetags.reciproque import lang

PLACES = {
    "same_departement": _("dans le même département"),
    "other_departement": _("dans un autre département"),
    "same_region": _("dans la même région"),
    "other_region": _("dans une autre région"),
    "same_country": _("dans le même pays"),
    "other_country": _("dans un autre pays"),
}
FIRST, MOST = 20, 100  # how many partners at first, and at the most
EVERYONE = 10_000_000_000  # no territory has more inhabitants than the Earth
KINDS_ORDER = (
    *("epci", "petr", "pays", "ept", "pole_metropolitain", "landkreis", "gal"),
    *("commune", "departement", "region"),
)


def _seeking() -> list[tuple[str, str]]:
    colon = ": " if lang() == "en" else "\u00a0: "
    hints = [
        (m, label("motives", m, lang()) + colon + label("motives", m, lang(), "hint"))
        for m in MOTIVES
    ]
    return [("all", str(_("tous les motifs"))), *hints]


def _kinds() -> list[tuple[str, str]]:
    there = counts()
    return [(k, label("kinds", k, lang())) for k in KINDS_ORDER if there.get(k)]


def _themes() -> list[tuple[str, str]]:
    return [(t, label("themes", t, lang())) for t in themes()]


def _composed() -> list[tuple[str, str]]:
    ordered = sorted(composed_kinds(), key=lambda kind: kind != "union")
    return [(kind, label("kinds", kind, lang())) for kind in ordered]


class PartnerForm(forms.Form):
    """The filters of the partners' list; all live in the address."""

    motif = forms.ChoiceField(choices=_seeking, required=False)
    sujet = forms.MultipleChoiceField(choices=_themes, required=False)
    au_dela = forms.FloatField(min_value=0, required=False)
    en_deca = forms.FloatField(min_value=0, required=False)
    type = forms.MultipleChoiceField(choices=_kinds, required=False)
    ou = forms.ChoiceField(
        choices=[("", _("partout")), *((w, PLACES[w]) for w in WHERE)], required=False
    )
    habitants_min = forms.IntegerField(min_value=0, max_value=EVERYONE, required=False)
    habitants_max = forms.IntegerField(min_value=0, max_value=EVERYONE, required=False)
    tied = forms.IntegerField(min_value=0, max_value=100, required=False)
    near = forms.IntegerField(min_value=0, max_value=100, required=False)
    alike = forms.IntegerField(min_value=0, max_value=100, required=False)
    complementary = forms.IntegerField(min_value=0, max_value=100, required=False)
    n = forms.IntegerField(min_value=1, max_value=MOST, required=False)

    def clean(self) -> dict[str, object]:
        """Distances in the right order, and one weight above zero."""
        values = super().clean() or {}
        low, high = values.get("au_dela"), values.get("en_deca")
        if low is not None and high is not None and low > high:
            self.add_error(
                "en_deca",
                _("La distance maximale est plus petite que la distance minimale : échangez-les."),
            )
        return values

    def weights(self) -> dict[str, float]:
        """The weights asked for, or the usual ones; what was left empty keeps its own."""
        usual = {m: 100 * DEFAULT_WEIGHTS[m] for m in MOTIVES}
        asked = {
            m: float(v if (v := self.cleaned_data.get(m)) is not None else usual[m])
            for m in MOTIVES
        }
        return asked if sum(asked.values()) > 0 else usual

    def kinds(self) -> tuple[str, ...]:
        """The kinds asked for; intercommunalités where none is."""
        return tuple(self.cleaned_data.get("type") or ("epci",))

    def question(self) -> dict[str, object]:
        """The keyword arguments of :func:`reciproque.partners.partners`."""
        data = self.cleaned_data
        return {
            "seeking": data.get("motif") or "all",
            "themes": tuple(data.get("sujet") or ()),
            "kinds": self.kinds(),
            "within_km": data.get("en_deca"),
            "beyond_km": data.get("au_dela"),
            "where": data.get("ou") or None,
            "population": (data.get("habitants_min"), data.get("habitants_max")),
            "weights": self.weights(),
            "n": data.get("n") or FIRST,
        }


class CompositionForm(forms.Form):
    """A composed territory's name, dates and members."""

    name = forms.CharField(max_length=120, label=_("Nom du territoire"))
    kind = forms.ChoiceField(choices=_composed, required=False)
    valid_from = forms.DateField(required=False, label=_("Depuis le"))
    valid_to = forms.DateField(required=False, label=_("Jusqu’au"))
    shared = forms.BooleanField(required=False, label=_("Visible de tous"))

    def clean(self) -> dict[str, object]:
        """The end comes after the beginning."""
        values = super().clean() or {}
        start, end = values.get("valid_from"), values.get("valid_to")
        if start and end and end < start:
            self.add_error(
                "valid_to", _("La fin précède le début : corrigez l’une des deux dates.")
            )
        return values
