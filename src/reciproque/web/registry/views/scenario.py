"""What may change in a territory's journeys to work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reciproque.vocabulary import say_source
from reciproque.web.registry import scenarios
from reciproque.web.registry.engine import registry, territory
from reciproque.web.shared.templatetags.reciproque import lang


def scenario(request: HttpRequest, code: str) -> HttpResponse:
    """Levers in the address, what they change below; works without JavaScript."""
    known, here = registry(), territory(code)
    asked = request.GET if request.GET else scenarios.usual()
    form = scenarios.ScenarioForm(asked)
    levers = form.levers() if form.is_valid() else ()
    found, problem = scenarios.computed(known, here, levers)
    if found is None:  # a lever that cannot be computed leaves the page and what was typed
        found, _said = scenarios.computed(known, here, ())
    assert found is not None
    context = {
        "t": here, "form": form, "problem": problem, "found": found, "lead": scenarios.lead(found),
        "rows": scenarios.table_of(found), "pairs": found.pairs.to_dicts(),
        "said": f"{say_source(found.source, lang())}, {found.year}", "nav": "territories",
    }  # fmt: skip
    return render(request, "registry/scenario.html", context, status=400 if problem else 200)
