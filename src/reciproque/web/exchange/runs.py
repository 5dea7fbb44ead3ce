"""A run of the engine: what goes in, what comes out, kept so that two runs can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.db import transaction
from django.db.models import Q

from reciproque import kernel
from reciproque.vocabulary import table
from reciproque.web.exchange.chains import best_chain, steps_of, through
from reciproque.web.exchange.engine import best
from reciproque.web.exchange.models import Matching, PotPart, Proposal, Step, Wish
from reciproque.web.exchange.pooling import Parts, pooled
from reciproque.web.exchange.rules import writing_actors

MOST_TOLD = 200


def _scope(asked: Matching) -> Any:
    """The live wishes a run is about, on both sides."""
    live = Wish.objects.live()
    if asked.cooperation is not None:
        return live.filter(actor__in=asked.cooperation.present().values("actor"))
    if asked.theme:
        of_theme = [k for k, row in table("resources").items() if row["theme"] == asked.theme]
        return live.filter(resource__in=of_theme)
    wish = asked.wish
    if asked.pooled:  # euros, days and things do not add up
        live = live.filter(resource=wish.resource)
    return live.filter(Q(pk=wish.pk) | ~Q(side=wish.side) & ~Q(actor=wish.actor))


def wishes_of(asked: Matching) -> list[Wish]:
    """What goes into a run.  A minor's need goes in only where its own organisation asks."""
    mine = writing_actors(asked.by) if asked.by else ()
    found = _scope(asked).filter(Q(age__isnull=True) | Q(actor__in=mine))
    if not asked.pooled:  # what a pot gives is bound by the wishes of its givers
        found = found.filter(pot__isnull=True)
    return list(found.select_related("actor").distinct())


def _endless(value: object) -> bool:
    """A figure that JSON cannot hold, as a limit that nobody set."""
    return isinstance(value, float) and not isfinite(value)


def as_data(reason: kernel.Reason) -> dict[str, Any]:
    """A reason as data that JSON can hold; ``as_reason`` reads it back."""
    kept = {
        f: getattr(reason, f) for f in ("key", "motive", "source", "year", "estimated", "strength")
    }
    figures = {k: v for k, v in reason.figures.items() if not _endless(v)}
    return {**kept, "figures": figures}


def _result(found: kernel.Matching) -> dict[str, Any]:
    return {
        "objective": found.objective, "bound": found.bound, "optimal": found.optimal,
        "gap": found.gap, "seconds": found.seconds, "sense": found.sense,
        "unmet": dict(found.unmet), "unused": dict(found.unused),
        "notes": [as_data(r) for r in found.notes],
        "links": [as_data(r) for r in found.missing_links],
        "refusals": [[r.need, r.offer, as_data(r.reason)] for r in found.refusals[:MOST_TOLD]],
        "refused": len(found.refusals),
    }  # fmt: skip


@transaction.atomic
def _keep(
    asked: Matching, found: kernel.Matching, parts: Parts, steps: Sequence[Step] = ()
) -> None:
    asked.result, asked.state = _result(found), "done"
    asked.save(update_fields=["result", "state", "changed"])
    made = Proposal.objects.bulk_create(
        Proposal(
            matching=asked, need_id=a.need, offer_id=a.offer, quantity=a.quantity, unit=a.unit,
            score=a.score, distance_km=a.distance_km, by=asked.by,
            reasons=[as_data(r) for r in a.reasons], through=through(a, steps),
        )
        for a in found.allocations
    )  # fmt: skip
    PotPart.objects.bulk_create(
        PotPart(proposal=p, gift_id=gift, amount=amount)
        for p in made
        for gift, amount in parts.get(p.pair, ())
    )


def run(asked: Matching) -> None:
    """Run the engine and keep what it found; what makes no sense is kept as a refusal in words."""
    try:
        wishes = wishes_of(asked)
        if asked.pooled:
            _keep(asked, *pooled(asked, wishes))
        elif asked.chained:
            steps = steps_of(asked)
            _keep(asked, best_chain(asked, wishes, steps), {}, steps)
        else:
            _keep(asked, best(asked, wishes), {})
    except kernel.ReciproqueError as error:
        asked.state, asked.failure = "failed", {"key": error.key, "figures": dict(error.figures)}
        asked.save(update_fields=["state", "failure", "changed"])


@dataclass(frozen=True)
class Beside:
    """One pair in two runs: the quantity in each, ``None`` where it is not proposed."""

    need: Wish
    offer: Wish
    unit: str
    before: float | None
    after: float | None


def beside(before: Matching, after: Matching) -> list[Beside]:
    """Every pair that either run proposes, the changed ones first."""
    first, then = ({p.pair: p for p in m.proposals.with_sides()} for m in (before, after))
    rows = []
    for pair in {**first, **then}:
        one, other = first.get(pair), then.get(pair)
        known = one or other
        assert known is not None
        rows.append(
            Beside(
                known.need, known.offer, known.unit, one and one.quantity, other and other.quantity
            )
        )
    return sorted(rows, key=lambda r: (r.before == r.after, r.need.title))


@dataclass(frozen=True)
class Told:
    """What a run amounts to."""

    proposals: int
    needs: int
    covered: float
    worst: float
    km: float | None


def told(asked: Matching) -> Told:
    """Pairs, needs served, share of needs covered on average and for the worst-off, kilometres."""
    found = list(asked.proposals.with_sides())
    given: dict[Any, float] = {}
    for p in found:
        given[p.need] = given.get(p.need, 0.0) + p.quantity
    unmet = asked.result.get("unmet", {})
    shares = [given.get(w, 0.0) / (given.get(w, 0.0) + unmet.get(str(w.pk), 0.0)) for w in given]
    alone = [k for k, left in unmet.items() if left > 0 and k not in {str(w.pk) for w in given}]
    shares += [0.0] * len(alone)
    km = [p.distance_km for p in found if p.distance_km is not None]
    return Told(
        len(found), len(given), sum(shares) / len(shares) if shares else 0.0,
        min(shares, default=0.0), sum(km) if km else None,
    )  # fmt: skip
