"""Matching: who could give what to whom, with reasons; what is refused, and why.

Needs and offers in, proposals out: nothing is saved, nothing is agreed.  See docs/methode-rapprochement.md.
``rounds`` drives collection and delivery; ``coalition`` finds the smallest set of territories that covers a list of goals.
"""

from reciproque.matching._coalition import (
    Ally,
    Coalition,
    GoalReached,
    bounds_of,
    coalition,
    population_goals,
)
from reciproque.matching._eligibility import Candidates, candidates, why_not
from reciproque.matching._files import MatchFile, MatchFileError, match_of, read_match, read_tables
from reciproque.matching._goals import Goal, lacks_of, parse_goals
from reciproque.matching._lots import Lot, Routing, route
from reciproque.matching._pairs import pairs
from reciproque.matching._patronage import Receipt, patronage_receipt
from reciproque.matching._places import placed
from reciproque.matching._pools import GroupShare, pools
from reciproque.matching._problem import Problem, Share, Vehicle, shares_of
from reciproque.matching._rounds import Round, Rounds, Stop, Visit, rounds
from reciproque.matching._told import coalition_as_data, matching_as_data
from reciproque.matching._transport import transport
from reciproque.matching._volumes import volumes

__all__ = [
    "Ally",
    "Candidates",
    "Coalition",
    "Goal",
    "GoalReached",
    "GroupShare",
    "Lot",
    "MatchFile",
    "MatchFileError",
    "Problem",
    "Receipt",
    "Round",
    "Rounds",
    "Routing",
    "Share",
    "Stop",
    "Vehicle",
    "Visit",
    "bounds_of",
    "candidates",
    "coalition",
    "coalition_as_data",
    "lacks_of",
    "match_of",
    "matching_as_data",
    "pairs",
    "parse_goals",
    "patronage_receipt",
    "placed",
    "pools",
    "population_goals",
    "read_match",
    "read_tables",
    "rounds",
    "route",
    "shares_of",
    "transport",
    "volumes",
    "why_not",
]
