"""Living areas on the map of territories: their names, outlines, and the EPCI they cut."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import polars as pl
import shapely

from reciproque.flows.areas._areas import LivingAreas
from reciproque.kernel import Definition, ReciproqueError, Territory
from reciproque.territories import Registry

PREFIX = "bassin:"
KNOWN = 0.9  # of the zones: below, their codes are those of another country
WHOLE = 0.005  # of an EPCI's residents: less elsewhere does not make it cut
CUT_SCHEMA = {
    "epci": pl.String, "name": pl.String, "area": pl.String, "area_name": pl.String,
    "communes": pl.Int64, "residents": pl.Float64, "share": pl.Float64,
}  # fmt: skip


def _here(registry: Registry, found: LivingAreas) -> bool:
    """Whether the zones are communes of the registry, and not those of a country with the same codes."""
    known = np.array([code in registry.unit_index for code in found.zones], bool)
    return bool(known.mean() >= KNOWN)


def area_names(registry: Registry, found: LivingAreas) -> list[str]:
    """The name of each row of ``areas``: its zone with most jobs, or its code in other countries."""
    ids = found.areas["id"].to_list()
    if not _here(registry, found):
        return ids
    at = registry.unit_index
    return [str(registry.units.name[at[code]]) if code in at else code for code in ids]


def area_territories(registry: Registry, found: LivingAreas) -> list[Territory]:
    """Each area as a union of the communes that the registry knows, in the order of ``areas``.

    Areas without any known commune are absent; none is there when the zones are not communes of the
    registry (fewer than nine in ten of their codes).  The registry knows them until ``registry.forget(code)``.
    """
    if not _here(registry, found):
        return []
    made = []
    names = area_names(registry, found)
    for name, row in zip(names, found.areas.iter_rows(named=True), strict=True):
        members = tuple(code for code in row["members"] if code in registry.unit_index)
        if members:
            made.append(registry.compose(Definition(PREFIX + row["id"], name, members)))
    return made


def area_outlines(registry: Registry, found: LivingAreas) -> dict[str, object]:
    """The areas as a GeoJSON collection (RFC 7946, WGS 84): outlines of communes put together.

    Properties are the columns of ``areas`` but members, and ``name`` and ``zones``.  Raises
    :class:`ReciproqueError` where no zone has a known outline.
    """
    features = []
    for territory, row in _drawn(registry, found):
        outline = registry.geometry(territory.code)
        registry.forget(territory.code)
        properties = {k: v for k, v in row.items() if k != "members"}
        known = {"name": territory.name, "zones": len(row["members"])}
        features.append(
            {
                "type": "Feature",
                "properties": {**properties, **known},
                "geometry": None if outline is None else json.loads(shapely.to_geojson(outline)),
            }
        )
    if not any(feature["geometry"] for feature in features):
        raise ReciproqueError("areas.no_outline", example=found.zones[0])
    return {"type": "FeatureCollection", "features": features}


def _drawn(registry: Registry, found: LivingAreas) -> Sequence[tuple[Territory, dict]]:
    rows = {PREFIX + row["id"]: row for row in found.areas.iter_rows(named=True)}
    return [(t, rows[t.code]) for t in area_territories(registry, found)]


def cut_epci(registry: Registry, found: LivingAreas) -> pl.DataFrame:
    """The EPCI that living areas cut: where their employed residents live, area by area.

    Columns: ``epci, name, area`` (id), ``area_name, communes, residents, share`` (of the EPCI's residents in the
    flows); EPCI of which under 0.5 % live outside the main area are not cut.  Most divided first.
    """
    if not _here(registry, found):
        return pl.DataFrame(schema=CUT_SCHEMA)
    areas = found.areas["id"].to_list()
    label = dict(zip(areas, area_names(registry, found), strict=True))
    epci = dict(zip(registry.units.code.tolist(), registry.units.epci.tolist(), strict=True))
    rows = [
        (epci.get(code) or "", areas[a], found.residents_of[i])
        for i, (code, a) in enumerate(zip(found.zones, found.area_of, strict=True))
        if a >= 0 and epci.get(code)
    ]
    frame = (
        pl.DataFrame(rows, ["epci", "area", "residents"], orient="row")
        .group_by("epci", "area")
        .agg(pl.len().cast(pl.Int64).alias("communes"), pl.col("residents").sum())
        .with_columns(share=pl.col("residents") / pl.col("residents").sum().over("epci"))
        .with_columns(main=pl.col("share").max().over("epci"))
        .filter(pl.col("main") < 1 - WHOLE)
        .sort("main", "epci", "share", "area", descending=[False, False, True, False])
    )
    names = dict(registry.frame("epci").select("code", "name").iter_rows())
    return frame.with_columns(
        name=pl.Series([names.get(c, c) for c in frame["epci"]], dtype=pl.String),
        area_name=pl.Series([label[c] for c in frame["area"]], dtype=pl.String),
    ).select(*CUT_SCHEMA)
