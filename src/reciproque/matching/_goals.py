"""Goals over indicators, written as people type them, and the rows of figures they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from reciproque.kernel import Indicator, ReciproqueError
from reciproque.territories import ProfileTable
from reciproque.vocabulary import indicators, table

SYMBOLS = {row["symbol"]: key for key, row in table("goal_senses").items()}
WRITTEN = re.compile(r"\s*([\w]+)\s*(>=|<=|≥|≤|:)\s*(.+?)\s*")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a coalition is for: an ``indicator`` and a ``sense`` (row of ``vocabulary/goal_senses``).

    ``at_least`` and ``at_most`` a ``value``, for the territory and its partners taken together, as
    the indicator adds up (sum, weighted mean, largest); ``surplus``: one of them has more than the
    usual high value, and can share; ``lack``: a partner has less than the usual low value, and can
    use what the others have.

    >>> parse_goals("population>=50000, land_per_1000:surplus")[1]
    Goal(indicator='land_per_1000', sense='surplus', value=None)
    """

    indicator: str
    sense: str
    value: float | None = None

    def __post_init__(self) -> None:
        row = indicators().get(self.indicator)
        if row is None:
            raise ReciproqueError(
                "goal.unknown_indicator", text=self.indicator, near=_near(self.indicator)
            )
        if self.sense not in table("goal_senses"):
            raise ReciproqueError(
                "goal.sense", text=self.sense, known=", ".join(table("goal_senses"))
            )
        if bool(table("goal_senses")[self.sense]["symbol"] == ":") == (self.value is not None):
            raise ReciproqueError("goal.value", indicator=self.indicator)
        if self.value is not None and not np.isfinite(self.value):
            raise ReciproqueError("goal.value", indicator=self.indicator)
        if self.value is None and not row.exchangeable:
            raise ReciproqueError("goal.no_exchange", label_fr=row.label_fr, label_en=row.label_en)
        if row.aggregation == "shape":
            raise ReciproqueError("goal.shape", label_fr=row.label_fr, label_en=row.label_en)

    @property
    def row(self) -> Indicator:
        return indicators()[self.indicator]

    @property
    def threshold(self) -> float:
        """What is asked: the value, or the usual high or low one behind a surplus or a lack."""
        if self.value is not None:
            return self.value
        usual = self.row.usual_high if self.sense == "surplus" else self.row.usual_low
        return float(usual or 0.0)


def parse_goals(text: str) -> tuple[Goal, ...]:
    """Read ``indicator>=value``, ``indicator<=value``, ``indicator:surplus`` or ``:lack``, by commas or semicolons.

    Raises :class:`ReciproqueError` naming the piece that cannot be read, or an unknown indicator
    with those that come near.
    """
    pieces = [piece for piece in re.split(r"[;,]", text) if piece.strip()]
    if not pieces:
        raise ReciproqueError("goal.none")
    return tuple(_parse(piece) for piece in pieces)


def _parse(piece: str) -> Goal:
    found = WRITTEN.fullmatch(piece)
    if found is None:
        raise ReciproqueError("goal.unreadable", text=piece.strip())
    name, symbol, rest = found.groups()
    symbol = {"≥": ">=", "≤": "<="}.get(symbol, symbol)
    if symbol == ":":
        return Goal(name, rest.lower())
    try:
        value = float(re.sub(r"[\s_\u00a0\u202f]", "", rest))
    except ValueError as error:
        raise ReciproqueError("goal.unreadable", text=piece.strip()) from error
    return Goal(name, SYMBOLS[symbol], value)


def _near(text: str) -> str:
    """The indicators whose id or label looks like what was typed."""
    from rapidfuzz import fuzz, process

    names = {
        key: f"{key} {row.label_fr} {row.label_en}".lower() for key, row in indicators().items()
    }
    found = process.extract(text.lower(), names, scorer=fuzz.partial_ratio, limit=4)
    return ", ".join(str(key) for _, _, key in found)


def lacks_of(mine: ProfileTable) -> tuple[Goal, ...]:
    """What a territory lacks, as goals: one for each exchangeable indicator at or under its usual low value.

    Two files may tell the same thing: the first that is there counts.
    """
    chosen: dict[str, Goal] = {}
    for j, name in enumerate(mine.ids):
        row = indicators()[name]
        if row.exchangeable and row.usual_low is not None and mine.values[0, j] <= row.usual_low:
            chosen.setdefault(row.exchange_en, Goal(name, "surplus"))
    return tuple(chosen.values())


@dataclass(frozen=True)
class Figures:
    """One goal in figures: what each candidate adds (n,), what is still to be reached, what is known.

    The goal is reached when the chosen ``loads`` add up to ``least`` or more (``least`` <= 0: already by
    the territory alone).  ``values`` (n,) and ``mine`` are the indicator's; ``weight`` (n,) and
    ``my_weight`` what a mean is weighted by (1 for other aggregations).
    """

    goal: Goal
    loads: np.ndarray
    least: float
    values: np.ndarray
    mine: float
    weight: np.ndarray
    my_weight: float

    def together(self, chosen: np.ndarray) -> float:
        """The indicator of the territory and the chosen taken together."""
        values = np.append(self.values[chosen], self.mine)
        if self.goal.row.aggregation == "sum":
            return float(np.nansum(values))
        known = np.isfinite(values)
        if not known.any():
            return float("nan")
        if self.goal.row.aggregation == "max" or self.goal.sense == "surplus":
            return float(values[known].max())
        if self.goal.sense == "lack":
            return float(values[:-1][known[:-1]].min(initial=np.inf))
        weight = np.append(self.weight[chosen], self.my_weight)[known]
        return float((values[known] * weight).sum() / weight.sum())


def _of_sum(f: Figures, sign: float) -> tuple[np.ndarray, float]:
    return sign * f.values, sign * (f.goal.threshold - f.mine)


def _of_mean(f: Figures, sign: float) -> tuple[np.ndarray, float]:
    # sum of w (v - t) >= 0 says that the weighted mean reaches t
    t = f.goal.threshold
    return sign * f.weight * (f.values - t), -sign * f.my_weight * (f.mine - t)


def _of_max(f: Figures, sign: float) -> tuple[np.ndarray, float]:
    t = f.goal.threshold
    if sign > 0:
        return (f.values >= t).astype(float), 1.0 - float(f.mine >= t)
    return -(f.values > t).astype(float), float(f.mine > t)


ADDING: dict[str, Callable[[Figures, float], tuple[np.ndarray, float]]] = {
    "sum": _of_sum,
    "mean": _of_mean,
    "approximate_mean": _of_mean,
    "max": _of_max,
}


def figures_of(goal: Goal, mine: ProfileTable, table_: ProfileTable) -> Figures:
    """The figures of a goal for one territory ``mine`` and n candidates.

    Raises :class:`ReciproqueError` where no installed file tells the indicator, or where the
    territory's own value is not known although the goal counts it.
    """
    row = goal.row
    names = {"label_fr": row.label_fr, "label_en": row.label_en}
    if goal.indicator not in table_.ids:
        raise ReciproqueError("goal.not_installed", **names, dataset=row.dataset)
    j = table_.ids.index(goal.indicator)
    values, own = np.asarray(table_.values[:, j], float), float(mine.values[0, j])
    weight, my_weight = np.ones(len(values)), 1.0
    if row.weight:
        at = table_.ids.index(row.weight)
        # a union counts its known part alone: so much of the weight stands behind the value
        weight = np.nan_to_num(table_.values[:, at] * table_.coverage[:, j])
        my_weight = float(np.nan_to_num(mine.values[0, at] * mine.coverage[0, j]))
    plain = Figures(goal, values, 0.0, values, own, weight, my_weight)
    if goal.value is None:
        loads, least = _of_usual(plain)
    elif not np.isfinite(own):
        raise ReciproqueError("goal.unknown_here", **names)
    else:
        loads, least = ADDING[row.aggregation](plain, 1.0 if goal.sense == "at_least" else -1.0)
    return Figures(goal, loads, float(least), values, own, weight, my_weight)


def _of_usual(f: Figures) -> tuple[np.ndarray, float]:
    """Who has more than usual (the territory too), or which partner has less."""
    if f.goal.sense == "surplus":
        return (f.values >= f.goal.threshold).astype(float), 1.0 - float(f.mine >= f.goal.threshold)
    return (f.values <= f.goal.threshold).astype(float), 1.0


def known_for(figures: Iterable[Figures], n: int) -> np.ndarray:
    """(n,) bool: candidates whose value is known wherever a goal counts it in a sum or a mean."""
    known = np.ones(n, bool)
    for f in figures:
        if f.goal.value is not None:
            known &= np.isfinite(f.values)
    return known
