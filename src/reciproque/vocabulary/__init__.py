"""The vocabulary: kinds, themes, indicators, sentences. Rows of tables, one loader."""

from reciproque.vocabulary._nouns import in_words, noun_of, read_toml
from reciproque.vocabulary._say import (
    NBSP,
    reason_as_data,
    say,
    say_number,
    say_round,
    say_share,
    say_source,
)
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
from reciproque.vocabulary._units import in_own_unit, unit_of, units_for

__all__ = [
    "NBSP",
    "composed_kinds",
    "in_own_unit",
    "in_words",
    "indicators",
    "kinds",
    "label",
    "noun_of",
    "phrases",
    "read_toml",
    "reason_as_data",
    "rows",
    "say",
    "say_number",
    "say_round",
    "say_share",
    "say_source",
    "table",
    "themes",
    "unit_of",
    "units_for",
]
