"""The text and its signatures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reciproque.vocabulary import label, rows
from reciproque.web.cooperations.models import (
    Party,
    Signature,
)
from reciproque.web.shared.forms import day_field, decimals_as_written, words
from reciproque.web.shared.templatetags.reciproque import lang


class VersionForm(forms.Form):
    """The text of the agreement, its form, and what kind of version it is."""

    form = forms.ChoiceField(label=_("Forme"), choices=words("forms"))
    kind = forms.ChoiceField(label=_("Ce qu’est cette version"), choices=words("version_kinds"))
    text = forms.CharField(label=_("Le texte"), widget=forms.Textarea(attrs={"rows": 28}))
    second_language = forms.ChoiceField(
        label=_("Deuxième langue, en regard"), required=False, choices=words("languages", "–")
    )
    second_text = forms.CharField(
        label=_("Le texte dans cette langue"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    once = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("second_text")) != bool(values.get("second_language")):
            self.add_error("second_language", _("Donnez la langue et le texte, ou aucun des deux."))
        return values


class FactsForm(forms.Form):
    """What the records do not say and the form depends on."""

    def __init__(self, *args: Any, facts: dict[str, Any], version: int, **more: Any) -> None:
        super().__init__(*args, **more)
        asked = [row for row in rows("facts") if row["kind"] in ("yes", "number")]
        for row in asked:
            words_ = label("facts", row["id"], lang())
            if row["kind"] == "yes":
                self.fields[row["id"]] = forms.BooleanField(label=words_, required=False)
            else:
                self.fields[row["id"]] = forms.FloatField(label=words_, required=False, min_value=0)
            self.initial[row["id"]] = facts.get(row["id"])
        decimals_as_written(self.fields)
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        self.initial["version"] = version

    def facts(self) -> dict[str, float]:
        """The facts that are said: yes is 1, what is not said is left out."""
        said = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        return {name: float(value) for name, value in said.items() if value}


class SignatureForm(forms.ModelForm):
    """Who signs for a party, as what, when, by which deliberation."""

    day = day_field(_("Signé le"), required=True)

    class Meta:
        model = Signature
        fields = ("name", "function", "day", "decision", "scan")
        labels = {
            "name": _("Nom de qui signe"), "function": _("Fonction"),
            "decision": _("Délibération qui l’autorise"), "scan": _("Copie signée (PDF, facultatif)"),
        }  # fmt: skip

    def __init__(self, *args: Any, party: Party, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["decision"].queryset = party.deliberations.all()

    def clean_scan(self) -> Any:
        scan = self.cleaned_data.get("scan")
        if scan:
            if scan.size > 5_000_000:
                raise ValidationError(_("Ce fichier dépasse 5 Mo : réduisez-le."))
            if scan.read(5) != b"%PDF-":
                raise ValidationError(_("Ce fichier n’est pas un PDF."))
            scan.seek(0)
        return scan
