"""What is to be matched: needs, offers, and all that bears on who may give what to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from reciproque.kernel import Need, Offer, ReciproqueError, Step, Wish
from reciproque.vocabulary import in_own_unit, say, table

NO_WEIGHTS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Share:
    """At least ``at_least`` (0 to 1) of what a buyer receives bears one of ``labels``.

    ``of`` narrows it to a product and those below it (``meat``; empty: all products); ``by`` counts
    ``value`` (euros, as EGALIM does) or ``quantity``.  ``needs`` are the keys it binds, each on its own, or
    together when ``pooled``; empty: every need.  ``basis`` says where the rule comes from.
    """

    key: str
    at_least: float
    labels: tuple[str, ...]
    of: str = ""
    by: str = "value"
    needs: tuple[str, ...] = ()
    pooled: bool = False
    basis: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.at_least <= 1:
            raise ReciproqueError("match.bad_share", what=self.key, value=self.at_least)


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


@dataclass(frozen=True, slots=True)
class Settings:
    """How to match.

    ``how`` is ``total``, ``stable`` or ``fair`` (:func:`pairs`).  ``day`` is the day of the look (``None``: today):
    vettings age.  ``weights`` move the criteria (rows of ``vocabulary/criteria``).  ``pinned`` and
    ``forbidden`` are pairs (need, offer) of keys.  ``seconds`` is the time given, ``refusals`` how many
    refusals are kept with their reasons (all are counted).
    """

    how: str = "total"
    day: date | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    pinned: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    seconds: float = 30.0
    refusals: int = 200

    def __post_init__(self) -> None:
        for name, weight in self.weights.items():
            if name not in table("criteria"):
                choices = ", ".join(table("criteria"))
                raise ReciproqueError(
                    "error.unknown_row", value=name, field="weights", choices=choices
                )
            if not 0 <= weight < float("inf"):
                raise ReciproqueError("match.bad_weight", name=name, value=weight)
        object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a matching looks at: the same noun for pairs, volumes and rounds."""

    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    steps: tuple[Step, ...] = ()
    shares: tuple[Share, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    settings: Settings = field(default_factory=Settings)


CHOICES = (("languages", "languages"), ("labels", "labels"))


def _row(name: str, key: str, column: str) -> None:
    if key not in table(name):
        choices = ", ".join(table(name))
        raise ReciproqueError("error.unknown_row", value=key, field=column, choices=choices)


def check_wish(wish: Wish) -> None:
    """Refuse words that no table has and units that do not fit the resource."""
    in_own_unit(wish.quantity, wish.unit, wish.resource)
    for column, name in CHOICES:
        for key in getattr(wish, column):
            _row(name, key, column)
    if "product" in wish.attributes:
        _row("products", wish.attributes["product"], "product")
    if wish.safeguard and wish.safeguard.setting:
        _row("settings", wish.safeguard.setting, "setting")


def check(problem: Problem) -> None:
    """Refuse what only the whole can tell, naming the row: an empty side, a key that stands twice,
    a unit that does not convert, a pinned pair that nobody knows.

    Raises :class:`ReciproqueError` (``match.no_needs``, ``match.no_offers``, ``match.row``,
    ``match.unknown_pair``, ``match.pinned_and_forbidden``).
    """
    for side, key in ((problem.needs, "match.no_needs"), (problem.offers, "match.no_offers")):
        if not side:
            raise ReciproqueError(key)
    known: list[set[str]] = []
    checked: set[tuple[object, ...]] = set()
    for name, side in (("need", problem.needs), ("offer", problem.offers)):
        seen: set[str] = set()
        for number, wish in enumerate(side, start=1):
            try:
                if wish.key in seen:
                    raise ReciproqueError("case.doubled", name=wish.key)
                alike = (wish.resource, wish.unit, wish.languages, wish.labels, wish.safeguard)
                words = (*alike, wish.attributes.get("product"))
                if words not in checked:
                    check_wish(wish)
                    checked.add(words)
            except ReciproqueError as error:
                raise ReciproqueError(
                    "match.row",
                    where=f"[[{name}]] {number} ({wish.title or wish.key})",
                    detail_fr=say(error, "fr"),
                    detail_en=say(error, "en"),
                ) from error
            seen.add(wish.key)
        known.append(seen)
    settings = problem.settings
    for pair in (*settings.pinned, *settings.forbidden):
        for key, side_keys in zip(pair, known, strict=True):
            if key not in side_keys:
                raise ReciproqueError("match.unknown_pair", pair=" – ".join(pair), name=key)
    both = set(settings.pinned) & set(settings.forbidden)
    if both:
        raise ReciproqueError("match.pinned_and_forbidden", pair=" – ".join(min(both)))
