"""Plain transport with an organic share, on whole numbers: the quick way where it is exact."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from reciproque.matching._flow import cheapest_flow

KM = 100  # hundredths of a kilometre
EACH = 10  # suppliers of each demand tried first, the nearest


@dataclass(frozen=True)
class _Arcs:
    """Ways (A,) from suppliers to nodes, by node, the nearest first.

    Node i < n is what demand i takes from anybody, n + i what it takes from labelled suppliers alone; ``arc``: which one
    of those asked about; ``wanted`` (2n,) of each node, ``room`` (m,) of each supplier, all whole.
    """

    node: np.ndarray
    supplier: np.ndarray
    cost: np.ndarray
    arc: np.ndarray
    wanted: np.ndarray
    room: np.ndarray


def transport(
    supply: np.ndarray,
    demand: np.ndarray,
    tail: np.ndarray,
    head: np.ndarray,
    km: np.ndarray,
    labelled: np.ndarray,
    share: np.ndarray,
    scale: int = 1000,
    seconds: float = np.inf,
) -> np.ndarray | None:
    """Flow on each arc (E,) that meets every demand at least kilometres; ``None`` where all cannot be met.

    ``supply`` (m,), ``demand`` (n,) in units; ``tail``, ``head`` (E,); ``labelled`` (m,): suppliers that bear the label;
    ``share`` (n,): least part of each demand that they bring.  Each demand is split in two: one part takes
    labelled supply alone, the other takes any (a node split keeps it a network).  Minimum-cost flow by OR-Tools,
    exact to 1/``scale`` of a unit, on the nearest suppliers of each demand first: prices then tell which of the other
    arcs could still save kilometres, until none can (column generation; Ford and Fulkerson 1958).  Raises :class:`TimeoutError` after about ``seconds``.

    >>> flow = transport(np.array([8.0, 5.0]), np.array([10.0]), np.array([0, 1]), np.array([0, 0]),
    ...                  np.array([1.0, 9.0]), np.array([False, True]), np.array([0.2]))
    >>> flow.tolist()
    [8.0, 2.0]
    """
    stop = time.perf_counter() + seconds
    whole = np.round(demand * scale).astype(np.int64)
    strict = np.ceil(share * whole - 1e-6).astype(np.int64)
    room = np.floor(supply * scale + 1e-6).astype(np.int64)
    arcs = _arcs(tail, head, km, labelled, np.concatenate([whole - strict, strict]), room)
    tried = _rank(arcs.node) < EACH
    flow = None
    while flow is None:
        some = np.flatnonzero(tried)
        left = stop - time.perf_counter()
        if left <= 0:
            raise TimeoutError
        sent = _cheapest(arcs, some, left)
        if sent is None and len(some) == len(arcs.node):
            return None
        better = _cheaper(arcs, some, sent) if sent is not None else ~tried
        if sent is not None and not better.any():
            flow = np.bincount(arcs.arc[some], sent, len(tail))
        tried |= better
    return flow / scale


def _arcs(
    tail: np.ndarray,
    head: np.ndarray,
    km: np.ndarray,
    labelled: np.ndarray,
    wanted: np.ndarray,
    room: np.ndarray,
) -> _Arcs:
    cost = np.round(km * KM).astype(np.int64)
    order = np.argsort(head * (cost.max(initial=0) + 1) + cost, kind="stable")
    good = order[labelled[tail[order]]]
    arc = np.concatenate([order, good])
    node = np.concatenate([head[order], len(wanted) // 2 + head[good]])
    return _Arcs(node, tail[arc], cost[arc], arc, wanted, room)


def _firsts(node: np.ndarray) -> np.ndarray:
    """Where each node begins, in arcs by node."""
    return np.flatnonzero(np.append(True, node[1:] != node[:-1])[: len(node)])


def _rank(node: np.ndarray) -> np.ndarray:
    """Place of each arc among those of its node, from 0."""
    firsts = _firsts(node)
    return np.arange(len(node)) - np.repeat(firsts, np.diff(np.append(firsts, len(node))))


def _cheapest(arcs: _Arcs, some: np.ndarray, seconds: float = np.inf) -> np.ndarray | None:
    """Flow on some of the arcs, at least cost; ``None`` where they do not suffice."""
    m, node, supplier = len(arcs.room), arcs.node[some], arcs.supplier[some]
    sink = m + len(arcs.wanted)
    most = np.minimum(arcs.wanted[node], arcs.room[supplier])
    flow = cheapest_flow(  # from demands to suppliers: fewer arcs than the other way round
        np.concatenate([m + node, np.arange(m)]),
        np.concatenate([supplier, np.full(m, sink)]),
        np.concatenate([most, arcs.room]),
        np.concatenate([arcs.cost[some], np.zeros(m, np.int64)]),
        np.concatenate([np.zeros(m, np.int64), arcs.wanted, [-arcs.wanted.sum()]]),
        seconds,
    )
    return None if flow is None else flow[: len(some)]


def _cheaper(arcs: _Arcs, some: np.ndarray, sent: np.ndarray) -> np.ndarray:
    """Which arcs (A,) beyond some could make a cheaper flow: its prices are duals, and prove it where there is none.

    A supplier with something left asks nothing beyond the way; a node pays what its cheapest arc costs, way and price;
    a supplier that sends to it asks the difference.  Prices fall to the shortest paths (Bellman 1958).
    """
    if len(some) == len(arcs.node):
        return np.zeros(len(arcs.node), bool)
    node, supplier, cost = arcs.node[some], arcs.supplier[some], arcs.cost[some]
    firsts, used = _firsts(node), np.flatnonzero(sent)
    gone = np.bincount(supplier, sent, len(arcs.room))
    scarce = (int(arcs.cost.max()) + 1) * (len(arcs.room) + 1)  # dearer than any way round
    price = np.where(gone < arcs.room, 0, scarce)
    paid = np.zeros(len(arcs.wanted), np.int64)
    before = None
    while before is None or (price != before).any():
        before = price.copy()
        paid[node[firsts]] = np.minimum.reduceat(cost + price[supplier], firsts)
        np.minimum.at(price, supplier[used], paid[node[used]] - cost[used])
    found = arcs.cost + price[arcs.supplier] < paid[arcs.node]
    found[some] = False
    return found
