"""With whom, together, a territory reaches what it lacks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.registry import coalitions as asked
from reciproque.web.registry.engine import registry, territory
from reciproque.web.shared.templatetags.reciproque import lang


def coalitions(request: HttpRequest, code: str) -> HttpResponse:
    """Goals and limits in the address, the smallest coalition below; works without JavaScript."""
    known, here = registry(), territory(code)
    form, found, problem = asked.CoalitionForm(request.GET, known), None, ""
    if form.is_valid():
        try:
            found = form.find(known, here)
        except ReciproqueError as error:
            problem = say(error, lang())
    context = {
        "t": here, "form": form, "problem": problem, "found": found, "nav": "territories",
        "most": asked.MOST, "chosen": form.cleaned_data.get("cherche", ()),
    }  # fmt: skip
    if found:
        context |= {
            "lead": asked.lead(found), "lines": asked.lines(found), "map": asked.drawn(known, found),
            "caution": form.caution,
        }  # fmt: skip
    return render(request, "registry/coalitions.html", context, status=200 if found else 400)
