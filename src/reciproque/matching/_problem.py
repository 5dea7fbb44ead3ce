"""What a matching is asked: needs, offers, and what the run adjusts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from reciproque.kernel import Need, Offer, ReciproqueError, Step, Wish
from reciproque.vocabulary import in_own_unit

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"near": 1.0, "preferred": 1.0, "exact": 1.0, "slots": 0.5}
)


@dataclass(frozen=True)
class Problem:
    """Needs and offers to bring together.

    ``pinned`` and ``forbidden`` are pairs of keys (need, offer) that a run must or must not propose.
    ``weights`` say what counts in the score (near, preferred, exact, slots); those left out keep their usual
    one.  ``today`` is the day on which vettings and windows are judged.  Raises :class:`ReciproqueError` for
    an empty side, a doubled key, an unknown pair, or a unit that the resource is not counted in.
    """

    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    steps: tuple[Step, ...] = ()
    pinned: frozenset[tuple[str, str]] = frozenset()
    forbidden: frozenset[tuple[str, str]] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)
    today: date = field(default_factory=date.today)

    def __post_init__(self) -> None:
        for side, found in (("needs", self.needs), ("offers", self.offers)):
            if not found:
                raise ReciproqueError(f"match.no_{side}")
            _once(found)
        for wish in (*self.needs, *self.offers):
            in_own_unit(wish.quantity, wish.unit, wish.resource)
        _known(self.pinned | self.forbidden, self)
        unknown = sorted(set(self.weights) - set(WEIGHTS))
        if unknown or any(w < 0 for w in self.weights.values()):
            raise ReciproqueError(
                "match.weights", given=", ".join(unknown), known=", ".join(WEIGHTS)
            )
        object.__setattr__(self, "weights", MappingProxyType({**WEIGHTS, **self.weights}))


def _once(found: Iterable[Wish]) -> None:
    seen: set[str] = set()
    for wish in found:
        if wish.key in seen:
            raise ReciproqueError("case.doubled", name=wish.key)
        seen.add(wish.key)


def _known(pairs: Iterable[tuple[str, str]], problem: Problem) -> None:
    needs, offers = {n.key for n in problem.needs}, {o.key for o in problem.offers}
    for need, offer in sorted(pairs):
        if need not in needs or offer not in offers:
            raise ReciproqueError("match.unknown_pair", need=need, offer=offer)
