"""Living areas for pages and dossiers: those a territory lives in, the boundaries they cross."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
import shapely
from django.http import Http404
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.flows import (
    AreaPart,
    AreaSource,
    LivingAreas,
    area_sources,
    areas_of_territory,
    common_area,
    cut_epci,
    known_areas,
    name_of_area,
    outline_of,
)
from reciproque.kernel import State, Territory
from reciproque.territories import Registry
from reciproque.vocabulary import say, say_source
from reciproque.web.registry.ties import ground
from reciproque.web.shared.pictures import Drawn, areas_map
from reciproque.web.shared.templatetags.reciproque import lang, percent

OFFICIAL = (
    "zone_emploi",
    "bassin_de_vie",
)  # INSEE's own, beside ours where the table of zonings is
DRAWN = 12  # areas on one map: more names would hide each other
MAIN_SHARE = 0.2  # of its residents: an area that the map shows whole
MAINLAND = shapely.box(-5.3, 41.3, 9.7, 51.2)
NAMED = 24  # areas named on the map of the whole country
LEAST_SHARE = 0.005  # of a territory's residents: less is an edge, not an area it lives in


@dataclass(frozen=True)
class Beside:
    """One of INSEE's areas that a territory meets: how many of its people, how much of our area."""

    territory: Territory
    share: float


def source_of(registry: Registry, territory: Territory | None, asked: str = "") -> AreaSource:
    """The journeys to draw from: those asked for, else observed ones that see the territory whole.

    Raises ``Http404`` for a name that no source has.
    """
    sources = area_sources(registry)
    if asked:
        found = next((s for s in sources if s.id == asked), None)
        if found is None:
            raise Http404(asked)
        return found
    if territory is not None:
        units = set(registry.units.code[registry.units_of(territory)].tolist())
        for source in sources:
            if source.state is State.OBSERVED and units <= set(
                known_areas(registry, source.id).zones
            ):
                return source
    return sources[-1]


def coverage(source: AreaSource) -> str:
    """What the journeys behind the areas leave out, in words."""
    return say(source.coverage_key, lang(), **source.coverage) if source.coverage_key else ""


def named(source: AreaSource) -> str:
    """The source and its year, and where it is."""
    where = f" ({source.names})" if source.names else ""
    return f"{say_source(source.source, lang())}{where}, {source.year}"


def lead(territory: Territory, parts: tuple[AreaPart, ...], state: State) -> str:
    """What the page tells, in a sentence or two."""
    if not parts:
        return _("Aucun trajet connu n’y commence ni n’y finit : pas de bassin à montrer.")
    mark = "" if state is State.OBSERVED else _(" (estimation)")
    if len(parts) == 1 or parts[0].share > 0.99:
        return _("Les trajets quotidiens placent %(name)s dans le bassin de %(area)s%(mark)s.") % {
            "name": territory.name, "area": parts[0].name, "mark": mark,
        }  # fmt: skip
    others = ", ".join(f"{p.name} {percent(p.share)}" for p in parts[1:4])
    return _(
        "%(share)s des actifs de %(name)s vivent dans le bassin de %(area)s ; les autres dans celui de : %(others)s%(mark)s."
    ) % {
        "share": percent(parts[0].share), "name": territory.name, "area": parts[0].name,
        "others": others, "mark": mark,
    }  # fmt: skip


def parts_of(registry: Registry, territory: Territory, found: LivingAreas) -> tuple[AreaPart, ...]:
    """The areas a territory lives in, edges left out, most residents first."""
    parts = areas_of_territory(registry, territory, found)
    return tuple(p for p in parts if p.share >= LEAST_SHARE) or parts[:1]


def _epci_around(registry: Registry, shapes: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Outlines of the EPCI that meet the areas: the boundaries that daily life crosses."""
    if not shapes:
        return []
    tree, outlines = _epci_tree(registry)
    box = shapely.box(*shapely.total_bounds(np.array(shapes)))
    return [outlines[i] for i in sorted(tree.query(box).tolist())]


@lru_cache(maxsize=2)
def _epci_tree(registry: Registry) -> tuple[shapely.STRtree, list[shapely.Geometry]]:
    found = [registry.geometry(code) for code in registry.codes("epci")]
    outlines = [g for g in found if g is not None]
    return shapely.STRtree(outlines), outlines


def picture(
    registry: Registry, territory: Territory, parts: tuple[AreaPart, ...], text: str
) -> SafeString:
    """The areas over the boundaries of EPCI, the territory in bold; empty where no outline is known."""
    drawn = [_drawn(registry, p) for p in parts[:DRAWN] if p.outline is not None]
    around = registry.geometry(territory.code)
    if not drawn:
        return SafeString("")
    shapes = [d.geometry for d in drawn if d.geometry is not None]
    box = shapely.total_bounds(np.array([*shapes, *([around] if around is not None else [])]))
    bounds = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
    title = _("Bassins de navettes (calculé) : %(name)s") % {"name": territory.name}
    framed = max(1, sum(p.share >= MAIN_SHARE for p in parts))
    return areas_map(
        drawn, ground(registry, bounds), _epci_around(registry, shapes), around, title, text, framed
    )


@lru_cache(maxsize=4)
def national(registry: Registry, found: LivingAreas, language: str) -> SafeString:
    """All areas of the mainland on one map, the largest by name; kept once drawn, for each language."""
    drawn: list[Drawn] = []
    for row in range(len(found.areas)):
        outline = outline_of(registry, found, row)
        if outline is not None and outline.intersects(MAINLAND):
            name = name_of_area(registry, found, row) if len(drawn) < NAMED else ""
            point = outline.representative_point()
            drawn.append(Drawn(name, outline, float(point.x), float(point.y)))
    title = _("Bassins de navettes (calculé)")
    text = _("%(n)s bassins de métropole ; le tableau dit les plus grands.") % {"n": len(drawn)}
    return areas_map(drawn, [], [], None, title, text, len(drawn)) if drawn else SafeString("")


def _drawn(registry: Registry, part: AreaPart) -> Drawn:
    assert part.outline is not None
    point = part.outline.representative_point()
    return Drawn(part.name, part.outline, float(point.x), float(point.y))


def cut(registry: Registry, found: LivingAreas, rows: set[int] | None = None) -> pl.DataFrame:
    """The EPCI that areas cut (see :func:`reciproque.flows.cut_epci`), those that meet some rows alone."""
    frame = _every_cut(registry, found).filter(pl.col("share") >= LEAST_SHARE)
    if rows is None:
        return frame
    ids = found.areas["id"][sorted(rows)].to_list()
    kept = frame.filter(pl.col("area").is_in(ids))["epci"].unique()
    return frame.filter(pl.col("epci").is_in(kept.to_list()))


@lru_cache(maxsize=8)
def _every_cut(registry: Registry, found: LivingAreas) -> pl.DataFrame:
    return cut_epci(registry, found)


def official(registry: Registry, territory: Territory) -> dict[str, list[Beside]]:
    """INSEE's areas that hold a territory's people, by kind; empty where their table is not installed."""
    units = registry.units_of(territory)
    people = np.nan_to_num(registry.units.population)
    mine = np.zeros(len(people))
    mine[units] = people[units]
    total = float(mine.sum()) or 1.0
    result = {}
    for kind in OFFICIAL:
        if not registry.codes(kind):
            continue
        held = registry.incidence(kind) @ mine
        order = [int(i) for i in np.argsort(-held, kind="stable") if held[i] / total >= LEAST_SHARE]
        result[kind] = [
            Beside(registry.territory(registry.codes(kind)[i]), float(held[i]) / total)
            for i in order
        ]
    return result


def shared_sentence(registry: Registry, a: Territory, b: Territory) -> str:
    """Whether two territories live in the same area, and how much of each; empty where nothing is known."""
    source = source_of(registry, None)
    for candidate in area_sources(registry):
        zones = set(known_areas(registry, candidate.id).zones)
        both = np.union1d(registry.units_of(a), registry.units_of(b))
        if set(registry.units.code[both].tolist()) <= zones:
            source = candidate
            break
    found = known_areas(registry, source.id)
    shared = common_area(registry, a, b, found)
    mark = "" if source.state is State.OBSERVED else _(" (estimation)")
    if shared is None or min(p.share for p in shared) < LEAST_SHARE:
        return _("Aucun bassin de navettes commun%(mark)s.") % {"mark": mark}
    return _(
        "Bassin de navettes commun : %(area)s, où vivent %(a_share)s des actifs de %(a)s et %(b_share)s de ceux de %(b)s%(mark)s."
    ) % {
        "area": shared[0].name, "a_share": percent(shared[0].share), "a": a.name,
        "b_share": percent(shared[1].share), "b": b.name, "mark": mark,
    }  # fmt: skip


def geojson(registry: Registry, found: LivingAreas, rows: list[int]) -> list[dict[str, object]]:
    """The outlines of some rows as GeoJSON features with their figures."""
    import json

    names = {row: found.areas.row(row, named=True) for row in rows}
    features = []
    for row, figures in names.items():
        outline = outline_of(registry, found, row)
        figures.pop("members")
        shape = None if outline is None else json.loads(shapely.to_geojson(outline))
        features.append({"type": "Feature", "properties": figures, "geometry": shape})
    return features
