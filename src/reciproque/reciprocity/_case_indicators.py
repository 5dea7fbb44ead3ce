"""What the partners of a cooperation described as data chose to follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity._shape import finite, rows_of
from reciproque.vocabulary import noun_of


@dataclass(frozen=True)
class Followed:
    """A question, the indicator that answers it, in its own unit, and where it comes from."""

    question: str
    name: str
    source: str
    unit: str = ""
    target: float | None = None


@dataclass(frozen=True)
class Reading:
    """A value of an indicator on a day."""

    day: date
    value: float
    note: str = ""


def check_indicator(followed: Followed, row: Mapping[str, Any]) -> None:
    """Refuse an indicator that says nothing, or one of whose readings is none."""
    for field in ("question", "name", "source"):
        if not getattr(followed, field).strip():
            raise ReciproqueError("case.missing", field=field)
    if followed.target is not None:
        finite("target", followed.target)
    for values in rows_of(row, "reading", "indicator.reading"):
        for field in values:
            if field not in Reading.__dataclass_fields__:
                raise ReciproqueError("case.unknown_field", field=field)
        finite("value", noun_of(Reading, values).value)
