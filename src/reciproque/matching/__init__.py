"""Matching: the smallest coalition that covers a list of goals, proven, with the fair share of each."""

from reciproque.matching._coalition import (
    Ally,
    Coalition,
    GoalReached,
    bounds_of,
    coalition,
    population_goals,
)
from reciproque.matching._goals import Goal, lacks_of, parse_goals

__all__ = [
    "Ally",
    "Coalition",
    "Goal",
    "GoalReached",
    "bounds_of",
    "coalition",
    "lacks_of",
    "parse_goals",
    "population_goals",
]
