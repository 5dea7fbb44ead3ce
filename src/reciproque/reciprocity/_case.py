"""A cooperation described as data: a TOML file, read whole or refused with the row and remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from reciproque.kernel import (
    Action,
    Actor,
    Agreement,
    Commitment,
    Cooperation,
    Decision,
    Expectation,
    Expense,
    Mandate,
    Meeting,
    Party,
    ReciproqueError,
    Record,
)
from reciproque.reciprocity._case_indicators import Followed, check_indicator
from reciproque.reciprocity._case_money import check_cost, check_source
from reciproque.reciprocity._case_versions import Text, check_version
from reciproque.reciprocity._coherence import checks_of
from reciproque.reciprocity._funding import Source
from reciproque.reciprocity._shape import SINGLE, Head, check_alone, one_word, rows_of
from reciproque.vocabulary import in_words, noun_of, read_toml, table

TABLES: Mapping[str, tuple[str, type]] = {
    "actor": ("actors", Actor),
    "party": ("parties", Party),
    "expectation": ("expectations", Expectation),
    "action": ("actions", Action),
    "commitment": ("commitments", Commitment),
    "record": ("records", Record),
    "meeting": ("meetings", Meeting),
    "decision": ("decisions", Decision),
    "mandate": ("mandates", Mandate),
    "expense": ("expenses", Expense),
}
# told by the pages, not used by the engine
ALSO = {
    "cooperation": {"key", "subject", "why", "fictional", "lesson", "second_language"},
    "expectation": {"answer", "visibility"},
    "meeting": {"place", "agenda", "visibility"},
    "action": {"note", "visibility"},
    "commitment": {"visibility"},
    "record": {"visibility"},
    "expense": {
        "visibility",
        "nature",
        "excluding_vat",
        "vat_rate",
        "vat_recovered",
        "eligible",
        "flat_rate",
    },
    "source": {"visibility", "deadline"},
    "indicator": {"visibility", "reading"},
    "version": {"signature"},
    "actor": {"assumed"},
    "party": {"assumed"},
    "decision": {"assumed", "visibility"},
}
HEADS = (
    "source",
    "indicator",
    "version",
    "cooperation",
    "agreement",
    "equivalences",
    "facts",
    "expected",
)
CHOICES = {
    ("actor", "kind"): "actor_kinds",
    ("party", "role"): "party_roles",
    ("expectation", "kind"): "expectation_kinds",
    ("action", "state"): "action_states",
    ("commitment", "state"): "commitment_states",
    ("commitment", "every"): "rhythms",
    ("meeting", "kind"): "meeting_kinds",
    ("expense", "nature"): "cost_natures",
    ("source", "state"): "funding_states",
}


class CaseError(ReciproqueError):
    """A file that does not describe a cooperation: file, row and remedy."""


@dataclass(frozen=True)
class Case:
    """A cooperation as described, the raw tables, the outcomes expected, the name of the file."""

    cooperation: Cooperation
    data: Mapping[str, Any]
    expected: Mapping[str, Any]
    file: str = ""


def _refuse(file: str, where: str, error: ReciproqueError) -> CaseError:
    return CaseError("case.row", file=file, where=where, **in_words(error))


def _build(name: str, row: Mapping[str, Any], noun: type) -> Any:
    known = {spec.name for spec in fields(noun)}
    for field in ("visibility", *(field for owner, field in CHOICES if owner == name)):
        one_word(field, row.get(field, ""))
    values = {}
    for field, value in row.items():
        if field in known:
            values[field] = value
        elif field not in ALSO.get(name, set()):
            raise ReciproqueError("case.unknown_field", field=field)
    for (owner, field), vocabulary in CHOICES.items():
        if owner == name and field in row and row[field] not in table(vocabulary):
            choices = ", ".join(table(vocabulary))
            raise ReciproqueError(
                "error.unknown_row", value=row[field], field=field, choices=choices
            )
    if row.get("visibility", "parties") not in table("visibilities"):
        raise ReciproqueError(
            "error.unknown_row", value=row["visibility"], field="visibility",
            choices=", ".join(table("visibilities")),
        )  # fmt: skip
    if name == "expectation":
        values["answers"] = len(rows_of(row, "answer", "expectation.answer"))
    return noun_of(noun, values)


def _rows(data: Mapping[str, Any], name: str, file: str) -> tuple[Any, ...]:
    _, noun = TABLES[name]
    found, seen = [], set()
    try:
        listed = rows_of(data, name)
    except ReciproqueError as error:
        raise _refuse(file, f"[[{name}]]", error) from error
    for number, row in enumerate(listed, start=1):
        where = f"[[{name}]] {number}"
        try:
            # a row without a key of its own is known by its place
            keyed = {"key": f"{name}-{number}", **row} if "key" in noun.__slots__ else row  # type: ignore[attr-defined]
            item = _build(name, keyed, noun)
            key = getattr(item, "key", None)
            if key is not None and key in seen:
                raise ReciproqueError("case.doubled", name=key)
        except ReciproqueError as error:
            raise _refuse(file, where, error) from error
        seen.add(key)
        found.append(item)
    return tuple(found)


def _check_rows(
    data: Mapping[str, Any], name: str, noun: type, check: Callable[[Any, Any], None], file: str
) -> None:
    """The rows that the engine does not read, and a database does."""
    where = f"[[{name}]]"
    try:
        for number, row in enumerate(rows_of(data, name), start=1):
            where = f"[[{name}]] {number}"
            check(_build(name, row, noun), row)
    except ReciproqueError as error:
        raise _refuse(file, where, error) from error


def _check_funding(data: Mapping[str, Any], file: str) -> None:
    for number, row in enumerate(data.get("expense", []), start=1):
        try:
            check_cost(row)
        except ReciproqueError as error:
            raise _refuse(file, f"[[expense]] {number}", error) from error
    _check_rows(data, "source", Source, check_source, file)


def validate(cooperation: Cooperation, file: str = "") -> None:
    """Check what only the whole can tell; raises :class:`CaseError` naming the row."""
    for where, check in checks_of(cooperation):
        try:
            check()
        except ReciproqueError as error:
            raise _refuse(file, where, error) from error


def read_case(path: Path | str) -> Case:
    """Read a cooperation described as data; raises :class:`CaseError` with file, row, remedy."""
    path = Path(path)
    return case_of(read_toml(path, CaseError), path.name)


def _head(values: Mapping[str, Any]) -> dict[str, Any]:
    if not values.get("name"):
        raise ReciproqueError("case.missing", field="name")
    found = _build("cooperation", values, Head)
    return {spec.name: getattr(found, spec.name) for spec in fields(Head)}


def case_of(data: Mapping[str, Any], file: str = "") -> Case:
    """The same from tables already parsed."""
    for name in data:
        if name not in {*TABLES, *HEADS}:
            raise _refuse(file, f"[{name}]", ReciproqueError("case.unknown_field", field=name))
    for name in SINGLE:
        try:
            check_alone(name, data.get(name, {}))
        except ReciproqueError as error:
            raise _refuse(file, f"[{name}]", error) from error
    rest: dict[str, Any] = {noun: _rows(data, name, file) for name, (noun, _) in TABLES.items()}
    try:
        rest["agreement"] = _build("agreement", data.get("agreement", {}), Agreement)
    except ReciproqueError as error:
        raise _refuse(file, "[agreement]", error) from error
    rest |= {"equivalences": data.get("equivalences", {}), "facts": data.get("facts", {})}
    try:
        cooperation = Cooperation(**_head(data.get("cooperation", {})), **rest)
    except ReciproqueError as error:
        raise _refuse(file, "[cooperation]", error) from error
    validate(cooperation, file)
    _check_funding(data, file)
    _check_rows(data, "indicator", Followed, check_indicator, file)
    sides = {p.actor for p in cooperation.parties}
    _check_rows(data, "version", Text, partial(check_version, parties=sides), file)
    return Case(cooperation, data, data.get("expected", {}), file)
