"""When two people change the same thing: the second sees the first's change and loses nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


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
            found.append((str(field.label), str(now or "–")))
    return found or [(_("La même chose"), _("les mêmes mots"))]
