"""What actors seek and can bring, and who could give what to whom."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from reciproque.kernel._places import Reason, ReciproqueError

NOTHING: Mapping[str, str] = MappingProxyType({})
MINUTES_A_DAY = 24 * 60


def _frozen(owner: object, *names: str) -> None:
    """Mappings of a frozen noun cannot be written to either."""
    for name in names:
        object.__setattr__(owner, name, MappingProxyType(dict(getattr(owner, name))))


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the week that comes back: ``weekday`` 0 (Monday) to 6, minutes since midnight."""

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.start < self.end <= MINUTES_A_DAY):
            raise ReciproqueError(
                "error.slot", weekday=self.weekday, start=self.start, end=self.end
            )


@dataclass(frozen=True, slots=True)
class Safeguard:
    """What protects a minor: what is known of the one who is helped, or of the one who helps.

    On the side that is helped: ``age`` in whole years (``None``: an adult) and whether the
    guardian's ``consent`` is on file.  On the other side: the day the adult was ``vetted``, by which
    ``check`` and by whom (``checked_by``); the extract itself is never kept.  ``setting`` is where
    they meet: ``group``, ``public_place`` or ``private`` (rows of ``vocabulary/settings``).
    """

    age: int | None = None
    consent: bool = False
    vetted: date | None = None
    check: str = ""
    checked_by: str = ""
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an actor seeks or can bring: the shape that :class:`Need` and :class:`Offer` share.

    ``quantity`` in ``unit`` of ``resource`` (a row of ``vocabulary/resources``); ``attributes`` narrow
    it (``product``: ``lentils``, a row of a hierarchical table).  ``start`` to ``end`` is the window,
    ``slots`` the times of the week.  ``longitude`` and ``latitude`` in degrees; ``within_km`` is the farthest the
    actor accepts.  ``smallest`` is the least quantity worth an exchange, ``counterparts`` the most
    wishes of the other side that it is paired with (``None``: not said, which is one in pairs; volumes are bound by
    quantities alone).  ``languages``: any one in common suffices.
    ``labels`` are the certifications that an offer has, or that a need asks for (all of them).
    ``excluded`` and ``preferred`` name actors; a preference is a weight, 1 by default.
    """

    key: str
    actor: str
    resource: str
    quantity: float
    unit: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    slots: tuple[Slot, ...] = ()
    territory: str = ""
    longitude: float | None = None
    latitude: float | None = None
    within_km: float | None = None
    smallest: float = 0.0
    counterparts: int | None = None
    languages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    preferred: Mapping[str, float] = field(default_factory=dict)
    safeguard: Safeguard | None = None
    cost: float = 0.0
    title: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        what = self.title or self.resource
        if not 0 < self.quantity < math.inf:
            raise ReciproqueError("error.quantity", what=what, quantity=self.quantity)
        if self.start and self.end and self.end < self.start:
            raise ReciproqueError("error.dates", what=what)
        if (self.longitude is None) != (self.latitude is None):
            raise ReciproqueError("error.half_a_place", what=what)
        _frozen(self, "attributes", "preferred")


@dataclass(frozen=True, slots=True)
class Need(Wish):
    """What an actor seeks."""


@dataclass(frozen=True, slots=True)
class Offer(Wish):
    """What an actor can bring; ``cost`` is asked for each unit, in euros."""


@dataclass(frozen=True, slots=True)
class Step:
    """An actor that turns one resource into another: extracts, bottles, refurbishes, dismantles.

    Each unit of ``takes`` makes ``yields`` units of ``gives``; at most ``capacity`` units of ``takes`` go in
    over the whole length, each at ``cost`` euros.
    """

    key: str
    actor: str
    takes: str
    gives: str
    yields: float
    capacity: float | None = None
    cost: float = 0.0
    longitude: float | None = None
    latitude: float | None = None
    labels: tuple[str, ...] = ()
    title: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.yields < math.inf:
            raise ReciproqueError(
                "error.quantity", what=self.title or self.key, quantity=self.yields
            )


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who could give how much to whom: what a matching proposes, never yet an agreement.

    ``quantity`` in the unit of the need; ``score`` between 0 and 1; ``through`` names the steps
    between them, in order; ``period`` is the month or week, or empty.
    """

    need: str
    offer: str
    quantity: float
    unit: str
    score: float = 1.0
    distance_km: float | None = None
    through: tuple[str, ...] = ()
    period: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first condition that a need and an offer fail together, said as a reason."""

    need: str
    offer: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Matching:
    """What a matching found, how far from the best it may be, and what would free most.

    ``objective`` is what was reached and ``bound`` what nothing can exceed (``sense`` says whether more
    or less is better); ``optimal`` is proven, not hoped.  ``unmet`` and ``unused`` are what remains of
    each need and offer, in its unit.  ``missing_links`` are reasons, the most helpful first.
    """

    allocations: tuple[Allocation, ...]
    unmet: Mapping[str, float]
    unused: Mapping[str, float]
    objective: float
    bound: float
    optimal: bool
    seconds: float
    sense: str = "max"
    refusals: tuple[Refusal, ...] = ()
    missing_links: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        _frozen(self, "unmet", "unused")

    @property
    def gap(self) -> float:
        """How far the objective may be from the best, as a share of it (0 when proven)."""
        if self.optimal or self.objective == self.bound:
            return 0.0
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-12)
