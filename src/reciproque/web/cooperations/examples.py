"""Bring a cooperation described as data into the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import Case, CaseError, in_own_unit, read_case
from reciproque.vocabulary import in_words
from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations import agreements
from reciproque.web.cooperations.models import (
    Action,
    Answer,
    Attendance,
    Commitment,
    Cooperation,
    CostLine,
    Decision,
    Expectation,
    FundingSource,
    Meeting,
    Party,
    Record,
    Signature,
    Version,
)
from reciproque.web.cooperations.texts import draft

SHIPPED = Path(__file__).parents[4] / "examples"


def _days(case: Case) -> Iterator[date | None]:
    """Those on which something is told to have been, or to have begun."""
    what = case.cooperation
    yield what.agreement.signed
    yield from (p.since for p in what.parties)
    yield from (e.since for e in what.expectations)
    yield from (a.start or a.done for a in what.actions)
    yield from (c.start for c in what.commitments)
    for rows in (what.records, what.meetings, what.decisions):
        yield from (row.day for row in rows)


def _started(case: Case) -> date:
    """The day that the file says; else the first one that it tells of, today at the latest."""
    told = (day for day in _days(case) if day)
    return case.cooperation.started or min([*told, timezone.localdate()])


def _facts(case: Case) -> dict[str, Any]:
    """As said; a member that is no party has no attendance, but is seen where it came."""
    facts = dict(case.cooperation.facts)
    members: dict[str, Any] = dict(facts.pop("members", None) or {})  # type: ignore[call-overload]
    seen: dict[str, date] = dict(facts.pop("seen", None) or {})  # type: ignore[call-overload]
    if not members:
        return facts
    for m in case.cooperation.meetings:
        for key in {m.lead, *m.attended} & set(members):
            if m.day <= timezone.localdate():
                seen[key] = max(m.day, seen.get(key, m.day))
    return {**facts, "members": members, "seen": {k: day.isoformat() for k, day in seen.items()}}


def _check_leads(case: Case) -> None:
    """The engine does without a lead; a plan that people read names who answers for each action."""
    for number, action in enumerate(case.cooperation.actions, 1):
        if not action.lead:
            missing = in_words(ReciproqueError("case.missing", field="lead"))
            where = f"[[action]] {number}"
            raise CaseError("case.row", file=case.file, where=where, **missing)


def _parties(case: Case, cooperation: Cooperation) -> dict[str, Party]:
    found = {}
    for party in case.cooperation.parties:
        who = case.cooperation.actor(party.actor)
        actor, _ = Actor.objects.get_or_create(
            name=who.name, kind=who.kind, territory=who.territory, defaults={"country": who.country}
        )
        found[party.actor] = Party.objects.create(
            cooperation=cooperation, actor=actor, role=party.role,
            since=party.since or cooperation.started, until=party.until,
        )  # fmt: skip
    return found


def _expectations(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    rows = case.data.get("expectation", [])
    for e, raw in zip(case.cooperation.expectations, rows, strict=True):
        kept = Expectation.objects.create(
            cooperation=c, party=parties[e.party], kind=e.kind, text=e.text, since=e.since,
            visibility=raw.get("visibility", "public"), assumed=e.assumed,
        )  # fmt: skip
        for answer in raw.get("answer", []):
            Answer.objects.create(
                expectation=kept,
                party=parties[answer["party"]],
                text=answer["text"],
                day=answer["day"],
            )


def _work(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    actions = zip(case.cooperation.actions, case.data.get("action", []), strict=True)
    for a, raw in actions:
        kept = Action.objects.create(
            cooperation=c, title=a.title, axis=a.axis, lead=parties[a.lead], theme=a.theme,
            start=a.start, due=a.due, done=a.done, state=a.state, assumed=a.assumed,
            visibility=raw.get("visibility", "public"),
        )  # fmt: skip
        kept.partners.set([parties[p] for p in a.partners])
    meetings = zip(case.cooperation.meetings, case.data.get("meeting", []), strict=True)
    for m, raw in meetings:
        held = Meeting.objects.create(
            cooperation=c, title=m.title, kind=m.kind, day=m.day, lead=parties.get(m.lead),
            place=raw.get("place", ""), agenda=raw.get("agenda", ""), visibility=raw.get("visibility", "public"),
        )  # fmt: skip
        for key in (k for k in m.attended if k in parties):  # the others: see _facts
            Attendance.objects.create(meeting=held, party=parties[key], came=True)
    decisions = zip(case.cooperation.decisions, case.data.get("decision", []), strict=True)
    for d, raw in decisions:
        Decision.objects.create(
            cooperation=c, title=d.title, day=d.day, body=d.body, executory=d.executory,
            visibility=raw.get("visibility", "public"),
        )  # fmt: skip


def _funding(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    """Costs and sources; what a row does not say is as in the form."""
    told = ("nature", "excluding_vat", "vat_rate", "vat_recovered", "eligible", "flat_rate")
    expenses = zip(case.cooperation.expenses, case.data.get("expense", []), strict=True)
    for x, raw in expenses:
        CostLine.objects.create(
            cooperation=c, by=c.by, label=x.title, engaged=x.engaged, acknowledged=x.acknowledged,
            visibility=raw.get("visibility", "parties"), **{k: raw[k] for k in told if k in raw},
        )  # fmt: skip
    for raw in case.data.get("source", []):
        FundingSource.objects.create(cooperation=c, by=c.by, **raw)


def _followed(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    for raw in case.data.get("indicator", []):
        row = dict(raw)
        readings = row.pop("reading", [])
        followed = c.followed.create(**{"visibility": "parties", "by": c.by, **row})
        for reading in readings:
            followed.readings.create(**reading)


def _ledger(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    promised = {}
    commitments = zip(case.cooperation.commitments, case.data.get("commitment", []), strict=True)
    for m, raw in commitments:
        promised[m.key] = Commitment.objects.create(
            cooperation=c, title=m.title or m.key, giver=parties[m.giver],
            receiver=parties[m.receiver], resource=m.resource, quantity=m.quantity, unit=m.unit,
            every=m.every, start=m.start, due=m.due, state=m.state, assumed=m.assumed,
            visibility=raw.get("visibility", "public"),
        )  # fmt: skip
    kept: dict[str, Record] = {}
    for r, raw in zip(case.cooperation.records, case.data.get("record", []), strict=True):
        kept[r.key] = Record.objects.create(
            cooperation=c, commitment=promised.get(r.commitment), giver=parties[r.giver],
            receiver=parties[r.receiver], resource=r.resource, quantity=r.quantity, unit=r.unit,
            amount=in_own_unit(r.quantity, r.unit, r.resource), day=r.day, note=r.title,
            entered_by_party=parties.get(r.entered_by), confirmed_flag=r.confirmed,
            assumed=r.assumed, visibility=raw.get("visibility", "public"),
        )  # fmt: skip
    for r in case.cooperation.records:  # once all are here: a correction may stand before its row
        if r.corrects:
            Record.objects.filter(pk=kept[r.key].pk).update(corrects=kept[r.corrects])
            Record.objects.filter(pk=kept[r.corrects].pk).update(replaced=True)
    for commitment in promised.values():
        commitment.records.narrow(commitment.visibility)


def _agreement(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    agreement = case.cooperation.agreement
    if case.data.get("version"):
        _versions(case, c, parties)
    elif agreement.signed:
        _drafted(case, c, parties, agreement.signed)
    if agreement.last_review and c.versions.exists():
        c.reviews.create(
            opened=agreement.last_review, closed=agreement.last_review, outcome="goes_on"
        )


def _versions(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    """The texts as they were, in a new chain; no one is named in a file: the office alone signs."""
    for number, raw in enumerate(case.data["version"]):
        row = dict(raw)
        signatures, written = row.pop("signature", []), row.pop("written")
        if timezone.is_naive(written):
            written = timezone.make_aware(written)
        version = agreements.new_version(
            c, expected=number, by=c.by, written=written, **{"kind": "first", **row}
        )
        for signed in signatures:
            _sign(version, parties[signed["party"]], signed["day"])


def _sign(version: Version, party: Party, day: date) -> None:
    Signature.objects.create(
        version=version, party=party, name="–", function="représentante ou représentant légal",
        day=day,
    )  # fmt: skip


def _drafted(case: Case, c: Cooperation, parties: dict[str, Party], signed: date) -> None:
    """The usual text of the form, signed by all: the file says the day and no more."""
    form = case.cooperation.agreement.form
    version = agreements.new_version(
        c, form=form, text=draft(c, form), kind="first", expected=0, by=None,
        written=timezone.make_aware(datetime.combine(signed, time(12))),
    )  # fmt: skip
    for party in parties.values():
        _sign(version, party, signed)


@transaction.atomic
def load(case: Case, *, by: Person | None = None, public: bool = True) -> Cooperation:
    """Keep a described cooperation; one that is already here is left as it is.

    Raises :class:`CaseError` for an action that no one leads.
    """
    _check_leads(case)
    head = case.data["cooperation"]
    slug = slugify(head.get("key") or head["name"])[:80]
    if known := Cooperation.objects.filter(slug=slug).first():
        return known
    what = case.cooperation
    assumed = any(row.get("assumed") for row in case.data.get("record", []))
    values: dict[str, Any] = {
        name: head[name] for name in ("subject", "why", "lesson", "fictional") if name in head
    }
    c = Cooperation.objects.create(
        slug=slug, name=what.name, started=_started(case), stage=what.stage,
        themes=list(what.themes), perimeter=list(what.perimeter), by=by, assumed=assumed,
        visibility="public" if public else "parties", facts=_facts(case),
        review_months=what.agreement.review_months, ended=what.agreement.ends, **values,
    )  # fmt: skip
    parties = _parties(case, c)
    for step in (_expectations, _work, _funding, _followed, _ledger, _agreement):
        step(case, c, parties)
    if what.equivalences:
        c.equivalences.create(number=1, points=dict(what.equivalences), by=by)
    return c


def load_shipped() -> list[Cooperation]:
    """The examples that come with the project, where they are."""
    return [load(read_case(path)) for path in sorted(SHIPPED.glob("*.toml"))]
