"""What may change: levers as a form, what they do to journeys as figures and a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reciproque.flows import Lever, Outlook, Scenario, ScenarioError, Totals, outlook
from reciproque.kernel import ReciproqueError, Territory
from reciproque.territories import Registry
from reciproque.vocabulary import label, rows, say, say_round, table
from reciproque.web.shared.pictures import score_bar
from reciproque.web.shared.templatetags.reciproque import lang

MILLION = 1e6


@dataclass(frozen=True)
class Row:
    """One line of the table of results, with its bar on the scale of today."""

    name: str
    workers: float
    car_km: float
    tonnes: float
    picture: SafeString


def _field(row: Mapping[str, str]) -> forms.Field:
    words = row[f"label_{lang()}"]
    if row["kind"] == "number":
        attrs = {
            "min": row["least"],
            "max": row["most"],
            "step": row["step"],
            "type": "range",
            "data-shown": row["shown"],
        }
        least, most = float(row["least"]), float(row["most"])
        widget = forms.NumberInput(attrs=attrs)
        return forms.FloatField(
            label=words, min_value=least, max_value=most, required=False, widget=widget
        )
    if row["kind"] == "mode":
        modes = [r["id"] for r in rows("travel_factors") if r["mode"]]
        choices = [(m, label("travel_factors", m, lang())) for m in modes]
        return forms.ChoiceField(label=words, choices=choices, required=False)
    place = forms.TextInput(attrs={"placeholder": gettext_lazy("nom ou code")})
    return forms.CharField(label=words, max_length=80, required=False, widget=place)


class ScenarioForm(forms.Form):
    """Every lever of the vocabulary with its settings; one is used where its box is ticked."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for lever in table("levers"):
            words = label("levers", lever, lang())
            self.fields[lever] = forms.BooleanField(label=words, required=False)
            for row in _settings(lever):
                self.fields[row["id"].replace(".", "-")] = _field(row)

    def groups(self) -> list[tuple[forms.BoundField, list[forms.BoundField]]]:
        """Each lever's box and its settings, in the vocabulary's order."""
        return [
            (self[lever], [self[row["id"].replace(".", "-")] for row in _settings(lever)])
            for lever in table("levers")
        ]

    def levers(self) -> tuple[Lever, ...]:
        """The levers ticked; what was left empty keeps its usual value."""
        found = []
        for lever in table("levers"):
            if self.cleaned_data.get(lever):
                asked = {
                    r["name"]: self.cleaned_data.get(r["id"].replace(".", "-"))
                    for r in _settings(lever)
                }
                found.append(Lever(lever, {k: v for k, v in asked.items() if v not in (None, "")}))
        return tuple(found)


def _settings(lever: str) -> list[Mapping[str, str]]:
    return [row for row in rows("lever_values") if row["lever"] == lever]


def usual() -> dict[str, str]:
    """What the form shows at first: a little telework, every other lever at its usual value, not ticked."""
    values = {row["id"].replace(".", "-"): row["default"] for row in rows("lever_values")}
    return {**values, next(iter(table("levers"))): "on"}


def computed(
    registry: Registry, territory: Territory, levers: tuple[Lever, ...]
) -> tuple[Outlook | None, str]:
    """The outlook, or the sentence that says what to change."""
    try:
        return outlook(registry, Scenario(territory.code, levers, name=territory.name)), ""
    except (ScenarioError, ReciproqueError) as error:
        return None, say(error, lang())


def lead(found: Outlook) -> str:
    """What the page tells, in a sentence that one can say aloud."""
    before, change = found.before.tonnes, found.change.tonnes
    if not found.effects:
        return _(
            "Chaque année, ces trajets émettent environ %(tonnes)s tonnes de CO2. Cochez un levier."
        ) % {"tonnes": say_round(before, lang())}
    share = say_round(100 * abs(change) / before, lang()) if before else "0"
    text = (
        _("Avec ces leviers, environ %(tonnes)s tonnes de CO2 en moins par an, soit %(share)s %% des trajets domicile-travail.")
        if change <= 0
        else _("Avec ces leviers, environ %(tonnes)s tonnes de CO2 en plus par an, soit %(share)s %% des trajets domicile-travail.")
    )  # fmt: skip
    return text % {"tonnes": say_round(abs(change), lang()), "share": share}


def table_of(found: Outlook) -> list[Row]:
    """Today, what each lever adds to those before it, and what comes of it."""
    top = max(found.before.tonnes, found.after.tonnes) or 1.0

    def row(name: str, totals: Totals) -> Row:
        return Row(
            name, totals.workers, totals.car_km / MILLION, totals.tonnes,
            score_bar(abs(totals.tonnes) / top),
        )  # fmt: skip

    levers = [row(label("levers", e.lever.kind, lang()), e.added) for e in found.effects]
    return [
        row(_("Aujourd’hui"), found.before),
        *levers,
        row(_("Avec le scénario"), found.after),
    ]
