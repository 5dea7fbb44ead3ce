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
    diagonal holds what stays inside.  ``sent`` and ``received`` (n,) count what goes to and comes
    from anywhere, inside included.  ``covered`` (n,): rows whose residents the source counts.
    """

    flow: str
    kind: str
    codes: tuple[str, ...]
    flows: csr_array
    sent: np.ndarray
    received: np.ndarray
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
    layer, share = layers(registry)[at], zone_shares(registry, at, kind)
    covered = seen(registry, at, kind)
    return FlowMatrix(
        flow,
        kind,
        registry.codes(kind),
        csr_array(share @ layer.flows @ share.T),
        share @ np.asarray(layer.flows.sum(axis=1)),
        share @ np.asarray(layer.back.sum(axis=1)),
        covered,
        layer.state if layer.zones is None else State.ESTIMATED,
        layer.source,
        layer.year,
        layer.unit,
        layer.coverage_key,
    )
