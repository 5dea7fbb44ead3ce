"""What one has and the other lacks, in both directions: a reason to talk, not a predictor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reciproque.kernel import Indicator
from reciproque.vocabulary import indicators

BEST = 3  # the strongest exchanges that make a direction's score


@dataclass(frozen=True)
class Exchanges:
    """Strength (n, e) in 0..1 of what candidates can give us, and of what we can give them."""

    rows: tuple[Indicator, ...]
    columns: np.ndarray
    they_give: np.ndarray
    we_give: np.ndarray

    def score(self) -> np.ndarray:
        """(n,) in 0..1, mostly the weaker of the two directions: one way alone is no exchange."""
        one, other = _best(self.they_give), _best(self.we_give)
        return 0.7 * np.minimum(one, other) + 0.3 * np.maximum(one, other)


def _best(strength: np.ndarray) -> np.ndarray:
    """Mean of the three strongest exchanges of each row (0 for those that are not there)."""
    if not strength.shape[1]:
        return np.zeros(len(strength))
    top = -np.sort(-strength, axis=1)[:, :BEST]
    return top.sum(axis=1) / BEST


def exchangeable(ids: tuple[str, ...], themes: tuple[str, ...]) -> tuple[Indicator, ...]:
    """The indicators that name what can be exchanged behind them; one for each thing exchanged.

    Two files may tell the same thing (jobs, say): the first that is there counts.
    """
    chosen: dict[str, Indicator] = {}
    for name in ids:
        row = indicators()[name]
        if row.exchangeable and (not themes or row.theme in themes):
            chosen.setdefault(row.exchange_en, row)
    return tuple(chosen.values())


def has(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """0 up to the usual high value, then 0.5 to 1 one usual range above it; 0 where not known."""
    with np.errstate(invalid="ignore"):
        above = 0.5 + 0.5 * np.clip((values - high) / (high - low), 0.0, 1.0)
        return np.where(values >= high, above, 0.0)


def lacks(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """0 down to the usual low value, then 0.5 to 1 for nothing at all; 0 where not known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        depth = np.where(low > 0, (low - values) / low, 0.0)
        below = 0.5 + 0.5 * np.clip(depth, 0.0, 1.0)
        return np.where(values <= low, below, 0.0)


def exchanges(
    mine: np.ndarray, theirs: np.ndarray, ids: tuple[str, ...], themes: tuple[str, ...] = ()
) -> Exchanges:
    """Compare one profile ``mine`` (k,) with n others ``theirs`` (n, k), columns as ``ids``.

    nan is not known and never lacks nor has.  Swapping the two sides swaps the two directions.
    """
    rows = exchangeable(ids, themes)
    columns = np.array([ids.index(row.id) for row in rows], int)
    low = np.array([row.usual_low for row in rows], float)
    high = np.array([row.usual_high for row in rows], float)
    us, them = mine[columns][None, :], np.asarray(theirs[:, columns], float)
    return Exchanges(
        rows,
        columns,
        has(them, low, high) * lacks(us, low, high),
        has(us, low, high) * lacks(them, low, high),
    )
