"""What already goes from one territory to another: observed where a file says so, else estimated."""

from reciproque.flows._abroad import abroad
from reciproque.flows._gravity import Margins, gravity, margins
from reciproque.flows._links import links
from reciproque.flows._matrix import FlowMatrix, matrix, totals
from reciproque.flows._measures import Inside, inside, measures, pair_measures
from reciproque.flows._pairs import Summary, between, summary
from reciproque.flows._scenario import Lever, Scenario, ScenarioError, read_scenario
from reciproque.flows._scenario_outlook import Effect, Outlook, Totals, outlook
from reciproque.flows._select import unseen
from reciproque.flows._store import needs_living_areas, warm
from reciproque.flows._trips import TripColumns, TripMatrix, aggregate_trips

__all__ = [
    "Effect",
    "FlowMatrix",
    "Inside",
    "Lever",
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
    "between",
    "gravity",
    "inside",
    "links",
    "margins",
    "matrix",
    "measures",
    "needs_living_areas",
    "outlook",
    "pair_measures",
    "read_scenario",
    "summary",
    "totals",
    "unseen",
    "warm",
]
