"""What already goes from one territory to another: observed where a file says so, else estimated."""

from reciproque.flows._abroad import abroad
from reciproque.flows._gravity import Margins, gravity, margins
from reciproque.flows._links import links
from reciproque.flows._matrix import FlowMatrix, matrix, totals
from reciproque.flows._measures import Inside, inside, measures, pair_measures
from reciproque.flows._pairs import Summary, between, summary
from reciproque.flows._select import unseen
from reciproque.flows._store import needs_living_areas, warm

__all__ = [
    "FlowMatrix",
    "Inside",
    "Margins",
    "Summary",
    "abroad",
    "between",
    "gravity",
    "inside",
    "links",
    "margins",
    "matrix",
    "measures",
    "needs_living_areas",
    "pair_measures",
    "summary",
    "totals",
    "unseen",
    "warm",
]
