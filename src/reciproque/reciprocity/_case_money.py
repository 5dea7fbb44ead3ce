"""The lines of money of a cooperation described as data: costs and sources, in euros and %."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity._funding import Cost, Source
from reciproque.vocabulary import noun_of

MOST_EUROS = 1e9  # what a line of a funding plan can hold


def _within(what: str, figures: Iterable[float], most: float) -> None:
    for figure in figures:
        if not 0 <= figure <= most:
            raise ReciproqueError("error.amount", what=what, most=most, amount=figure)


def check_cost(row: Mapping[str, Any]) -> None:
    """Refuse an expense whose amount, VAT or flat rate is not one."""
    known = {spec.name for spec in fields(Cost)} & set(row)
    cost = noun_of(Cost, {"label": row["title"]} | {name: row[name] for name in known})
    _within(cost.label, [cost.excluding_vat], MOST_EUROS)
    _within(cost.label, [cost.vat_rate, cost.flat_rate or 0.0], 100.0)


def check_source(source: Source, row: Mapping[str, Any]) -> None:
    """Refuse a source whose amount is not one, or whose deadline is no date."""
    _within(source.label, [source.amount], MOST_EUROS)
    if not isinstance(row.get("deadline", date.min), date):
        raise ReciproqueError(
            "case.bad_value", field="deadline", value=str(row["deadline"])[:40],
            expected_fr="une date (2026-11-24)", expected_en="a date (2026-11-24)",
        )  # fmt: skip
