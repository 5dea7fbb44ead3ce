"""Two territories side by side, and the choice of the other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from reciproque.kernel import ReciproqueError
from reciproque.partners import compare
from reciproque.vocabulary import say
from reciproque.web.registry import interdependence, living_areas, pairs
from reciproque.web.registry.engine import registry, territory
from reciproque.web.shared.templatetags.reciproque import lang


def pair(request: HttpRequest, a: str, b: str) -> HttpResponse:
    """What goes between the two, and where one has what the other lacks."""
    known, first, second = registry(), territory(a), territory(b)
    try:
        comparison = compare(known, first, second)
    except ReciproqueError as error:
        context = {"t": first, "problem": say(error, lang()), "nav": "territories"}
        return render(request, "registry/choose.html", context, status=400)
    found, lines = interdependence.leaning(known, first, second)
    context = {
        "dependence": found,
        "leaning": [] if comparison.overlap else lines,
        "common": living_areas.shared_sentence(known, first, second),
        "c": comparison,
        "lead": pairs.lead(comparison),
        "ribbons": pairs.ribbons(comparison.flows, first, second),
        "says": pairs.headlines(known, comparison),
        "axes": pairs.axes(known, comparison),
        "map": pairs.picture(known, comparison),
        "known": sum(m.known for m in comparison.measures),
        "nav": "territories",
    }
    return render(request, "registry/pair.html", context)


def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Look for the territory to put beside this one."""
    found = territory(code)
    if other := request.GET.get("avec"):
        return redirect("pair", a=code, b=territory(other).code)
    asked = request.GET.get("q", "").strip()[:80]
    hits = [t for t in registry().search(asked, 12) if t.code != code] if asked else []
    return render(
        request,
        "registry/choose.html",
        {"t": found, "q": asked, "found": hits, "nav": "territories"},
    )
