"""Groups: definitions turned into positions of base units, and described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from reciproque.kernel import Definition
from reciproque.territories._units import Units


@dataclass(frozen=True)
class Group:
    """A definition and the positions (int32, sorted, each once) of the base units it covers."""

    definition: Definition
    units: np.ndarray


def resolve(
    definitions: Iterable[Definition], positions: Mapping[str, np.ndarray]
) -> tuple[list[Group], dict[str, tuple[str, ...]]]:
    """Turn definitions into groups; members may be groups defined among them, in any order.

    Returns the groups and, by group code, the member codes nobody knows.  A definition that would
    contain itself, or that has no known member, is left with what is known of it.
    """
    waiting = {definition.code: definition for definition in definitions}
    known = dict(positions)
    groups: list[Group] = []
    unresolved: dict[str, tuple[str, ...]] = {}
    while waiting:
        ready = [
            d for d in waiting.values() if not any(m in waiting and m != d.code for m in d.members)
        ]
        for definition in ready or list(waiting.values()):
            found = [known[m] for m in definition.members if m in known]
            missing = tuple(m for m in definition.members if m not in known)
            units = np.unique(np.concatenate(found)) if found else np.array([], np.int32)
            groups.append(Group(definition, units.astype(np.int32)))
            known[definition.code] = groups[-1].units
            if missing:
                unresolved[definition.code] = missing
            del waiting[definition.code]
    return groups, unresolved


def incidence_of(groups: list[Group], n: int) -> csr_array:
    """(len(groups), n) of 0/1: which base units each group covers."""
    lengths = [len(group.units) for group in groups]
    indices = np.concatenate([g.units for g in groups]) if groups else np.array([], np.int32)
    indptr = np.cumsum([0, *lengths])
    return csr_array((np.ones(len(indices)), indices, indptr), shape=(len(groups), n))


def _total(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.sum()) if len(known) else None


def _centre(units: Units, at: np.ndarray) -> tuple[float | None, float | None]:
    """Area-weighted mean of the units' centres; people-weighted where areas are unknown."""
    lon, lat, weight = units.lon[at], units.lat[at], units.area_km2[at]
    if not np.isfinite(weight).any():
        weight = units.population[at]
    if not np.isfinite(weight).any():
        weight = np.ones(len(lon))
    usable = np.isfinite(lon) & np.isfinite(weight)
    if not usable.any():
        return None, None
    weight = weight[usable]
    return float(lon[usable] @ weight / weight.sum()), float(lat[usable] @ weight / weight.sum())


def _mostly(column: np.ndarray, people: np.ndarray) -> str:
    count: Counter[str] = Counter()
    for code, weight in zip(column, np.nan_to_num(people), strict=True):
        count[code] += weight + 1e-9
    return min(count, key=lambda code: (-count[code], code)) if count else ""


def describe(units: Units, group: Group) -> dict[str, object]:
    """One row of the table of territories for a group: sums, centre, where most people live."""
    at, definition = group.units, group.definition
    people, area = units.population[at], units.area_km2[at]
    population = _total(people)
    longitude, latitude = _centre(units, at)
    return {
        "code": definition.code,
        "name": definition.name,
        "kind": definition.kind,
        "nature": definition.nature,
        "population": round(population) if population is not None else None,
        "area_km2": _total(area),
        "longitude": longitude,
        "latitude": latitude,
        "departement": _mostly(units.departement[at], people),
        "region": _mostly(units.region[at], people),
        "country": _mostly(units.country[at], people) or "FR",
        "communes": len(at),
        "members": list(definition.members),
        "valid_from": definition.valid_from,
        "valid_to": definition.valid_to,
        "source": definition.source,
        "year": definition.year,
    }


def group_frame(units: pl.DataFrame, groups: list[Group]) -> pl.DataFrame:
    """The table of every territory: the units, then the groups, each a row of :func:`describe`."""
    arrays = Units(units)
    described = pl.DataFrame(
        [describe(arrays, group) for group in groups],
        schema_overrides={
            "population": pl.Int64,
            "area_km2": pl.Float64,
            "valid_from": pl.Date,
            "valid_to": pl.Date,
            "members": pl.List(pl.String),
            "communes": pl.Int64,
        },
        infer_schema_length=None,
    )
    first = units.select(
        "code",
        "name",
        "kind",
        pl.lit("").alias("nature"),
        pl.col("population").round().cast(pl.Int64),
        "area_km2",
        "longitude",
        "latitude",
        "departement",
        "region",
        "country",
        pl.lit(1, pl.Int64).alias("communes"),
        pl.concat_list("code").alias("members"),
        pl.lit(None, pl.Date).alias("valid_from"),
        pl.lit(None, pl.Date).alias("valid_to"),
        "source",
        "year",
    )
    return pl.concat([first, described.select(first.columns)])
