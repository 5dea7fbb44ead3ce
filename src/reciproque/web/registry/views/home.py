"""Home and search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from reciproque.vocabulary import rows
from reciproque.web.registry.catalogue import cooperations, france
from reciproque.web.registry.engine import counts, registry
from reciproque.web.registry.models import Composition
from reciproque.web.registry.pairs import showcase

HITS = 12
LONGEST = 80  # no name is longer


def home(request: HttpRequest) -> HttpResponse:
    """Search first, the map of the catalogue, one real picture, the ten cooperations."""
    if request.GET.get("q"):
        return redirect(f"{reverse('search')}?{urlencode({'q': request.GET['q'][:LONGEST]})}")
    return render(
        request,
        "registry/home.html",
        {
            "map": france(),
            "showcase": showcase(),
            "cooperations": cooperations(),
            "counts": counts(),
            "nav": "home",
        },
    )


def search(request: HttpRequest) -> HttpResponse:
    """Territories whose name looks like ``q``; a fragment of the page for htmx."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    found = registry().search(asked, HITS) if asked else []
    shared = Composition.objects.shared().filter(name__icontains=asked)[:5] if asked else []
    seen = {t.code for t in found}
    context = {
        "q": asked,
        "found": found,
        "composed": [c for c in shared if c.code not in seen],
        "recent": Composition.objects.shared().order_by("-created")[:8] if not asked else [],
        "ten": rows("definitions") if not asked else [],
        "nav": "territories",
    }
    page = "registry/_hits.html" if request.htmx else "registry/search.html"
    return render(request, page, context)
