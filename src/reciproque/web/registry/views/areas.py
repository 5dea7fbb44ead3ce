"""Living areas: those a territory lives in, and all of a source."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify

from reciproque.flows import AreaSource, LivingAreas, area_sources, known_areas, name_of_area
from reciproque.territories import Registry
from reciproque.web.registry import exports, living_areas
from reciproque.web.registry.engine import registry, territory
from reciproque.web.shared.templatetags.reciproque import lang

SHOWN = 50
MODES = ("reference", "refined")  # the first stands nearer to INSEE's zones d'emploi


def _mode(request: HttpRequest) -> str:
    asked = request.GET.get("calcul", "")
    return asked if asked in MODES else MODES[0]


def _drawn(known: Registry, source: AreaSource, mode: str) -> LivingAreas:
    return known_areas(known, source.id, None, mode)


def area(request: HttpRequest, code: str) -> HttpResponse:
    """The living areas a territory lives in, over the boundaries of EPCI."""
    known, found = registry(), territory(code)
    source = living_areas.source_of(known, found, request.GET.get("trajets", ""))
    areas = _drawn(known, source, _mode(request))
    parts = living_areas.parts_of(known, found, areas)
    text = living_areas.lead(found, parts, source.state)
    rows = {p.row for p in parts}
    context = {
        "t": found, "lead": text, "source": source, "sources": _choices(), "mode": _mode(request), "modes": MODES, "nav": "territories",
        "said": living_areas.named(source), "coverage": living_areas.coverage(source),
        "parts": [(p, areas.areas.row(p.row, named=True)) for p in parts],
        "map": living_areas.picture(known, found, parts, text), "all": len(areas.areas),
        "cut": living_areas.cut(known, areas, rows).iter_rows(named=True),
        "official": living_areas.official(known, found),
    }  # fmt: skip
    return render(request, "registry/area.html", context)


def _choices() -> list[tuple[str, str]]:
    return [(s.id, living_areas.named(s)) for s in area_sources(registry())]


def areas(request: HttpRequest) -> HttpResponse:
    """All living areas of a source, the largest first, and the EPCI that they cut most."""
    known = registry()
    source = living_areas.source_of(known, None, request.GET.get("trajets", ""))
    found = _drawn(known, source, _mode(request))
    cut = living_areas.cut(known, found)
    context = {
        "source": source, "sources": _choices(), "mode": _mode(request), "modes": MODES, "said": living_areas.named(source), "found": found,
        "coverage": living_areas.coverage(source), "nav": "territories", "invalid": len(found.invalid),
        "map": living_areas.national(known, found, lang()),
        "rows": [
            (name_of_area(known, found, i), row)
            for i, row in enumerate(found.areas.head(SHOWN).iter_rows(named=True))
        ],
        "cut": cut["epci"].n_unique(), "most_cut": cut.head(SHOWN).iter_rows(named=True),
    }  # fmt: skip
    return render(request, "registry/areas.html", context)


def areas_csv(request: HttpRequest) -> HttpResponse:
    """One row for each commune: its area and the figures of that area."""
    known = registry()
    source = living_areas.source_of(known, None, request.GET.get("trajets", ""))
    found = _drawn(known, source, _mode(request))
    names = [name_of_area(known, found, i) for i in range(len(found.areas))]
    frame = found.table(names)
    return exports.csv_response(
        f"bassins-{source.id}-{found.mode}", frame.columns, frame.iter_rows()
    )


def area_geojson(request: HttpRequest, code: str) -> HttpResponse:
    """The outlines of the areas that a territory lives in."""
    known, found = registry(), territory(code)
    source = living_areas.source_of(known, found, request.GET.get("trajets", ""))
    areas = _drawn(known, source, _mode(request))
    rows = [p.row for p in living_areas.parts_of(known, found, areas)]
    features = living_areas.geojson(known, areas, rows)
    said = {"source": living_areas.named(source), "state": str(source.state)}
    text = json.dumps(
        {"type": "FeatureCollection", **said, "features": features}, ensure_ascii=False
    )
    response = HttpResponse(text, content_type="application/geo+json")
    response["Content-Disposition"] = (
        f'attachment; filename="{slugify(found.name)}-bassins.geojson"'
    )
    return response
