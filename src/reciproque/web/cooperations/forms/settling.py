"""Numbers that the parties settle together: points of each resource, thresholds of each signal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reciproque.reciprocity import say_quantity, unit_of
from reciproque.vocabulary import label, table
from reciproque.web.shared.forms import decimals_as_written
from reciproque.web.shared.templatetags.reciproque import lang

NUMBER = gettext_lazy("Écrivez un nombre, par exemple 2,5.")


class NumbersForm(forms.Form):
    """A number by name, with the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def _ask(self, name: str, words: str, least: float, unit: str = "") -> None:
        self.fields[name] = forms.FloatField(
            label=words, required=False, min_value=least, max_value=1e9, help_text=unit,
            error_messages={"invalid": NUMBER},
        )  # fmt: skip
        value = self.initial.get(name)
        if value is not None and float(value).is_integer():
            self.initial[name] = int(value)

    def numbers(self) -> dict[str, float]:
        """What was said, without what was left empty."""
        found = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        return {name: value for name, value in found.items() if value is not None}


class PointsForm(NumbersForm):
    """What one unit of each resource is worth to the parties, in points; empty, it has none."""

    def __init__(
        self,
        *args: Any,
        resources: Iterable[str],
        points: Mapping[str, float],
        number: int,
        **more: Any,
    ) -> None:
        super().__init__(*args, initial={**points, "version": number}, **more)
        for resource in resources:
            one = say_quantity(1, unit_of(resource), lang())
            self._ask(resource, f"{label('resources', resource, lang())} ({one})", 1e-9)
        decimals_as_written(self.fields)


class ThresholdsForm(NumbersForm):
    """From where each signal fires in this cooperation."""

    def __init__(
        self, *args: Any, thresholds: Mapping[str, float], version: int, **more: Any
    ) -> None:
        super().__init__(*args, initial={**self.standing(thresholds), "version": version}, **more)
        for rule, row in table("signals").items():
            unit = label("threshold_units", row["unit"], lang())
            self._ask(rule, label("signals", rule, lang()), 0, unit)
        decimals_as_written(self.fields)

    @staticmethod
    def standing(changed: Mapping[str, float]) -> dict[str, float]:
        """The usual thresholds, with those that a cooperation changed."""
        usual = {rule: float(row["threshold"]) for rule, row in table("signals").items()}
        return usual | dict(changed)

    def changed(self) -> dict[str, float]:
        """Those that differ from the usual ones."""
        usual = self.standing({})
        return {rule: v for rule, v in self.numbers().items() if v != usual[rule]}
