"""Aggregate indicators from base units to any union, without mixing missing, secret and zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from reciproque.kernel import Indicator, State

OBSERVED, ESTIMATED, MISSING, SECRET = 0, 1, 2, 3
STATES = (State.OBSERVED, State.ESTIMATED, State.MISSING, State.SECRET)


@dataclass(frozen=True)
class UnitTable:
    """Values of k indicators for N base units.

    ``values`` (N, k) float64, nan exactly where ``state`` (N, k) uint8 is missing (2) or
    secret (3).
    """

    ids: tuple[str, ...]
    values: np.ndarray
    state: np.ndarray

    def column(self, indicator: str) -> int:
        return self.ids.index(indicator)


@dataclass(frozen=True)
class ProfileTable:
    """Values of k indicators for n territories of one kind.

    ``codes`` n official codes; ``ids`` k indicator ids; ``values`` (n, k) float64, nan = not
    known; ``state`` (n, k) uint8: 0 observed, 1 estimated, 2 missing, 3 secret; ``coverage``
    (n, k) float32 in 0..1: the share of the weight (of the population, for sums) behind a value.
    """

    codes: tuple[str, ...]
    ids: tuple[str, ...]
    values: np.ndarray
    state: np.ndarray
    coverage: np.ndarray

    def column(self, indicator: str) -> int:
        return self.ids.index(indicator)


def _maximum(incidence: csr_array, values: np.ndarray) -> np.ndarray:
    filled = np.where(np.isnan(values), -np.inf, values)[incidence.indices]
    starts = incidence.indptr[:-1]
    result = np.full(incidence.shape[0], np.nan)
    full = np.diff(incidence.indptr) > 0
    if full.any():
        result[full] = np.maximum.reduceat(filled, starts[full])
    return np.where(np.isneginf(result), np.nan, result)


def _one_value(indicator: Indicator, incidence: csr_array, values: np.ndarray) -> np.ndarray:
    """Unions whose units all carry the figure published for one EPCI or bassin de vie."""
    if indicator.level == "commune":
        return np.zeros(incidence.shape[0], bool)
    return _maximum(incidence, values) == -_maximum(incidence, -values)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, 0.0)


def aggregate_column(
    indicator: Indicator,
    incidence: csr_array,
    values: np.ndarray,
    state: np.ndarray,
    weight: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Aggregate one indicator of N units to n unions.

    ``incidence`` (n, N) of 0/1; ``values``, ``state``, ``weight`` (N,): the weight is the
    indicator's own for means, the population for sums.  Returns value, state, coverage, each (n,).
    A union's known part alone is counted, and coverage says how much that is; a union with no
    known part is secret if any part is secret, else missing.
    """
    known = (state <= ESTIMATED) & np.isfinite(values)
    usable = known & np.isfinite(weight)
    weight = np.nan_to_num(weight)
    coverage = _share(incidence @ (weight * usable), incidence @ weight)
    filled = np.where(known, values, 0.0)
    if indicator.aggregation == "sum":
        count = incidence @ known.astype(float)
        result = np.where(count > 0, incidence @ filled, np.nan)
    elif indicator.aggregation == "max":
        result = _maximum(incidence, np.where(known, values, np.nan))
    else:
        total = incidence @ (weight * usable)
        with np.errstate(invalid="ignore", divide="ignore"):
            result = np.where(total > 0, (incidence @ (weight * filled * usable)) / total, np.nan)
    several = np.diff(incidence.indptr) > 1
    estimated = (incidence @ (state == ESTIMATED).astype(float)) > 0
    if indicator.aggregation == "approximate_mean":
        estimated |= several & ~_one_value(indicator, incidence, values)
    secret = (incidence @ (state == SECRET).astype(float)) > 0
    unknown = np.where(secret, SECRET, MISSING)
    new_state = np.where(np.isfinite(result), np.where(estimated, ESTIMATED, OBSERVED), unknown)
    coverage = np.where(np.isfinite(result), coverage, 0.0)
    return result, new_state.astype(np.uint8), coverage.astype(np.float32)


def aggregate(
    indicators: Mapping[str, Indicator],
    table: UnitTable,
    incidence: csr_array,
    shapes: Callable[[str], np.ndarray],
    codes: tuple[str, ...],
) -> ProfileTable:
    """Aggregate every indicator of ``table`` to the rows of ``incidence`` (n, N).

    ``shapes(id)`` recomputes an indicator of aggregation ``shape`` for the n unions.
    """
    n, k = incidence.shape[0], len(table.ids)
    values, coverage = np.full((n, k), np.nan), np.zeros((n, k), np.float32)
    state = np.full((n, k), MISSING, np.uint8)
    population = table.values[:, table.column("population")]
    for j, name in enumerate(table.ids):
        row = indicators[name]
        if row.aggregation == "shape":
            values[:, j] = shapes(name)
            state[:, j] = np.where(np.isfinite(values[:, j]), OBSERVED, MISSING)
            coverage[:, j] = np.isfinite(values[:, j])
            continue
        weight = table.values[:, table.column(row.weight)] if row.weight else population
        values[:, j], state[:, j], coverage[:, j] = aggregate_column(
            row, incidence, table.values[:, j], table.state[:, j], weight
        )
    return ProfileTable(codes, table.ids, values, state, coverage)
