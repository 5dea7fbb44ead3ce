"""The living areas of the installed data: from observed journeys where a file has them, else estimated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from scipy.sparse import csr_array

from reciproque.flows._store import COMMUTING, Layer, layers
from reciproque.flows.areas._areas import AreaCriteria, LivingAreas, areas_of_zones
from reciproque.flows.areas._zones import zones_of
from reciproque.kernel import ReciproqueError, State, Territory
from reciproque.territories import Registry, merge

ESTIMATE = "estimate"


@dataclass(frozen=True)
class AreaSource:
    """Flows between communes that living areas can be drawn from.

    ``id`` is ``estimate``, or the year of an observed file and how many communes it has; ``names``
    says where it is, in words, empty for the whole country.
    """

    id: str
    state: State
    source: str
    year: str
    names: str
    coverage_key: str
    coverage: dict[str, object]


def _id(layer: Layer) -> str:
    if layer.state is State.ESTIMATED:
        return ESTIMATE
    return f"{layer.year}-{int(layer.covered.sum())}"


def _fine(registry: Registry) -> dict[str, Layer]:
    """The layers of commuting between communes, by id, observed ones first."""
    found = [v for v in layers(registry) if v.flow == COMMUTING and v.zones is None]
    return {_id(layer): layer for layer in found}


def area_sources(registry: Registry) -> tuple[AreaSource, ...]:
    """What living areas can be drawn from, observed files first, the estimate last."""
    return tuple(
        AreaSource(
            name, layer.state, layer.source, layer.year, str(layer.coverage.get("names", "")),
            layer.coverage_key, dict(layer.coverage),
        )
        for name, layer in _fine(registry).items()
    )  # fmt: skip


@lru_cache(maxsize=8)
def known_areas(
    registry: Registry,
    source: str = ESTIMATE,
    criteria: AreaCriteria | None = None,
    mode: str = "reference",
) -> LivingAreas:
    """The living areas of one of :func:`area_sources`; kept once drawn.

    The reference mode comes nearer to INSEE's zones d'emploi on all of France (docs/methode-bassins.md).

    Raises :class:`ReciproqueError` for an id that is none of them.
    """
    found = _fine(registry)
    if source not in found:
        raise ReciproqueError("areas.no_source", asked=source, known=", ".join(found))
    codes = registry.units.code.astype(str)
    flows = found[source].flows
    moved = np.asarray(flows.sum(axis=1)).ravel() + np.asarray(flows.sum(axis=0)).ravel()
    order = np.argsort(codes, kind="stable")
    order = order[moved[order] > 0]
    part = csr_array(flows[order][:, order], dtype=np.float64)
    return areas_of_zones(zones_of(codes[order], part), criteria or AreaCriteria(), mode)


@dataclass(frozen=True)
class AreaPart:
    """One living area as a territory meets it.

    ``row`` of ``areas``; ``name`` of its zone with most jobs; ``residents`` of the territory that live
    in it, and their ``share``; ``outline`` in degrees, or None.
    """

    row: int
    name: str
    residents: float
    share: float
    outline: shapely.Geometry | None


def areas_of_territory(
    registry: Registry, territory: Territory, found: LivingAreas
) -> tuple[AreaPart, ...]:
    """The living areas that hold a territory's employed residents, most of them first.

    Zones that the flows do not know count for nothing; empty where none is known.
    """
    at = {code: i for i, code in enumerate(found.zones)}
    units = registry.units_of(territory)
    mine = [at[c] for c in registry.units.code[units].tolist() if c in at]
    rows = found.area_of[mine]
    held = np.bincount(rows[rows >= 0], found.residents_of[mine][rows >= 0], len(found.areas))
    total = float(held.sum())
    order = np.lexsort((np.arange(len(held)), -held))
    return tuple(
        AreaPart(
            int(k),
            name_of_area(registry, found, int(k)),
            float(held[k]),
            float(held[k]) / total,
            outline_of(registry, found, int(k)),
        )
        for k in order
        if held[k] > 0
    )


def name_of_area(registry: Registry, found: LivingAreas, row: int) -> str:
    """The name of the zone with most jobs of a row of ``areas``."""
    code = str(found.areas["id"][row])
    known = registry.unit_index.get(code)
    return code if known is None else str(registry.units.name[known])


@lru_cache(maxsize=512)
def outline_of(registry: Registry, found: LivingAreas, row: int) -> shapely.Geometry | None:
    """The outline of a row of ``areas``, in degrees; None where no member has one."""
    shapes = [registry.geometry(c) for c in found.areas["members"][row] if registry.knows(c)]
    known = [shape for shape in shapes if shape is not None]
    return merge(np.array(known, object)) if known else None


def common_area(
    registry: Registry, a: Territory, b: Territory, found: LivingAreas
) -> tuple[AreaPart, AreaPart] | None:
    """The living area that two territories share most (by the smaller of their two shares), for each.

    ``None`` where no area holds residents of both.
    """
    mine = {p.row: p for p in areas_of_territory(registry, a, found)}
    theirs = {p.row: p for p in areas_of_territory(registry, b, found)}
    both = sorted(set(mine) & set(theirs), key=lambda k: (-min(mine[k].share, theirs[k].share), k))
    return (mine[both[0]], theirs[both[0]]) if both else None
