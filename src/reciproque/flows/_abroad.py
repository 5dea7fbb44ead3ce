"""Who crosses the border of the country: by country, as far as the file tells."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from reciproque.flows._select import FULL
from reciproque.flows._store import COMMUTING
from reciproque.kernel import Territory
from reciproque.sources import (
    Installed,
    country_of,
    fingerprint,
    installed,
    read,
    without_arrondissement,
)
from reciproque.territories import Registry

SCHEMA = {
    "country": pl.String,
    "outgoing": pl.Float64,
    "incoming": pl.Float64,
    "source": pl.String,
    "year": pl.String,
}


@lru_cache(maxsize=8)
def _crossing(dataset: str, _mark: str) -> tuple[pl.DataFrame, frozenset[str]]:
    """The flows of a set with a foreign end (``home, country, out``), and the origins it tells of."""
    frame = read(dataset).frame.with_columns(
        without_arrondissement("origin"), without_arrondissement("destination")
    )
    there = [country_of(code) for code in frame["destination"]]
    from_there = [country_of(code) for code in frame["origin"]]
    named = frame.with_columns(
        to=pl.Series(there, dtype=pl.String), back=pl.Series(from_there, dtype=pl.String)
    )
    leaving = named.filter(pl.col("to") != "").select(
        home="origin", country="to", outgoing="value", incoming=pl.lit(0.0)
    )
    coming = named.filter(pl.col("back") != "").select(
        home="destination", country="back", outgoing=pl.lit(0.0), incoming="value"
    )
    return pl.concat([leaving, coming]), frozenset(frame["origin"].unique())


def _told(item: Installed, flow: str) -> bool:
    return item.kind == "flows" and item.flow_kind == flow and item.level == "commune"


def abroad(registry: Registry, territory: Territory | str, flow: str = COMMUTING) -> pl.DataFrame:
    """What goes between a territory and each foreign country, most linked first.

    Columns: ``country`` (ISO 3166, ``ZZ`` where the file tells none; ``country_name`` writes it), ``outgoing`` and
    ``incoming`` (workers, or people a year for moves), source, year; observed.  Empty where no installed
    file covers the territory: estimates stop at the border.  French files count those who leave; who
    comes from abroad to work is in none of them.
    """
    units = registry.units_of(territory)
    people = np.nan_to_num(registry.units.population[units]) + 1e-9
    codes = registry.units.code[units]
    told = (item for item in installed() if _told(item, flow))
    for item in sorted(told, key=lambda item: item.year, reverse=True):
        crossing, origins = _crossing(item.id, fingerprint())
        seen = np.array([code in origins for code in codes])
        if people[seen].sum() < FULL * people.sum():
            continue
        mine = crossing.filter(pl.col("home").is_in(codes.tolist()))
        total = pl.col("outgoing") + pl.col("incoming")
        return (
            mine.group_by("country")
            .agg(pl.col("outgoing", "incoming").sum())
            .sort(total, "country", descending=[True, False])
            .with_columns(source=pl.lit(item.source), year=pl.lit(item.year))
            .select(*SCHEMA)
        )
    return pl.DataFrame(schema=SCHEMA)
