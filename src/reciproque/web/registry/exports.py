"""Tables and maps to take away: CSV for spreadsheets, GeoJSON for maps, each with its sources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from django.http import HttpResponse
from django.utils.text import slugify

from reciproque.kernel import Partner, State, Territory
from reciproque.partners import Comparison
from reciproque.territories import Registry, portrait
from reciproque.vocabulary import say
from reciproque.web.registry.portraits import held_together
from reciproque.web.shared.templatetags.reciproque import lang, unit_of

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula is given a leading apostrophe."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def _cell(value: object, language: str) -> object:
    """A cell as a spreadsheet of that language reads it: decimals written its way, none for show."""
    if isinstance(value, float):
        text = f"{value:.10g}" if np.isfinite(value) else ""
        return text.replace(".", ",") if language == "fr" else text
    return safe_cell(value)


def csv_response(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A CSV that opens well in a spreadsheet: UTF-8 with a mark, semicolons, its decimals."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(cell, lang()) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "export"}.csv"'
    return response


def figures(registry: Registry, territory: Territory) -> HttpResponse:
    """Every indicator of a territory beside the median of its peers."""
    frame = portrait(registry, territory, lang())
    return csv_response(f"{territory.name}-chiffres", frame.columns, frame.iter_rows())


PARTNER_COLUMNS = (
    *("code", "name", "kind", "population", "distance_km", "score"),
    *("tied", "near", "alike", "complementary", "reasons", "sources"),
)


def partner_rows(found: list[Partner]) -> list[list[object]]:
    """One row for each partner, its reasons in one cell."""
    return [
        [
            p.territory.code,
            p.territory.name,
            p.territory.kind,
            p.territory.population,
            None if p.distance_km is None else round(p.distance_km, 1),
            round(p.score, 4),
            *(round(p.scores[m], 4) if m in p.scores else None for m in PARTNER_COLUMNS[6:10]),
            " | ".join(say(r, lang()) for r in p.reasons),
            " | ".join(
                dict.fromkeys(f"{r.source} {r.year}".strip() for r in p.reasons if r.source)
            ),
        ]
        for p in found
    ]


RIBBON_COLUMNS = ("flow", "origin", "destination", "value", "unit", "state", "source", "year")


def ribbon_rows(comparison: Comparison) -> list[list[object]]:
    """What goes from each of two territories to the other."""
    return [
        [
            say(f"flow.{f.kind}", lang()),
            f.origin,
            f.destination,
            _figure(f.value, f.state),
            say(f"unit.{f.unit}", lang()),
            str(f.state),
            f.source,
            f.year,
        ]
        for f in comparison.flows
    ]


def _figure(value: float, state: State) -> float:
    """An estimate is not written with decimals that nobody knows."""
    return round(value, 1) if state is State.ESTIMATED else value


def pair_rows(comparison: Comparison) -> list[list[object]]:
    """The indicators of two territories, side by side."""
    return [
        [
            row.indicator.id,
            row.indicator.label(lang()),
            row.a.value,
            row.b.value,
            row.median,
            unit_of(row.indicator.unit),
            str(row.a.state),
            str(row.b.state),
            row.a.source,
            row.a.year,
        ]
        for row in comparison.measures
    ]


MEMBER_COLUMNS = (
    *("code", "name", "kind", "population", "area_km2"),
    *("to_union", "from_union", "tie", "state", "source", "year"),
)


def member_rows(registry: Registry, territory: Territory) -> list[list[object]]:
    """The members of a union, with what ties each to the others where that is known."""
    held = held_together(registry, territory)
    ties = {row["code"]: row for row in held.frame.iter_rows(named=True)} if held else {}
    origin = [str(held.state), held.source, held.year] if held else [None] * 3
    return [
        [
            *(m.code, m.name, m.kind, m.population, m.area_km2),
            *(ties.get(m.code, {}).get(key) for key in ("to_union", "from_union", "tie")),
            *origin,
        ]
        for m in registry.members_of(territory)
    ]


def _feature(registry: Registry, territory: Territory, **properties: object) -> dict[str, object]:
    outline = registry.geometry(territory.code)
    if outline is not None:
        geometry = json.loads(shapely.to_geojson(outline))
    elif territory.longitude is not None:
        geometry = {"type": "Point", "coordinates": [territory.longitude, territory.latitude]}
    else:
        geometry = None
    known = {"code": territory.code, "name": territory.name, "kind": territory.kind}
    known["population"] = territory.population  # type: ignore[assignment]
    return {"type": "Feature", "properties": {**known, **properties}, "geometry": geometry}


def geojson_response(name: str, features: list[dict[str, object]]) -> HttpResponse:
    """A GeoJSON collection (RFC 7946, WGS 84)."""
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/geo+json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "export"}.geojson"'
    return response


def outlines(registry: Registry, name: str, *territories: Territory) -> HttpResponse:
    """The outlines of territories, a point where none is known."""
    return geojson_response(name, [_feature(registry, t) for t in territories])


def ties(
    registry: Registry, territory: Territory, rows: Iterable[dict[str, object]]
) -> HttpResponse:
    """A territory and those it is tied to, with what comes and what goes."""
    features = [_feature(registry, territory)]
    for row in rows:
        keys = ("incoming", "outgoing", "state", "source", "year")
        other = registry.territory(str(row["code"]))
        features.append(_feature(registry, other, **{k: row[k] for k in keys}))
    return geojson_response(f"{territory.name}-liens", features)
