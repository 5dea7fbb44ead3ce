"""A territory's strongest ties, as rows and as a map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
import shapely
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.flows import Summary, estimate_key, goodness, links, needs_living_areas
from reciproque.kernel import Territory
from reciproque.territories import Registry
from reciproque.vocabulary import say, say_round
from reciproque.web.shared.pictures import Arc, duo_bars, flow_map
from reciproque.web.shared.templatetags.reciproque import lang

SHOWN_TIES = 8
MAPPED_TIES = 12  # more arrows hide each other


@dataclass(frozen=True)
class Tie:
    """One row of the table of ties."""

    code: str
    name: str
    incoming: float
    outgoing: float
    distance_km: float
    state: str
    picture: SafeString


@dataclass(frozen=True)
class Ties:
    """The ties of one kind: rows, map, and what the source covers."""

    flow: str
    rows: tuple[Tie, ...]
    map: SafeString
    state: str
    mixed: bool
    source: str
    year: str
    coverage: str
    total: int


def ground(registry: Registry, bounds: tuple[float, float, float, float]) -> list[shapely.Geometry]:
    """Outlines of the départements in and around a box of degrees."""
    west, south, east, north = bounds
    dx, dy = (east - west) * 0.4 + 0.05, (north - south) * 0.4 + 0.05
    box = (west - dx, south - dy, east + dx, north + dy)
    found = _departements(registry)
    seen = found.query(shapely.box(*box)).tolist()
    clipped = (shapely.clip_by_rect(found.geometries[i], *box) for i in sorted(seen))
    return [shape for shape in clipped if not shape.is_empty]


@lru_cache(maxsize=2)
def _departements(registry: Registry) -> shapely.STRtree:
    found = (registry.geometry(code) for code in registry.codes("departement"))
    return shapely.STRtree([outline for outline in found if outline is not None])


def _arcs(registry: Registry, rows: tuple[Tie, ...]) -> list[Arc]:
    arcs = []
    for row in rows:
        there = registry.territory(row.code)
        if there.longitude is not None and there.latitude is not None:
            outline = registry.geometry(row.code)
            arcs.append(
                Arc(
                    there.name, outline, there.longitude, there.latitude, row.incoming, row.outgoing
                )
            )
    return arcs


def _bounds(shapes: list[shapely.Geometry | None]) -> tuple[float, float, float, float]:
    known = [s for s in shapes if s is not None]
    box = shapely.total_bounds(np.array(known, object)) if known else (-5.0, 42.0, 8.0, 51.0)
    return tuple(float(v) for v in box)  # type: ignore[return-value]


def usual_kind(territory: Territory) -> str:
    """The kind of territories that ties are told with, where none is asked for."""
    return "departement" if territory.kind in ("departement", "region") else "epci"


def ties(
    registry: Registry,
    territory: Territory,
    flow: str,
    commuting: Summary,
    kind: str = "",
    n: int = SHOWN_TIES,
) -> Ties:
    """The ``n`` strongest ties of one flow, as rows and as a map; both empty where nothing is known."""
    frame = links(registry, territory, flow, kind or usual_kind(territory))
    shown = frame.head(n)
    largest = float(max(shown["incoming"].max() or 0, shown["outgoing"].max() or 0))  # type: ignore[arg-type]
    rows = tuple(
        Tie(
            r["code"],
            r["name"],
            r["incoming"],
            r["outgoing"],
            r["distance_km"],
            r["state"],
            duo_bars(r["incoming"], r["outgoing"], largest),
        )
        for r in shown.iter_rows(named=True)
    )
    drawn = _tie_map(registry, territory, flow, rows[:MAPPED_TIES]) if rows else SafeString("")
    states = set(shown["state"].to_list())
    return Ties(
        flow,
        rows,
        drawn,
        "estimated" if states != {"observed"} else "observed",
        len(states) > 1,
        _join(shown["source"]),
        _join(shown["year"]),
        _coverage(registry, flow, states, commuting),
        len(frame),
    )


def _join(column: pl.Series) -> str:
    return ", ".join(column.unique(maintain_order=True).to_list())


def _coverage(registry: Registry, flow: str, states: set[str], commuting: Summary) -> str:
    """What the source leaves out, in words."""
    if flow == "moves":
        if needs_living_areas(registry):
            return say("flows.needs_zonings", lang())
        return say("flows.split_areas", lang()) if "estimated" in states else ""
    said = []
    if "observed" in states and commuting.coverage_key:
        said.append(say(commuting.coverage_key, lang(), **commuting.coverage))
    if "estimated" in states:
        said.append(say(estimate_key(), lang()))
        said += [say(found.key, lang(), **found.figures) for found in goodness(registry)]
    return " ".join(said)


def _tie_map(
    registry: Registry, territory: Territory, flow: str, rows: tuple[Tie, ...]
) -> SafeString:
    arcs = _arcs(registry, rows)
    outline = registry.geometry(territory.code)
    centre = (territory.longitude or 0.0, territory.latitude or 0.0)
    strongest = rows[0]
    unit = say("unit.workers" if flow == "commuting" else "unit.people_per_year", lang())
    return flow_map(
        territory.name,
        outline,
        centre,
        arcs,
        ground(registry, _bounds([outline, *(a.geometry for a in arcs)])),
        f"{say('flow.' + flow, lang())} : {territory.name}",
        _(
            "Le lien le plus fort est avec %(name)s : %(incoming)s %(unit)s viennent, %(outgoing)s partent."
        )
        % {
            "name": strongest.name,
            "incoming": say_round(strongest.incoming, lang()),
            "outgoing": say_round(strongest.outgoing, lang()),
            "unit": unit,
        },
        hatched=all(row.state == "estimated" for row in rows),
    )
