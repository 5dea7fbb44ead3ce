"""The nouns of a cooperation: who takes part, what each hopes for, promises and does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from reciproque.kernel._places import ReciproqueError


def _positive(quantity: float, what: str) -> None:
    if not 0 < quantity < math.inf:
        raise ReciproqueError("error.quantity", what=what, quantity=quantity)


def _two_sides(giver: str, receiver: str, what: str) -> None:
    if giver == receiver:
        raise ReciproqueError("error.same_side", what=what)


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation seated in a territory; ``kind`` is a row of ``vocabulary/actor_kinds``."""

    key: str
    name: str
    kind: str
    territory: str = ""
    country: str = "FR"
    siren: str = ""
    rna: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """An actor in a cooperation: its role (carrier, partner, funder...), from when to when."""

    actor: str
    role: str = "partner"
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a party hopes for, brings, fears, cannot do or finds difficult (``kind``)."""

    key: str
    party: str
    kind: str
    text: str
    since: date
    answers: int = 0
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something planned; ``state`` is planned, ongoing, done or dropped."""

    key: str
    title: str
    axis: str = ""
    lead: str = ""
    partners: tuple[str, ...] = ()
    start: date | None = None
    due: date | None = None
    done: date | None = None
    state: str = "planned"
    theme: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Commitment:
    """``giver`` gives ``receiver`` a ``quantity`` of ``resource``, once or ``every`` so often.

    ``quantity`` is in ``unit`` and, where ``every`` is month, quarter or year, for each period
    between ``start`` and ``due``.  ``state``: proposed, agreed, kept or ended.
    """

    key: str
    giver: str
    receiver: str
    resource: str
    quantity: float
    unit: str
    start: date | None = None
    due: date | None = None
    every: str = "once"
    state: str = "agreed"
    title: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        _positive(self.quantity, self.title or self.resource)
        _two_sides(self.giver, self.receiver, self.title or self.resource)
        if self.start and self.due and self.due < self.start:
            raise ReciproqueError("error.dates", what=self.title or self.resource)
        if self.every != "once" and not (self.start and self.due):
            raise ReciproqueError("error.repeated_without_dates", what=self.title or self.resource)


@dataclass(frozen=True, slots=True)
class Record:
    """What really happened; ``confirmed`` by the other side or not.  Corrected by a new row.

    ``corrects`` names the row that this one replaces; ``count`` is how many alike rows, added up by
    a database, this one stands for (``day`` is then the last of them).
    """

    key: str
    giver: str
    receiver: str
    resource: str
    quantity: float
    unit: str
    day: date
    commitment: str = ""
    confirmed: bool = False
    entered_by: str = ""
    corrects: str = ""
    assumed: bool = False
    title: str = ""
    count: int = 1

    def __post_init__(self) -> None:
        zeroed = self.quantity == 0 and self.corrects  # a correction may say: nothing happened
        if not (0 < self.quantity < math.inf or zeroed):
            raise ReciproqueError(
                "error.quantity", what=self.title or self.resource, quantity=self.quantity
            )
        _two_sides(self.giver, self.receiver, self.title or self.resource)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A time together: who called it (``lead``), when, and which parties came."""

    key: str
    title: str
    day: date
    kind: str = "steering"
    lead: str = ""
    attended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a body decided; ``executory`` is when it took effect (sent and published)."""

    key: str
    title: str
    day: date
    body: str = ""
    executory: date | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """The form chosen; signed when every party has; ``review_months`` is its rhythm."""

    form: str = "none"
    signed: date | None = None
    ends: date | None = None
    review_months: int = 12
    last_review: date | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """A person (by key alone) who acts for a party, until a date."""

    party: str
    until: date | None
    role: str = "contributor"


@dataclass(frozen=True, slots=True)
class Expense:
    """A cost line engaged on a date, and when its funder acknowledged the request."""

    title: str
    engaged: date | None = None
    acknowledged: date | None = None
    funded: bool = True
    key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One resource from a giver to a receiver, all quantities in the resource's own unit.

    ``promised`` over the whole length of the commitments, ``due`` of it by the day asked;
    ``delivered`` and confirmed, ``unconfirmed`` delivered but not yet confirmed by the other side.
    """

    giver: str
    receiver: str
    resource: str
    promised: float = 0.0
    due: float = 0.0
    delivered: float = 0.0
    unconfirmed: float = 0.0
    records: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """A cooperation that may be words only: the rule, the party concerned, the figures.

    ``about`` tells apart the signals of one rule on one party: the key of the commitment, of the
    expectation, of the expense or of the other party, the last day of the mandate; else empty.
    """

    rule: str
    figures: Mapping[str, object] = field(default_factory=dict)
    party: str = ""
    about: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", MappingProxyType(dict(self.figures)))


@dataclass(frozen=True, slots=True)
class Cooperation:
    """A joint project and all that is on record about it."""

    name: str
    started: date | None = None
    stage: str = "spot"
    themes: tuple[str, ...] = ()
    perimeter: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    parties: tuple[Party, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    actions: tuple[Action, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    records: tuple[Record, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    decisions: tuple[Decision, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    expenses: tuple[Expense, ...] = ()
    agreement: Agreement = field(default_factory=Agreement)
    equivalences: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "equivalences", MappingProxyType(dict(self.equivalences)))
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def actor(self, key: str) -> Actor:
        """The actor of a key; raises ``KeyError``."""
        return next(actor for actor in self.actors if actor.key == key)
