"""Tables and maps to take away: CSV for spreadsheets, GeoJSON for maps, each with its sources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

import shapely
from django.http import HttpResponse
from django.utils.text import slugify

from reciproque.kernel import Partner, Territory
from reciproque.partners import Comparison
from reciproque.territories import Registry, portrait
from reciproque.vocabulary import say
from reciproque.web.shared.templatetags.reciproque import lang, unit_of

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula is given a leading apostrophe."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def csv_response(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A CSV that opens well in a spreadsheet: UTF-8 with a mark, semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
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


def pair_rows(comparison: Comparison) -> list[list[object]]:
    """Flows then indicators of two territories."""
    flows: list[list[object]] = [
        [
            say(f"flow.{f.kind}", lang()),
            f.origin,
            f.destination,
            f.value,
            say(f"unit.{f.unit}", lang()),
            str(f.state),
            f.source,
            f.year,
        ]
        for f in comparison.flows
    ]
    figures: list[list[object]] = [
        [
            row.indicator.label(lang()),
            row.a.value,
            row.b.value,
            row.median,
            unit_of(row.indicator.unit),
            f"{row.a.state} / {row.b.state}",
            row.a.source,
            row.a.year,
        ]
        for row in comparison.measures
    ]
    return flows + figures


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
