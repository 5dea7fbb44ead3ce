"""The filters in force, each with the address that removes it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from reciproque.partners import DEFAULT_WEIGHTS, MOTIVES
from reciproque.vocabulary import label, say_number
from reciproque.web.registry.forms import FIRST, MOST, PLACES, PartnerForm
from reciproque.web.shared.templatetags.reciproque import lang

USUAL = {motive: 100 * weight for motive, weight in DEFAULT_WEIGHTS.items()}


def _without(request: HttpRequest, *names: str, value: str = "") -> str:
    """The address without these filters, or without one value of a filter that has several."""
    query = request.GET.copy()
    for name in names:
        query.setlist(name, [v for v in query.getlist(name) if value and v != value])
    return "?" + query.urlencode()


def _amounts(data: dict[str, object]) -> list[tuple[str, str]]:
    words = {
        "au_dela": _("à plus de %s km"),
        "en_deca": _("à moins de %s km"),
        "habitants_min": _("au moins %s habitants"),
        "habitants_max": _("au plus %s habitants"),
    }
    return [
        (name, text % say_number(float(str(data[name])), lang()))
        for name, text in words.items()
        if data.get(name) is not None
    ]


def chips(request: HttpRequest, form: PartnerForm) -> list[tuple[str, str]]:
    """(words, address without it) for each filter that is set."""
    data, found = form.cleaned_data, []
    chosen = [("themes", "sujet", value) for value in data.get("sujet") or ()]
    chosen += [("kinds", "type", value) for value in form.kinds() if value != "epci"]
    found += [(label(t, v, lang()), _without(request, name, value=v)) for t, name, v in chosen]
    if data.get("motif") and data["motif"] != "all":
        found.append((label("motives", data["motif"], lang()), _without(request, "motif")))
    found += [(words, _without(request, name)) for name, words in _amounts(data)]
    if data.get("ou"):
        found.append((str(PLACES[data["ou"]]), _without(request, "ou")))
    if form.weights() != USUAL:
        found.append((_("vos poids"), _without(request, *MOTIVES)))
    return found


def more(request: HttpRequest, form: PartnerForm, shown: int) -> str:
    """The address that shows more partners; empty where all are shown."""
    asked = form.cleaned_data.get("n") or FIRST
    if shown < asked or asked >= MOST:
        return ""
    query = request.GET.copy()
    query["n"] = str(min(MOST, asked + FIRST))
    return "?" + query.urlencode()
