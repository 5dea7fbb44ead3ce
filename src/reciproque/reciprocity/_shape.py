"""The shape of a described cooperation: tables where tables are asked for, figures that are figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import table

SINGLE = ("cooperation", "agreement", "equivalences", "facts", "expected")
LONGEST_RHYTHM = 1200  # months between two reviews
DAY = ("une date (2026-11-24)", "a date (2026-11-24)")
NUMBER = ("un nombre", "a number")


@dataclass(frozen=True)
class Head:
    """The table ``[cooperation]``, before the nouns that hang on it."""

    name: str
    started: date | None = None
    stage: str = "spot"
    themes: tuple[str, ...] = ()
    perimeter: tuple[str, ...] = ()


def _bad(field: str, value: object, expected: tuple[str, str]) -> ReciproqueError:
    return ReciproqueError(
        "case.bad_value", field=field, value=str(value)[:40],
        expected_fr=expected[0], expected_en=expected[1],
    )  # fmt: skip


def _table(field: str) -> tuple[str, str]:
    return f"une table [{field}]", f"a table [{field}]"


def one_word(field: str, value: object) -> None:
    """Refuse a list or a figure where one word of a vocabulary is asked for."""
    if not isinstance(value, str):
        raise _bad(field, value, ("un texte", "a text"))


def rows_of(data: Mapping[str, Any], name: str, title: str = "") -> Sequence[Mapping[str, Any]]:
    """The rows under ``[[name]]``; raises ``case.bad_value`` for anything but rows."""
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        asked = f"[[{title or name}]]"
        raise _bad(name, found, (f"des tables {asked}", f"tables {asked}"))
    return found


def in_order(what: str, first: date | None, last: date | None) -> None:
    """Refuse an end before its beginning."""
    if first and last and last < first:
        raise ReciproqueError("error.dates", what=what)


def finite(field: str, value: object, least: float = -math.inf) -> None:
    """Refuse what is no number, or is below the least."""
    if not (isinstance(value, int | float) and math.isfinite(value) and value >= least):
        raise _bad(field, value, NUMBER)


def known(field: str, value: object, vocabulary: str) -> None:
    """Refuse what is no row of a vocabulary."""
    if not isinstance(value, str) or value not in table(vocabulary):
        choices = ", ".join(table(vocabulary))
        raise ReciproqueError("error.unknown_row", value=str(value), field=field, choices=choices)


def _facts(facts: Mapping[str, Any]) -> None:
    """Numbers, but for the members who are watched and the day on which each was seen."""
    for field, value in facts.items():
        if field not in ("members", "seen"):
            finite(field, value)
        elif not isinstance(value, Mapping):
            raise _bad(field, value, _table(f"facts.{field}"))
        elif field == "seen" and not all(type(day) is date for day in value.values()):
            raise _bad(field, dict(value), DAY)


def check_alone(name: str, found: Any) -> None:
    """Check a table that stands once in a file; raises :class:`ReciproqueError` saying the remedy."""
    if not isinstance(found, Mapping):
        raise _bad(name, found, _table(name))
    if name == "cooperation":
        known("stage", found.get("stage", "spot"), "stages")
    elif name == "equivalences":
        for resource, points in found.items():
            known(name, resource, "resources")
            finite(resource, points, 0)
    elif name == "facts":
        _facts(found)
    elif name == "agreement":
        known("form", found.get("form", "none"), "forms")
        months = found.get("review_months", 12)
        if isinstance(months, int) and not 0 <= months <= LONGEST_RHYTHM:
            raise _bad("review_months", months, ("de 0 à 1200 mois", "0 to 1200 months"))
