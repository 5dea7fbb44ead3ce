"""The list of possible partners, with reasons and filters kept in the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reciproque.partners import MOTIVES
from reciproque.web.registry.chips import chips, more
from reciproque.web.registry.engine import registry, territory
from reciproque.web.registry.forms import PartnerForm
from reciproque.web.registry.partner_cards import cards, lead


def partners(request: HttpRequest, code: str) -> HttpResponse:
    """Territories to cooperate with, and why."""
    known, found = registry(), territory(code)
    form = PartnerForm(request.GET)
    shown = cards(known, found, form.question()) if form.is_valid() else []
    context = {
        "t": found,
        "form": form,
        "cards": shown,
        "lead": lead(found, shown, form),
        "chips": chips(request, form),
        "more": more(request, form, len(shown)),
        "weights": [(m, form.weights()[m]) for m in MOTIVES],
        "kinds": form.kinds(),
        "themes": form.cleaned_data.get("sujet", ()),
        "motive": form.cleaned_data.get("motif") or "all",
        "nav": "territories",
    }
    return render(request, "registry/partners.html", context)
