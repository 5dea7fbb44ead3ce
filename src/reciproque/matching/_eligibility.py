"""Who may be brought together: conditions in their order, and the first that a pair fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from reciproque.kernel import Reason, Refusal
from reciproque.matching._features import Between, Side, exactness, minutes_shared, side
from reciproque.matching._problem import Problem
from reciproque.territories import chord, great_circle_km, unit_vectors
from reciproque.vocabulary import label, table

HALF_KM = 20.0  # at this distance nearness is worth a half
LONG_SLOT = 120.0  # minutes in common from which slots are worth the most
AT_ONCE = 2_000_000  # pairs looked at together, to bound memory
DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Candidates:
    """The pairs (need i, offer j) that every condition lets through, in order of i then j.

    ``km`` as the crow flies (nan where a place is unknown); ``score`` (0 to 1) of each pair; ``need_view`` and
    ``offer_view``, the same seen by each side, its preferences counted.  ``refused``: how many pairs fail first at
    each condition; pairs of different resources are not counted.
    """

    need: np.ndarray
    offer: np.ndarray
    km: np.ndarray
    score: np.ndarray
    need_view: np.ndarray
    offer_view: np.ndarray
    refused: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.need)


class Judge:
    """The conditions of a problem, ready to be asked about any pairs.

    ``kept_days`` (m,): how long each offer may wait for a need once its window is over; not at all by default.
    """

    def __init__(self, problem: Problem, kept_days: np.ndarray | None = None) -> None:
        self.problem = problem
        self._kept_days = np.zeros(len(problem.offers)) if kept_days is None else kept_days
        self.needs: Side = side(problem.needs)
        self.offers: Side = side(problem.offers)
        n, o = problem.needs, problem.offers
        self.exact = Between(_frozen(n), _frozen(o), lambda a, b: exactness(dict(a), dict(b)))
        self.labels = Between(
            [w.labels for w in n], [w.labels for w in o], lambda a, b: set(a) <= set(b)
        )
        self.words = Between(
            [w.languages for w in n], [w.languages for w in o],
            lambda a, b: not a or not b or bool(set(a) & set(b)),
        )  # fmt: skip
        self.shared = Between([w.slots for w in n], [w.slots for w in o], minutes_shared)
        known = {actor: at for at, actor in enumerate({w.actor: 0 for w in (*n, *o)})}
        self._mine = np.array([known[w.actor] for w in n])
        self._theirs = np.array([known[w.actor] for w in o])
        self.places = {(w.key): i for i, w in enumerate(n)}, {(w.key): j for j, w in enumerate(o)}
        self._preferring = any(w.preferred for w in (*n, *o))
        self._forbidden = self._mask(problem.forbidden)
        self._excluded = self._mask(_excluded(problem))
        rules = {name: float(row["value"]) for name, row in table("safeguard_rules").items()}
        self._adult, self._youngest = rules["adult_age"], rules["youngest"]
        self._oldest_vetting = problem.today.toordinal() - rules["vetting_months"] * DAYS_A_MONTH

    def _mask(self, pairs: Iterator[tuple[str, str]] | frozenset[tuple[str, str]]) -> np.ndarray:
        """Sorted numbers i x m + j of pairs of keys."""
        needs, offers = self.places
        found = [needs[a] * len(offers) + offers[b] for a, b in pairs]
        return np.array(sorted(found), np.int64)

    def _listed(self, listed: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        return (
            np.isin(i * len(self.offers.wishes) + j, listed)
            if len(listed)
            else np.zeros(len(i), bool)
        )

    def km(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Kilometres as the crow flies of each pair."""
        a, b = self.needs.place[i], self.offers.place[j]
        return great_circle_km(a[:, 0], a[:, 1], b[:, 0], b[:, 1])

    def waited(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Days from the end of each offer's window to the start of its need's; 0 where they meet."""
        return np.maximum(self.needs.start[i] - self.offers.end[j], 0.0)

    def minor(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Whether someone in a pair is under age, on either side."""
        return (self.needs.age[i] < self._adult) | (self.offers.age[j] < self._adult)

    def conditions(self) -> Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]:
        """Each condition of ``vocabulary/match_conditions`` by its id: which pairs meet it."""
        n, o = self.needs, self.offers

        def young(i: np.ndarray, j: np.ndarray) -> np.ndarray:
            return (n.age[i] < self._youngest) | (o.age[j] < self._youngest)

        def told(i: np.ndarray, j: np.ndarray) -> np.ndarray:
            own = np.where(n.age[i] < self._adult, n.consent[i], True)
            return own & np.where(o.age[j] < self._adult, o.consent[j], True)

        def vetted(i: np.ndarray, j: np.ndarray) -> np.ndarray:
            """Beside a minor stands an adult, vetted lately; never another minor."""
            first, last = self._oldest_vetting, self.problem.today.toordinal()
            mine, theirs = n.age[i] < self._adult, o.age[j] < self._adult
            by_need = ~mine & (n.vetted[i] >= first) & (n.vetted[i] <= last)
            by_offer = ~theirs & (o.vetted[j] >= first) & (o.vetted[j] <= last)
            return (~mine | by_offer) & (~theirs | by_need)

        def placed(i: np.ndarray, j: np.ndarray) -> np.ndarray:
            """With a minor, one side names a place that protects, and neither a place that does not."""
            said = (n.protects[i] | o.protects[j]) & ~n.exposes[i] & ~o.exposes[j]
            return ~self.minor(i, j) | said

        return {
            "actor": lambda i, j: self._mine[i] != self._theirs[j],
            "excluded": lambda i, j: ~self._listed(self._excluded, i, j),
            "forbidden": lambda i, j: ~self._listed(self._forbidden, i, j),
            "product": lambda i, j: self.exact.at(i, j) > 0,
            "labels": lambda i, j: self.labels.at(i, j) > 0,
            "languages": lambda i, j: self.words.at(i, j) > 0,
            "window": lambda i, j: (o.start[j] <= n.end[i]) & (self.waited(i, j) <= self._kept_days[j]),
            "slots": lambda i, j: self.shared.at(i, j) > 0,
            "distance": lambda i, j: ~(self.km(i, j) > np.minimum(n.within[i], o.within[j])),
            "smallest": lambda i, j: np.minimum(n.quantity[i], o.quantity[j]) >= np.maximum(n.smallest[i], o.smallest[j]),
            "age": lambda i, j: ~young(i, j),
            "consent": told,
            "vetting": vetted,
            "setting": placed,
        }  # fmt: skip

    def views(self, i: np.ndarray, j: np.ndarray, km: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each pair is worth to its need and to its offer, 0 to 1."""
        w = self.problem.weights
        total = sum(w.values()) or 1.0
        near = np.where(np.isnan(km), 0.5, 1.0 / (1.0 + np.nan_to_num(km) / HALF_KM))
        slots = np.minimum(self.shared.at(i, j), LONG_SLOT) / LONG_SLOT
        common = w["near"] * near + w["exact"] * self.exact.at(i, j) + w["slots"] * slots
        needs, offers = self.problem.needs, self.problem.offers
        if not self._preferring:
            value = (common + w["preferred"]) / total
            return value, value
        mine = _preferences(needs, [o.actor for o in offers], i, j)
        theirs = _preferences(offers, [n.actor for n in needs], j, i)
        return (common + w["preferred"] * mine) / total, (common + w["preferred"] * theirs) / total


def _frozen(wishes: tuple) -> list[tuple]:
    return [tuple(sorted(w.attributes.items())) for w in wishes]


def _excluded(problem: Problem) -> Iterator[tuple[str, str]]:
    """Pairs of which one side excludes the other's organisation."""
    by_actor: dict[str, list[str]] = {}
    for offer in problem.offers:
        by_actor.setdefault(offer.actor, []).append(offer.key)
    needing: dict[str, list[str]] = {}
    for need in problem.needs:
        needing.setdefault(need.actor, []).append(need.key)
        for actor in need.excluded:
            yield from ((need.key, key) for key in by_actor.get(actor, ()))
    for offer in problem.offers:
        for actor in offer.excluded:
            yield from ((key, offer.key) for key in needing.get(actor, ()))


def _preferences(
    wishes: tuple, actors: list[str], own: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Each wish's preference for the organisation opposite: its weight over its largest, 1 by default."""
    if not any(w.preferred for w in wishes):
        return np.ones(len(own))
    known = {actor: at for at, actor in enumerate(dict.fromkeys(actors))}
    result = np.ones(len(own))
    at = np.array([known[a] for a in actors], np.int64)[other]
    top = np.array([max((1.0, *w.preferred.values())) for w in wishes])
    listed = {
        (k, known[actor]): weight
        for k, w in enumerate(wishes) for actor, weight in w.preferred.items() if actor in known
    }  # fmt: skip
    if listed:
        numbers = np.array([k * len(known) + a for k, a in listed], np.int64)
        order = np.argsort(numbers)
        values = np.array(list(listed.values()))[order]
        asked = own * len(known) + at
        place = np.minimum(np.searchsorted(numbers[order], asked), len(numbers) - 1)
        result = np.where(numbers[order][place] == asked, values[place], 1.0)
    return np.clip(result / top[own], 0.0, 1.0)


def _of_resource(judge: Judge) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """Pairs of one resource within reach, in blocks, and how many lie beyond reach."""
    needs, offers = judge.needs, judge.offers
    kinds = [w.resource for w in needs.wishes]
    given = np.array([w.resource for w in offers.wishes], object)
    for resource in dict.fromkeys(kinds):
        mine = np.flatnonzero(np.array(kinds, object) == resource)
        theirs = np.flatnonzero(given == resource)
        if not len(theirs):
            continue
        limited = np.minimum(needs.within[mine].max(), offers.within[theirs].max())
        known = (
            np.isfinite(needs.place[mine]).all(axis=1).all()
            and np.isfinite(offers.place[theirs]).all(axis=1).all()
        )
        if np.isfinite(limited) and known:
            yield from _within(judge, mine, theirs, float(limited))
            continue
        rows = max(1, AT_ONCE // len(theirs))
        for at in range(0, len(mine), rows):
            block = mine[at : at + rows]
            yield np.repeat(block, len(theirs)), np.tile(theirs, len(block)), 0


def _within(
    judge: Judge, mine: np.ndarray, theirs: np.ndarray, km: float
) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """Pairs no further apart than the largest limit, found by a tree: n x m is never laid out."""
    a, b = judge.needs.place[mine], judge.offers.place[theirs]
    tree = cKDTree(unit_vectors(b[:, 0], b[:, 1]))
    reach = chord(km) * (1 + 1e-9)
    points = unit_vectors(a[:, 0], a[:, 1])
    step = max(AT_ONCE // max(1, len(theirs)), 256)
    for at in range(0, len(mine), step):
        block = cKDTree(points[at : at + step])
        near = block.sparse_distance_matrix(tree, reach, output_type="ndarray")
        yield mine[at + near["i"]], theirs[near["j"]], block.n * len(theirs) - len(near)


def candidates(problem: Problem, judge: Judge | None = None) -> Candidates:
    """All pairs that may be brought together, with their scores; see :class:`Candidates`."""
    judge = judge or Judge(problem)
    conditions = judge.conditions()
    refused = dict.fromkeys(table("match_conditions"), 0)
    kept: list[tuple[np.ndarray, ...]] = []
    for i, j, beyond in _of_resource(judge):
        refused["distance"] += beyond
        for name in refused:
            good = np.flatnonzero(conditions[name](i, j))
            if len(good) < len(i):
                refused[name] += len(i) - len(good)
                i, j = i[good], j[good]
        km = judge.km(i, j)
        kept.append((i, j, km, *judge.views(i, j, km)))
    i, j, km, mine, theirs = (np.concatenate(parts) for parts in zip(*kept, strict=True)) if kept else (np.empty(0, int),) * 2 + (np.empty(0),) * 3  # fmt: skip
    order = np.argsort(i * len(judge.offers.wishes) + j)
    i, j, km, mine, theirs = (a[order] for a in (i, j, km, mine, theirs))
    return Candidates(i, j, km, (mine + theirs) / 2, mine, theirs, refused)


def why_not(problem: Problem, need: str, offer: str, judge: Judge | None = None) -> Refusal | None:
    """The first condition that a need and an offer fail together; ``None`` where they may be matched.

    Raises ``KeyError`` for a key that the problem lacks.
    """
    judge = judge or Judge(problem)
    i, j = judge.places[0][need], judge.places[1][offer]
    one, other = problem.needs[i], problem.offers[j]
    if one.resource != other.resource:
        return Refusal(need, offer, _said("resource", judge, i, j))
    at = np.array([i]), np.array([j])
    for name, meets in judge.conditions().items():
        if not meets(*at)[0]:
            return Refusal(need, offer, _said(name, judge, i, j))
    return None


def _said(name: str, judge: Judge, i: int, j: int) -> Reason:
    one, other = judge.problem.needs[i], judge.problem.offers[j]
    km = float(judge.km(np.array([i]), np.array([j]))[0])
    figures: dict[str, object] = {
        "km": km, "limit": float(min(judge.needs.within[i], judge.offers.within[j])),
        "missing": ", ".join(x for x in one.labels if x not in other.labels),
        "need": one.title or one.key, "offer": other.title or other.key,
    }  # fmt: skip
    for lang in ("fr", "en"):
        for key, table_, word in (
            ("asked", "resources", one.resource),
            ("given", "resources", other.resource),
        ):
            figures[f"{key}_{lang}"] = label(table_, word, lang)
        wanted, told = one.attributes.get("product", ""), other.attributes.get("product", "")
        figures[f"product_{lang}"] = label("products", wanted, lang)
        figures[f"other_{lang}"] = label("products", told, lang)
    return Reason(f"match.not_{name}", "refused", figures)
