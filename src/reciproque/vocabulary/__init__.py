"""The vocabulary: kinds, themes, indicators, sentences. Rows of tables, one loader."""

from reciproque.vocabulary._say import NBSP, say, say_number, say_round, say_share
from reciproque.vocabulary._tables import indicators, kinds, label, phrases, rows, table, themes
from reciproque.vocabulary._units import in_own_unit, unit_of, units_for

__all__ = [
    "NBSP",
    "in_own_unit",
    "indicators",
    "kinds",
    "label",
    "phrases",
    "rows",
    "say",
    "say_number",
    "say_round",
    "say_share",
    "table",
    "themes",
    "unit_of",
    "units_for",
]
