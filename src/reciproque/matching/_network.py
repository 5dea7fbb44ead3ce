"""Volumes as a network: who can send what to whom, straight or through the steps of a chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reciproque.kernel import Offer, ReciproqueError, Step
from reciproque.matching._eligibility import DAYS_A_MONTH, Judge, candidates
from reciproque.matching._features import ancestors
from reciproque.matching._problem import Problem
from reciproque.territories import great_circle_km
from reciproque.vocabulary import in_own_unit, label, table, unit_of


@dataclass(frozen=True)
class Network:
    """Arcs (E,) from ``tail`` to ``head``: offers are numbered from 0, then steps, then needs.

    ``km`` (0 where a place is unknown), ``months`` in store from an offer's window to a need's, ``limit`` what each offer and step may send or take in (inf: no limit),
    ``yields`` (units out for each unit in, 1 but for steps), ``wanted`` of each need; all in own units.
    """

    problem: Problem
    tail: np.ndarray
    head: np.ndarray
    km: np.ndarray
    months: np.ndarray
    supply: np.ndarray
    capacity: np.ndarray
    yields: np.ndarray
    wanted: np.ndarray

    @property
    def first_need(self) -> int:
        return len(self.supply) + len(self.capacity)

    def giver(self, node: int) -> Offer | Step:
        """The offer or step of a node."""
        offers = len(self.supply)
        return self.problem.offers[node] if node < offers else self.problem.steps[node - offers]

    def label_of(self, node: int) -> str:
        """What a node is called."""
        if node >= self.first_need:
            return (n := self.problem.needs[node - self.first_need]).title or n.key
        return (g := self.giver(node)).title or g.key


def _place(things: Sequence[Offer | Step]) -> np.ndarray:
    return np.array(
        [(np.nan if t.longitude is None else t.longitude, np.nan if t.latitude is None else t.latitude) for t in things]
    ).reshape(-1, 2)  # fmt: skip


def _between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    km = great_circle_km(a[:, None, 0], a[:, None, 1], b[None, :, 0], b[None, :, 1])
    return np.nan_to_num(km)


def _acyclic(steps: Sequence[Step]) -> None:
    """Refuse steps that make a resource out of itself, one after the other."""
    makes: dict[str, set[str]] = {}
    for step in steps:
        makes.setdefault(step.takes, set()).add(step.gives)

    def walk(resource: str, path: tuple[str, ...]) -> None:
        if resource in path:
            chain = [*path[path.index(resource) :], resource]
            words = {
                f"chain_{lang}": ", ".join(label("resources", r, lang) for r in chain)
                for lang in ("fr", "en")
            }
            raise ReciproqueError("match.cycle", **words)
        for other in sorted(makes.get(resource, ())):
            walk(other, (*path, resource))

    for resource in sorted(makes):
        walk(resource, ())


def _keeps(offers: Sequence[Offer]) -> np.ndarray:
    """Months that each offer keeps (m,): what its ``keeps_months`` says, else the row of its resource, else 0.

    Raises :class:`ReciproqueError` for what is no number of months.
    """
    found = []
    for offer in offers:
        usual = table("resources")[offer.resource]["keeps_months"]
        told = str(offer.attributes.get("keeps_months", usual)) or "0"
        try:
            months = float(told.replace(",", "."))
        except ValueError:
            months = -1.0
        if not 0 <= months < np.inf:
            raise ReciproqueError("match.keeps", what=offer.title or offer.key, value=told)
        found.append(months)
    return np.array(found, float)


def network(problem: Problem) -> Network:
    """All arcs that conditions let through.

    Offers reach needs as :func:`candidates` says, and later ones as long as they keep; a step takes what its resource names, from anywhere, and gives to the needs
    of what it makes whose labels it bears and whose distance it keeps.  Raises for steps that go round in a circle.
    """
    _acyclic(problem.steps)
    for step in problem.steps:
        unit_of(step.takes), unit_of(step.gives)
    judge = Judge(problem, _keeps(problem.offers) * DAYS_A_MONTH)
    found = candidates(problem, judge)
    offers, steps, needs = problem.offers, problem.steps, problem.needs
    first, n = len(offers), len(offers) + len(steps)
    arcs = [(found.offer, n + found.need, np.nan_to_num(found.km))]
    places = _place(offers), _place(steps)
    to_step, step_on, to_need = (
        _between(places[0], places[1]),
        _between(places[1], places[1]),
        _between(places[1], judge.needs.place),
    )
    for k, step in enumerate(steps):
        fed = np.array([j for j, o in enumerate(offers) if o.resource == step.takes], np.int64)
        arcs.append((fed, np.full(len(fed), first + k), to_step[fed, k]))
        after = np.array(
            [j for j, other in enumerate(steps) if other.takes == step.gives], np.int64
        )
        arcs.append((np.full(len(after), first + k), first + after, step_on[k, after]))
        served = np.array(
            [
                i for i, need in enumerate(needs)
                if need.resource == step.gives and set(need.labels) <= set(step.labels)
                and to_need[k, i] <= judge.needs.within[i] and step.actor not in need.excluded
            ],
            np.int64,
        )  # fmt: skip
        arcs.append((np.full(len(served), first + k), n + served, to_need[k, served]))
    tail, head, km = (np.concatenate(parts) for parts in zip(*arcs, strict=True))
    months = np.zeros(len(tail))
    months[: len(found)] = judge.waited(found.need, found.offer) / DAYS_A_MONTH
    return Network(
        problem, tail.astype(np.int64), head.astype(np.int64), km, months, judge.offers.quantity,
        np.array([np.inf if s.capacity is None else s.capacity for s in steps], float),
        np.array([s.yields for s in steps], float), judge.needs.quantity,
    )  # fmt: skip


def bears(net: Network, labels: Sequence[str]) -> np.ndarray:
    """Which arcs (E,) come from an offer or step with one of the labels; a label counts once for each product."""
    nodes = [bool(set(labels) & set(net.giver(k).labels)) for k in range(net.first_need)]
    return np.array(nodes, bool)[net.tail]


def concerns(net: Network, product: str) -> np.ndarray:
    """Which arcs (E,) carry a product or one of its kinds; every arc where none is named."""
    if not product:
        return np.ones(len(net.tail), bool)
    told = [
        getattr(net.giver(k), "attributes", {}).get("product", "") for k in range(net.first_need)
    ]
    return np.array([product in ancestors(t) if t else False for t in told], bool)[net.tail]


def price(net: Network) -> np.ndarray:
    """Euros for each own unit of what an arc carries (E,); 1 where no price is told, so that quantity counts."""
    values = []
    for k in range(net.first_need):
        giver = net.giver(k)
        own = in_own_unit(1.0, giver.unit, giver.resource) if isinstance(giver, Offer) else 1.0
        values.append(giver.cost / own if giver.cost else 1.0)
    return np.array(values, float)[net.tail]
