"""Figures by code: read them, fold what merged, derive rates, without mixing three states.

0 observed, 2 missing (the file says nothing), 3 secret (the file says it may not say).  A zero is
an observed zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from reciproque.kernel import Indicator
from reciproque.sources._errors import SourceError
from reciproque.sources._table import ROW, Table

OBSERVED, MISSING, SECRET = 0, 2, 3
MISSING_MARKS = ("", "\\N", "NA", "N/A", "n.d.", "NaN", "nan", "NULL", "null", "-", "–")
SECRET_MARKS = ("s", "S", "nd", "ND", "ns", "c")
SPACES = "[ \u00a0\u202f]"


@dataclass(frozen=True)
class Sheet:
    """``values`` (n, k) float64, nan exactly where ``state`` (n, k) uint8 is not 0.

    Rows follow ``codes`` (n, object), columns follow ``ids`` (k).
    """

    codes: np.ndarray
    ids: tuple[str, ...]
    values: np.ndarray
    state: np.ndarray

    def column(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        at = self.ids.index(name)
        return self.values[:, at], self.state[:, at]

    def known_rows(self) -> int:
        return int((self.state == OBSERVED).any(axis=1).sum())

    def long(self, ids: Collection[str]) -> pl.DataFrame:
        """Frame ``code, indicator, value, state`` of the columns among ``ids``."""
        kept = [at for at, name in enumerate(self.ids) if name in ids]
        values = self.values[:, kept].T.ravel()
        return pl.DataFrame(
            {
                "code": np.tile(self.codes.astype(str), len(kept)),
                "indicator": np.repeat([self.ids[at] for at in kept], len(self.codes)),
                "value": pl.Series(values, dtype=pl.Float64).fill_nan(None),
                "state": pl.Series(self.state[:, kept].T.ravel(), dtype=pl.UInt8),
            }
        ).sort("indicator", "code")


def numbers(table: Table, column: str, *, signed: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The values (nan where not known) and states of a text column.

    Accepts decimal commas and spaces between thousands.  Raises :class:`SourceError` with the row
    for what is neither a number nor a mark, and for a negative value unless ``signed``.
    """
    text = table.frame[column]
    secret = text.is_in(SECRET_MARKS).fill_null(False)
    absent = (text.is_null() | text.is_in(MISSING_MARKS).fill_null(True)) & ~secret
    cleaned = text.str.replace_all(SPACES, "").str.replace(",", ".", literal=True)
    values = cleaned.cast(pl.Float64, strict=False)
    finite = values.is_finite().fill_null(False)
    wrong = ~(finite | secret | absent)
    if wrong.any():
        _refuse("source.not_a_number", table, column, wrong)
    if not signed and (negative := (values < 0).fill_null(False)).any():
        _refuse("source.negative", table, column, negative)
    state = np.where(secret.to_numpy(), SECRET, np.where(absent.to_numpy(), MISSING, OBSERVED))
    filled = values.fill_null(np.nan).to_numpy()
    return np.where(state == OBSERVED, filled, np.nan), state.astype(np.uint8)


def _refuse(key: str, table: Table, column: str, wrong: pl.Series) -> None:
    first = table.frame.filter(wrong).row(0, named=True)
    raise SourceError(key, row=first[ROW], column=column, value=str(first[column])[:40])


def sheet_of(
    table: Table, codes: Sequence[str], columns: Mapping[str, str], signed: Collection[str] = ()
) -> Sheet:
    """Read ``columns`` (indicator id -> column of the file) of a table, one row per code."""
    parsed = [numbers(table, c, signed=name in signed) for name, c in columns.items()]
    return Sheet(
        codes=np.array(codes, dtype=object),
        ids=tuple(columns),
        values=np.column_stack([values for values, _ in parsed]),
        state=np.column_stack([state for _, state in parsed]),
    )


def folded(sheet: Sheet, targets: np.ndarray, indicators: Mapping[str, Indicator]) -> Sheet:
    """The same figures by the codes in force: ``targets`` (n), empty where there is none.

    Where several former territories became one, sums add up and rates are weighted by their own
    weight; a sum with a secret part is secret, with a missing part missing.  Parts without weight
    (no inhabitant) count for nothing in a rate.
    """
    kept = targets != ""
    rows = Sheet(targets[kept], sheet.ids, sheet.values[kept], sheet.state[kept])
    codes, group, size = np.unique(rows.codes.astype(str), return_inverse=True, return_counts=True)
    first = np.zeros(len(codes), dtype=np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    values, state = rows.values[first].copy(), rows.state[first].copy()
    merged = np.flatnonzero(size > 1)
    members = np.flatnonzero(size[group] > 1)
    slot = np.searchsorted(merged, group[members])
    parts = Sheet(rows.codes[members], rows.ids, rows.values[members], rows.state[members])
    for at, name in enumerate(sheet.ids) if len(merged) else ():
        indicator = indicators[name]
        fold = _fold_sum if indicator.aggregation == "sum" else _fold_mean
        values[merged, at], state[merged, at] = fold(parts, at, slot, len(merged), indicator.weight)
    return Sheet(codes.astype(object), sheet.ids, values, state)


def _fold_sum(
    parts: Sheet, at: int, slot: np.ndarray, n: int, weight: str
) -> tuple[np.ndarray, np.ndarray]:
    state = np.zeros(n, dtype=np.uint8)
    np.maximum.at(state, slot, parts.state[:, at])
    total = np.bincount(slot, np.nan_to_num(parts.values[:, at]), minlength=n)
    return np.where(state == OBSERVED, total, np.nan), state


def _fold_mean(
    parts: Sheet, at: int, slot: np.ndarray, n: int, weight: str
) -> tuple[np.ndarray, np.ndarray]:
    if weight in parts.ids:
        weights, weight_state = parts.column(weight)
    else:
        weights, weight_state = np.ones(len(slot)), np.zeros(len(slot), dtype=np.uint8)
    counts = ~(weights == 0)
    part_state = np.maximum(parts.state[:, at], weight_state) * counts
    state = np.zeros(n, dtype=np.uint8)
    np.maximum.at(state, slot, part_state.astype(np.uint8))
    share = np.nan_to_num(weights)
    whole = np.bincount(slot, share, minlength=n)
    total = np.bincount(slot, share * np.nan_to_num(parts.values[:, at]), minlength=n)
    state[(whole == 0) & (state == OBSERVED)] = MISSING
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(state == OBSERVED, total / whole, np.nan), state


@dataclass(frozen=True)
class Derived:
    """A figure made of others: (sum of ``parts``: id -> factor) over ``over`` (id, or nothing).

    >>> Derived("rate", {"unemployed": 100.0}, "active").over
    'active'
    """

    id: str
    parts: Mapping[str, float]
    over: str = ""


def derived(sheet: Sheet, rules: Sequence[Derived]) -> Sheet:
    """Add what can be derived; a rule whose columns the file lacks is left out.

    A part that is secret makes the result secret, a missing one missing; so does dividing by zero.
    """
    for rule in rules:
        needed = [*rule.parts, *([rule.over] if rule.over else [])]
        if not set(needed) <= set(sheet.ids):
            continue
        columns = [sheet.column(name) for name in needed]
        state = np.maximum.reduce([state for _, state in columns])
        value = sum(k * v for k, (v, _) in zip(rule.parts.values(), columns, strict=False))
        value = np.asarray(value, dtype=np.float64)
        if rule.over:
            below = columns[-1][0]
            state = np.where((below == 0) & (state == OBSERVED), MISSING, state)
            with np.errstate(invalid="ignore", divide="ignore"):
                value = value / below
        value = np.where(state == OBSERVED, value, np.nan)
        sheet = Sheet(
            sheet.codes,
            (*sheet.ids, rule.id),
            np.column_stack([sheet.values, value]),
            np.column_stack([sheet.state, state.astype(np.uint8)]),
        )
    return sheet
