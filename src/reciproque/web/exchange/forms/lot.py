"""Declare a lot in two minutes, route it, note its collection, its treatment, its certificates."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reciproque.vocabulary import label, say, table
from reciproque.web.cooperations.forms import ThingForm
from reciproque.web.cooperations.models import Party
from reciproque.web.exchange.forms.wish import Part
from reciproque.web.exchange.models import Certificate, Lot
from reciproque.web.registry.places import PlaceField
from reciproque.web.shared.forms import day_field, decimals_as_written, words
from reciproque.web.shared.templatetags.reciproque import lang

ESSENTIAL = ("holder", "title", "category", "state", "weight", "given", "data", "agreed")
MOST_BYTES = 5_000_000


def waste_codes() -> list[tuple[str, str]]:
    """The codes of the European list, with their words."""
    found = [
        (k, f"{r['code']} {label('waste_codes', k, lang())}")
        for k, r in table("waste_codes").items()
    ]
    return [("", "–"), *found]


class LotForm(ThingForm):
    """A lot of the company one writes for."""

    choices = {
        "category": "waste_categories",
        "state": "lot_states",
        "visibility": "lot_visibilities",
    }
    mine = ("holder",)
    usual = ("visibility",)
    agreed = forms.BooleanField(
        label=_("Notre structure accepte de s’en séparer"),
        error_messages={"required": _("Sans l’accord de votre structure, le lot ne part pas.")},
    )
    place = PlaceField(
        label=_("Où le prendre : nom ou code d’une commune"), required=False,
        help_text=_("Rien n’est écrit : là où est votre structure."),
    )  # fmt: skip

    class Meta:
        model = Lot
        fields = (
            "holder", "title", "category", "state", "weight", "given", "data", "pieces", "erased",
            "dangerous", "waste_code", "contact", "visibility",
        )  # fmt: skip
        labels = {
            "holder": _("Pour"), "title": _("En quelques mots"), "category": _("Catégorie"),
            "state": _("Son état"), "weight": _("Poids estimé, en kg"), "given": _("C’est"),
            "data": _("Il porte des données (disques, téléphones, badges)"),
            "pieces": _("Nombre de pièces"), "erased": _("Les données sont déjà effacées"),
            "dangerous": _("Il est dangereux (lampes, écrans à tube, froid, piles fixes)"),
            "waste_code": _("Code de la liste européenne des déchets"),
            "contact": _("Bureau ou service à qui s’adresser"), "visibility": _("Qui le voit"),
        }  # fmt: skip
        help_texts = {
            "contact": _("Jamais le nom d’une personne : « accueil », « service informatique »."),
            "waste_code": _("L’astérisque dit qu’il est dangereux. Un don n’a pas de code."),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["given"] = forms.TypedChoiceField(
            label=_("C’est"), coerce=lambda v: v == "1", widget=forms.RadioSelect,
            choices=[
                ("1", _("un don pour réemploi : ce n’est pas un déchet")),
                ("0", _("un déchet : notre structure s’en défait")),
            ],
        )  # fmt: skip
        self.fields["waste_code"] = forms.ChoiceField(
            label=self.Meta.labels["waste_code"], required=False, choices=waste_codes,
            help_text=self.Meta.help_texts["waste_code"],
        )  # fmt: skip
        if not self.instance._state.adding:
            self.initial["given"] = "1" if self.instance.given else "0"
            self.initial["agreed"], self.initial["place"] = True, self.instance.territory

    @property
    def parts(self) -> dict[str, Part]:
        """The essential, and the rest."""
        rest = [n for n in self.fields if n not in ESSENTIAL]
        return {"first": Part(self, list(ESSENTIAL), True), "more": Part(self, rest)}

    def _post_clean(self) -> None:
        super()._post_clean()
        lot, holder = self.instance, self.cleaned_data.get("holder")
        lot.territory = self.cleaned_data.get("place") or (holder.actor.territory if holder else "")
        for field, key in lot.wrong() if not self.errors else ():
            self.add_error(field, say(key, lang()))


class RouteForm(forms.Form):
    """Another channel than that of the rules, and why."""

    channel = forms.ChoiceField(label=_("Un autre circuit"))
    reason = forms.CharField(label=_("Pourquoi"), max_length=300)

    def __init__(self, *args: Any, proposed: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["channel"].choices = [
            (k, label("channels", k, lang()))
            for k, r in table("channels").items()
            if r["resource"] and k != proposed
        ]


class WeighedForm(forms.Form):
    """What collection and treatment share: how many kilograms, on which day, to whom."""

    receiver = forms.ModelChoiceField(Party.objects.none(), label=_("Qui le prend"))
    kilograms = forms.FloatField(label=_("Poids, en kg"))
    day = day_field(_("Le jour"), required=True)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, lot: Lot, **more: Any) -> None:
        super().__init__(*args, **more)
        self.lot = lot
        decimals_as_written(self.fields)
        self.initial.setdefault("day", timezone.localdate())
        field: Any = self.fields["receiver"]
        field.queryset, field.empty_label = self.receivers(), None

    def receivers(self) -> Any:
        return self.lot.cooperation.present().exclude(pk=self.lot.holder_id)

    def clean_kilograms(self) -> float:
        kilograms = self.cleaned_data["kilograms"]
        if not kilograms > 0:
            raise ValidationError(_("Le poids doit être plus grand que zéro."))
        return float(kilograms)

    def clean_day(self) -> Any:
        if self.cleaned_data["day"] > timezone.localdate():
            raise ValidationError(_("Ce jour n’est pas encore venu."))
        return self.cleaned_data["day"]


class CollectForm(WeighedForm):
    """What left the company."""


class TreatForm(WeighedForm):
    """What became of it."""

    treatment = forms.ChoiceField(
        label=_("Ce qui en est fait"), choices=words("lot_treatments", "–")
    )
    field_order = ("treatment", "kilograms", "receiver", "day")

    def __init__(self, *args: Any, lot: Lot, **more: Any) -> None:
        super().__init__(*args, lot=lot, **more)
        self.fields["receiver"].label = _("Pour qui")
        self.initial.setdefault("kilograms", lot.left() or None)
        self.initial.setdefault("receiver", lot.holder_id)

    def receivers(self) -> Any:
        return self.lot.cooperation.present().exclude(pk=self.lot.taker_id)


class CertificateForm(forms.ModelForm):
    """A certificate: its number, its day, which organisation issued it, its PDF or not."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    day = day_field(_("Daté du"), required=True)

    class Meta:
        model = Certificate
        fields = ("kind", "number", "day", "issuer", "proof")
        labels = {
            "kind": _("C’est un"), "number": _("Numéro"), "issuer": _("Établi par quelle structure"),
            "proof": _("Le document (PDF, facultatif)"),
        }  # fmt: skip

    def __init__(self, *args: Any, lot: Lot, **more: Any) -> None:
        super().__init__(*args, **more)
        self.instance.lot = lot
        kinds = [
            (k, label("certificate_kinds", k, lang()))
            for k in table("certificate_kinds")
            if k != "erasure" or lot.data
        ]
        self.fields["kind"] = forms.ChoiceField(label=_("C’est un"), choices=kinds)
        self.fields["proof"].widget = forms.FileInput(attrs={"accept": ".pdf"})

    def clean_day(self) -> Any:
        if self.cleaned_data["day"] > timezone.localdate():
            raise ValidationError(_("Ce jour n’est pas encore venu."))
        return self.cleaned_data["day"]

    def clean_proof(self) -> Any:
        proof = self.cleaned_data.get("proof")
        if proof:
            if proof.size > MOST_BYTES:
                raise ValidationError(_("Ce fichier dépasse 5 Mo : réduisez-le."))
            if proof.read(5) != b"%PDF-":
                raise ValidationError(_("Ce fichier n’est pas un PDF."))
            proof.seek(0)
        return proof

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        same = Certificate.objects.filter(
            lot=self.instance.lot, kind=values.get("kind"), number=values.get("number")
        ).first()
        if same and not (values.get("once") and same.once == values["once"]):
            self.add_error("number", _("Ce numéro est déjà noté pour ce lot."))
        return values
