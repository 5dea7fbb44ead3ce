"""What forms share: choices from the vocabulary, dates, a mark against double submits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from reciproque.vocabulary import label, table
from reciproque.web.shared.templatetags.reciproque import lang


def words(name: str, blank: str = "") -> Callable[[], list[tuple[str, str]]]:
    """The choices of a vocabulary table in the reader's language, made at display time."""

    def choices() -> list[tuple[str, str]]:
        found = [(key, label(name, key, lang())) for key in table(name)]
        return [("", blank), *found] if blank else found

    return choices


def day_field(label: object, required: bool = False) -> forms.DateField:
    """A date, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class NumberText(forms.TextInput):
    """A number typed with its thousands apart: "1 250,5"."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return "".join(value.split()) if isinstance(value, str) else value


def decimals_as_written(fields: Mapping[str, forms.Field]) -> None:
    """Numbers with a comma or a point, as the reader's language writes them."""
    for field in fields.values():
        if isinstance(field, forms.FloatField | forms.DecimalField):
            field.localize = True
            field.widget = NumberText(attrs={"inputmode": "decimal"})
            field.widget.is_localized = True
