"""Partners: near, alike, complementary, tied. Ranked lists with reasons, and pairs side by side.

The package bears the name of its main function and answers as it does, so that
``reciproque.partners(registry, territory)`` works whatever was imported before.
"""

import sys
from functools import wraps
from inspect import signature
from types import ModuleType

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


class _Answering(ModuleType):
    """A package that can be called."""

    @wraps(partners)
    def __call__(self, *args, **options):
        return partners(*args, **options)


sys.modules[__name__].__class__ = _Answering
__signature__ = signature(partners)  # what a notebook shows of it
