"""A territory's portrait."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reciproque.web.registry import portraits
from reciproque.web.registry.engine import registry, territory
from reciproque.web.registry.models import Composition
from reciproque.web.registry.ties import ties


def portrait(request: HttpRequest, code: str) -> HttpResponse:
    """Who we are, what links us to others, whom we could cooperate with."""
    known, found = registry(), territory(code)
    kinds = portraits.flows_known(known, found)
    flow = request.GET.get("flux", "")
    flow = flow if flow in kinds else kinds[0]
    commuting = portraits.commuting_of(known, found)
    best = portraits.best_by_motive(known, found)
    context = {
        "t": found,
        "lead": portraits.lead(known, found, commuting),
        "flow": flow,
        "flows": kinds,
        "ties": ties(known, found, flow, commuting),
        "facts": portraits.facts(known, found),
        "figures": len(known.indicator_ids),
        "peers": portraits.peers_name(known, found),
        "peers_count": len(known.peers(found)),
        "best": [(m, p, portraits.first_reason(p, m)) for m, p in best],
        "members": known.members_of(found) if found.communes > 1 else [],
        "held": portraits.held_together(known, found),
        "groups": known.groups_of(found),
        "composition": Composition.objects.filter(slug=code[2:]).first()
        if code[:2] == "u:"
        else None,
        "former": request.GET.get("ancien", "")[:5],
        "nav": "territories",
    }
    return render(request, "registry/portrait.html", context)
