"""How alike two profiles are: a robust distance, with weights by theme.

Each indicator is centred on the median of all EPCI and divided by 1.4826 times their median
absolute deviation (Rousseeuw and Croux 1993, *Journal of the American Statistical Association* 88);
amounts are first taken as logarithms.  Beyond 3 a value is only "very unlike", so that one odd
figure does not decide.  Themes count the same, however many indicators each has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reciproque.partners._nearest import distances
from reciproque.territories import ProfileTable, Registry
from reciproque.vocabulary import indicators

CLIP = 3.0
KNOWN = 0.5  # of what the lesser known side tells (by weight), the least part known on both sides
LEAST = 0.25  # and of all there is to tell
REFERENCE = "epci"
COUNTED = ("mean", "approximate_mean", "shape", "max")


@dataclass(frozen=True)
class Scale:
    """Which columns of a profile count (m,), and how they are made comparable.

    ``logarithm`` (m,) bool; ``centre`` and ``spread`` (m,) float64.
    """

    columns: np.ndarray
    logarithm: np.ndarray
    centre: np.ndarray
    spread: np.ndarray

    def apply(self, values: np.ndarray) -> np.ndarray:
        """(n, k) raw values -> (n, m) robust scores in -3..3, nan where not known."""
        chosen = np.asarray(values[:, self.columns], np.float64)
        with np.errstate(invalid="ignore"):
            chosen = np.where(self.logarithm, np.log1p(np.maximum(chosen, 0.0)), chosen)
        return np.clip((chosen - self.centre) / self.spread, -CLIP, CLIP)


def robust_scale(table: ProfileTable) -> Scale:
    """Medians and deviations of a table; an indicator that hardly varies does not count."""
    known = indicators()
    names = [known[name] for name in table.ids]
    usable = np.array([row.aggregation in COUNTED for row in names])
    logarithm = np.array([row.unit != "%" for row in names])
    with np.errstate(invalid="ignore"):
        lowest = np.where(np.isfinite(table.values), table.values, np.inf).min(axis=0)
        logarithm &= lowest >= 0
        values = np.where(logarithm, np.log1p(np.maximum(table.values, 0.0)), table.values)
    usable &= np.isfinite(values).mean(axis=0) > KNOWN
    columns = np.flatnonzero(usable)
    centre = np.nanmedian(values[:, columns], axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(values[:, columns] - centre), axis=0)
    quartiles = np.nanquantile(values[:, columns], [0.25, 0.75], axis=0)
    spread = np.where(spread > 0, spread, (quartiles[1] - quartiles[0]) / 1.349)
    spread = np.where(spread > 0, spread, np.nanstd(values[:, columns], axis=0))
    vary = spread > 1e-9
    return Scale(columns[vary], logarithm[columns[vary]], centre[vary], spread[vary])


@lru_cache(maxsize=8)
def scale(registry: Registry) -> Scale:
    """The scale of all EPCI of France, used for every kind so that scores compare."""
    return robust_scale(registry.profiles(REFERENCE))


def filled(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Robust scores (n, m) as float32 with 0 where not known, and 1 there, 0 elsewhere (n, m)."""
    missing = ~np.isfinite(scores)
    return np.where(missing, 0.0, scores).astype(np.float32), missing.astype(np.float32)


@lru_cache(maxsize=8)
def _matrix(registry: Registry, kind: str) -> tuple[np.ndarray, np.ndarray]:
    return filled(scale(registry).apply(registry.profiles(kind).values))


@lru_cache(maxsize=64)
def theme_weights(registry: Registry, themes: tuple[str, ...]) -> np.ndarray:
    """(m,) weights: each theme counts 1, shared among its indicators; all themes when none is named."""
    rows = [indicators()[registry.indicator_ids[c]] for c in scale(registry).columns]
    count: dict[str, int] = {}
    for row in rows:
        count[row.theme] = count.get(row.theme, 0) + 1
    return np.array(
        [1.0 / count[r.theme] if not themes or r.theme in themes else 0.0 for r in rows]
    )


def alike_from(
    query: np.ndarray, matrix: np.ndarray, missing: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scores (n,) in 0..1 and mean squared gaps (n,), nan where too little is known on both sides.

    ``query`` (m,) robust scores with nan; ``matrix`` (n, m) float32 with 0 where not known, and
    ``missing`` (n, m) float32, 1 there; ``weights`` (m,).  Only what both sides know counts.  The
    score is exp(-gap / 2): 1 for the same profile, about 0.4 for two EPCI at random.
    """
    mine = np.isfinite(query)
    usable = np.where(mine, weights, 0.0).astype(np.float32)
    here = np.where(mine, query, 0.0).astype(np.float32)
    if not usable.sum():
        empty = np.full(len(matrix), np.nan)
        return empty, empty
    total = distances(matrix, here, usable)
    # what the other side lacks was compared with 0: take it out again
    parts = np.stack([usable, usable * here**2, weights.astype(np.float32)], axis=1)
    unknown, wrongly, unknown_there = (missing @ parts).T
    whole, both = float(weights.sum()), usable.sum() - unknown
    lesser = np.minimum(usable.sum(), whole - unknown_there)
    bit = 1e-5 * whole  # sums in float32: the same on both sides, whichever is the query
    enough = (both > bit) & (both >= KNOWN * lesser - bit) & (both >= LEAST * whole - bit)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.where(enough, np.maximum(total - wrongly, 0.0) / both, np.nan)
    return np.exp(-gap / 2), gap


def alike(
    registry: Registry, profile: ProfileTable, kind: str, themes: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """:func:`alike_from` for one territory's profile against all territories of a kind."""
    query = scale(registry).apply(profile.values)[0]
    return alike_from(query, *_matrix(registry, kind), theme_weights(registry, themes))
