"""The smallest set of partners that covers a list of goals, and the fair share of each."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from reciproque.kernel import Reason, ReciproqueError, Territory
from reciproque.matching._asked import Seen, question_among, seen_from
from reciproque.matching._cover import Cover, Covered, cover, most_goals
from reciproque.matching._goals import Figures, Goal
from reciproque.shares import shapley
from reciproque.territories import Registry
from reciproque.vocabulary import table

LARGEST = 12  # members at most: beyond, 2^n coalitions are too many for exact shares


@dataclass(frozen=True, slots=True)
class Ally:
    """A member: how far (km as the crow flies, centre to centre), its Shapley ``share`` of what is covered, and why."""

    territory: Territory
    distance_km: float | None
    share: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class GoalReached:
    """A goal, the territory's value ``alone`` (``None``: not known), that of all ``together``; ``best`` is the nearest
    to the goal that any coalition within the limits could come, told when no coalition reaches it."""

    goal: Goal
    alone: float | None
    together: float | None
    reached: bool
    best: float | None = None


@dataclass(frozen=True, slots=True)
class Coalition:
    """The fewest partners that reach all goals, nearest first among as few.

    ``size_bound``: no coalition has fewer members; ``distance_bound``: none of this size has a
    smaller sum of distances (km).  ``complete`` says that every goal is reached; where none can,
    the members are those that reach most goals.  ``optimal`` is proven.
    """

    territory: Territory
    members: tuple[Ally, ...]
    goals: tuple[GoalReached, ...]
    complete: bool
    optimal: bool
    size_bound: int
    distance_km: float
    distance_bound: float
    candidates: int
    seconds: float
    notes: tuple[Reason, ...] = ()

    @property
    def gap(self) -> float:
        """How far from the best it may be: of the size, else of the distance; 0 when proven."""
        if self.optimal or not self.members:
            return 0.0
        if self.size_bound < len(self.members):
            return 1.0 - self.size_bound / len(self.members)
        return 1.0 - self.distance_bound / self.distance_km if self.distance_km else 0.0


def population_goals(least: float | None, most: float | None) -> tuple[Goal, ...]:
    """Bounds on the inhabitants of the whole, as goals."""
    if least is not None and most is not None and most < least:
        raise ReciproqueError("coalition.bounds", least=least, most=most)
    pairs = (("at_least", least), ("at_most", most))
    return tuple(Goal("population", s, float(v)) for s, v in pairs if v is not None)


def bounds_of(name: str) -> tuple[float, float]:
    """Least and most inhabitants of a row of ``vocabulary/population_bounds`` (``leader``)."""
    row = table("population_bounds").get(name)
    if row is None:
        raise ReciproqueError(
            "coalition.unknown_bounds", name=name, known=", ".join(table("population_bounds"))
        )
    return float(row["least"]), float(row["most"])


def coalition(
    registry: Registry,
    territory: Territory,
    goals: Iterable[Goal] = (),
    *,
    most: int = 8,
    kind: str = "epci",
    within_km: float | None = None,
    contiguous: bool = False,
    seconds: float = 10.0,
) -> Coalition:
    """The smallest set of partners of ``kind`` that reaches all ``goals`` with the territory.

    Without goals, they are what the territory lacks.  At most ``most`` partners (1 to 12), each
    ``within_km`` of it, and in one piece with it when ``contiguous``.  Solved by HiGHS after exact
    reductions (:mod:`reciproque.matching._cover`).  Raises :class:`ReciproqueError` for limits that
    leave nobody, or goals that no file tells.

    >>> from reciproque.territories import load
    >>> from reciproque.matching import coalition, parse_goals
    >>> france = load()
    >>> here = france.find("200041762")
    >>> found = coalition(france, here, parse_goals("population>=150000"), contiguous=True)
    >>> found.complete and found.optimal
    True
    """
    begun = time.perf_counter()
    if not 1 <= most <= LARGEST:
        raise ReciproqueError("coalition.most", most=most, limit=LARGEST)
    if within_km is not None and not within_km > 0:
        raise ReciproqueError("coalition.within", km=within_km)
    seen = seen_from(registry, territory, tuple(goals), kind, within_km)
    notes = _left_out(seen.left_out)
    question = question_among(registry, territory, kind, seen, most, contiguous)
    answer = cover(question, seconds)
    complete = answer.chosen is not None
    if not complete:
        notes += _why_not(answer, question, seen.figures, seconds)
        left = max(seconds - answer.seconds, 1.0)
        answer = most_goals(question, left)
    return _told(registry, territory, kind, seen, question, answer, complete, notes, begun)


def _told(
    registry: Registry,
    territory: Territory,
    kind: str,
    seen: Seen,
    question: Cover,
    answer: Covered,
    complete: bool,
    notes: tuple[Reason, ...],
    begun: float,
) -> Coalition:
    """The positions of an answer as territories, with shares, reasons and goals."""
    chosen = np.zeros(0, int) if answer.chosen is None else answer.chosen
    codes = registry.codes(kind)
    members = tuple(
        Ally(
            registry.territory(codes[seen.at[i]]),
            float(question.cost[i]),
            part,
            _reasons(seen.figures, int(seen.at[i])),
        )
        for i, part in zip(chosen, _shares(question, chosen), strict=True)
    )
    goals = tuple(
        _reached(f, question, j, seen.at[chosen], chosen) for j, f in enumerate(seen.figures)
    )
    return Coalition(
        territory,
        members,
        goals,
        complete,
        answer.proven,
        answer.size_bound,
        float(question.cost[chosen].sum()),
        answer.cost_bound,
        len(seen.at),
        time.perf_counter() - begun,
        notes,
    )


def _shares(question: Cover, chosen: np.ndarray) -> list[float]:
    """Shapley values of coverage: the mean, over goals not reached alone, of the part reached (0 to 1)."""
    rows = question.least > 0
    if not len(chosen) or not rows.any():
        return [0.0] * len(chosen)
    loads, least = question.loads[rows][:, chosen], question.least[rows]
    names = [str(i) for i in chosen]
    worth = {
        frozenset(names[i] for i in group): float(
            np.clip(loads[:, list(group)].sum(axis=1) / least, 0.0, 1.0).mean()
        )
        for size in range(1, len(chosen) + 1)
        for group in combinations(range(len(chosen)), size)
    }
    return list(shapley(names, worth).values())


def _reached(
    f: Figures, question: Cover, j: int, where: np.ndarray, chosen: np.ndarray
) -> GoalReached:
    total = question.loads[j, chosen].sum()
    slack = 1e-9 * max(1.0, abs(question.least[j]))
    reached = bool(total >= question.least[j] - slack)
    alone = f.mine if np.isfinite(f.mine) else None
    together = f.together(where)
    return GoalReached(
        f.goal,
        alone,
        together if np.isfinite(together) else None,
        reached,
        None if reached else _nearest(f, question.most, question, j),
    )


def _nearest(f: Figures, most: int, question: Cover, j: int) -> float | None:
    """The sum that ``most`` candidates could bring, were there no other goal; ``None`` for other aggregations."""
    if f.goal.row.aggregation != "sum" or f.goal.value is None:
        return None
    best = np.maximum(np.sort(question.loads[j])[::-1][:most], 0.0).sum()
    sign = 1.0 if f.goal.sense == "at_least" else -1.0
    return float(f.mine + sign * best)


def _reasons(figures: list[Figures], i: int) -> tuple[Reason, ...]:
    """What a member brings to each goal that it helps."""
    found = []
    for f in figures:
        if not f.loads[i] > 0 or not np.isfinite(f.values[i]):
            continue
        row = f.goal.row
        figure = {
            "value": float(f.values[i]),
            "threshold": f.goal.threshold,
            "unit": row.unit,
            "decimals": row.decimals,
            "label_fr": row.label_fr,
            "label_en": row.label_en,
            "what_fr": row.exchange_fr,
            "what_en": row.exchange_en,
        }
        found.append(
            Reason(f"coalition.{f.goal.sense}", "complementary", figure, row.source, row.year)
        )
    return tuple(found)


def _left_out(count: int) -> tuple[Reason, ...]:
    return (Reason("coalition.not_known", "near", {"count": count}),) if count else ()


def _why_not(
    answer: Covered, question: Cover, figures: list[Figures], seconds: float
) -> tuple[Reason, ...]:
    """The goals that no coalition reaches even alone; else that they are out of reach together, or out of time."""
    if not answer.proven:
        return (Reason("coalition.out_of_time", "near", {"seconds": seconds}),)
    found = []
    for j, f in enumerate(figures):
        best = np.maximum(np.sort(question.loads[j])[::-1][: question.most], 0.0).sum()
        if best < question.least[j] - 1e-9 * max(1.0, abs(question.least[j])):
            names = {"label_fr": f.goal.row.label_fr, "label_en": f.goal.row.label_en}
            found.append(Reason("coalition.impossible", "near", {**names, "count": question.most}))
    return tuple(found) or (Reason("coalition.conflict", "near", {"count": question.most}),)
