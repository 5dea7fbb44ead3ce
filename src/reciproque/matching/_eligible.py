"""Which needs and offers may meet at all: never all pairs where distances or resources make them few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from reciproque.kernel import ReciproqueError
from reciproque.matching._conditions import (
    ELIGIBLE,
    OF_PAIRS,
    ORDER,
    first_failed,
    kilometres,
    limit_of,
)
from reciproque.matching._sides import Sides, chord

BLOCK = 1 << 20  # pairs looked at together
LARGEST = 8_000_000  # eligible pairs: beyond, memory and patience end
TRIED = 400_000_000  # pairs that no distance and no resource tells apart
NEEDS_AT_ONCE = 2048
Pairs = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Edges:
    """Pairs that may meet, sorted by need then offer: positions (e,) and kilometres (nan: unknown).

    ``refused`` counts, over all pairs, those whose first failed condition is each one.
    """

    need: np.ndarray
    offer: np.ndarray
    km: np.ndarray
    refused: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.need)


def _groups(s: Sides) -> Iterator[Pairs]:
    """Needs and offers of the same resource, whose attributes agree."""
    members: dict[bytes, list[int]] = {}
    for kind, row in enumerate(s.compatible):
        members.setdefault(row.tobytes(), []).append(kind)
    for row, kinds in members.items():
        offers = np.flatnonzero(np.frombuffer(row, dtype=bool)[s.offers.kind])
        needs = np.flatnonzero(np.isin(s.needs.kind, kinds))
        if len(needs) and len(offers):
            yield needs, offers


def _within(
    s: Sides, mine: np.ndarray, theirs: np.ndarray, limits: np.ndarray, flip: bool
) -> Iterator[Pairs]:
    """Pairs no farther than the limit of each of ``mine``; positions of needs, then of offers.

    Trees on points of the unit sphere; those with like limits together, so that a region's reach
    does not make a village's search long.
    """
    near, far = (s.offers.at, s.needs.at) if flip else (s.needs.at, s.offers.at)
    tree = cKDTree(far[theirs])
    scale = np.floor(np.log2(np.maximum(limits, 1e-3)))
    for step in np.unique(scale):
        bucket = np.flatnonzero(scale == step)
        for start in range(0, len(bucket), NEEDS_AT_ONCE):
            part = bucket[start : start + NEEDS_AT_ONCE]
            reach = float(chord(limits[part].max())) * (1 + 1e-9) + 1e-12
            found = cKDTree(near[mine[part]]).sparse_distance_matrix(
                tree, reach, output_type="ndarray"
            )
            a, b = mine[part[found["i"]]], theirs[found["j"]]
            yield (b, a) if flip else (a, b)


def _product(needs: np.ndarray, offers: np.ndarray) -> Iterator[Pairs]:
    if len(needs) * len(offers) > TRIED:
        raise ReciproqueError("match.too_many", count=len(needs) * len(offers))
    step = max(1, BLOCK // max(1, len(offers)))
    for start in range(0, len(needs), step):
        part = needs[start : start + step]
        yield np.repeat(part, len(offers)), np.tile(offers, len(part))


def _near(s: Sides, needs: np.ndarray, offers: np.ndarray) -> Iterator[Pairs]:
    """Pairs of a group that no limit keeps apart, in blocks (a little farther at most)."""
    mine, theirs = s.needs.limit[needs], s.offers.limit[offers]
    placed_needs, placed_offers = s.needs.located[needs], s.offers.located[offers]
    near = needs[placed_needs & np.isfinite(mine)]
    if len(near) and placed_offers.any():
        yield from _within(s, near, offers[placed_offers], s.needs.limit[near], flip=False)
    far = needs[placed_needs & np.isinf(mine)]
    close = offers[placed_offers & np.isfinite(theirs)]
    if len(far) and len(close):
        yield from _within(s, close, far, s.offers.limit[close], flip=True)
    yield from _product(needs[np.isinf(mine)], offers[np.isinf(theirs)])


def _without_place(s: Sides, needs: np.ndarray, offers: np.ndarray) -> tuple[int, int]:
    """How many pairs of a group have a limit but lack a place; how many have both."""
    mine, theirs = np.isinf(s.needs.limit[needs]), np.isinf(s.offers.limit[offers])
    here, there = s.needs.located[needs], s.offers.located[offers]
    limited = len(needs) * len(offers) - int(mine.sum()) * int(theirs.sum())
    both = int(here.sum()) * int(there.sum()) - int((here & mine).sum()) * int(
        (there & theirs).sum()
    )
    return limited - both, both


def eligible(s: Sides, progress: Callable[[str, float], None] | None = None) -> Edges:
    """All pairs that meet every condition, and how many each condition refused.

    Raises ``match.too_many`` where more pairs would stay than a machine bears: the remedy is a
    distance, a narrower product, or fewer lines.
    """
    refused = dict.fromkeys(ORDER, 0)
    n, m = len(s.needs.wishes), len(s.offers.wishes)
    by_resource = _sizes(s, s.resources)
    refused["resource"] = n * m - by_resource
    refused["attributes"] = by_resource - _sizes(s, s.compatible)
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    total = done = 0
    for needs, offers in _groups(s):
        missing, both = _without_place(s, needs, offers)
        refused["place"] += missing
        refused["distance"] += both
        for i, j in _near(s, needs, offers):
            km, limit = kilometres(s, i, j), limit_of(s, i, j)
            inside = ~(km > limit)
            refused["distance"] -= int((inside & np.isfinite(limit)).sum())
            i, j, km = i[inside], j[inside], km[inside]
            failed = first_failed(s, i, j, OF_PAIRS)
            for place, count in enumerate(
                np.bincount(failed - ELIGIBLE, minlength=len(ORDER) + 1)[1:]
            ):
                refused[ORDER[place]] += int(count)
            good = failed == ELIGIBLE
            total += int(good.sum())
            if total > LARGEST:
                raise ReciproqueError("match.too_many", count=total)
            kept.append((i[good].astype(np.int32), j[good].astype(np.int32), km[good]))
        done += len(needs)
        if progress:
            progress("progress.match_eligible", done / n)
    return _sorted(kept, refused)


def _sizes(s: Sides, classes: np.ndarray) -> int:
    mine = np.bincount(s.needs.kind, minlength=classes.shape[0])
    theirs = np.bincount(s.offers.kind, minlength=classes.shape[1])
    return int(mine @ (classes @ theirs))


def _sorted(
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]], refused: Mapping[str, int]
) -> Edges:
    if not kept:
        none = np.empty(0, dtype=np.int32)
        return Edges(none, none, np.empty(0), refused)
    need, offer, km = (np.concatenate(column) for column in zip(*kept, strict=True))
    order = np.argsort(need.astype(np.int64) << 32 | offer.astype(np.int64), kind="stable")
    return Edges(need[order], offer[order], km[order], refused)
