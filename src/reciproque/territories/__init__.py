"""Territories: codes, names, memberships, outlines and profiles, for all of France and beyond."""

from reciproque.territories._aggregate import ProfileTable, UnitTable, aggregate
from reciproque.territories._cache import built
from reciproque.territories._definitions import dumps, loads, shipped, slug, write
from reciproque.territories._geometry import RADIUS_KM, chord, great_circle_km, merge, unit_vectors
from reciproque.territories._load import load
from reciproque.territories._portrait import portrait
from reciproque.territories._registry import Registry
from reciproque.territories._units import Units

__all__ = [
    "RADIUS_KM",
    "ProfileTable",
    "Registry",
    "UnitTable",
    "Units",
    "aggregate",
    "built",
    "chord",
    "dumps",
    "great_circle_km",
    "load",
    "loads",
    "merge",
    "portrait",
    "shipped",
    "slug",
    "unit_vectors",
    "write",
]
