"""What already goes from one territory to another: observed where a file says so, else estimated."""

from reciproque.flows._gravity import Margins, gravity, margins
from reciproque.flows._links import links
from reciproque.flows._matrix import FlowMatrix, matrix, totals
from reciproque.flows._pairs import Summary, between, summary
from reciproque.flows._select import unseen
from reciproque.flows._store import needs_living_areas, warm

__all__ = [
    "FlowMatrix",
    "Margins",
    "Summary",
    "between",
    "gravity",
    "links",
    "margins",
    "matrix",
    "needs_living_areas",
    "summary",
    "totals",
    "unseen",
    "warm",
]
