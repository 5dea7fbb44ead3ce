"""The data in use: year, source, coverage, licence, and what could be added."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reciproque.sources import Installed, installed, outdated
from reciproque.vocabulary import indicators, say
from reciproque.web.registry.engine import counts, registry
from reciproque.web.shared.templatetags.reciproque import lang


def _described(item: Installed) -> dict[str, object]:
    said = [say(key, lang(), **figures) for key, figures in item.warnings]
    return {
        "item": item,
        "label": item.label(lang()),
        "coverage": item.covers(lang()),
        "warnings": said,
    }


def _outdated() -> list[str]:
    return [
        say("source.outdated", lang(), label=item.label(lang()), file=item.file_name)
        for item in outdated()
    ]


def data(request: HttpRequest) -> HttpResponse:
    """What is embedded, what was added, and every indicator with its source."""
    known = indicators()
    origins = registry().origins
    rows = [(known[name], *origins[name]) for name in origins if known[name].theme]
    context = {
        "items": [_described(item) for item in installed()],
        "counts": counts(),
        "indicators": sorted(rows, key=lambda r: (r[0].theme, r[0].label(lang()))),
        "unresolved": registry().unresolved(),
        "problems": _outdated() + [say(p, lang()) for p in registry().problems],
        "nav": "data",
    }
    return render(request, "registry/data.html", context)
