"""Every figure of a territory, known or not, in one table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reciproque.web.registry import portraits
from reciproque.web.registry.engine import registry, territory


def figures(request: HttpRequest, code: str) -> HttpResponse:
    """All indicators by theme, beside the median of the peers."""
    known, found = registry(), territory(code)
    context = {
        "t": found,
        "themes": portraits.by_theme(known, found),
        "peers": portraits.peers_name(known, found),
        "nav": "territories",
    }
    return render(request, "registry/figures.html", context)
