"""Who with whom: the greatest satisfaction, a stable set, or the worst-off first."""

from __future__ import annotations

import time
from collections.abc import Container, Mapping

import numpy as np

from reciproque.kernel import Allocation, Matching, Need, Offer, Reason, ReciproqueError, Refusal
from reciproque.matching import _assign
from reciproque.matching._eligibility import Candidates, Judge, candidates, why_not
from reciproque.matching._problem import Problem, plain_reason
from reciproque.vocabulary import label, table

WAYS = ("total", "stable", "fair")
TOLD = 200  # refusals listed; all are counted
NEAREST = 3  # refusals told for each need that remains alone
SECONDS = 30.0


def pairs(problem: Problem, how: str = "total", seconds: float = SECONDS) -> Matching:
    """Bring needs and offers together, each with at most ``counterparts`` of the other side (1 where not said).

    ``how``: ``total`` (the greatest sum of scores), ``stable`` (no need and offer would both rather have each
    other) or ``fair`` (as many as possible, the worst-off first, then the next).  Pinned pairs come first.  Equal scores are
    told apart by the keys, so that the order of rows changes nothing.  ``objective`` is the sum of scores, ``bound``
    what none exceeds; ``optimal`` is false, and a note says so, where ``seconds`` did not suffice: then the best pairs
    come first (total, fair), or some would rather change (stable).  Raises :class:`ReciproqueError` for another way, or a pinned pair that a condition forbids.

    >>> from reciproque.kernel import Need, Offer
    >>> need = Need("n1", "lycee", "mentoring", 10, "h")
    >>> offer = Offer("o1", "club", "mentoring", 12, "h")
    >>> [(a.need, a.offer, a.quantity) for a in pairs(Problem((need,), (offer,))).allocations]
    [('n1', 'o1', 10.0)]
    """
    if how not in WAYS:
        raise ReciproqueError("match.way", given=how, known=", ".join(WAYS))
    start = time.perf_counter()
    problem = _sorted(problem)
    judge = Judge(problem)
    found = candidates(problem, judge)
    chosen, whole = _choose(problem, judge, found, how, start + seconds)
    allocations, needs_left, offers_left = _shared_out(problem, judge, found, chosen)
    reached = float(found.score[chosen].sum())
    bound = reached if whole and how != "stable" else float(_upper(problem, found))
    return Matching(
        tuple(allocations), needs_left, offers_left, reached, bound,
        optimal=whole, seconds=time.perf_counter() - start,
        refusals=refusals(problem, judge, needs_left), notes=_notes(found, how, whole),
    )  # fmt: skip


def _sorted(problem: Problem) -> Problem:
    from dataclasses import replace

    def by_key(wishes: tuple) -> tuple:
        return tuple(sorted(wishes, key=lambda w: w.key))

    return replace(problem, needs=by_key(problem.needs), offers=by_key(problem.offers))


def _room(wishes: tuple) -> np.ndarray:
    return np.array([1 if w.counterparts is None else w.counterparts for w in wishes], np.int64)


def _pinned(problem: Problem, judge: Judge, found: Candidates) -> np.ndarray:
    """Indices of pinned pairs among the candidates; the first that is none of them is refused with its reason."""
    n = {w.key: i for i, w in enumerate(problem.needs)}
    o = {w.key: j for j, w in enumerate(problem.offers)}
    numbers = found.need * len(o) + found.offer
    indices = []
    for need, offer in sorted(problem.pinned):
        at = np.flatnonzero(numbers == n[need] * len(o) + o[offer])
        if not len(at):
            refusal = why_not(problem, need, offer, judge)
            reason = refusal.reason if refusal else Reason("match.not_forbidden", "refused")
            raise ReciproqueError(reason.key, **dict(reason.figures))
        indices.append(int(at[0]))
    return np.array(indices, np.int64)


def _choose(
    problem: Problem, judge: Judge, found: Candidates, how: str, stop: float
) -> tuple[np.ndarray, bool]:
    """Indices of the candidates proposed, and whether it is proven that none is better."""
    needs, offers = _room(problem.needs), _room(problem.offers)
    fixed = _pinned(problem, judge, found)
    np.subtract.at(needs, found.need[fixed], 1)
    np.subtract.at(offers, found.offer[fixed], 1)
    if (needs < 0).any() or (offers < 0).any():
        raise ReciproqueError("match.pinned_too_many")
    open_ = (needs[found.need] > 0) & (offers[found.offer] > 0)
    open_[fixed] = False
    free = np.flatnonzero(open_)
    i, j, score = found.need[free], found.offer[free], found.score[free]
    left = max(0.0, stop - time.perf_counter())
    if how == "total":
        picked, whole = _assign.most(i, j, score, needs, offers, left)
    elif how == "stable":
        mine, theirs = found.need_view[free], found.offer_view[free]
        picked, whole = _assign.stable(i, j, mine, theirs, needs, offers, left)
    else:
        picked, whole = _assign.fair(i, j, score, needs, offers, left)
    return np.sort(np.concatenate([fixed, free[picked]])), whole


def _upper(problem: Problem, found: Candidates) -> float:
    """What no set of pairs can exceed: each wish of a side with its best, as many as it takes; the stricter side."""
    sides = ((found.need, problem.needs), (found.offer, problem.offers))
    return min(_best_of_side(ends, _room(wishes), found.score) for ends, wishes in sides)


def _best_of_side(ends: np.ndarray, room: np.ndarray, score: np.ndarray) -> float:
    order = np.lexsort((-score, ends))
    ends = ends[order]
    rank = np.arange(len(order)) - np.searchsorted(ends, ends)
    return float(score[order][rank < room[ends]].sum())


def _shared_out(
    problem: Problem, judge: Judge, found: Candidates, chosen: np.ndarray
) -> tuple[list[Allocation], Mapping[str, float], Mapping[str, float]]:
    """Quantities of the chosen pairs, the best first, and what remains of each side, in its own unit."""
    need_left, offer_left = judge.needs.quantity.copy(), judge.offers.quantity.copy()
    made = []
    best_first = chosen[np.argsort(-found.score[chosen], kind="stable")]
    ends = found.need[best_first], found.offer[best_first]
    minutes, minors = judge.shared.at(*ends).tolist(), judge.minor(*ends).tolist()
    for at, k in enumerate(best_first.tolist()):
        i, j = int(found.need[k]), int(found.offer[k])
        amount = float(min(need_left[i], offer_left[j]))
        if amount <= 0:
            continue
        need_left[i] -= amount
        offer_left[j] -= amount
        need, offer = problem.needs[i], problem.offers[j]
        km = None if np.isnan(found.km[k]) else float(found.km[k])
        scale = need.quantity / judge.needs.quantity[i]
        reasons = _reasons(need, offer, km, minutes[at], minors[at])
        made.append(
            Allocation(need.key, offer.key, float(amount * scale), need.unit, float(found.score[k]), km, reasons=reasons)
        )  # fmt: skip
    return made, _left(problem.needs, judge.needs.quantity, need_left), _left(problem.offers, judge.offers.quantity, offer_left)  # fmt: skip


def _left(wishes: tuple, whole: np.ndarray, left: np.ndarray) -> Mapping[str, float]:
    """What remains of each wish that is not used up, in its own unit."""
    return {
        w.key: float(w.quantity * rest / full)
        for w, full, rest in zip(wishes, whole, left, strict=True) if rest > 1e-9 * full
    }  # fmt: skip


def _reasons(
    need: Need, offer: Offer, km: float | None, minutes: float, minor: bool
) -> tuple[Reason, ...]:
    """Why these two, the plainest first."""
    found = []
    told = offer.attributes.get("product")
    if told and need.attributes.get("product"):
        words = {f"product_{lang}": label("products", told, lang) for lang in ("fr", "en")}
        found.append(Reason("match.product", "match", words))
    if km is not None:
        found.append(Reason("match.km", "match", {"km": km}, estimated=True))
    if minutes < np.inf:
        found.append(Reason("match.slots", "match", {"minutes": minutes}))
    common = [x for x in need.languages if x in offer.languages]
    if common:
        words = {
            f"languages_{lang}": ", ".join(label("languages", x, lang) for x in common)
            for lang in ("fr", "en")
        }
        found.append(Reason("match.languages", "match", words))
    if need.labels:
        words = {
            f"labels_{lang}": ", ".join(_word("certifications", x, lang) for x in need.labels)
            for lang in ("fr", "en")
        }
        found.append(Reason("match.labels", "match", words))
    if offer.actor in need.preferred or need.actor in offer.preferred:
        found.append(Reason("match.preferred", "match", {}))
    if minor:
        found.append(Reason("match.protected", "match", {}))
    return tuple(found) or (plain_reason(need, offer),)


def _word(name: str, key: str, lang: str) -> str:
    return label(name, key, lang)


def refusals(problem: Problem, judge: Judge, left: Container[str]) -> tuple[Refusal, ...]:
    """Why the needs that nothing was found for were refused by the offers of their resource, nearest first."""
    told: list[Refusal] = []
    given = np.array([o.resource for o in problem.offers], object)
    by_resource = {name: np.flatnonzero(given == name) for name in set(given.tolist())}
    nobody = np.empty(0, np.int64)
    for i, need in enumerate(problem.needs):
        if need.key not in left or len(told) >= TOLD:
            continue
        rows = by_resource.get(need.resource, nobody)
        km = judge.km(np.full(len(rows), i), rows)
        nearest = rows[np.argsort(np.nan_to_num(km, nan=np.inf), kind="stable")][: 4 * NEAREST]
        found = (why_not(problem, need.key, problem.offers[j].key, judge) for j in nearest.tolist())
        told += [r for r in found if r is not None][:NEAREST]
    return tuple(told[:TOLD])


def _notes(found: Candidates, how: str, whole: bool) -> tuple[Reason, ...]:
    notes = [Reason("match.candidates", "match", {"count": len(found)})]
    for name, count in found.refused.items():
        if count:
            words = {f"why_{lang}": label("match_conditions", name, lang) for lang in ("fr", "en")}
            notes.append(Reason("match.refused", "match", {"count": count, **words}))
    if not whole:
        key = "match.time_unstable" if how == "stable" else "match.time"
        notes.append(Reason(key, "match", {}))
    if how == "fair":
        notes.append(Reason("match.hundredths", "match", {}))
    assert set(found.refused) == set(table("match_conditions"))
    return tuple(notes)
