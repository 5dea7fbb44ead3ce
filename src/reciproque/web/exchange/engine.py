"""The one place where exchange meets the engine: what people adjusted goes in, a matching comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reciproque import kernel
from reciproque.matching import Problem, pairs, why_not
from reciproque.territories import great_circle_km
from reciproque.vocabulary import table
from reciproque.web.exchange.models import Matching, Wish

PAID = "price"
LEAST = 1e-9
Pair = tuple[str, str]


def public_purchase(need: Wish) -> bool:
    """Whether a public body would pay for it."""
    return need.terms == PAID and bool(need.actor and need.actor.sector in ("public", "state"))


def noun(wish: Wish, quantity: float | None = None, **more: Any) -> Any:
    """The noun of the engine.

    Of a public body that buys, the place is left out: neither nearness nor distance may count.
    """
    if wish.side == "need" and public_purchase(wish):
        more |= {"within_km": None, "longitude": None, "latitude": None, "territory": ""}
    return wish.for_engine(quantity, **more)


def _too_far_to_deliver(need: Wish, offer: Wish) -> bool:
    """The distance that a seller delivers to is the seller's own limit, not a choice of the buyer."""
    if offer.within_km is None or need.longitude is None or offer.longitude is None:
        return False
    there = (need.longitude, need.latitude or 0.0, offer.longitude, offer.latitude or 0.0)
    return float(great_circle_km(*there)) > offer.within_km


def _minors(need: Wish, offer: Wish) -> int:
    adult = int(table("safeguard_rules")["adult_age"]["value"])
    return sum(w.age is not None and w.age < adult for w in (need, offer))


def _unprotected(need: Wish, offer: Wish) -> bool:
    """Where a minor is concerned, no side may say a place that protects nobody."""
    said = [w.setting for w in (need, offer) if w.setting]
    return bool(_minors(need, offer)) and any(not table("settings")[s]["protects"] for s in said)


def apart(need: Wish, offer: Wish) -> kernel.Reason | None:
    """Why a pair is set apart before the engine looks at it; ``None`` where it is not."""
    names = {"need": need.title, "offer": offer.title}
    if offer.terms == PAID and need.terms != PAID:
        return kernel.Reason("refusal.terms", "refused", names)
    if _minors(need, offer) > 1:
        return kernel.Reason("refusal.adult", "refused", names)
    if _unprotected(need, offer):
        return kernel.Reason("refusal.place", "refused", names)
    if public_purchase(need) and _too_far_to_deliver(need, offer):
        return kernel.Reason("refusal.delivery", "refused", names)
    return None


def check_pair(need: Wish, offer: Wish, pooled: bool = False) -> None:
    """Refuse a pair that the rules refuse today; raises ``ReciproqueError`` with the first reason.

    ``pooled``: the least that a need asks for counts all its givers, so that one of them may give less.
    """
    reason = apart(need, offer)
    if reason is None:
        alone = Problem((noun(need, **({"smallest": 0.0} if pooled else {})),), (noun(offer),))
        found = why_not(alone, str(need.pk), str(offer.pk))
        reason = found.reason if found else None
    if reason is not None:
        raise kernel.ReciproqueError(reason.key, **reason.figures)


def _side(wishes: list[Wish], side: str, weighed: dict[str, dict[str, float]]) -> tuple[Any, ...]:
    """What remains of the wishes of a side.  Without a limit said, one may be shared among all."""
    mine = [w for w in wishes if w.side == side]
    others = max(1, len(wishes) - len(mine))
    found = []
    for wish in mine:
        left = wish.remaining()
        if left > LEAST * wish.quantity:
            found.append(
                noun(
                    wish, left, smallest=min(wish.smallest or 0.0, left),
                    counterparts=wish.counterparts or others, preferred=weighed.get(str(wish.pk), {}),
                )
            )  # fmt: skip
    return tuple(found)


def _weighed(asked: Matching, known: dict[str, Wish]) -> dict[str, dict[str, float]]:
    """A weight that people gave a pair is a preference of its need for the actor of its offer."""
    weighed: dict[str, dict[str, float]] = {}
    for (need, offer), weight in asked.weights().items():
        if need in known and offer in known:
            weighed.setdefault(need, {})[str(known[offer].actor_id)] = weight
    return weighed


def remaining_sides(asked: Matching, wishes: list[Wish]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What remains of needs and of offers, weighed as people asked."""
    known = {str(w.pk): w for w in wishes}
    return _side(wishes, "need", _weighed(asked, known)), _side(wishes, "offer", {})


def best(asked: Matching, wishes: list[Wish]) -> kernel.Matching:
    """The matching of what remains of those wishes; raises ``ReciproqueError`` in words."""
    known = {str(w.pk): w for w in wishes}
    needs, offers = remaining_sides(asked, wishes)
    here = {(n.key, o.key) for n in needs for o in offers if n.resource == o.resource}
    set_apart: dict[Pair, kernel.Reason] = {}
    for pair in here:
        if (reason := apart(known[pair[0]], known[pair[1]])) is not None:
            set_apart[pair] = reason
    forbidden = frozenset(asked.pairs("forbid") & here) | frozenset(set_apart)
    pinned = frozenset(asked.pairs("pin") & here) - forbidden
    found = pairs(Problem(needs, offers, pinned=pinned, forbidden=forbidden), asked.way)
    return replace(
        found,
        refusals=tuple(_told(r, set_apart) for r in found.refusals),
    )


def _told(refused: kernel.Refusal, set_apart: dict[Pair, kernel.Reason]) -> kernel.Refusal:
    """A pair set apart says why, not that people left it out."""
    reason = set_apart.get((refused.need, refused.offer))
    return replace(refused, reason=reason) if reason else refused
