"""What already goes from one territory to another: observed where a file says so, else estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reciproque.flows._abroad import abroad
from reciproque.flows._coverage import Coverage
from reciproque.flows._goodness import Goodness, common_part, goodness
from reciproque.flows._gravity import gravity
from reciproque.flows._interdependence import (
    Dependence,
    Interdependence,
    dependence,
    interdependence,
)
from reciproque.flows._links import links
from reciproque.flows._margins import Margins, margins, margins_of
from reciproque.flows._matrix import FlowMatrix, matrix, totals
from reciproque.flows._measures import Inside, inside, measures, pair_measures, pairs
from reciproque.flows._pairs import Summary, between, summary
from reciproque.flows._scenario import Lever, Scenario, ScenarioError, read_scenario
from reciproque.flows._scenario_outlook import Effect, Outlook, Totals, outlook
from reciproque.flows._select import unseen
from reciproque.flows._store import estimate_key, needs_living_areas, warm
from reciproque.flows._trips import TripColumns, TripMatrix, aggregate_trips

if TYPE_CHECKING:
    from reciproque.flows.areas import (
        AreaCriteria,
        AreaPart,
        AreaSource,
        LivingAreas,
        agreement,
        area_names,
        area_outlines,
        area_sources,
        area_territories,
        areas_of_territory,
        common_area,
        cut_epci,
        known_areas,
        leiden,
        living_areas,
        name_of_area,
        outline_of,
        warm_areas,
    )

__all__ = [
    "AreaCriteria",
    "AreaPart",
    "AreaSource",
    "Coverage",
    "Dependence",
    "Effect",
    "FlowMatrix",
    "Goodness",
    "Inside",
    "Interdependence",
    "Lever",
    "LivingAreas",
    "Margins",
    "Outlook",
    "Scenario",
    "ScenarioError",
    "Summary",
    "Totals",
    "TripColumns",
    "TripMatrix",
    "abroad",
    "aggregate_trips",
    "agreement",
    "area_names",
    "area_outlines",
    "area_sources",
    "area_territories",
    "areas_of_territory",
    "between",
    "common_area",
    "common_part",
    "cut_epci",
    "dependence",
    "estimate_key",
    "goodness",
    "gravity",
    "inside",
    "interdependence",
    "known_areas",
    "leiden",
    "links",
    "living_areas",
    "margins",
    "margins_of",
    "matrix",
    "measures",
    "name_of_area",
    "needs_living_areas",
    "outline_of",
    "outlook",
    "pair_measures",
    "pairs",
    "read_scenario",
    "summary",
    "totals",
    "unseen",
    "warm",
    "warm_areas",
]

_AREAS = frozenset(
    {
        "AreaCriteria",
        "AreaPart",
        "AreaSource",
        "LivingAreas",
        "agreement",
        "area_names",
        "area_outlines",
        "area_sources",
        "area_territories",
        "areas_of_territory",
        "common_area",
        "cut_epci",
        "known_areas",
        "leiden",
        "living_areas",
        "name_of_area",
        "outline_of",
        "warm_areas",
    }
)


def __getattr__(name: str) -> object:
    """Living areas are opened when one of their names is asked for: their loops are slow to load."""
    if name not in _AREAS:
        raise AttributeError(f"module 'reciproque.flows' has no attribute {name!r}")
    from reciproque.flows import areas

    return getattr(areas, name)
