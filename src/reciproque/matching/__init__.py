"""Matching: who could give what to whom, with reasons; who cannot, and why.

``coalition`` finds the smallest set of partners that covers goals; ``rounds`` orders stops to serve;
``pairs`` assigns (mentors and pupils, rooms, lots).  Needs, offers and all that bears on them are one frozen
:class:`Problem`; conditions of eligibility are the rows of ``vocabulary/conditions``.

>>> from reciproque.kernel import Need, Offer
>>> from reciproque.matching import Problem, eligible, sides
>>> needs = (Need("n", "canteen", "food", 20, "kg", attributes={"product": "pulses"}),)
>>> offers = (Offer("o", "farm", "food", 1, "t", attributes={"product": "lentils"}),)
>>> len(eligible(sides(Problem(needs, offers))))
1
"""

from reciproque.matching._coalition import (
    Ally,
    Coalition,
    GoalReached,
    bounds_of,
    coalition,
    population_goals,
)
from reciproque.matching._conditions import first_failed, kilometres
from reciproque.matching._eligible import Edges, eligible
from reciproque.matching._goals import Goal, lacks_of, parse_goals
from reciproque.matching._problem import Problem, Settings, Share, Vehicle, check
from reciproque.matching._refusals import why_not
from reciproque.matching._rounds import Round, Rounds, Stop, Visit, rounds
from reciproque.matching._sides import Side, Sides, sides

__all__ = [
    "Ally",
    "Coalition",
    "Edges",
    "Goal",
    "GoalReached",
    "Problem",
    "Round",
    "Rounds",
    "Settings",
    "Share",
    "Side",
    "Sides",
    "Stop",
    "Vehicle",
    "Visit",
    "bounds_of",
    "check",
    "coalition",
    "eligible",
    "first_failed",
    "kilometres",
    "lacks_of",
    "parse_goals",
    "population_goals",
    "rounds",
    "sides",
    "why_not",
]
