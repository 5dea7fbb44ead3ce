"""Call for support, hold a pot, give to it, say what a gift cost."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.web.exchange.forms.wish import Part
from reciproque.web.exchange.models import Pot, PotGift, SupportCall
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.registry.places import PlaceField
from reciproque.web.shared.forms import day_field, decimals_as_written, words

PLACE = _("Où : nom ou code d’une commune ou d’un territoire")
ELIGIBILITY = {
    "eligibility": _("Reçus fiscaux : ce que votre structure déclare"),
    "eligibility_text": _("Précision, par exemple l’intérêt général ou un rescrit"),
}  # fmt: skip


def _positive(value: float | None) -> float | None:
    if value is not None and value <= 0:
        raise ValidationError(_("Donnez une quantité plus grande que zéro."))
    return value


class ReceivingForm(forms.ModelForm):
    """What receives gifts: for which organisation, what it says of tax receipts."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        mine = writing_actors(person)
        self.fields["actor"].queryset, self.fields["actor"].empty_label = mine, None
        self.initial.setdefault("actor", mine.first())
        self.fields["eligibility"] = forms.ChoiceField(
            label=ELIGIBILITY["eligibility"], choices=words("eligibility_statements"),
            help_text=_("C’est la déclaration de votre structure : personne ne la vérifie ici."),
        )  # fmt: skip
        decimals_as_written(self.fields)
        if self.instance._state.adding:
            self.fields["once"].initial = uuid.uuid4
        else:
            self.fields["version"].initial = self.instance.version


class CallForm(ReceivingForm):
    """A project, and what it seeks."""

    place = PlaceField(label=PLACE, required=False)
    money = forms.FloatField(label=_("Argent recherché, en euros"), required=False)
    money_least = forms.FloatField(
        label=_("Dont, pour démarrer, au moins (en euros)"), required=False,
        help_text=_("Tous donateurs ensemble. Toute la somme : tout ou rien. Vide : toute somme aide."),
    )  # fmt: skip
    days = forms.FloatField(label=_("Journées de compétences recherchées"), required=False)
    skills = forms.CharField(label=_("Lesquelles"), required=False, max_length=60)
    goods = forms.FloatField(label=_("Objets recherchés (nombre)"), required=False)
    things = forms.CharField(label=_("Lesquels"), required=False, max_length=60)
    field_order = (
        "actor", "title", "theme", "text", "place", "money", "money_least", "days", "skills", "goods",
        "things", "eligibility", "eligibility_text",
    )  # fmt: skip

    class Meta:
        model = SupportCall
        fields = ("actor", "title", "theme", "text", "eligibility", "eligibility_text")
        labels = {
            "actor": _("Pour"), "title": _("Le projet, en quelques mots"), "text": _("Ce qu’il change, et pour qui"),
            "eligibility_text": ELIGIBILITY["eligibility_text"],
        }  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["theme"] = forms.ChoiceField(label=_("Sujet"), choices=words("themes", "–"))
        if not self.instance._state.adding:  # each need is changed on its own page
            self.initial["place"] = self.instance.territory
            for name in ("money", "money_least", "days", "skills", "goods", "things"):
                del self.fields[name]
        self.order_fields(self.field_order)

    def clean_money(self) -> float | None:
        return _positive(self.cleaned_data.get("money"))

    def clean_days(self) -> float | None:
        return _positive(self.cleaned_data.get("days"))

    def clean_goods(self) -> float | None:
        return _positive(self.cleaned_data.get("goods"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        sought = ("money", "days", "goods")
        if "money" in self.fields and not self.errors and not any(values.get(n) for n in sought):
            self.add_error(
                "money", _("Dites au moins une chose recherchée : argent, journées ou objets.")
            )
        least, money = values.get("money_least"), values.get("money")
        if least and (least < 0 or least > (money or 0)):
            self.add_error("money_least", _("Ce minimum va de zéro à la somme recherchée."))
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        actor, place = self.cleaned_data.get("actor"), self.cleaned_data.get("place")
        self.instance.territory = place or (actor.territory if actor else "")


class WishingForm(forms.ModelForm):
    """Where money should go: a part of it, to themes, to a territory, or both."""

    percent = forms.FloatField(
        label=_("Souhait : au moins tant de %"), required=False,
        help_text=_("Vide, avec un sujet ou un lieu : tout."),
    )  # fmt: skip
    themes = forms.MultipleChoiceField(
        label=_("… à des projets sur"), required=False, choices=words("themes"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    place = PlaceField(label=_("… à des projets de ce territoire"), required=False)

    @property
    def parts(self) -> dict[str, Part]:
        """What every gift or pot says, and what it wishes, which may stay folded."""
        wish = [n for n in self.fields if n in ("percent", "themes", "place")]
        first = [n for n in self.fields if n not in wish]
        return {"first": Part(self, first, True), "wish": Part(self, wish)}

    def _wishes_as_kept(self) -> None:
        kept = self.instance
        self.initial.update(themes=kept.themes, place=kept.territory)
        if kept.wishes:
            self.initial["percent"] = round(100 * kept.at_least, 2)

    def clean_percent(self) -> float | None:
        percent = self.cleaned_data.get("percent")
        if percent is not None and not 0 < percent <= 100:
            raise ValidationError(_("Une part va de 1 à 100 %."))
        return percent

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("percent") and not (values.get("themes") or values.get("place")):
            self.add_error("percent", _("Dites à quel sujet ou à quel territoire va cette part."))
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        v = self.cleaned_data
        self.instance.territory, self.instance.themes = v.get("place") or "", v.get("themes") or []
        said = self.instance.themes or self.instance.territory
        self.instance.at_least = (v.get("percent") or 100.0) / 100 if said else 0.0


class PotForm(WishingForm, ReceivingForm):
    """A pot of gifts, and what it wishes of all of them together."""

    field_order = (
        "actor", "title", "text", "percent", "themes", "place", "eligibility", "eligibility_text",
    )  # fmt: skip

    class Meta:
        model = Pot
        fields = ("actor", "title", "text", "eligibility", "eligibility_text")
        labels = {
            "actor": _("Tenue par"), "title": _("Son nom"), "text": _("À quoi elle sert, qui décide"),
            "eligibility_text": ELIGIBILITY["eligibility_text"],
        }  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._wishes_as_kept()
        self.order_fields(self.field_order)


class GiftForm(WishingForm):
    """Money for a pot: small gifts together, or the gift of an organisation, and where it should go."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    day = day_field(_("Le"), required=True)
    field_order = ("giver", "givers", "amount", "day", "percent", "themes", "place")

    class Meta:
        model = PotGift
        fields = ("giver", "givers", "amount", "day")
        labels = {"amount": _("Montant, en euros"), "givers": _("Combien de personnes ont donné")}

    def __init__(self, *args: Any, pot: Pot, person: Any, holds: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.instance.pot = pot
        mine = writing_actors(person).exclude(pk=pot.actor_id)
        if holds:  # who holds the pot notes small gifts; an organisation announces its own
            del self.fields["giver"]
        else:
            del self.fields["givers"]
            self.fields["giver"].queryset = mine
            self.fields["giver"].empty_label, self.fields["giver"].required = None, True
            self.fields["giver"].label = _("Au nom de")
            self.initial.setdefault("giver", mine.first())
        self.initial.setdefault("day", timezone.localdate())
        decimals_as_written(self.fields)
        self.order_fields(self.field_order)

    def clean_amount(self) -> float | None:
        amount = _positive(self.cleaned_data.get("amount"))
        return None if amount is None else round(amount, 2)

    def clean_givers(self) -> int:
        givers = self.cleaned_data.get("givers")
        if not givers:
            raise ValidationError(_("Donnez une quantité plus grande que zéro."))
        return givers

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("Ce jour n’est pas encore venu."))
        return day


class CostForm(forms.Form):
    """What a unit cost, as its giver says."""

    cost = forms.FloatField(label=_("Prix de revient par unité, en euros"), min_value=0.0)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        decimals_as_written(self.fields)


class TurnoverForm(forms.Form):
    """The year's turnover, for an order of magnitude; it is not kept."""

    annee = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ca = forms.FloatField(
        label=_("Chiffre d’affaires de l’année, en euros"), min_value=0.0, required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        decimals_as_written(self.fields)
