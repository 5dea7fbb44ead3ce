"""Who could be in a coalition, how far they are, whom they touch: the question in arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from reciproque.kernel import ReciproqueError, Territory
from reciproque.matching._cover import Cover
from reciproque.matching._goals import Figures, Goal, figures_of, known_for, lacks_of
from reciproque.territories import Registry, great_circle_km


@dataclass(frozen=True)
class Seen:
    """Goals in figures, the positions ``at`` (n,) of the candidates and their distance ``km`` (n,)."""

    figures: list[Figures]
    at: np.ndarray
    km: np.ndarray
    left_out: int


def seen_from(
    registry: Registry,
    territory: Territory,
    goals: tuple[Goal, ...],
    kind: str,
    within_km: float | None,
) -> Seen:
    mine = registry.profile_arrays(territory)
    wanted = tuple(dict.fromkeys(goals)) or lacks_of(mine)
    if not wanted:
        raise ReciproqueError("coalition.lacks_nothing", name=territory.name)
    figures = [figures_of(goal, mine, registry.profiles(kind)) for goal in wanted]
    km = _distances(registry, territory, kind)
    inside = _apart(registry, territory, kind) & (km <= (within_km or np.inf))
    known = known_for(figures, len(km))
    at = np.flatnonzero(inside & known)
    if not len(at):
        raise ReciproqueError("coalition.nobody", name=territory.name)
    return Seen(figures, at, km[at], int((inside & ~known).sum()))


def question_among(
    registry: Registry, territory: Territory, kind: str, seen: Seen, most: int, contiguous: bool
) -> Cover:
    return Cover(
        np.array([f.loads[seen.at] for f in seen.figures]),
        np.array([f.least for f in seen.figures]),
        seen.km,
        most,
        *(_contact(registry, territory, kind, seen.at) if contiguous else ()),
    )


def question_of(
    registry: Registry, territory: Territory, goals: tuple[Goal, ...], most: int = 8
) -> Cover:
    """The arithmetic of a coalition of EPCI, wherever they are: for the benches."""
    return question_among(
        registry,
        territory,
        "epci",
        seen_from(registry, territory, goals, "epci", None),
        most,
        False,
    )


def _distances(registry: Registry, territory: Territory, kind: str) -> np.ndarray:
    lon, lat = registry.positions(kind)
    if territory.longitude is None or territory.latitude is None:
        raise ReciproqueError("coalition.no_place", name=territory.name)
    km = great_circle_km(territory.longitude, territory.latitude, lon, lat)
    return np.where(np.isfinite(km), km, np.inf)


def _apart(registry: Registry, territory: Territory, kind: str) -> np.ndarray:
    """Candidates that share no commune with the territory and have a known place."""
    member = np.zeros(len(registry.units))
    member[registry.units_of(territory)] = 1.0
    placed = np.isfinite(registry.positions(kind)[0])
    return (np.asarray(registry.incidence(kind) @ member) == 0) & placed


def _contact(
    registry: Registry, territory: Territory, kind: str, at: np.ndarray
) -> tuple[csr_array, np.ndarray]:
    """Which candidates touch each other, and which touch the territory."""
    codes = registry.codes(kind)
    place = {codes[i]: j for j, i in enumerate(at)}
    beside = registry.contact(territory, kind)
    root = np.array([codes[i] in beside for i in at])
    pairs = [
        (j, place[other])
        for code, j in place.items()
        for other in registry.contact(code, kind)
        if other in place
    ]
    ones = np.ones(len(pairs))
    rows, columns = np.array(pairs, int).reshape(-1, 2).T
    touch = csr_array((ones, (rows, columns)), shape=(len(at), len(at)))
    return csr_array(((touch + touch.T) > 0).astype(float)), root
