"""When two people change the same thing: the second sees the first's change and loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from reciproque.vocabulary import say_number
from reciproque.web.shared.templatetags.reciproque import lang


def with_their_version(form: Any, theirs: Any) -> Any:
    """The same form, what was typed kept; saying it again now replaces the other's words."""
    form.data = form.data.copy()
    form.data["version"] = str(theirs.version)
    return form


def told(form: Any, theirs: Any) -> list[tuple[str, str]]:
    """The fields where what stands differs from what was typed."""
    if theirs is None:
        return []
    found = []
    for name, field in form.fields.items():
        if name in ("once", "version") or not hasattr(theirs, name):
            continue
        now, typed = getattr(theirs, name), form.cleaned_data.get(name)
        if not hasattr(now, "all") and str(now or "") != str(typed or ""):
            words = ", ".join(map(str, now)) if isinstance(now, list) else str(now or "")
            found.append((str(field.label), words or "–"))
    return found or _nothing_else()


def told_values(form: Any, values: Mapping[str, float]) -> list[tuple[str, str]]:
    """The same for a form of numbers by name, beside the numbers that stand."""
    found = []
    for name, field in form.fields.items():
        now, typed = values.get(name), form.cleaned_data.get(name)
        if name != "version" and float(now or 0) != float(typed or 0):
            found.append((str(field.label), say_number(float(now), lang(), 2) if now else "–"))
    return found or _nothing_else()


def _nothing_else() -> list[tuple[str, str]]:
    return [(_("La même chose"), _("les mêmes mots"))]
