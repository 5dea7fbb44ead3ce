"""What one has and the other lacks, in both directions: a reason to talk, not a predictor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reciproque.kernel import Indicator
from reciproque.vocabulary import indicators

BEST = 3  # the strongest exchanges that make a direction's score
ONE_WAY = 0.3  # what an exchange in one direction alone can reach


@dataclass(frozen=True)
class Exchanges:
    """Strength (n, e) in 0..1 of what candidates can give us, and of what we can give them.

    ``rows`` (e) are the indicators, ``columns`` (e,) where they stand in a profile, ``on_theme``
    (e,) bool those of the themes asked for (all when none is).
    """

    rows: tuple[Indicator, ...]
    columns: np.ndarray
    on_theme: np.ndarray
    they_give: np.ndarray
    we_give: np.ndarray

    def score(self) -> np.ndarray:
        """(n,) in 0..1, mostly the weaker of the two directions: one way alone is no exchange.

        With themes, one direction is on the theme and what comes back may be anything: who
        receives food may give engineering.
        """
        they, we = _best(self.they_give), _best(self.we_give)
        if self.on_theme.all():
            return _both(they, we)
        they_on, we_on = (
            _best(self.they_give[:, self.on_theme]),
            _best(self.we_give[:, self.on_theme]),
        )
        one = np.where(they_on > 0, _both(they_on, we), 0.0)
        other = np.where(we_on > 0, _both(we_on, they), 0.0)
        return np.maximum(one, other)

    def strongest(self, i: int, most: int = 1) -> Iterator[tuple[str, int, float]]:
        """For candidate ``i``: phrase, exchange and strength of each direction's ``most`` best.

        Those on the theme come first.
        """
        for key, strength in (
            ("partner.they_give", self.they_give[i]),
            ("partner.we_give", self.we_give[i]),
        ):
            order = np.lexsort((-strength, ~self.on_theme))
            for e in [int(e) for e in order if strength[e] > 0][:most]:
                yield key, e, float(strength[e])


def _both(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (1 - ONE_WAY) * np.minimum(one, other) + ONE_WAY * np.maximum(one, other)


def _best(strength: np.ndarray) -> np.ndarray:
    """Mean of the strongest exchanges of each row: three, or as many as can be told."""
    e = strength.shape[1]
    if not e:
        return np.zeros(len(strength))
    count = min(BEST, e)
    return np.partition(strength, e - count, axis=1)[:, e - count :].mean(axis=1)


def exchangeable(ids: tuple[str, ...]) -> tuple[Indicator, ...]:
    """The indicators that name what can be exchanged behind them; one for each thing exchanged.

    Two files may tell the same thing (jobs, say): the first that is there counts.
    """
    chosen: dict[str, Indicator] = {}
    for name in ids:
        row = indicators()[name]
        if row.exchangeable:
            chosen.setdefault(row.exchange_en, row)
    return tuple(chosen.values())


def has(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """0 below the usual high value, 0.5 at it, 1 from one usual range above; 0 where not known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        above = 0.5 + 0.5 * np.clip((values - high) / (high - low), 0.0, 1.0)
        return np.where(values >= high, above, 0.0)


def lacks(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """0 above the usual low value, 0.5 at it, 1 for nothing at all; 0 where not known."""
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
    rows = exchangeable(ids)
    position = {name: j for j, name in enumerate(ids)}
    columns = np.array([position[row.id] for row in rows], int)
    low = np.array([row.usual_low for row in rows], float)
    high = np.array([row.usual_high for row in rows], float)
    us_have, us_lack = has(mine[columns], low, high), lacks(mine[columns], low, high)

    def meet(ours: np.ndarray, measure: object) -> np.ndarray:
        result = np.zeros((len(theirs), len(rows)))
        at = np.flatnonzero(ours)  # only what we have, or lack, can meet anything
        values = np.asarray(theirs[:, columns[at]], float)
        result[:, at] = measure(values, low[at], high[at]) * ours[at]  # type: ignore[operator]
        return result

    return Exchanges(
        rows,
        columns,
        np.array([not themes or row.theme in themes for row in rows], bool),
        meet(us_lack, has),
        meet(us_have, lacks),
    )
