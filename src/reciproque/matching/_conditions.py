"""The conditions of eligibility: one function for each row of ``vocabulary/conditions``, on all pairs at once.

The rows' order is the order in which conditions are tried: a pair's refusal is the first it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reciproque.matching._sides import EARTH_KM, Side, Sides, rule
from reciproque.vocabulary import rows

Check = Callable[[Sides, np.ndarray, np.ndarray], np.ndarray]


def kilometres(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Great-circle kilometres between need ``i`` and offer ``j`` (e,); nan where a place is unknown.

    By the chord of the unit sphere, exact at short distances too (haversine formula).
    """
    a, b = s.needs.at, s.offers.at
    chord = np.zeros(len(i))
    for axis in range(3):
        chord += (a[i, axis] - b[j, axis]) ** 2
    return 2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(chord) / 2, 1.0))


def limit_of(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """The farthest that both sides accept (e,), in kilometres; inf without limit."""
    return np.minimum(s.needs.limit[i], s.offers.limit[j])


def _resource(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return s.resources[s.needs.kind[i], s.offers.kind[j]]


def _attributes(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return s.compatible[s.needs.kind[i], s.offers.kind[j]]


def _place(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    known = s.needs.located[i] & s.offers.located[j]
    return known | np.isinf(limit_of(s, i, j))


def _distance(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return ~(kilometres(s, i, j) > limit_of(s, i, j))


def _same_actor(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return s.needs.actor[i] != s.offers.actor[j]


def _absent(sorted_keys: np.ndarray, keys: np.ndarray) -> np.ndarray:
    if not len(sorted_keys):
        return np.ones(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return sorted_keys[at] != keys


def _forbidden(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return _absent(s.forbidden, i.astype(np.int64) * len(s.offers.wishes) + j)


def _excluded(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    by_need = _absent(s.excluded_by_need, i.astype(np.int64) * s.actors + s.offers.actor[j])
    return by_need & _absent(s.excluded_by_offer, j.astype(np.int64) * s.actors + s.needs.actor[i])


def _youngest(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return s.needs.age[i] >= rule("youngest")


def _consent(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return ~s.needs.minor[i] | s.needs.consent[i]


def _adult(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return ~s.needs.minor[i] | ~s.offers.minor[j]


def _vetted(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return ~s.needs.minor[i] | s.offers.vetted[j]


def _setting(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """One side at least names a place fit for minors, and neither names one that is not."""
    mine, theirs = s.needs.setting[i], s.offers.setting[j]
    return ~s.needs.minor[i] | ((np.minimum(mine, theirs) >= 0) & (np.maximum(mine, theirs) > 0))


def _dates(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    first = np.maximum(s.needs.start[i], s.offers.start[j])
    return first <= np.minimum(s.needs.end[i], s.offers.end[j])


def _common(mine: np.ndarray, theirs: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """A bit in common; a side that says nothing accepts all."""
    found = (mine == 0).all(axis=1)[i] | (theirs == 0).all(axis=1)[j]
    for word in range(mine.shape[1]):
        found |= (mine[i, word] & theirs[j, word]) != 0
    return found


def _slots(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return _common(s.needs.slots, s.offers.slots, i, j)


def _languages(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return _common(s.needs.languages, s.offers.languages, i, j)


def _labels(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    found = np.ones(len(i), dtype=bool)
    for word in range(s.needs.labels.shape[1]):
        found &= (s.needs.labels[i, word] & ~s.offers.labels[j, word]) == 0
    return found


def _lot(s: Sides, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    most = np.minimum(s.needs.amount[i], s.offers.amount[j])
    return most >= np.maximum(s.needs.smallest[i], s.offers.smallest[j])


CHECKS: Mapping[str, Check] = {
    "resource": _resource,
    "attributes": _attributes,
    "place": _place,
    "distance": _distance,
    "same_actor": _same_actor,
    "forbidden": _forbidden,
    "excluded": _excluded,
    "youngest": _youngest,
    "consent": _consent,
    "adult": _adult,
    "vetted": _vetted,
    "setting": _setting,
    "dates": _dates,
    "slots": _slots,
    "languages": _languages,
    "labels": _labels,
    "lot": _lot,
}
ORDER = tuple(row["id"] for row in rows("conditions"))
OF_PAIRS = tuple(row["id"] for row in rows("conditions") if row["family"] == "edge")
ELIGIBLE = -1


def _asked(side: Side, column: str) -> bool:
    return bool(np.asarray(getattr(side, column)).any())


def bearing(s: Sides, names: tuple[str, ...] = ORDER) -> tuple[str, ...]:
    """The conditions that can refuse anyone here: those on which somebody says something."""
    minors = _asked(s.needs, "minor")
    idle = {
        "forbidden": not len(s.forbidden),
        "excluded": not len(s.excluded_by_need) and not len(s.excluded_by_offer),
        "youngest": not minors,
        "consent": not minors,
        "adult": not minors,
        "vetted": not minors,
        "setting": not minors,
        "slots": not (_asked(s.needs, "slots") and _asked(s.offers, "slots")),
        "languages": not (_asked(s.needs, "languages") and _asked(s.offers, "languages")),
        "labels": not _asked(s.needs, "labels"),
    }
    return tuple(name for name in names if not idle.get(name, False))


def first_failed(
    s: Sides, i: np.ndarray, j: np.ndarray, names: tuple[str, ...] = ORDER
) -> np.ndarray:
    """The place in ``ORDER`` of the first condition that each pair (e,) fails, or ``ELIGIBLE``."""
    failed = np.full(len(i), ELIGIBLE, dtype=np.int8)
    left = np.arange(len(i))
    for name in bearing(s, names):
        wrong = ~CHECKS[name](s, i[left], j[left])
        if wrong.any():
            failed[left[wrong]] = ORDER.index(name)
            left = left[~wrong]
    return failed
