"""Read the tables beside this file, once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from reciproque.kernel import Indicator

HERE = files("reciproque.vocabulary")


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of ``vocabulary/<name>.csv`` as read-only dicts of text.

    Raises ``FileNotFoundError`` for a table that does not exist.
    """
    with HERE.joinpath(f"{name}.csv").open(encoding="utf-8") as handle:
        return tuple(MappingProxyType(row) for row in csv.DictReader(handle))


@cache
def table(name: str) -> Mapping[str, Mapping[str, str]]:
    """The same rows by their ``id``; a doubled id is an error."""
    return _by("id", name, rows(name))


def _by(
    column: str, name: str, found: tuple[Mapping[str, str], ...]
) -> Mapping[str, Mapping[str, str]]:
    result: dict[str, Mapping[str, str]] = {}
    for row in found:
        if row[column] in result:
            raise ValueError(f"vocabulary/{name}: {row[column]!r} stands twice")
        result[row[column]] = row
    return MappingProxyType(result)


def _names(folder: str) -> list[str]:
    found = (entry.name for entry in HERE.joinpath(folder).iterdir())
    return sorted(
        f"{folder}/{name.removesuffix('.csv')}" for name in found if name.endswith(".csv")
    )


@cache
def phrases() -> Mapping[str, Mapping[str, str]]:
    """Every sentence the engine can say, by key, from ``vocabulary/phrases/*.csv``."""
    found = tuple(row for name in _names("phrases") for row in rows(name))
    return _by("key", "phrases", found)


def _indicator(row: Mapping[str, str]) -> Indicator:
    values: dict[str, object] = {}
    for spec in fields(Indicator):
        text = row.get(spec.name) or ""
        if spec.name in ("usual_low", "usual_high"):
            values[spec.name] = float(text) if text else None
        elif spec.name in ("decimals", "key_figure"):
            values[spec.name] = int(text or 0)
        else:
            values[spec.name] = text
    values["level"] = values["level"] or "commune"
    return Indicator(**values)  # type: ignore[arg-type]


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by id, from ``vocabulary/indicators/*.csv``, in the files' order."""
    result: dict[str, Indicator] = {}
    for name in _names("indicators"):
        for row in rows(name):
            if row["id"] in result:
                raise ValueError(f"vocabulary/{name}: {row['id']!r} stands twice")
            result[row["id"]] = _indicator(row)
    return MappingProxyType(result)


def themes() -> Mapping[str, Mapping[str, str]]:
    """The themes by id."""
    return table("themes")


def kinds() -> Mapping[str, Mapping[str, str]]:
    """The kinds of territory by id."""
    return table("kinds")


def composed_kinds() -> tuple[str, ...]:
    """The kinds that people may give to a territory they compose."""
    return tuple(kind for kind, row in kinds().items() if row["composed"])


def label(name: str, key: str, lang: str = "fr", column: str = "label") -> str:
    """The word a reader sees for a stored code; the code itself where the table lacks it."""
    row = table(name).get(key)
    if row is None:
        return key
    return row.get(f"{column}_{lang}") or row[f"{column}_fr"]
