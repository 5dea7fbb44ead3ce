"""The filters in force, each with the address that removes it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from reciproque.vocabulary import label, say_number
from reciproque.web.registry.forms import PLACES, PartnerForm
from reciproque.web.shared.templatetags.reciproque import lang


def _without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    return "?" + query.urlencode()


def chips(request: HttpRequest, form: PartnerForm) -> list[tuple[str, str]]:
    """(words, address without it) for each filter that is set."""
    if not form.is_valid():
        return []
    data, found = form.cleaned_data, []
    if data.get("sujet"):
        found.append(("sujet", label("themes", data["sujet"], lang())))
    if data.get("motif") and data["motif"] != "all":
        found.append(("motif", label("motives", data["motif"], lang())))
    if data.get("au_dela"):
        found.append(("au_dela", _("à plus de %s km") % say_number(data["au_dela"], lang())))
    if data.get("en_deca") is not None:
        found.append(("en_deca", _("à moins de %s km") % say_number(data["en_deca"], lang())))
    if data.get("ou"):
        found.append(("ou", str(PLACES[data["ou"]])))
    if data.get("habitants_min"):
        found.append(
            (
                "habitants_min",
                _("au moins %s habitants") % say_number(data["habitants_min"], lang()),
            )
        )
    if data.get("habitants_max"):
        found.append(
            ("habitants_max", _("au plus %s habitants") % say_number(data["habitants_max"], lang()))
        )
    return [(words, _without(request, name)) for name, words in found]
