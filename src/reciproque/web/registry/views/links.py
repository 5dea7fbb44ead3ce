"""What flows between a territory and others, measured."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reciproque.web.registry import interdependence, portraits
from reciproque.web.registry.engine import registry, territory
from reciproque.web.registry.ties import ties, usual_kind

KINDS = ("epci", "departement", "commune")
FIRST, MOST = 20, 200


def _number(text: str) -> int:
    asked = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    return min(asked, MOST) if asked > 0 else FIRST


def links(request: HttpRequest, code: str) -> HttpResponse:
    """Both directions, who depends on whom, what the file sees."""
    known, found = registry(), territory(code)
    flows = portraits.flows_known(known, found)
    flow = request.GET.get("flux", "")
    flow = flow if flow in flows else flows[0]
    kind = request.GET.get("avec", "")
    kind = kind if kind in KINDS else usual_kind(found)
    n = _number(request.GET.get("n", ""))
    context = {
        "t": found, "flow": flow, "flows": flows, "with": kind, "kinds": KINDS, "n": n,
        "more": min(2 * n + FIRST, MOST) if n < MOST else 0, "nav": "territories",
        "ties": ties(known, found, flow, portraits.commuting_of(known, found), kind, n),
        "told": interdependence.told(known, found, kind), "held": portraits.held_together(known, found),
    }  # fmt: skip
    return render(request, "registry/links.html", context)
