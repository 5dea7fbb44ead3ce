"""What goes between one territory and all others of a kind, both ways."""

from __future__ import annotations

import numpy as np
import polars as pl

from reciproque.flows._select import WIDE_KINDS, seen, state_of, through, vectors, zone_shares
from reciproque.flows._store import COMMUTING, layers
from reciproque.kernel import Territory
from reciproque.territories import Registry, great_circle_km

SCHEMA = {
    "code": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "distance_km": pl.Float64,
    "incoming": pl.Float64,
    "outgoing": pl.Float64,
    "state": pl.String,
    "source": pl.String,
    "year": pl.String,
}


def links(
    registry: Registry,
    territory: Territory | str,
    flow: str = COMMUTING,
    kind: str = "epci",
    n: int | None = None,
) -> pl.DataFrame:
    """What goes between a territory and each territory of ``kind`` that does not overlap it.

    Columns: code, name, kind, distance_km, ``incoming`` (to the territory), ``outgoing`` (from
    it), state, source, year; most linked first, at most ``n``.  Workers for commuting, people a
    year for moves of home.  Empty where nothing is known.
    """
    found = registry.territory(territory) if isinstance(territory, str) else territory
    units = registry.units_of(found)
    known = vectors(registry, flow, units, kind in WIDE_KINDS)
    if known is None:
        return pl.DataFrame(schema=SCHEMA)
    member = np.zeros(len(registry.units))
    member[units] = 1.0
    apart = (registry.incidence(kind) @ member) == 0
    last = len(layers(registry)) - 1
    parts = [_rows(registry, found, kind, known, apart & seen(registry, known[0], kind))]
    if known[0] != last and flow == COMMUTING and layers(registry)[known[0]].zones is None:
        # beyond the edge of an observed file, the estimate, row by row and called so
        beyond = apart & ~seen(registry, known[0], kind)
        parts.append(_rows(registry, found, kind, through(registry, last, units), beyond))
    frame = pl.concat(parts).with_columns(total=pl.col("incoming") + pl.col("outgoing"))
    return frame.sort("total", "code", descending=[True, False]).drop("total").head(n or len(frame))


def _rows(
    registry: Registry,
    found: Territory,
    kind: str,
    known: tuple[int, np.ndarray, np.ndarray, np.ndarray],
    wanted: np.ndarray,
) -> pl.DataFrame:
    """The rows of :func:`links` that one layer tells, for the territories of a mask (n,)."""
    at, inside, outgoing, incoming = known
    layer = layers(registry)[at]
    shares = zone_shares(registry, at, kind)
    leaves, comes = shares @ outgoing, shares @ incoming
    order = np.flatnonzero(wanted & (leaves + comes > 0))
    frame = registry.frame(kind)[order.tolist()]
    lon, lat = registry.positions(kind)
    km = great_circle_km(
        np.nan if found.longitude is None else found.longitude,
        np.nan if found.latitude is None else found.latitude,
        lon[order],
        lat[order],
    )
    return pl.DataFrame(
        {
            "code": frame["code"],
            "name": frame["name"],
            "kind": frame["kind"],
            "distance_km": km,
            "incoming": comes[order].astype(float),
            "outgoing": leaves[order].astype(float),
            "state": [str(state_of(layer, inside))] * len(order),
            "source": [layer.source] * len(order),
            "year": [layer.year] * len(order),
        },
        schema=SCHEMA,
    )
