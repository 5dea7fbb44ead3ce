"""Bring a cooperation described as data into the database, and back into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w
from django.db import transaction
from django.utils.text import slugify

from reciproque.reciprocity import Case, in_own_unit, read_case
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
    Meeting,
    Party,
    Record,
    Signature,
)
from reciproque.web.cooperations.texts import draft

SHIPPED = Path(__file__).parents[4] / "examples"


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
    for a in case.cooperation.actions:
        kept = Action.objects.create(
            cooperation=c, title=a.title, axis=a.axis, lead=parties[a.lead], theme=a.theme,
            start=a.start, due=a.due, done=a.done, state=a.state, assumed=a.assumed,
        )  # fmt: skip
        kept.partners.set([parties[p] for p in a.partners])
    meetings = zip(case.cooperation.meetings, case.data.get("meeting", []), strict=True)
    for m, raw in meetings:
        held = Meeting.objects.create(
            cooperation=c, title=m.title, kind=m.kind, day=m.day, lead=parties.get(m.lead),
            place=raw.get("place", ""), agenda=raw.get("agenda", ""),
        )  # fmt: skip
        for key in m.attended:
            Attendance.objects.create(meeting=held, party=parties[key], came=True)
    for d in case.cooperation.decisions:
        Decision.objects.create(
            cooperation=c, title=d.title, day=d.day, body=d.body, executory=d.executory
        )
    for x in case.cooperation.expenses:
        CostLine.objects.create(
            cooperation=c, label=x.title, engaged=x.engaged, acknowledged=x.acknowledged
        )


def _ledger(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    promised = {}
    for m in case.cooperation.commitments:
        promised[m.key] = Commitment.objects.create(
            cooperation=c, title=m.title or m.key, giver=parties[m.giver],
            receiver=parties[m.receiver], resource=m.resource, quantity=m.quantity, unit=m.unit,
            every=m.every, start=m.start, due=m.due, state=m.state, assumed=m.assumed,
        )  # fmt: skip
    kept: dict[str, Record] = {}
    for r in case.cooperation.records:
        kept[r.key] = Record.objects.create(
            cooperation=c, commitment=promised.get(r.commitment), giver=parties[r.giver],
            receiver=parties[r.receiver], resource=r.resource, quantity=r.quantity, unit=r.unit,
            amount=in_own_unit(r.quantity, r.unit, r.resource), day=r.day, note=r.title,
            entered_by_party=parties.get(r.entered_by), confirmed_flag=r.confirmed,
            corrects=kept.get(r.corrects), assumed=r.assumed,
        )  # fmt: skip


def _agreement(case: Case, c: Cooperation, parties: dict[str, Party]) -> None:
    agreement = case.cooperation.agreement
    if agreement.signed is None:
        return
    version = agreements.new_version(
        c, form=agreement.form, text=draft(c, agreement.form), kind="first", expected=0, by=None
    )
    for party in parties.values():
        # no one is named in an example: the office alone signs
        Signature.objects.create(
            version=version, party=party, name="–", function="représentante ou représentant légal",
            day=agreement.signed,
        )  # fmt: skip
    if agreement.last_review:
        c.reviews.create(
            opened=agreement.last_review, closed=agreement.last_review, outcome="goes_on"
        )


@transaction.atomic
def load(case: Case, *, by: Person | None = None, public: bool = True) -> Cooperation:
    """Keep a described cooperation; one that is already here is left as it is."""
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
        slug=slug, name=what.name, started=what.started, stage=what.stage,
        themes=list(what.themes), perimeter=list(what.perimeter), by=by, assumed=assumed,
        visibility="public" if public else "parties", facts=dict(what.facts),
        review_months=what.agreement.review_months, **values,
    )  # fmt: skip
    parties = _parties(case, c)
    for step in (_expectations, _work, _ledger, _agreement):
        step(case, c, parties)
    return c


def load_shipped() -> list[Cooperation]:
    """The examples that come with the project, where they are."""
    return [load(read_case(path)) for path in sorted(SHIPPED.glob("*.toml"))]


def _without_none(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if v not in (None, "", [], ())}


def dump(c: Cooperation) -> str:
    """A cooperation as the file that ``reciproque check`` reads; parties by a short name."""
    keys = {
        p.pk: f"{slugify(p.actor.name)[:24]}-{i}"
        for i, p in enumerate(c.parties.select_related("actor"), 1)
    }
    parties = list(c.parties.select_related("actor"))
    version = next((v for v in c.versions.all() if v.signed_on()), None)
    data: dict[str, Any] = {
        "cooperation": _without_none({
            "key": c.slug, "name": c.name, "subject": c.subject, "why": c.why, "lesson": c.lesson,
            "started": c.started, "stage": c.stage, "themes": c.themes, "perimeter": c.perimeter,
            "fictional": c.fictional or None,
        }),
        "agreement": _without_none({
            "form": version.form if version else None, "signed": version.signed_on() if version else None,
            "review_months": c.review_months,
        }),
        "facts": c.facts,
        "actor": [
            _without_none({"key": keys[p.pk], "name": p.actor.name, "kind": p.actor.kind,
                           "territory": p.actor.territory, "country": p.actor.country})
            for p in parties
        ],
        "party": [_without_none({"actor": keys[p.pk], "role": p.role, "since": p.since, "until": p.until}) for p in parties],
        "expectation": [
            _without_none({"party": keys[e.party_id], "kind": e.kind, "text": e.text, "since": e.since,
                           "visibility": e.visibility, "assumed": e.assumed or None,
                           "answer": [{"party": keys[a.party_id], "day": a.day, "text": a.text} for a in e.answers.all()]})
            for e in c.expectations.prefetch_related("answers")
        ],
        "action": [
            _without_none({"key": str(a.pk), "title": a.title, "axis": a.axis, "lead": keys[a.lead_id],
                           "partners": [keys[p.pk] for p in a.partners.all()], "start": a.start, "due": a.due,
                           "done": a.done, "state": a.state, "theme": a.theme, "assumed": a.assumed or None})
            for a in c.actions.prefetch_related("partners")
        ],
        "commitment": [
            _without_none({"key": str(m.pk), "title": m.title, "giver": keys[m.giver_id], "receiver": keys[m.receiver_id],
                           "resource": m.resource, "quantity": m.quantity, "unit": m.unit, "every": m.every,
                           "start": m.start, "due": m.due, "state": m.state, "assumed": m.assumed or None})
            for m in c.commitments.all()
        ],
        "record": [
            _without_none({"key": str(r.pk), "giver": keys[r.giver_id], "receiver": keys[r.receiver_id],
                           "resource": r.resource, "quantity": r.quantity, "unit": r.unit, "day": r.day,
                           "commitment": str(r.commitment_id or ""), "confirmed": r.confirmed_flag,
                           "entered_by": keys.get(r.entered_by_party_id, ""), "corrects": str(r.corrects_id or ""),
                           "title": r.note, "assumed": r.assumed or None})
            for r in c.records.all()
        ],
        "meeting": [
            _without_none({"key": str(m.pk), "title": m.title, "day": m.day, "kind": m.kind,
                           "lead": keys.get(m.lead_id, ""), "place": m.place, "agenda": m.agenda,
                           "attended": [keys[a.party_id] for a in m.attendances.all() if a.came]})
            for m in c.meetings.prefetch_related("attendances")
        ],
        "decision": [
            _without_none({"key": str(d.pk), "title": d.title, "day": d.day, "body": d.body, "executory": d.executory})
            for d in c.decisions.all()
        ],
    }  # fmt: skip
    return tomli_w.dumps({name: rows for name, rows in data.items() if rows})
