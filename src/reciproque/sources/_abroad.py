"""Which country a foreign code of a French file names."""

from __future__ import annotations

import re
from functools import lru_cache

from reciproque.vocabulary import rows, table

ROW_OF_OTHERS = "99"


@lru_cache(maxsize=4096)
def country_of(code: str) -> str:
    """The country (ISO 3166, ``ZZ`` where none is told) of a foreign code; empty for any other code.

    The published codes are those of INSEE for countries (``99109``), or two letters and three
    characters across a border (``DE999``, ``SU012``): ``vocabulary/foreign_codes.csv``.

    >>> country_of("99109"), country_of("SU012"), country_of("99999"), country_of("38185")
    ('DE', 'CH', 'ZZ', '')
    """
    known = table("foreign_codes")
    if code[:2] == ROW_OF_OTHERS:
        return known.get(code, known[ROW_OF_OTHERS])["country"]
    if not re.fullmatch(r"[A-Z]{2}[:\w]*", code) or len(code) < 3:
        return ""
    return known[code[:2]]["country"] if code[:2] in known else ""


def country_name(country: str, lang: str = "fr") -> str:
    """The name of a country of :func:`country_of`; its code where the table lacks it."""
    named = {row["country"]: row[f"label_{lang}"] for row in rows("foreign_codes")}
    return named.get(country, country)
