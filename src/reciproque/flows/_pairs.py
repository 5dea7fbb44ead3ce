"""What goes between two territories, and a territory's commuting as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reciproque.flows._select import WIDE_KINDS, part_inside, state_of, vectors
from reciproque.flows._store import COMMUTING, MOVES, layers
from reciproque.kernel import Flow, State, Territory
from reciproque.territories import Registry


def between(registry: Registry, a: Territory | str, b: Territory | str) -> list[Flow]:
    """Every kind of flow known between two territories, from ``a`` to ``b`` then back.

    For each kind the observed flows of one source that covers both are used, else the estimate;
    a kind that neither tells is absent.
    """
    first, second = registry.units_of(a), registry.units_of(b)
    codes = [t if isinstance(t, str) else t.code for t in (a, b)]
    result: list[Flow] = []
    for flow in (COMMUTING, MOVES):
        wide = all(registry.territory(code).kind in WIDE_KINDS for code in codes)
        known = vectors(registry, flow, np.union1d(first, second), wide)
        if known is None:
            continue
        layer = layers(registry)[known[0]]
        one = part_inside(layer, first, registry.units.population)
        other = part_inside(layer, second, registry.units.population)
        state = (
            State.ESTIMATED
            if State.ESTIMATED in (state_of(layer, one), state_of(layer, other))
            else layer.state
        )
        for (origin, target), value in (
            ((0, 1), float(one @ (layer.flows @ other))),
            ((1, 0), float(other @ (layer.flows @ one))),
        ):
            result.append(
                Flow(
                    flow,
                    codes[origin],
                    codes[target],
                    value,
                    layer.unit,
                    state,
                    layer.source,
                    layer.year,
                    layer.coverage_key,
                )
            )
    return result


@dataclass(frozen=True)
class Summary:
    """Commuting of one territory as a whole, in workers; ``internal`` live and work inside.

    ``workers`` live there, ``jobs`` are there; both count only what the source sees.
    """

    workers: float
    jobs: float
    internal: float
    state: State
    source: str
    year: str
    coverage_key: str
    coverage: dict[str, object]

    @property
    def outgoing(self) -> float:
        return self.workers - self.internal

    @property
    def incoming(self) -> float:
        return self.jobs - self.internal


def summary(registry: Registry, territory: Territory | str) -> Summary:
    """Workers, jobs and those who do both in a territory: observed where covered, else estimated."""
    known = vectors(registry, COMMUTING, registry.units_of(territory))
    assert known is not None  # the estimate covers everybody
    at, inside, outgoing, incoming = known
    layer = layers(registry)[at]
    return Summary(
        workers=float(outgoing.sum()),
        jobs=float(incoming.sum()),
        internal=float(outgoing @ inside),
        state=state_of(layer, inside),
        source=layer.source,
        year=layer.year,
        coverage_key=layer.coverage_key,
        coverage=layer.coverage,
    )
