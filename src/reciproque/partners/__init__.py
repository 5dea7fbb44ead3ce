"""Partners: near, alike, complementary, tied. Ranked lists with reasons, and pairs side by side."""

from reciproque.partners._compare import Beside, Comparison, compare
from reciproque.partners._nearest import all_nearest, nearest, warm
from reciproque.partners._partners import DEFAULT_WEIGHTS, MOTIVES, WHERE, partners

__all__ = [
    "DEFAULT_WEIGHTS",
    "MOTIVES",
    "WHERE",
    "Beside",
    "Comparison",
    "all_nearest",
    "compare",
    "nearest",
    "partners",
    "warm",
]
