"""One matrix for all: every indicator, embedded or installed, brought to the base units."""

from __future__ import annotations

import numpy as np
import polars as pl

from reciproque.sources import Reading
from reciproque.territories._aggregate import MISSING, OBSERVED, UnitTable
from reciproque.vocabulary import indicators


def embedded_table(values: pl.DataFrame) -> UnitTable:
    """The embedded indicators (one column each, null or nan = missing) as a unit table."""
    matrix = values.to_numpy().astype(np.float64)
    state = np.where(np.isfinite(matrix), OBSERVED, MISSING).astype(np.uint8)
    return UnitTable(tuple(values.columns), matrix, state)


def installed_table(reading: Reading, carriers: dict[str, np.ndarray], n: int) -> UnitTable:
    """Bring one installed file of indicators to the ``n`` base units.

    ``carriers`` maps each code of the file's level (a commune, an EPCI, a bassin de vie) to the
    positions of its units: a value given for an EPCI is carried by each of its communes, so that a
    union of whole EPCI gets back the exact weighted mean.
    """
    known = indicators()
    frame = reading.frame.filter(pl.col("indicator").is_in(list(known)))
    ids = tuple(dict.fromkeys(frame["indicator"].to_list()))
    values = np.full((n, len(ids)), np.nan)
    state = np.full((n, len(ids)), MISSING, np.uint8)
    for j, name in enumerate(ids):
        part = frame.filter(pl.col("indicator") == name)
        where = [carriers.get(code) for code in part["code"]]
        kept = np.array([w is not None for w in where])
        if not kept.any():
            continue
        found = [w for w in where if w is not None]
        repeats = [len(w) for w in found]
        at = np.concatenate(found)
        values[at, j] = np.repeat(
            part["value"].fill_null(np.nan).to_numpy().astype(np.float64)[kept], repeats
        )
        state[at, j] = np.repeat(part["state"].to_numpy()[kept], repeats)
    values[state > 1] = np.nan
    state[np.isnan(values) & (state <= 1)] = MISSING
    return UnitTable(ids, values, state)


def join(tables: list[UnitTable]) -> UnitTable:
    """Side by side; the first table that has an indicator keeps it."""
    ids: list[str] = []
    values, state = [], []
    for table in tables:
        fresh = [j for j, name in enumerate(table.ids) if name not in ids]
        ids += [table.ids[j] for j in fresh]
        values.append(table.values[:, fresh])
        state.append(table.state[:, fresh])
    return UnitTable(tuple(ids), np.hstack(values), np.hstack(state))
