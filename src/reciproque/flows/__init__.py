"""What already goes from one territory to another: observed where a file says so, else estimated."""

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
from reciproque.flows._select import unseen
from reciproque.flows._store import estimate_key, needs_living_areas, warm

__all__ = [
    "Coverage",
    "Dependence",
    "FlowMatrix",
    "Goodness",
    "Inside",
    "Interdependence",
    "Margins",
    "Summary",
    "between",
    "common_part",
    "dependence",
    "estimate_key",
    "goodness",
    "gravity",
    "inside",
    "interdependence",
    "links",
    "margins",
    "margins_of",
    "matrix",
    "measures",
    "needs_living_areas",
    "pair_measures",
    "pairs",
    "summary",
    "totals",
    "unseen",
    "warm",
]
