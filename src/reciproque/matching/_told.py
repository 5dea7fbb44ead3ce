"""What was found, as data that JSON can hold, in the words of a language: the same from the shell and the API."""

from __future__ import annotations

from typing import Any

from reciproque.kernel import Matching
from reciproque.matching._coalition import Coalition
from reciproque.vocabulary import reason_as_data, say


def matching_as_data(found: Matching, lang: str) -> dict[str, Any]:
    """A matching: ``allocations``, ``unmet``, ``unused``, how good it is proven to be, ``missing_links``, ``refusals``.

    Quantities are in each need's unit, reasons are sentences.
    """
    return {
        "allocations": [
            {
                "need": a.need, "offer": a.offer, "quantity": a.quantity, "unit": a.unit, "score": a.score,
                "distance_km": a.distance_km, "through": list(a.through), "period": a.period,
                "reasons": [say(r, lang) for r in a.reasons],
            }
            for a in found.allocations
        ],
        "unmet": dict(found.unmet), "unused": dict(found.unused), "objective": found.objective,
        "bound": found.bound, "optimal": found.optimal, "gap": found.gap,
        "missing_links": [say(r, lang) for r in found.missing_links],
        "refusals": [{"need": r.need, "offer": r.offer, "reason": say(r.reason, lang)} for r in found.refusals],
        "notes": [say(r, lang) for r in found.notes], "seconds": found.seconds,
    }  # fmt: skip


def coalition_as_data(found: Coalition, lang: str) -> dict[str, Any]:
    """A coalition: ``members`` with distance (km), share (0 to 1) and reasons; ``goals`` alone and together; what is proven."""
    return {
        "territory": found.territory.code,
        "members": [
            {
                "code": ally.territory.code, "name": ally.territory.name,
                "distance_km": round(ally.distance_km or 0.0, 1), "share": round(ally.share, 4),
                "reasons": [reason_as_data(reason, lang) for reason in ally.reasons],
            }
            for ally in found.members
        ],
        "goals": [
            {
                "indicator": g.goal.indicator, "sense": g.goal.sense, "value": g.goal.value, "alone": g.alone,
                "together": g.together, "reached": g.reached, "best": g.best,
            }
            for g in found.goals
        ],
        "complete": found.complete, "optimal": found.optimal,
        "objective": {"size": len(found.members), "distance_km": round(found.distance_km, 1)},
        "bound": {"size": found.size_bound, "distance_km": round(found.distance_bound, 1)},
        "gap": round(found.gap, 6), "candidates": found.candidates, "seconds": round(found.seconds, 3),
        "notes": [say(note, lang) for note in found.notes],
    }  # fmt: skip
