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


def speaker(registry: Registry, flow: str, kind: str) -> int | None:
    """The position of the one layer that tells most of a flow between all territories of a kind."""
    every = np.flatnonzero(registry.units.country == "FR")
    at = chosen(registry, flow, every, kind in WIDE_KINDS)
    if at is None:
        found = [i for i, layer in enumerate(layers(registry)) if layer.flow == flow]
        return max(found, key=lambda i: layers(registry)[i].covered.sum()) if found else None
    return at


def _sums(registry: Registry, at: int, kind: str) -> tuple[np.ndarray, np.ndarray]:
    layer, share = layers(registry)[at], zone_shares(registry, at, kind)
    return (
        share @ np.asarray(layer.flows.sum(axis=1)),
        share @ np.asarray(layer.back.sum(axis=1)),
    )


@lru_cache(maxsize=64)
def totals(registry: Registry, flow: str, kind: str) -> tuple[np.ndarray, np.ndarray] | None:
    """What each of n territories of a kind sends and receives in all, (n,) each, inside included.

    From the source of :func:`matrix`, without its n x n flows; ``None`` where nothing is known.
    """
    at = speaker(registry, flow, kind)
    return None if at is None else _sums(registry, at, kind)


@lru_cache(maxsize=32)
def matrix(registry: Registry, flow: str = COMMUTING, kind: str = "epci") -> FlowMatrix | None:
    """Flows between all territories of a kind, from one source; ``None`` where nothing is known.

    The observed source is used where it covers all of them, else the estimate (commuting), else
    the widest observed source.
    """
    at = speaker(registry, flow, kind)
    if at is None:
        return None
    layer, share = layers(registry)[at], zone_shares(registry, at, kind)
    covered = seen(registry, at, kind)
    return FlowMatrix(
        flow,
        kind,
        registry.codes(kind),
        csr_array(share @ layer.flows @ share.T),
        *_sums(registry, at, kind),
        covered,
        layer.state if layer.zones is None else State.ESTIMATED,
        layer.source,
        layer.year,
        layer.unit,
        layer.coverage_key,
    )
