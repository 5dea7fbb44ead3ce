"""What a matching is asked: needs, offers, and what the run adjusts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from reciproque.kernel import Need, Offer, Reason, ReciproqueError, Step, Wish
from reciproque.vocabulary import in_own_unit, label, rows, say_number

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"near": 1.0, "preferred": 1.0, "exact": 1.0, "slots": 0.5}
)


@dataclass(frozen=True, slots=True)
class Share:
    """At least ``at_least`` (0 to 1) of what a need receives bears one of ``labels``.

    ``of`` narrows it to a product and its kinds (empty: everything); ``by`` counts ``value`` (euros, the price of each
    offer) or ``quantity``; ``needs`` are the keys it binds, each on its own (empty: all).  ``basis``: where the rule is
    from.  Raises :class:`ReciproqueError` for a share out of 0..1 or another way to count.
    """

    key: str
    at_least: float
    labels: tuple[str, ...]
    of: str = ""
    by: str = "value"
    needs: tuple[str, ...] = ()
    basis: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.at_least <= 1 or self.by not in ("value", "quantity") or not self.labels:
            raise ReciproqueError("match.share", what=self.key, value=self.at_least, by=self.by)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle of a round: ``capacity`` in ``unit``, from a depot in degrees, and back.

    On the road from ``start`` to ``end`` (minutes since midnight); ``cost_km`` in euros and ``co2_km`` in
    kilograms for each kilometre.
    """

    key: str
    actor: str
    capacity: float
    unit: str
    longitude: float
    latitude: float
    start: int = 8 * 60
    end: int = 18 * 60
    cost_km: float = 0.0
    co2_km: float = 0.0
    title: str = ""
    assumed: bool = False


@dataclass(frozen=True)
class Problem:
    """Needs and offers to bring together.

    ``pinned`` and ``forbidden`` are pairs of keys (need, offer) that a run must or must not propose.
    ``weights`` say what counts in the score (near, preferred, exact, slots); those left out keep their usual
    one.  ``steps`` and ``shares`` matter to volumes alone.  ``today`` is the day on which vettings and windows are judged.  Raises :class:`ReciproqueError` for
    an empty side, a doubled key, an unknown pair, or a unit that the resource is not counted in.
    """

    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    steps: tuple[Step, ...] = ()
    pinned: frozenset[tuple[str, str]] = frozenset()
    forbidden: frozenset[tuple[str, str]] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)
    today: date = field(default_factory=date.today)
    shares: tuple[Share, ...] = ()

    def __post_init__(self) -> None:
        for side, found in (("needs", self.needs), ("offers", self.offers)):
            if not found:
                raise ReciproqueError(f"match.no_{side}")
            _once(found)
        for unit, resource in dict.fromkeys(
            (w.unit, w.resource) for w in (*self.needs, *self.offers)
        ):
            in_own_unit(1.0, unit, resource)
        _known(self.pinned | self.forbidden, self)
        unknown = sorted(set(self.weights) - set(WEIGHTS))
        if unknown or any(w < 0 for w in self.weights.values()):
            raise ReciproqueError(
                "match.weights", given=", ".join(unknown), known=", ".join(WEIGHTS)
            )
        object.__setattr__(self, "weights", MappingProxyType({**WEIGHTS, **self.weights}))


def plain_reason(need: Need, offer: Offer) -> Reason:
    """The same resource, so much sought and so much offered: what is left to say where nothing else is."""
    figures: dict[str, str] = {}
    for lang in ("fr", "en"):
        figures[f"resource_{lang}"] = label("resources", need.resource, lang)
        for name, wish in (("asked", need), ("offered", offer)):
            unit = label("units", wish.unit, lang)
            figures[f"{name}_{lang}"] = f"{say_number(wish.quantity, lang, 1)} {unit}"
    return Reason("match.plain", "match", figures)


def shares_of(rulebook: str) -> tuple[Share, ...]:
    """The rules of a rulebook of ``vocabulary/rulebooks`` (``egalim``, ``agriparis_seine``); raises for another.

    >>> [s.at_least for s in shares_of("egalim")]
    [0.5, 0.2, 0.6, 0.6]
    """
    found = [row for row in rows("rulebooks") if row["rulebook"] == rulebook]
    if not found:
        known = sorted({row["rulebook"] for row in rows("rulebooks")})
        raise ReciproqueError("match.rulebook", given=rulebook, known=", ".join(known))
    return tuple(
        Share(r["id"], float(r["at_least"]), tuple(r["labels"].split("|")), r["of"], r["by"], basis=r["basis_fr"])
        for r in found
    )  # fmt: skip


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
