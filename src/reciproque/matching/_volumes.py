"""How much of what goes to whom: supply to demand in quantities, straight or through a chain."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from reciproque.kernel import Allocation, Matching, Reason, Refusal
from reciproque.matching._assign import SECONDS_A_PAIR
from reciproque.matching._eligibility import Judge
from reciproque.matching._network import Network, bears, network
from reciproque.matching._pairs import refusals
from reciproque.matching._problem import Problem, plain_reason
from reciproque.matching._programme import Solved, solve, weights
from reciproque.matching._transport import transport
from reciproque.vocabulary import label, say_number, table, unit_of

SECONDS = 30.0
LINKS = 3
QUICK_FROM = 20_000  # arcs: below, the programme is quick enough and shares out fairly too
LEAST = 1e-6


def volumes(problem: Problem, seconds: float = SECONDS) -> Matching:
    """Supply to demand in quantities: as much as possible, then least kilometres, then least in store, then suppliers used alike.

    Quantities are in each need's unit; ``through`` names the steps of a chain.  ``shares`` bind what each need receives.
    ``objective`` is what is supplied (own units where all needs are of one resource, else the sum of the needs'
    shares), ``bound`` what nothing can exceed.  ``missing_links``: the capacity, supply or share that holds most
    back, with what doubling or lifting it frees, found by solving again.  Windows say when: a need a month is a need for
    each month, and what keeps (``keeps_months`` of the resource, or of an offer's attributes) may serve a later one.  Raises :class:`ReciproqueError` for steps that go round in a circle and for what :class:`Problem` refuses.

    Large plain transport with one label's share goes through a network of whole numbers (:func:`transport`), all else through
    HiGHS.  Source: docs/methode-volumes.md.
    """
    start = time.perf_counter()
    net = network(problem)
    found = _quick(net, seconds) or solve(net, seconds - (time.perf_counter() - start))
    allocations = _allocations(net, found.flow)
    left = seconds - (time.perf_counter() - start)
    links = _missing(net, found, left) if found.duals and found.optimal else ()
    return Matching(
        tuple(allocations), _unmet(net, found.flow), _unused(net, found.flow), found.supplied, found.bound,
        found.optimal, time.perf_counter() - start, missing_links=(*links, *_nothing_reaches(net)),
        refusals=_alone(net), notes=_notes(net, found),
    )  # fmt: skip


def _quick(net: Network, seconds: float) -> Solved | None:
    """The network of whole numbers, where it says exactly the same: one resource, no step, one share by quantity."""
    problem = net.problem
    shares = problem.shares
    # where a network may take longer than half of what is given, HiGHS, which stops with what it has
    if len(net.tail) < QUICK_FROM or 2 * len(net.tail) * SECONDS_A_PAIR > seconds:
        return None
    plain = not problem.steps and len({n.resource for n in problem.needs}) == 1 and len(net.tail)
    plain = plain and not net.months.any()
    if not plain or len(shares) > 1 or any(s.by != "quantity" or s.of for s in shares):
        return None
    share = np.zeros(len(net.wanted))
    labelled = np.zeros(len(net.supply), bool)
    for rule in shares:
        labelled[net.tail[bears(net, rule.labels)]] = True
        share = np.array(
            [rule.at_least if not rule.needs or n.key in rule.needs else 0.0 for n in problem.needs]
        )
    scale = max(1, round(1e6 / max(float(net.wanted.max()), 1.0)))
    try:
        flow = _sent(net, labelled, share, min(scale, 1000), seconds / 2)
    except TimeoutError:
        return None
    if flow is None:
        return None
    total = float(
        (weights(net) * np.bincount(net.head - net.first_need, flow, len(net.wanted))).sum()
    )
    return Solved(flow, total, total, True, {})


def _sent(
    net: Network, labelled: np.ndarray, share: np.ndarray, scale: int, seconds: float
) -> np.ndarray | None:
    """Flow on each arc (E,); where supply does not suffice, as much as can be, if no share binds what is received."""
    stop = time.perf_counter() + seconds
    heads, n, nobody = net.head - net.first_need, len(net.wanted), len(net.supply)
    flow = transport(
        net.supply, net.wanted, net.tail, heads, net.km, labelled, share, scale, seconds
    )
    if flow is not None or share.any():
        return flow
    # what is not met comes from nobody, who is farther than any way round through all suppliers
    far = (float(net.km.max()) + 1.0) * (nobody + 2)
    flow = transport(
        np.append(net.supply, net.wanted.sum() + n), net.wanted,
        np.append(net.tail, np.full(n, nobody)), np.append(heads, np.arange(n)), np.append(net.km, np.full(n, far)),
        np.zeros(nobody + 1, bool), share, scale, stop - time.perf_counter(),
    )  # fmt: skip
    return None if flow is None else flow[: len(heads)]


def _shares(
    net: Network, flow: np.ndarray
) -> list[tuple[int, tuple[int, ...], int, float, float, float]]:
    """Flow split into ways (offer, steps, need, quantity that arrives, kilometres of the way, months in store).

    What a step sends on is split among those who feed it as they feed it: conservation holds on every way.
    """
    into: dict[int, list[int]] = {}
    for arc in np.flatnonzero(flow > LEAST).tolist():
        into.setdefault(int(net.head[arc]), []).append(arc)
    offers = len(net.supply)

    def ways(node: int, amount: float, through: tuple[int, ...], km: float):
        arcs = into.get(node, [])
        total = sum(flow[a] for a in arcs)
        for arc in arcs:
            part = amount * flow[arc] / total
            tail = int(net.tail[arc])
            if tail < offers:
                yield tail, through, part, km + float(net.km[arc]), float(net.months[arc])
            else:
                yield from ways(tail, part, (tail - offers, *through), km + float(net.km[arc]))

    found = []
    for i in range(len(net.wanted)):
        node = net.first_need + i
        total = sum(flow[a] for a in into.get(node, []))
        found += [(j, steps, i, *rest) for j, steps, *rest in ways(node, total, (), 0.0)]
    return found


def _allocations(net: Network, flow: np.ndarray) -> list[Allocation]:
    problem = net.problem
    made = []
    for j, steps, i, amount, km, months in _shares(net, flow):
        need, offer = problem.needs[i], problem.offers[j]
        reasons = [Reason("match.km", "match", {"km": km}, estimated=True)] if km else []
        if months >= 0.05:  # less would be told as 0.0
            reasons.append(Reason("match.stored", "match", {"months": months}))
        if steps:
            names = ", ".join(problem.steps[s].title or problem.steps[s].key for s in steps)
            reasons.append(Reason("match.through", "match", {"steps": names}))
        if offer.labels:
            words = {
                f"labels_{lang}": ", ".join(label("certifications", x, lang) for x in offer.labels)
                for lang in ("fr", "en")
            }
            reasons.append(Reason("match.bears", "match", words))
        made.append(
            Allocation(
                need.key, offer.key, float(amount * need.quantity / net.wanted[i]), need.unit, 1.0, km or None,
                tuple(problem.steps[s].key for s in steps), reasons=tuple(reasons) or (plain_reason(need, offer),),
            )
        )  # fmt: skip
    return sorted(made, key=lambda a: (a.need, -a.quantity, a.offer))


def _unmet(net: Network, flow: np.ndarray) -> Mapping[str, float]:
    got = np.bincount(net.head, flow, net.first_need + len(net.wanted))[net.first_need :]
    return {
        n.key: float(n.quantity * (1 - g / w))
        for n, g, w in zip(net.problem.needs, got, net.wanted, strict=True) if w - g > 1e-5 * w
    }  # fmt: skip


def _unused(net: Network, flow: np.ndarray) -> Mapping[str, float]:
    sent = np.bincount(net.tail, flow, net.first_need)[: len(net.supply)]
    return {
        o.key: float(o.quantity * (1 - s / q))
        for o, s, q in zip(net.problem.offers, sent, net.supply, strict=True) if q - s > 1e-5 * q
    }  # fmt: skip


def _missing(net: Network, found: Solved, seconds: float) -> tuple[Reason, ...]:
    """What holds most back: rows with a price, tried one by one with twice the room, the most freed first."""
    tried: list[tuple[float, Reason]] = []
    each = max(0.1, seconds / (3 * LINKS))
    for k in np.argsort(-found.duals["supply"] * net.supply, kind="stable")[:LINKS]:
        if found.duals["supply"][k] > LEAST:
            wider = net.supply.copy()
            wider[k] *= 2
            more = solve(replace(net, supply=wider), each).supplied - found.supplied
            tried.append((more, _link("match.link_supply", net, int(k), more)))
    priced = np.where(
        np.isfinite(net.capacity),
        found.duals["capacity"] * np.nan_to_num(net.capacity, posinf=0.0),
        0.0,
    )
    for s in np.argsort(-priced, kind="stable")[:LINKS]:
        if priced[s] > LEAST:
            wider = net.capacity.copy()
            wider[s] *= 2
            more = solve(replace(net, capacity=wider), each).supplied - found.supplied
            tried.append((more, _link("match.link_capacity", net, len(net.supply) + int(s), more)))
    if net.problem.shares and (np.abs(found.duals["share"]) > LEAST).any():
        freed = (
            solve(replace(net, problem=replace(net.problem, shares=())), each).supplied
            - found.supplied
        )
        tried.append((freed, _link("match.link_share", net, 0, freed)))
    tried.sort(key=lambda pair: -pair[0])
    return tuple(reason for freed, reason in tried[:LINKS] if freed > LEAST)


def _link(key: str, net: Network, node: int, freed: float) -> Reason:
    figures: dict[str, object] = {"who": net.label_of(node)}
    resources = {n.resource for n in net.problem.needs}
    for lang in ("fr", "en"):
        if len(resources) == 1:
            unit = label("units", unit_of(next(iter(resources))), lang)
            figures[f"freed_{lang}"] = f"{say_number(freed, lang, 1)} {unit}"
        else:
            figures[f"freed_{lang}"] = say_number(freed, lang, 2)
    return Reason(key, "link", figures, estimated=True)


def _nothing_reaches(net: Network) -> tuple[Reason, ...]:
    """Needs that no arc reaches: the kind of offer or step that is missing altogether; refusals tell why others fail."""
    reached = set((net.head - net.first_need).tolist())
    given = {o.resource for o in net.problem.offers}
    missing = {n.resource for i, n in enumerate(net.problem.needs) if i not in reached} - given
    return tuple(
        Reason("match.link_none", "link", {f"what_{lang}": label("resources", r, lang) for lang in ("fr", "en")})
        for r in sorted(missing)
    )  # fmt: skip


def _alone(net: Network) -> tuple[Refusal, ...]:
    """Why the needs that no arc reaches were refused by the offers of their resource, nearest first."""
    alone = np.setdiff1d(np.arange(len(net.wanted)), net.head - net.first_need)
    keys = {net.problem.needs[i].key for i in alone.tolist()}
    return refusals(net.problem, Judge(net.problem), keys) if keys else ()


def _notes(net: Network, found: Solved) -> tuple[Reason, ...]:
    notes = [Reason("match.sourcing", "match", {})] if _food(net) else []
    if not found.duals and found.optimal and len(net.tail):
        notes.append(Reason("match.quick", "match", {}))
    if not found.optimal:
        notes.append(Reason("match.time", "match", {}))
    return tuple(notes)


def _food(net: Network) -> bool:
    """Whether what is brought together is food: public buyers then follow a procedure."""
    return any(table("resources")[n.resource]["theme"] == "agriculture" for n in net.problem.needs)
