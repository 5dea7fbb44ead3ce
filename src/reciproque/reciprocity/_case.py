"""A cooperation described as data: a TOML file, read whole or refused with the row and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
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
from reciproque.reciprocity._funding import Cost, Source
from reciproque.reciprocity._shape import SINGLE, Head, check_alone, in_order, one_word, rows_of
from reciproque.vocabulary import in_own_unit, in_words, noun_of, read_toml, table

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
    "actor": {"assumed"},
    "party": {"assumed"},
    "decision": {"assumed", "visibility"},
}
HEADS = ("source", "cooperation", "agreement", "equivalences", "facts", "expected")
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


MOST_EUROS = 1e9  # what a line of a funding plan can hold


class CaseError(ReciproqueError):
    """A file that does not describe a cooperation: file, row and remedy."""


@dataclass(frozen=True)
class Case:
    """A cooperation as described, the raw tables, and the outcomes that the file expects."""

    cooperation: Cooperation
    data: Mapping[str, Any]
    expected: Mapping[str, Any]


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


def _amount(name: str, row: Mapping[str, Any]) -> None:
    """Refuse a line of the funding plan whose amount is not one."""
    if name == "source":
        source = _build(name, row, Source)
        what, amounts, rates = source.label, [source.amount], [0.0]
        if not isinstance(row.get("deadline", date.min), date):
            raise ReciproqueError(
                "case.bad_value", field="deadline", value=str(row["deadline"])[:40],
                expected_fr="une date (2026-11-24)", expected_en="a date (2026-11-24)",
            )  # fmt: skip
    else:
        known = {spec.name for spec in fields(Cost)}
        cost = noun_of(
            Cost, {"label": row["title"], **{k: v for k, v in row.items() if k in known}}
        )
        what, amounts, rates = (
            cost.label,
            [cost.excluding_vat],
            [cost.vat_rate, cost.flat_rate or 0.0],
        )
    for most, figures in ((MOST_EUROS, amounts), (100.0, rates)):
        for figure in figures:
            if not 0 <= figure <= most:
                raise ReciproqueError("error.amount", what=what, most=most, amount=figure)


def _check_funding(data: Mapping[str, Any], file: str) -> None:
    for name in ("expense", "source"):
        for number, row in enumerate(data.get(name, []), start=1):
            try:
                _amount(name, row)
            except ReciproqueError as error:
                raise _refuse(file, f"[[{name}]] {number}", error) from error


def _each(cooperation: Cooperation) -> Iterable[tuple[str, Callable[[], None]]]:
    parties = {p.actor for p in cooperation.parties}
    commitments = {c.key: c for c in cooperation.commitments}
    actors = {a.key for a in cooperation.actors}
    watched = {*parties, *cooperation.facts.get("members", ())}  # type: ignore[misc]
    records = {r.key for r in cooperation.records}
    came: set[str] = set()

    def party(key: str, among: set[str] = parties) -> None:
        if key and key not in among:
            raise ReciproqueError("error.not_a_party", actor=key, choices=", ".join(sorted(among)))

    def comes(p: Party) -> None:
        party(p.actor, actors)
        if p.actor in came:
            raise ReciproqueError("case.doubled", name=p.actor)
        came.add(p.actor)
        in_order(p.actor, p.since, p.until)

    def action(a: Action) -> None:
        for key in (a.lead, *a.partners):
            party(key)
        in_order(a.title, a.start, a.due)

    def meeting(m: Meeting) -> None:
        for key in (m.lead, *m.attended):
            party(key, watched)

    def commitment(c: Commitment) -> None:
        party(c.giver)
        party(c.receiver)
        in_own_unit(c.quantity, c.unit, c.resource)

    def record(r: Record) -> None:
        party(r.giver)
        party(r.receiver)
        party(r.entered_by)
        if r.corrects and r.corrects not in records:
            raise ReciproqueError("error.record_unknown", what=r.corrects)
        kept = commitments.get(r.commitment)
        # what was done before a commitment ended is history; what comes after is refused
        if kept and kept.state == "ended" and kept.due and r.day <= kept.due:
            kept = replace(kept, state="kept")
        check_record(r, kept, cooperation.started)

    for number, p in enumerate(cooperation.parties, 1):
        yield f"[[party]] {number}", lambda p=p: comes(p)  # type: ignore[misc]
    for number, e in enumerate(cooperation.expectations, 1):
        yield f"[[expectation]] {number}", lambda e=e: party(e.party)  # type: ignore[misc]
    for number, a in enumerate(cooperation.actions, 1):
        yield f"[[action]] {number}", lambda a=a: action(a)  # type: ignore[misc]
    for number, c in enumerate(cooperation.commitments, 1):
        yield f"[[commitment]] {number}", lambda c=c: commitment(c)  # type: ignore[misc]
    for number, held in enumerate(cooperation.meetings, 1):
        yield f"[[meeting]] {number}", lambda m=held: meeting(m)  # type: ignore[misc]
    for number, d in enumerate(cooperation.mandates, 1):
        yield f"[[mandate]] {number}", lambda d=d: party(d.party)  # type: ignore[misc]
    for number, r in enumerate(cooperation.records, 1):
        yield f"[[record]] {number}", lambda r=r: record(r)  # type: ignore[misc]


def check_record(record: Record, commitment: Commitment | None, started: date | None) -> None:
    """Refuse a record that contradicts its commitment, its unit or the start."""
    what = record.title or record.resource
    in_own_unit(record.quantity, record.unit, record.resource)
    if started and record.day < started:
        raise ReciproqueError(
            "error.before_start", what=what, day=record.day.isoformat(), start=started.isoformat()
        )
    if record.commitment and commitment is None:
        raise ReciproqueError("error.commitment_unknown", what=record.commitment)
    if commitment is None:
        return
    if commitment.state == "ended" and not record.corrects:  # what was noted wrong is mended
        raise ReciproqueError("error.commitment_ended", what=commitment.title or commitment.key)
    sides = (record.giver, record.receiver, record.resource)
    if sides != (commitment.giver, commitment.receiver, commitment.resource):
        raise ReciproqueError("error.commitment_differs", what=what)


def validate(cooperation: Cooperation, file: str = "") -> None:
    """Check what only the whole can tell; raises :class:`CaseError` naming the row."""
    for where, check in _each(cooperation):
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
    return Case(cooperation, data, data.get("expected", {}))
