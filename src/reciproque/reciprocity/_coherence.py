"""What only the whole of a cooperation can tell: whether its rows agree with one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from reciproque.kernel import (
    Action,
    Commitment,
    Cooperation,
    Meeting,
    Party,
    ReciproqueError,
    Record,
)
from reciproque.reciprocity._shape import in_order
from reciproque.vocabulary import in_own_unit


def checks_of(cooperation: Cooperation) -> Iterable[tuple[str, Callable[[], None]]]:
    """Where a row stands, and the check that refuses it with a :class:`ReciproqueError`."""
    parties = {p.actor for p in cooperation.parties}
    commitments = {c.key: c for c in cooperation.commitments}
    actors = {a.key for a in cooperation.actors}
    watched = {*parties, *cooperation.facts.get("members", ())}  # type: ignore[misc]
    records = {r.key for r in cooperation.records}
    came: set[str] = set()
    corrected: set[str] = set()

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
        if r.corrects and r.corrects in corrected:
            raise ReciproqueError("case.doubled", name=r.corrects)
        corrected.add(r.corrects)
        check_record(r, _when_done(r, commitments), cooperation.started)

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


def _when_done(record: Record, commitments: Mapping[str, Commitment]) -> Commitment | None:
    """The commitment of a record as it stood then.

    What was done before a commitment ended is history; what comes after is refused, where the day
    on which it was due tells one from the other.
    """
    kept = commitments.get(record.commitment)
    if kept and kept.state == "ended" and (kept.due is None or record.day <= kept.due):
        return replace(kept, state="kept")
    return kept


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
