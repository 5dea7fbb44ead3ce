"""What a territory, an indicator, a flow, a reason and a partner are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar


class State(StrEnum):
    """How a figure is known. Missing, secret and zero are three different things."""

    OBSERVED = "observed"
    ESTIMATED = "estimated"
    MISSING = "missing"
    SECRET = "secret"


class ReciproqueError(Exception):
    """An error meant for the person who asked: a phrase of the vocabulary and its figures.

    ``key`` names a row of ``vocabulary/phrases/*.csv``; ``figures`` fill its blanks.  ``str()``
    is the sentence and its key, in the language of ``RECIPROQUE_LANG`` (French unless it says
    "en"), once the vocabulary has lent its voice to ``speaker``; the key and its figures before.
    """

    speaker: ClassVar[Callable[[ReciproqueError], str] | None] = None

    def __init__(self, key: str, **figures: object) -> None:
        super().__init__(key, figures)
        self.key = key
        self.figures = figures

    def __str__(self) -> str:
        if (speaker := type(self).speaker) is not None:
            return speaker(self)
        details = ", ".join(f"{name}={value}" for name, value in self.figures.items())
        return f"{self.key} ({details})" if details else self.key


class UnknownTerritory(ReciproqueError):
    """No territory answers to that code or name; ``candidates`` come near.

    ``former`` says that it is the code of a commune that has merged since: its successor is then
    the one candidate.
    """

    def __init__(
        self, asked: str, candidates: tuple[Territory, ...] = (), former: bool = False
    ) -> None:
        key = "error.former_commune" if former else "error.unknown_territory"
        super().__init__(key, asked=asked)
        self.candidates = candidates


class AmbiguousTerritory(ReciproqueError):
    """Several territories bear that name; ``candidates`` are all of them, populous first."""

    def __init__(self, asked: str, candidates: tuple[Territory, ...]) -> None:
        super().__init__("error.ambiguous_territory", asked=asked, count=len(candidates))
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Territory:
    """A commune, EPCI, PETR, département, région, foreign unit, or any union of them.

    ``code`` is the official identifier (INSEE commune code, SIREN, ``DEP-67``, ``REG-44``,
    ``DE:08316``) or, for a union that someone composed, a slug beginning with ``u:``.
    ``population`` in inhabitants, ``area_km2`` in square kilometres; ``None`` means missing.
    ``members`` are the codes it was defined by; ``communes`` counts the base units it covers.
    ``departement`` and ``region`` are the INSEE codes of where most of its people live.
    """

    code: str
    name: str
    kind: str
    population: int | None = None
    area_km2: float | None = None
    longitude: float | None = None
    latitude: float | None = None
    nature: str = ""
    departement: str = ""
    region: str = ""
    country: str = "FR"
    communes: int = 1
    members: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    year: str = ""

    def __post_init__(self) -> None:
        if not self.code or not self.name:
            raise ValueError("a territory has a code and a name")
        if self.population is not None and self.population < 0:
            raise ValueError(f"{self.code}: a population is never negative")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"{self.code}: ends before it begins")


@dataclass(frozen=True, slots=True)
class Definition:
    """What someone wrote down to compose a union: a name, its members' codes, its dates.

    ``members`` may be codes of any kind (communes, EPCI, a PETR, foreign units) and may overlap:
    a commune reached twice counts once.
    """

    code: str
    name: str
    members: tuple[str, ...]
    kind: str = "union"
    nature: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    year: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ReciproqueError("error.definition_without_name")
        if not self.members:
            raise ReciproqueError("error.definition_without_members", name=self.name)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ReciproqueError("error.definition_dates", name=self.name)


@dataclass(frozen=True, slots=True)
class Membership:
    """``member`` belongs to ``group`` from a date to another (``None``: not known, or open)."""

    member: str
    group: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measure: a row of ``vocabulary/indicators.csv``.

    ``more_is`` says what more of it means (``strength``, ``need`` or ``neither``).
    ``aggregation`` is how it adds up over a union: ``sum``; ``mean`` (weighted by ``weight``, the
    id of a summed indicator: exact for rates); ``approximate_mean`` (the same arithmetic on
    medians, which is only an estimate); ``shape`` (recomputed on the union's geometry).
    ``exchange_fr``/``exchange_en`` name what can be exchanged behind it, with the ``usual_low``
    and ``usual_high`` values between which nobody speaks of a lack or a surplus.
    """

    id: str
    label_fr: str
    label_en: str
    theme: str
    unit: str
    more_is: str
    aggregation: str
    weight: str
    source: str
    year: str
    dataset: str
    level: str = "commune"
    decimals: int = 1
    exchange_fr: str = ""
    exchange_en: str = ""
    usual_low: float | None = None
    usual_high: float | None = None
    key_figure: int = 0

    def label(self, lang: str = "fr") -> str:
        return self.label_en if lang == "en" else self.label_fr

    @property
    def exchangeable(self) -> bool:
        return bool(self.exchange_fr) and self.usual_low is not None


@dataclass(frozen=True, slots=True)
class Measure:
    """The value of one indicator for one territory.

    ``coverage`` (0 to 1) is the share of the weight, or of the population, behind ``value``;
    ``value`` is ``None`` exactly when ``state`` is missing or secret.
    """

    indicator: str
    territory: str
    value: float | None
    state: State
    coverage: float
    source: str
    year: str

    def __post_init__(self) -> None:
        if (self.value is None) != (self.state in (State.MISSING, State.SECRET)):
            raise ValueError(f"{self.indicator}: value and state contradict each other")


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes from one territory to another; ``coverage`` is a sentence key, or empty."""

    kind: str
    origin: str
    destination: str
    value: float
    unit: str
    state: State
    source: str
    year: str
    coverage: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: ``key`` is a phrase of the vocabulary, ``figures`` are what fills it.

    The sentence is made at display time by :func:`reciproque.vocabulary.say`, in any language.
    ``motive`` is near, alike, complementary or tied; ``strength`` (0 to 1) orders reasons.
    """

    key: str
    motive: str
    figures: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    year: str = ""
    estimated: bool = False
    strength: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", MappingProxyType(dict(self.figures)))


@dataclass(frozen=True, slots=True)
class Partner:
    """A territory one could cooperate with; ``score`` and ``scores`` lie between 0 and 1.

    ``scores`` has near, alike, complementary and tied; one that cannot be computed is absent.
    """

    territory: Territory
    distance_km: float | None
    score: float
    scores: Mapping[str, float]
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"{self.territory.code}: score {self.score} out of 0..1")
        object.__setattr__(self, "scores", MappingProxyType(dict(self.scores)))
