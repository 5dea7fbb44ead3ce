"""A cooperation as the engine knows it: parties by their key, records added up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from reciproque import kernel
from reciproque.web.accounts.models import Mandate
from reciproque.web.cooperations.members import watched, with_said
from reciproque.web.cooperations.models import Cooperation


def _agreement(cooperation: Cooperation) -> kernel.Agreement:
    versions = list(cooperation.versions.prefetch_related("signatures"))
    signed = [(v, day) for v in versions if (day := v.signed_on())]
    closed = [r.closed for r in cooperation.reviews.all() if r.closed]
    if not signed:
        return kernel.Agreement(review_months=cooperation.review_months)
    first = min(day for _, day in signed)
    return kernel.Agreement(
        signed[0][0].form, first, cooperation.ended, cooperation.review_months,
        max(closed) if closed else (signed[0][1] if len(signed) > 1 else None),
    )  # fmt: skip


def _mandates(cooperation: Cooperation, parties: list[Any]) -> tuple[kernel.Mandate, ...]:
    by_actor = {p.actor_id: str(p.key) for p in parties}
    current = Mandate.objects.current().within(cooperation.pk).filter(actor__in=by_actor)
    return tuple(kernel.Mandate(by_actor[m.actor_id], m.end, m.role) for m in current)


def snapshot(
    cooperation: Cooperation,
    day: date | None = None,
    circle: str = "parties",
    also: Sequence[Any] = (),
) -> kernel.Cooperation:
    """What a circle of readers may know of a cooperation by a day (today).

    Without what parties keep to themselves, but for what those in ``also`` do.
    """
    day = day or timezone.localdate()
    parties = list(cooperation.parties.select_related("actor"))
    actors = tuple(
        kernel.Actor(str(p.key), p.actor.name, p.actor.kind, p.actor.territory, p.actor.country)
        for p in parties
    )
    latest = cooperation.equivalences.first()
    return kernel.Cooperation(
        name=cooperation.name,
        started=cooperation.started,
        stage=cooperation.stage,
        themes=tuple(cooperation.themes),
        perimeter=tuple(cooperation.perimeter),
        actors=actors,
        parties=tuple(p.for_engine() for p in parties),
        expectations=tuple(
            e.for_engine()
            for e in cooperation.expectations.shown(circle, also).prefetch_related("answers")
        ),
        actions=tuple(
            a.for_engine()
            for a in cooperation.actions.shown(circle, also).prefetch_related("partners")
        ),
        commitments=tuple(cooperation.commitments.shown(circle, also).for_engine()),
        records=tuple(cooperation.records.shown(circle, also).for_engine(day)),
        meetings=tuple(
            m.for_engine()
            for m in cooperation.meetings.shown(circle, also).prefetch_related("attendances")
        ),
        decisions=tuple(d.for_engine() for d in cooperation.decisions.shown(circle, also)),
        mandates=_mandates(cooperation, parties),
        expenses=tuple(c.expense() for c in cooperation.costs.shown(circle)),
        agreement=_agreement(cooperation),
        equivalences=latest.points if latest else {},
        facts=with_said(watched(cooperation, parties, day, circle), cooperation.facts),
    )
