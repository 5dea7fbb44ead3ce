"""A cooperation of the database, as the file that ``reciproque check`` reads."""

from __future__ import annotations

from typing import Any

import tomli_w
from django.utils.text import slugify

from reciproque.web.cooperations.members import with_said
from reciproque.web.cooperations.models import Cooperation

Rows = list[dict[str, Any]]


def _for(things: Any, shared_only: bool) -> Any:
    """All of them, or those that the parties may read."""
    return things.shown() if shared_only else things.all()


def _known(**row: Any) -> dict[str, Any]:
    """A row without what is not said: TOML has no null."""
    return {k: v for k, v in row.items() if v not in (None, "", [], ())}


def _head(c: Cooperation) -> dict[str, Any]:
    return _known(
        key=c.slug, name=c.name, subject=c.subject, why=c.why, lesson=c.lesson, started=c.started,
        stage=c.stage, themes=c.themes, perimeter=c.perimeter, fictional=c.fictional or None,
    )  # fmt: skip


def _agreement(c: Cooperation) -> dict[str, Any]:
    version = next((v for v in c.versions.all() if v.signed_on()), None)
    signed = version.signed_on() if version else None
    form = version.form if version else None
    closed = [r.closed for r in c.reviews.all() if r.closed]
    last = max(closed, default=None)
    return _known(
        form=form, signed=signed, ends=c.ended, review_months=c.review_months, last_review=last
    )


def _versions(c: Cooperation, names: dict[Any, str]) -> Rows:
    """The texts, first to last, with who signed and when; the names of people stay here."""
    return [
        _known(
            form=v.form, kind=v.kind, text=v.text, written=v.created, second_text=v.second_text,
            second_language=v.second_language,
            signature=[{"party": names[s.party_id], "day": s.day} for s in v.signatures.all()],
        )
        for v in c.versions.order_by("number").prefetch_related("signatures")
    ]  # fmt: skip


def _parties(c: Cooperation, names: dict[Any, str]) -> tuple[Rows, Rows]:
    parties = list(c.parties.select_related("actor"))
    actors = [
        _known(key=names[p.pk], name=p.actor.name, kind=p.actor.kind,
               territory=p.actor.territory, country=p.actor.country, siren=p.actor.siren)
        for p in parties
    ]  # fmt: skip
    return actors, [
        _known(actor=names[p.pk], role=p.role, since=p.since, until=p.until) for p in parties
    ]


def _expectations(c: Cooperation, names: dict[Any, str], shared_only: bool) -> Rows:
    return [
        _known(
            party=names[e.party_id], kind=e.kind, text=e.text, since=e.since,
            visibility=e.visibility, assumed=e.assumed or None,
            answer=[_known(party=names[a.party_id], day=a.day, text=a.text) for a in e.answers.all()],
        )
        for e in _for(c.expectations, shared_only).prefetch_related("answers")
    ]  # fmt: skip


def _actions(c: Cooperation, names: dict[Any, str], shared_only: bool) -> Rows:
    return [
        _known(
            key=str(a.pk), title=a.title, axis=a.axis, lead=names[a.lead_id],
            partners=[names[p.pk] for p in a.partners.all()], start=a.start, due=a.due,
            done=a.done, state=a.state, theme=a.theme, visibility=a.visibility, assumed=a.assumed or None,
        )
        for a in _for(c.actions, shared_only).prefetch_related("partners")
    ]  # fmt: skip


def _ledger(c: Cooperation, names: dict[Any, str], shared_only: bool) -> tuple[Rows, Rows]:
    commitments = [
        _known(
            key=str(m.pk), title=m.title, giver=names[m.giver_id], receiver=names[m.receiver_id],
            resource=m.resource, quantity=m.quantity, unit=m.unit, every=m.every, start=m.start,
            due=m.due, state=m.state, visibility=m.visibility, assumed=m.assumed or None,
        )
        for m in _for(c.commitments, shared_only)
    ]  # fmt: skip
    told = list(_for(c.records, shared_only).order_by("created"))
    here = {r.pk for r in told}
    records = [
        _known(
            key=str(r.pk), giver=names[r.giver_id], receiver=names[r.receiver_id],
            resource=r.resource, quantity=r.quantity, unit=r.unit, day=r.day,
            commitment=str(r.commitment_id or ""), confirmed=r.confirmed_flag,
            entered_by=names.get(r.entered_by_party_id, ""), visibility=r.visibility,
            corrects=str(r.corrects_id) if r.corrects_id in here else "", title=r.note,
            assumed=r.assumed or None,
        )
        for r in told
    ]  # fmt: skip
    return commitments, records


def _meetings(c: Cooperation, names: dict[Any, str], shared_only: bool) -> tuple[Rows, Rows]:
    meetings = [
        _known(
            key=str(m.pk), title=m.title, day=m.day, kind=m.kind, lead=names.get(m.lead_id, ""),
            place=m.place, agenda=m.agenda, visibility=m.visibility,
            attended=[names[a.party_id] for a in m.attendances.all() if a.came],
        )
        for m in _for(c.meetings, shared_only).prefetch_related("attendances")
    ]  # fmt: skip
    decisions = [
        _known(key=str(d.pk), title=d.title, day=d.day, body=d.body, executory=d.executory,
               visibility=d.visibility)
        for d in _for(c.decisions, shared_only)
    ]  # fmt: skip
    return meetings, decisions


def _funding(c: Cooperation, shared_only: bool) -> tuple[Rows, Rows]:
    """Costs and sources, in euros and %."""
    costs = [
        _known(
            title=x.label, nature=x.nature, excluding_vat=float(x.excluding_vat),
            vat_rate=float(x.vat_rate), vat_recovered=x.vat_recovered or None, eligible=x.eligible,
            flat_rate=None if x.flat_rate is None else float(x.flat_rate), engaged=x.engaged,
            acknowledged=x.acknowledged, visibility=x.visibility,
        )
        for x in _for(c.costs, shared_only)
    ]  # fmt: skip
    sources = [
        _known(
            label=s.label, amount=float(s.amount), public=s.public, own=s.own, state=s.state,
            aid_basis=s.aid_basis, deadline=s.deadline, visibility=s.visibility,
        )
        for s in _for(c.sources, shared_only)
    ]  # fmt: skip
    return costs, sources


def _followed(c: Cooperation, shared_only: bool) -> Rows:
    """The indicators, each with its readings."""
    return [
        _known(
            question=f.question, name=f.name, unit=f.unit, target=f.target, source=f.source,
            visibility=f.visibility,
            reading=[_known(day=r.day, value=r.value, note=r.note) for r in f.readings.all()],
        )
        for f in _for(c.followed, shared_only).prefetch_related("readings")
    ]  # fmt: skip


def describe(c: Cooperation, shared_only: bool = False) -> str:
    """A cooperation as TOML; parties go by a short name, people by nothing.

    ``shared_only`` leaves out what a party keeps to itself.
    """
    parties = enumerate(c.parties.select_related("actor"), 1)
    names = {p.pk: f"{slugify(p.actor.name)[:24]}-{i}" for i, p in parties}
    actors, sides = _parties(c, names)
    commitments, records = _ledger(c, names, shared_only)
    meetings, decisions = _meetings(c, names, shared_only)
    expenses, sources = _funding(c, shared_only)
    latest = c.equivalences.first()
    data: dict[str, Any] = {
        "cooperation": _head(c), "agreement": _agreement(c), "facts": with_said({}, c.facts),
        "equivalences": latest.points if latest else {},
        "actor": actors, "party": sides, "expectation": _expectations(c, names, shared_only),
        "action": _actions(c, names, shared_only), "commitment": commitments, "record": records,
        "meeting": meetings, "decision": decisions, "expense": expenses, "source": sources,
        "indicator": _followed(c, shared_only), "version": _versions(c, names),
    }  # fmt: skip
    return tomli_w.dumps({name: rows for name, rows in data.items() if rows})
