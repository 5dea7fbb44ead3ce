"""A territory as people name it, in a form or in a spreadsheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reciproque.kernel import AmbiguousTerritory, Territory, UnknownTerritory
from reciproque.vocabulary import say
from reciproque.web.registry.engine import registry
from reciproque.web.shared.templatetags.reciproque import lang


def find_place(asked: str, near: int = 5) -> Territory:
    """The territory of a name or a code; raises ``ValidationError`` with at most ``near`` names close to it."""
    try:
        return registry().find(asked.strip())
    except (UnknownTerritory, AmbiguousTerritory) as error:
        names = ", ".join(f"{t.name} ({t.code})" for t in error.candidates[:near])
        raise ValidationError(say(error, lang()) + (f" {names}" if names else "")) from error


class PlaceField(forms.CharField):
    """A territory by its name or code; its code, or nothing when nothing was typed."""

    def clean(self, value: Any) -> str:
        asked = str(super().clean(value)).strip()
        return find_place(asked).code if asked else ""
