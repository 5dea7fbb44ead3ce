"""Gifts in common: many givers, their wishes, and the projects that call for support."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from reciproque.kernel import Allocation, Matching, Need, Offer, Reason, ReciproqueError, Refusal
from reciproque.matching._eligibility import Judge, candidates, why_not
from reciproque.matching._pool_programme import Pool, Poured, pour
from reciproque.matching._problem import Problem
from reciproque.vocabulary import in_own_unit, label, say_number, unit_of

SECONDS = 30.0
WAYS = ("total", "projects")
MOST_TOLD = 500  # pairs refused that are told one by one
CENT = 100


@dataclass(frozen=True, slots=True)
class GroupShare:
    """Of what ``givers`` give together, at least ``at_least`` (0 to 1) goes to a group of needs.

    ``givers`` are keys of offers or of their actors (a pot is the offers of its holder; empty: everyone).  A need is of the
    group when its ``theme`` attribute is one of ``themes``, its territory one of ``territories`` and its key one of
    ``needs``, each where it is said.  A share of 1 is a condition.  Raises :class:`ReciproqueError` for a share
    out of 0..1 or a group that says nothing.
    """

    key: str
    at_least: float
    givers: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    title: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.at_least <= 1:
            raise ReciproqueError("pool.share", what=self.title or self.key, value=self.at_least)
        if not (self.themes or self.territories or self.needs):
            raise ReciproqueError("pool.group", what=self.title or self.key)

    def concerns(self, need: Need) -> bool:
        """Whether a need is of the group."""
        return (
            (not self.themes or need.attributes.get("theme", "") in self.themes)
            and (not self.territories or need.territory in self.territories)
            and (not self.needs or need.key in self.needs)
        )

    def binds(self, offer: Offer) -> bool:
        """Whether an offer is among the givers."""
        return not self.givers or offer.key in self.givers or offer.actor in self.givers


def pools(
    problem: Problem,
    shares: tuple[GroupShare, ...] = (),
    how: str = "total",
    seconds: float = SECONDS,
) -> Matching:
    """Which gifts support which projects, how much each, within what givers wish.

    A need's ``smallest`` is what it must reach, from all givers together, to start (its whole quantity: all or nothing; 0: any
    part); an offer's ``smallest`` is its least part.  In order: what is pinned; as much as possible, then as many
    projects at their threshold (``how="projects"``: the reverse); the same part of each supported need, the
    worst-off first; the same part of each gift.  Amounts of money are whole cents.  ``objective`` is what is placed
    (own units where all needs are of one resource, else the part of each resource, added up), ``bound`` what nothing can exceed.

    Raises :class:`ReciproqueError` for another ``how``, a giver nobody is, a share over several resources, and what
    :class:`Problem` refuses.  Exact by HiGHS where ``seconds`` suffice, else with its gap.  Source: docs/methode-mecenat.md;
    lexicographic max-min after Ogryczak and Sliwinski 2006, On direct methods for lexicographic min-max optimization.

    >>> school = Need("s", "school", "money", 900, "eur", attributes={"theme": "education"})
    >>> garden = Need("g", "garden", "money", 300, "eur")
    >>> found = pools(Problem((school, garden), (Offer("o", "firm", "money", 400, "eur"),)))
    >>> [(a.need, a.quantity) for a in found.allocations]
    [('g', 100.0), ('s', 300.0)]
    """
    begun = time.perf_counter()
    if how not in WAYS:
        raise ReciproqueError("match.way", given=how, known=", ".join(WAYS))
    open_ = replace(problem, needs=tuple(replace(n, smallest=0.0) for n in problem.needs))
    judge = Judge(open_)
    pool, size, worth = _pool(problem, open_, judge, shares)
    found = pour(pool, how, seconds)
    flow = _cents(problem, pool, found.flow * size[pool.head], size)
    parts = flow / size[pool.head]
    got = np.bincount(pool.head, parts, len(pool.wanted))
    sent = np.bincount(pool.tail, parts, len(pool.supply))
    placed = worth * float(pool.gain @ parts)
    left = max(0.5, seconds - (time.perf_counter() - begun))
    return Matching(
        tuple(_allocations(problem, pool, flow, got, shares)),
        _left(problem.needs, pool.wanted, got), _left(problem.offers, pool.supply, sent),
        placed, max(placed, worth * found.bound), found.optimal,
        time.perf_counter() - begun, refusals=tuple(_refusals(open_, judge, pool)),
        missing_links=_links(problem, pool, shares, found, how, left, worth),
        notes=(*_unsupported(problem, pool, got), *(() if found.optimal else (Reason("match.time", "match", {}),))),
    )  # fmt: skip


def _pool(
    problem: Problem, open_: Problem, judge: Judge, shares: tuple[GroupShare, ...]
) -> tuple[Pool, np.ndarray, float]:
    """The pool, the own units that stand for 1 at each need (m,), and what 1 of the goal is worth."""
    found = candidates(open_, judge)
    needs, offers = judge.needs, judge.offers
    largest: dict[str, float] = {}
    for wish, q in zip(
        (*problem.needs, *problem.offers), (*needs.quantity, *offers.quantity), strict=True
    ):
        largest[wish.resource] = max(largest.get(wish.resource, 0.0), float(q))
    size = np.array([largest[n.resource] for n in problem.needs])
    sizes = np.array([largest[o.resource] for o in problem.offers])
    one = len({n.resource for n in problem.needs}) == 1
    wanted = needs.quantity / size
    least = np.array([min(n.smallest / n.quantity, 1.0) for n in problem.needs]) * wanted
    pinned = [pair in problem.pinned for pair in _keys(problem, found.need, found.offer)]
    whole = {
        r: sum(w for w, n in zip(wanted, problem.needs, strict=True) if n.resource == r)
        for r in largest
    }
    gain = np.array([1.0 if one else 1.0 / whole[n.resource] for n in problem.needs])
    pool = Pool(
        found.offer, found.need, offers.quantity / sizes, wanted, least,
        np.minimum(offers.smallest, offers.quantity) / sizes, gain[found.need],
        [_weights(s, problem, found.need, found.offer) for s in shares], np.array(pinned, bool),
    )  # fmt: skip
    return pool, size, float(size[0]) if one else 1.0


def _keys(problem: Problem, i: np.ndarray, j: np.ndarray) -> Iterator[tuple[str, str]]:
    for a, b in zip(i.tolist(), j.tolist(), strict=True):
        yield problem.needs[a].key, problem.offers[b].key


def _weights(share: GroupShare, problem: Problem, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """What goes to the group less its share of all that its givers give, for each arc."""
    known = {o.key for o in problem.offers} | {o.actor for o in problem.offers}
    for giver in share.givers:
        if giver not in known:
            raise ReciproqueError("pool.giver", what=share.title or share.key, giver=giver)
    for need in share.needs:
        if need not in {n.key for n in problem.needs}:
            raise ReciproqueError("pool.need", what=share.title or share.key, need=need)
    bound = np.array([share.binds(o) for o in problem.offers], bool)
    kinds = {o.resource for o, b in zip(problem.offers, bound, strict=True) if b}
    if len(kinds) > 1:
        raise ReciproqueError("pool.mixed", what=share.title or share.key)
    inside = np.array([share.concerns(n) for n in problem.needs], bool)
    return np.where(bound[j], inside[i] - share.at_least, 0.0)


def _cents(problem: Problem, pool: Pool, flow: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Money in whole cents: sums to the nearest, no gift overdrawn, no need passed; the rest as it is."""
    money = np.array([unit_of(n.resource) == "eur" for n in problem.needs], bool)[pool.head]
    exact, whole = flow * CENT, np.floor(flow * CENT + 1e-4)
    sizes = np.zeros(len(pool.supply))
    sizes[pool.tail] = size[pool.head]
    room_in = _room(pool.head, pool.wanted * size, whole)
    room_out = _room(pool.tail, pool.supply * sizes, whole)
    for ends, count in ((pool.head, len(pool.wanted)), (pool.tail, len(pool.supply))):
        for k in range(count):
            arcs = np.flatnonzero((ends == k) & (flow > 0) & money)
            missing = round(exact[arcs].sum() + 1e-4) - int(whole[arcs].sum())
            for arc in arcs[np.argsort(whole[arcs] - exact[arcs], kind="stable")]:
                i, j = pool.head[arc], pool.tail[arc]
                if missing > 0 and room_in[i] >= 1 and room_out[j] >= 1:
                    whole[arc] += 1
                    room_in[i], room_out[j], missing = room_in[i] - 1, room_out[j] - 1, missing - 1
    return np.where(money, whole / CENT, np.round(flow, 5))


def _room(ends: np.ndarray, most: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Whole cents that each end can still take."""
    return np.floor(most * CENT + 1e-4) - np.bincount(ends, whole, len(most))


def _left(wishes: tuple, whole: np.ndarray, used: np.ndarray) -> Mapping[str, float]:
    """What remains of each wish, in its own unit of writing."""
    return {
        w.key: round(float(w.quantity * (1 - u / q)), 6)
        for w, q, u in zip(wishes, whole, used, strict=True) if q - u > 1e-7 * q
    }  # fmt: skip


def _allocations(
    problem: Problem, pool: Pool, flow: np.ndarray, got: np.ndarray, shares: tuple[GroupShare, ...]
) -> list[Allocation]:
    made = []
    for e in np.flatnonzero(flow > 0).tolist():
        i, j = int(pool.head[e]), int(pool.tail[e])
        need, offer = problem.needs[i], problem.offers[j]
        reasons = [
            Reason(
                "pool.wish" if s.at_least < 1 else "pool.wish_all",
                "match",
                {"what": s.title or s.key, "share": 100 * s.at_least},
            )
            for s in shares
            if s.binds(offer) and s.concerns(need) and s.at_least > 0
        ]
        part = float(got[i] / pool.wanted[i])
        reasons.append(Reason("pool.part", "match", {"part": 100 * part}, strength=part))
        if pool.least[i] > 0:
            reasons.append(Reason("pool.enough", "match", _amounts(need, least=need.smallest)))
        quantity = float(flow[e]) / in_own_unit(1.0, need.unit, need.resource)
        made.append(
            Allocation(need.key, offer.key, quantity, need.unit, part, reasons=tuple(reasons))
        )
    return sorted(made, key=lambda a: (a.need, -a.quantity, a.offer))


def _amounts(need: Need, **figures: float) -> dict[str, object]:
    """A need's title and quantities in its unit, in each language."""
    told: dict[str, object] = {"need": need.title or need.key}
    for name, value in figures.items():
        told |= _quantity(name, value, need.unit)
    return told


def _quantity(name: str, value: float, unit: str) -> dict[str, object]:
    value = round(float(value), 2)
    decimals = 0 if value.is_integer() else 2
    return {
        f"{name}_{lang}": f"{say_number(value, lang, decimals)}\u00a0{label('units', unit, lang)}"
        for lang in ("fr", "en")
    }


def _refusals(problem: Problem, judge: Judge, pool: Pool) -> Iterator[Refusal]:
    """The pairs of one resource that a condition sets apart, and the first such condition."""
    through = set(zip(pool.head.tolist(), pool.tail.tolist(), strict=True))
    told = 0
    for i, need in enumerate(problem.needs):
        for j, offer in enumerate(problem.offers):
            if need.resource != offer.resource or (i, j) in through or told >= MOST_TOLD:
                continue
            refusal = why_not(problem, need.key, offer.key, judge)
            if refusal is not None:
                told += 1
                yield refusal


def _unsupported(problem: Problem, pool: Pool, got: np.ndarray) -> Iterator[Reason]:
    """Why a project receives nothing: nobody may give, too little may be given, or others came first."""
    for i, need in enumerate(problem.needs):
        if got[i] > 0:
            continue
        most = float(pool.supply[np.unique(pool.tail[pool.head == i])].sum())
        reach = most * need.quantity / pool.wanted[i]
        figures = _amounts(need, least=need.smallest, most=reach)
        if most == 0:
            yield Reason("pool.nobody", "unmet", figures)
        elif most < pool.least[i]:
            yield Reason("pool.below", "unmet", figures)
        else:
            yield Reason("pool.others", "unmet", figures)


def _links(
    problem: Problem,
    pool: Pool,
    shares: tuple[GroupShare, ...],
    found: Poured,
    how: str,
    seconds: float,
    worth: float,
) -> tuple[Reason, ...]:
    """The wishes that hold gifts back: each lifted alone, and what that would free."""
    if not found.optimal or len({n.resource for n in problem.needs}) > 1:
        return ()
    freed = []
    for k, share in enumerate(shares):
        others = [w for at, w in enumerate(pool.shares) if at != k]
        more = pour(replace(pool, shares=others), how, seconds / (2 * len(shares)))
        gain = worth * (more.placed - found.placed)
        if gain > 0.01:
            own = unit_of(problem.needs[0].resource)
            figures = {"what": share.title or share.key, **_quantity("freed", round(gain, 2), own)}
            freed.append((gain, Reason("pool.link_share", "link", figures, estimated=True)))
    return tuple(reason for _gain, reason in sorted(freed, key=lambda pair: -pair[0]))
