"""Publish a need or an offer: what is essential first, the rest unfolded."""

from __future__ import annotations

import uuid
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import in_own_unit
from reciproque.vocabulary import label, say, table
from reciproque.web.accounts.models import Actor
from reciproque.web.exchange.models import Wish
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.registry.places import PlaceField
from reciproque.web.shared.forms import day_field, decimals_as_written, words
from reciproque.web.shared.templatetags.reciproque import lang

ESSENTIAL = (
    "side",
    "actor",
    "organisation",
    "kind",
    "email",
    "title",
    "resource",
    "quantity",
    "unit",
    "terms",
)
SAFEGUARDS = ("age", "consent", "vetted", "vetting", "vetted_by", "setting")
CHOICES = {
    "side": "wish_sides", "resource": "resources", "unit": "units", "terms": "terms",
    "vetting": "vetting_checks", "setting": "settings",
}  # fmt: skip
MANY = {"labels": "certifications", "languages": "languages"}
DAYS = ("start", "end", "consent", "vetted")


class Part:
    """Some fields of a form, shown together."""

    def __init__(self, form: forms.BaseForm, names: list[str], first: bool = False) -> None:
        self.visible_fields = [form[n] for n in names if not form[n].is_hidden]
        self.hidden_fields = form.hidden_fields() if first else []
        self.non_field_errors = form.non_field_errors() if first else []

    @property
    def wrong(self) -> bool:
        return any(field.errors for field in self.visible_fields)

    @property
    def said(self) -> bool:
        return any(field.value() for field in self.visible_fields)


def time_field(label: object) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class WishForm(forms.ModelForm):
    """A need or an offer of an organisation one writes for."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = PlaceField(label=_("Où : nom ou code d’une commune ou d’un territoire"), required=False)
    product = forms.ChoiceField(
        label=_("Quel produit"), required=False, choices=words("products", "–")
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Les jours qui reviennent"), required=False, choices=[(str(k), v) for k, v in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    from_time = time_field(_("De"))
    to_time = time_field(_("À"))
    field_order = (
        *ESSENTIAL, "cost", "product", "text", "place", "within_km", "start", "end", "weekdays", "from_time",
        "to_time", "smallest", "counterparts", "labels", "languages", *SAFEGUARDS,
    )  # fmt: skip

    class Meta:
        model = Wish
        fields = (
            "side", "actor", "title", "resource", "quantity", "unit", "terms", "cost", "text",
            "within_km", "start", "end", "smallest", "counterparts", "labels", "languages",
            *SAFEGUARDS,
        )  # fmt: skip
        labels = {
            "side": _("C’est"), "actor": _("Pour"), "title": _("En quelques mots"),
            "resource": _("Quoi"), "quantity": _("Combien"), "unit": _("Unité"),
            "terms": _("À quelles conditions"), "cost": _("Prix par unité, en euros"),
            "text": _("Ce qu’il faut savoir"), "within_km": _("À quelle distance au plus, en km"),
            "start": _("À partir du"), "end": _("Jusqu’au"),
            "smallest": _("Pas moins de (dans la même unité)"),
            "counterparts": _("Avec combien d’autres au plus"),
            "labels": _("Signes de qualité"), "languages": _("Langues parlées"),
            "age": _("Si cela concerne une personne mineure : son âge"),
            "consent": _("Accord écrit des responsables légaux, gardé par votre structure, daté du"),
            "vetted": _("Si l’on accompagne des personnes mineures : vérification faite le"),
            "vetting": _("Laquelle"), "vetted_by": _("Par quelle structure"),
            "setting": _("Où l’on se rencontre"),
        }  # fmt: skip
        help_texts = {
            "title": _("Jamais le nom d’une personne : écrivez « Élève A », et gardez son identité chez vous."),
            "vetted": _("Gardez l’extrait chez vous : seuls la date, la nature et la structure sont notées ici."),
            "labels": _("Une offre les a ; un besoin les demande."),
        }  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.person = person
        self._from_vocabulary()
        for name in DAYS:
            self.fields[name] = day_field(self.fields[name].label, False)
            self.fields[name].help_text = self.Meta.help_texts.get(name, "")
        for name in ("cost", "smallest"):
            self.fields[name].required = False
        decimals_as_written(self.fields)
        self._actors()
        self.order_fields(self.field_order)
        if self.instance._state.adding:
            self.fields["once"].initial = uuid.uuid4
            self.initial["cost"] = self.initial["smallest"] = None
        else:
            self._as_kept()

    def _from_vocabulary(self) -> None:
        for name, vocabulary in CHOICES.items():
            known = self.fields[name]
            blank = "" if name in ("side", "terms") else "–"
            self.fields[name] = forms.ChoiceField(
                label=known.label, required=name not in SAFEGUARDS, choices=words(vocabulary, blank)
            )
        for name, vocabulary in MANY.items():
            known = self.fields[name]
            self.fields[name] = forms.MultipleChoiceField(
                label=known.label, required=False, choices=words(vocabulary),
                widget=forms.CheckboxSelectMultiple, help_text=known.help_text,
            )  # fmt: skip

    def _actors(self) -> None:
        mine = writing_actors(self.person) if self.person.is_authenticated else Actor.objects.none()
        field = self.fields["actor"]
        field.queryset, field.empty_label, field.required = mine, None, True
        self.initial.setdefault("actor", mine.first())

    def _as_kept(self) -> None:
        """What the row holds in another shape than the form."""
        wish = self.instance
        self.fields["version"].initial = wish.version
        self.initial["place"] = wish.territory
        self.initial["product"] = wish.attributes.get("product", "")
        self.initial["weekdays"] = [str(s[0]) for s in wish.slots]
        if wish.slots:
            start, end = wish.slots[0][1:]
            self.initial["from_time"] = time(start // 60, start % 60)
            self.initial["to_time"] = time(min(end, 1439) // 60, min(end, 1439) % 60)
        for name in ("cost", "smallest"):
            self.initial[name] = getattr(wish, name) or None

    @property
    def parts(self) -> dict[str, Part]:
        """The essential, the rest, and what protects minors."""
        essential = [n for n in self.fields if n in ESSENTIAL]
        guard = [n for n in self.fields if n in SAFEGUARDS]
        rest = [n for n in self.fields if n not in essential and n not in guard]
        return {
            "first": Part(self, essential, True),
            "more": Part(self, rest),
            "guard": Part(self, guard),
        }

    def clean_cost(self) -> float:
        return self.cleaned_data.get("cost") or 0.0

    def clean_smallest(self) -> float:
        return self.cleaned_data.get("smallest") or 0.0

    def _slots(self, values: dict[str, Any]) -> list[list[int]]:
        days, start, end = (values.get(n) for n in ("weekdays", "from_time", "to_time"))
        if not days:
            return []
        if not (start and end and start < end):
            self.add_error(
                "from_time", _("Donnez une heure de début et une heure de fin, dans cet ordre.")
            )
            return []
        return [[int(d), start.hour * 60 + start.minute, end.hour * 60 + end.minute] for d in days]

    def _protects_minors(self, values: dict[str, Any]) -> None:
        """What is said of a minor or of a vetting is whole, or the form says what is missing."""
        if values.get("age") is not None and not values.get("consent"):
            self.add_error(
                "consent", _("Sans l’accord écrit des responsables légaux, rien n’est publié.")
            )
        if values.get("age") is not None and not values.get("setting"):
            self.add_error("setting", _("Dites où la personne mineure rencontrera l’adulte."))
        if values.get("vetted") and not (values.get("vetting") and values.get("vetted_by")):
            self.add_error(
                "vetting", _("Dites quelle vérification, et quelle structure l’a faite.")
            )

    def _buys_fairly(self, values: dict[str, Any]) -> None:
        """A public body that buys cannot choose by distance: local origin is no criterion."""
        actor, kind = values.get("actor"), values.get("kind", "")
        sector = actor.sector if actor else table("actor_kinds").get(kind, {}).get("sector")
        buys = values.get("side") == "need" and values.get("terms") == "price"
        if buys and values.get("within_km") and sector in ("public", "state"):
            self.add_error(
                "within_km",
                _("Une personne publique qui achète ne peut pas choisir selon la distance. Décrivez la fraîcheur, la saison, un signe de qualité ou les livraisons voulues."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("start") and values.get("end") and values["end"] < values["start"]:
            self.add_error("end", _("La fin précède le début."))
        if getattr(self.instance, "pot", None):
            self.add_error(None, _("Cette offre suit sa cagnotte : c’est là qu’elle se modifie."))
        values["slots"] = self._slots(values)
        self._protects_minors(values)
        self._buys_fairly(values)
        if not self.errors:
            self._units_agree(values)
        return values

    def _units_agree(self, values: dict[str, Any]) -> None:
        if not values["quantity"] > 0:
            self.add_error("quantity", _("Donnez une quantité plus grande que zéro."))
            return
        try:
            in_own_unit(values["quantity"], values["unit"], values["resource"])
        except ReciproqueError as error:
            own = label("units", table("resources")[values["resource"]]["unit"], lang())
            self.add_error("unit", f"{say(error, lang())} ({own})")

    def _post_clean(self) -> None:
        super()._post_clean()
        self.instance.slots = self.cleaned_data.get("slots") or []
        product = self.cleaned_data.get("product")
        others = {k: v for k, v in self.instance.attributes.items() if k != "product"}
        self.instance.attributes = {**others, "product": product} if product else others
        place = self.cleaned_data.get("place")
        actor = self.cleaned_data.get("actor")
        self.instance.territory = place or (actor.territory if actor else "")


class PublicWishForm(WishForm):
    """The same without an account: the organisation and an address, read before it is published."""

    organisation = forms.CharField(label=_("Votre structure"), max_length=200)
    kind = forms.ChoiceField(label=_("Ce que c’est"), choices=words("actor_kinds", "–"))
    email = forms.EmailField(label=_("Votre adresse électronique"))

    def _actors(self) -> None:
        del self.fields["actor"]
        for name in SAFEGUARDS:  # what concerns minors is written by an organisation known here
            del self.fields[name]
