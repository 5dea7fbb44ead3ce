"""Every measure of a territory, or of a pair, from one source, with what that source sees."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from reciproque.flows._coverage import Coverage, coverage_of
from reciproque.flows._measures import pair_measures, spread
from reciproque.flows._select import (
    WIDE_KINDS,
    part_inside,
    state_of,
    through,
    vectors,
    zone_shares,
)
from reciproque.flows._store import COMMUTING, layers
from reciproque.kernel import State, Territory
from reciproque.territories import Registry


@dataclass(frozen=True)
class Interdependence:
    """A territory and the rest of the country, in workers.

    ``residents`` live there, ``jobs`` are there, ``internal`` do both; ``stay`` = internal / residents
    and ``held`` = internal / jobs (self-containment of residents and of jobs); ``asymmetry`` =
    (incoming - outgoing) / (incoming + outgoing), from -1 (only leaves) to 1 (only receives);
    ``reach``: territories of ``kind`` that receive at least one of its workers; ``entropy`` of those
    destinations in bits, and ``evenness``, the same over its largest value (0 to 1).  None where
    there is nothing to share.  ``coverage``: what the file sees; None for an estimate.
    """

    code: str
    name: str
    residents: float
    jobs: float
    internal: float
    asymmetry: float | None
    reach: int
    entropy: float
    evenness: float | None
    kind: str
    coverage: Coverage | None
    state: State
    source: str
    year: str
    coverage_key: str
    coverage_figures: dict[str, object]

    @property
    def outgoing(self) -> float:
        return self.residents - self.internal

    @property
    def incoming(self) -> float:
        return self.jobs - self.internal

    @property
    def net(self) -> float:
        """Incoming less outgoing: jobs less residents."""
        return self.jobs - self.residents

    @property
    def stay(self) -> float | None:
        return self.internal / self.residents if self.residents > 0 else None

    @property
    def held(self) -> float | None:
        return self.internal / self.jobs if self.jobs > 0 else None

    @property
    def row(self) -> dict[str, object]:
        """All of it as a dict, for a table; ``out`` and ``in`` as in :func:`measures`."""
        told = {name: getattr(self, name) for name in ("net", "stay", "held")}
        return asdict(self) | {"out": self.outgoing, "in": self.incoming} | told


def interdependence(
    registry: Registry, territory: Territory | str, kind: str = "epci"
) -> Interdependence:
    """Every measure of a territory's commuting; destinations are territories of ``kind``.

    Works on any territory, a union composed a second ago included: the file that covers it whole,
    else the estimate.  A destination that overlaps the territory counts for what lies outside it.
    """
    found = registry.territory(territory) if isinstance(territory, str) else territory
    units = registry.units_of(found)
    known = vectors(registry, COMMUTING, units)
    assert known is not None  # the estimate covers everybody
    at, inside, leaving, coming = known
    layer = layers(registry)[at]
    away = zone_shares(registry, at, kind) @ (leaving * (1.0 - inside))
    reach, entropy, evenness = spread(away)
    residents, jobs = float(leaving.sum()), float(coming.sum())
    internal = float(leaving @ inside)
    moved = residents + jobs - 2 * internal
    return Interdependence(
        found.code,
        found.name,
        residents,
        jobs,
        internal,
        (jobs - residents) / moved if moved > 0 else None,
        reach,
        entropy,
        evenness,
        kind,
        coverage_of(registry, layer, units, residents, jobs),
        state_of(layer, inside),
        layer.source,
        layer.year,
        layer.coverage_key,
        dict(layer.coverage),
    )


@dataclass(frozen=True)
class Dependence:
    """Who depends on whom in a pair, in workers, both flows and both totals from one source.

    ``there`` go from a to b, ``back`` the other way; ``a_depends`` = there / workers who live in a,
    ``b_depends`` = back / workers who live in b; ``reciprocity`` = the smaller flow over the larger;
    ``asymmetry`` = (there - back) / (there + back).  None where nothing moves.  ``a_coverage`` and
    ``b_coverage``: what the file sees of each.
    """

    a: str
    b: str
    there: float
    back: float
    a_depends: float | None
    b_depends: float | None
    reciprocity: float | None
    asymmetry: float | None
    a_coverage: Coverage | None
    b_coverage: Coverage | None
    unit: str
    state: State
    source: str
    year: str

    @property
    def row(self) -> dict[str, object]:
        """The same as a dict, for a table."""
        return asdict(self)


def dependence(registry: Registry, a: Territory | str, b: Territory | str) -> Dependence:
    """Dependence, reciprocity and asymmetry of two territories' commuting.

    Territories that overlap are measured as they are: who lives and works in both counts both ways.
    A file between départements has no inner journeys: the totals to divide by are then estimated.
    """
    one, other = (registry.territory(t) if isinstance(t, str) else t for t in (a, b))
    units = registry.units_of(one), registry.units_of(other)
    wide = one.kind in WIDE_KINDS and other.kind in WIDE_KINDS
    known = vectors(registry, COMMUTING, np.union1d(*units), wide)
    assert known is not None  # the estimate covers everybody
    at, layer = known[0], layers(registry)[known[0]]
    people = registry.units.population
    in_a, in_b = (part_inside(layer, u, people) for u in units)
    (_, _, leave_a, come_a), (_, _, leave_b, come_b) = (through(registry, at, u) for u in units)
    there, back = float(leave_a @ in_b), float(leave_b @ in_a)
    seen = [(float(v.sum()), float(w.sum())) for v, w in ((leave_a, come_a), (leave_b, come_b))]
    total_a, total_b = seen[0][0], seen[1][0]
    if layer.zones is not None:
        last = len(layers(registry)) - 1
        total_a, total_b = (float(through(registry, last, u)[2].sum()) for u in units)
    states = {state_of(layer, in_a), state_of(layer, in_b)}
    return Dependence(
        one.code,
        other.code,
        there,
        back,
        **pair_measures(there, back, total_a, total_b),
        a_coverage=coverage_of(registry, layer, units[0], *seen[0]),
        b_coverage=coverage_of(registry, layer, units[1], *seen[1]),
        unit=layer.unit,
        state=State.ESTIMATED if State.ESTIMATED in states else layer.state,
        source=layer.source,
        year=layer.year,
    )
