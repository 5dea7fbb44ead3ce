"""The vocabulary: kinds, themes, indicators, sentences. Rows of tables, one loader."""

from reciproque.vocabulary._say import NBSP, say, say_number, say_round, say_share, say_source
from reciproque.vocabulary._tables import (
    composed_kinds,
    indicators,
    kinds,
    label,
    phrases,
    rows,
    table,
    themes,
)

__all__ = [
    "NBSP",
    "composed_kinds",
    "indicators",
    "kinds",
    "label",
    "phrases",
    "rows",
    "say",
    "say_number",
    "say_round",
    "say_share",
    "say_source",
    "table",
    "themes",
]
