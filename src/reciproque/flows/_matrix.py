"""Flows between all territories of a kind, from one source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from reciproque.flows._select import WIDE_KINDS, chosen, seen, zone_shares
from reciproque.flows._store import COMMUTING, layers
from reciproque.kernel import State
from reciproque.territories import Registry


@dataclass(frozen=True)
class FlowMatrix:
    """Flows between all territories of a kind.

    ``flows`` (n, n) sparse, row = origin, column = destination, ordered as ``codes``; the
    diagonal holds what stays inside.  ``covered`` (n,): rows whose residents the source counts.
    """

    flow: str
    kind: str
    codes: tuple[str, ...]
    flows: csr_array
    covered: np.ndarray
    state: State
    source: str
    year: str
    unit: str
    coverage_key: str


@lru_cache(maxsize=32)
def matrix(registry: Registry, flow: str = COMMUTING, kind: str = "epci") -> FlowMatrix | None:
    """Flows between all territories of a kind, from one source; ``None`` where nothing is known.

    The observed source is used where it covers all of them, else the estimate (commuting), else
    the widest observed source.
    """
    every = np.arange(len(registry.units))[registry.units.country == "FR"]
    at = chosen(registry, flow, every, kind in WIDE_KINDS)
    if at is None:
        found = [i for i, layer in enumerate(layers(registry)) if layer.flow == flow]
        if not found:
            return None
        at = max(found, key=lambda i: layers(registry)[i].covered.sum())
    layer, shares = layers(registry)[at], zone_shares(registry, at, kind)
    covered = seen(registry, at, kind)
    return FlowMatrix(
        flow,
        kind,
        registry.codes(kind),
        csr_array(shares @ layer.flows @ shares.T),
        covered,
        layer.state if layer.zones is None else State.ESTIMATED,
        layer.source,
        layer.year,
        layer.unit,
        layer.coverage_key,
    )
