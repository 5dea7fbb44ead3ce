"""Rank the territories one could cooperate with, and say why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from reciproque.kernel import Partner, Reason, ReciproqueError, Territory
from reciproque.partners._candidates import Candidates, candidates_of
from reciproque.partners._reasons import (
    alike_reasons,
    complementary_reasons,
    near_reasons,
    same_departement,
    tied_reasons,
    together,
    together_reason,
)
from reciproque.territories import Registry
from reciproque.vocabulary import themes as all_themes

MOTIVES = ("tied", "near", "alike", "complementary")
SEEKING = ("all", *MOTIVES)
DEFAULT_WEIGHTS: Mapping[str, float] = {
    "tied": 0.45,
    "near": 0.35,
    "alike": 0.15,
    "complementary": 0.05,
}
WHERE = (
    "same_departement",
    "other_departement",
    "same_region",
    "other_region",
    "same_country",
    "other_country",
)
EVERYONE = 1e12  # no territory has so many inhabitants, whatever number was typed
ALIKE_SHOWN = 0.1  # a likeness is told when the profile is among that part of the nearest


def _check(
    registry: Registry,
    seeking: str,
    themes: tuple[str, ...],
    kinds: tuple[str, ...],
    where: str | None,
    within_km: float | None,
    beyond_km: float | None,
    weights: Mapping[str, float],
) -> None:
    def known(key: str, asked: str, choices: Iterable[str]) -> None:
        if asked not in choices:
            raise ReciproqueError(key, asked=asked, known=", ".join(choices))

    known("error.unknown_seeking", seeking, SEEKING)
    for theme in themes:
        known("error.unknown_theme", theme, tuple(all_themes()))
    for kind in kinds:
        known("error.unknown_kind", kind, registry.kinds())
    if where is not None:
        known("error.unknown_where", where, WHERE)
    if within_km is not None and beyond_km is not None and beyond_km > within_km:
        raise ReciproqueError("error.bad_distance", low=beyond_km, high=within_km)
    values = [weights.get(m, 0.0) for m in MOTIVES]
    if not (set(weights) <= set(MOTIVES) and min(values) >= 0 and 0 < sum(values) < np.inf):
        raise ReciproqueError("error.bad_weights")


def _wanted(
    candidates: Candidates,
    where: str | None,
    within_km: float | None,
    beyond_km: float | None,
    population: tuple[float | None, float | None],
) -> np.ndarray:
    """The candidates that pass every filter, as a mask (n,); an unknown figure passes none."""
    here, frame = candidates.territory, candidates.registry.frame(candidates.kind)
    mask = candidates.apart.copy()
    with np.errstate(invalid="ignore"):
        if within_km is not None:
            mask &= candidates.km <= within_km
        if beyond_km is not None:
            mask &= candidates.km >= beyond_km
        low, high = population
        if low is not None or high is not None:
            people = frame["population"].cast(float).fill_null(np.nan).to_numpy()
            most = EVERYONE if high is None else min(high, EVERYONE)
            mask &= (people >= min(low or 0, EVERYONE)) & (people <= most)
    if where is not None:
        relation, column = where.split("_", 1)
        mine = getattr(here, column)  # abroad there is no département nor région to share
        same = (frame[column] == mine).to_numpy() & (mine != "")
        mask &= same if relation == "same" else ~same
    return mask


def overall(scores: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """Weighted mean (n,) of the scores that can be told, each (n,) in 0..1 or nan."""
    total = np.zeros(len(next(iter(scores.values()))))
    weight = np.zeros_like(total)
    for name, values in scores.items():
        known = np.isfinite(values)
        total += weights.get(name, 0.0) * np.where(known, values, 0.0)
        weight += weights.get(name, 0.0) * known
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)


def _reasons(
    candidates: Candidates, i: int, seeking: str, group: Territory | None
) -> tuple[Reason, ...]:
    by_motive = {
        "tied": tied_reasons(candidates.ties, i),
        "near": near_reasons(candidates, i),
        "alike": [],
        "complementary": complementary_reasons(candidates, i, seeking == "complementary"),
    }
    if group is not None:
        by_motive["tied"].append(together_reason(group))
    if not by_motive["tied"]:
        by_motive["tied"] = same_departement(candidates, i)
    rank = candidates.rank(i)
    if seeking == "alike" or 0 < rank <= max(1, ALIKE_SHOWN * len(candidates.nearest_profiles)):
        by_motive["alike"] = alike_reasons(candidates, i, rank)
    order = MOTIVES if seeking == "all" else (seeking, *(m for m in MOTIVES if m != seeking))
    return tuple(reason for motive in order for reason in by_motive[motive])


def partners(
    registry: Registry,
    territory: Territory | str,
    *,
    seeking: str = "all",
    themes: tuple[str, ...] = (),
    kinds: tuple[str, ...] = ("epci",),
    within_km: float | None = None,
    beyond_km: float | None = None,
    where: str | None = None,
    population: tuple[float | None, float | None] = (None, None),
    weights: Mapping[str, float] | None = None,
    n: int = 20,
) -> list[Partner]:
    """The ``n`` territories to cooperate with, best first, each with its scores and reasons.

    ``seeking``: near, alike, complementary, tied, or all (the weighted mean, where ties lead).
    ``themes`` restrict profiles and exchanges; ``kinds`` are those of the candidates; distances
    are km as the crow flies; ``where`` is one of :data:`WHERE`; ``population`` is (least, most)
    inhabitants; ``weights`` are the user's, by motive.  Territories that overlap this one are left
    out.  The same question always gets the same answer: ties in score go by code.

    The scores bring territories near; they do not say who will cooperate: see
    docs/methode-partenaires.md for how they fared on real groupings.

    Raises :class:`ReciproqueError` for a choice that does not exist.
    """
    found = registry.territory(territory) if isinstance(territory, str) else territory
    chosen = dict(DEFAULT_WEIGHTS if weights is None else weights)
    n = max(0, n)
    _check(registry, seeking, themes, kinds, where, within_km, beyond_km, chosen)
    ranked: list[tuple[float, str, Candidates, int, dict[str, float]]] = []
    for kind in dict.fromkeys(kinds):
        candidates = candidates_of(registry, found, kind, tuple(themes))
        if not candidates.codes:
            continue
        scores = {name: candidates.scores(name) for name in MOTIVES}
        total = overall(scores, chosen) if seeking == "all" else np.nan_to_num(scores[seeking])
        mask = _wanted(candidates, where, within_km, beyond_km, population)
        if seeking != "all":
            mask &= np.isfinite(scores[seeking]) & (scores[seeking] > 0)
        at = np.flatnonzero(mask)
        codes = np.array(candidates.codes, object)[at]
        for i in at[np.lexsort((codes.astype(str), -total[at]))][:n].tolist():
            told = {m: min(1.0, float(s[i])) for m, s in scores.items() if np.isfinite(s[i])}
            ranked.append((min(1.0, float(total[i])), candidates.codes[i], candidates, i, told))
    ranked.sort(key=lambda item: (-item[0], item[1]))
    groups = {c.kind: together(c) for c in {id(item[2]): item[2] for item in ranked[:n]}.values()}
    return [
        Partner(
            registry.territory(code),
            float(c.km[i]) if np.isfinite(c.km[i]) else None,
            score,
            told,
            _reasons(c, i, seeking, groups[c.kind].get(i)),
        )
        for score, code, c, i, told in ranked[:n]
    ]
