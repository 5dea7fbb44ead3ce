"""What already goes from one territory to another: observed where a file says so, else estimated."""

from reciproque.flows._gravity import Margins, gravity, margins
from reciproque.flows._links import links
from reciproque.flows._matrix import FlowMatrix, matrix, totals
from reciproque.flows._measures import Inside, inside, measures, pair_measures
from reciproque.flows._pairs import Summary, between, summary
from reciproque.flows._select import unseen
from reciproque.flows._store import needs_living_areas, warm
from reciproque.flows.areas import (
    AreaCriteria,
    LivingAreas,
    agreement,
    area_names,
    area_outlines,
    area_territories,
    cut_epci,
    leiden,
    living_areas,
    warm_areas,
)

__all__ = [
    "AreaCriteria",
    "FlowMatrix",
    "Inside",
    "LivingAreas",
    "Margins",
    "Summary",
    "agreement",
    "area_names",
    "area_outlines",
    "area_territories",
    "between",
    "cut_epci",
    "gravity",
    "inside",
    "leiden",
    "links",
    "living_areas",
    "margins",
    "matrix",
    "measures",
    "needs_living_areas",
    "pair_measures",
    "summary",
    "totals",
    "unseen",
    "warm",
    "warm_areas",
]
