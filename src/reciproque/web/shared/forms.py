"""What forms share: choices from the vocabulary, dates, a mark against double submits."""

from __future__ import annotations

from collections.abc import Callable

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
