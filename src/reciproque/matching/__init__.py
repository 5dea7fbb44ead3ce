"""Matching: the smallest coalition that covers a list of goals, proven, with the fair share of each;
collection and delivery rounds against everyone driving alone."""

from reciproque.matching._coalition import (
    Ally,
    Coalition,
    GoalReached,
    bounds_of,
    coalition,
    population_goals,
)
from reciproque.matching._goals import Goal, lacks_of, parse_goals
from reciproque.matching._rounds import Driven, Round, Rounds, Stop, Visit, rounds

__all__ = [
    "Ally",
    "Coalition",
    "Driven",
    "Goal",
    "GoalReached",
    "Round",
    "Rounds",
    "Stop",
    "Visit",
    "bounds_of",
    "coalition",
    "lacks_of",
    "parse_goals",
    "population_goals",
    "rounds",
]
