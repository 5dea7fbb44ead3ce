"""Plain transport with an organic share, on whole numbers: the quick way where it is exact."""

from __future__ import annotations

import numpy as np

KM = 100  # hundredths of a kilometre


def transport(
    supply: np.ndarray,
    demand: np.ndarray,
    tail: np.ndarray,
    head: np.ndarray,
    km: np.ndarray,
    labelled: np.ndarray,
    share: np.ndarray,
    scale: int = 1000,
) -> np.ndarray | None:
    """Flow on each arc (E,) that meets every demand at least kilometres; ``None`` where all cannot be met.

    ``supply`` (m,), ``demand`` (n,) in units; ``tail``, ``head`` (E,); ``labelled`` (m,): suppliers that bear the label;
    ``share`` (n,): least part of each demand that they bring.  Each demand is split in two: one part takes
    labelled supply alone, the other takes any (a node split keeps it a network).  Minimum-cost flow by OR-Tools,
    exact to 1/``scale`` of a unit.

    >>> flow = transport(np.array([8.0, 5.0]), np.array([10.0]), np.array([0, 1]), np.array([0, 0]),
    ...                  np.array([1.0, 9.0]), np.array([False, True]), np.array([0.2]))
    >>> flow.tolist()
    [8.0, 2.0]
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    m, n = len(supply), len(demand)
    whole = np.round(demand * scale).astype(np.int64)
    strict = np.ceil(share * whole - 1e-6).astype(np.int64)
    room = np.floor(supply * scale + 1e-6).astype(np.int64)
    good = np.flatnonzero(labelled[tail])
    cost = np.round(km * KM).astype(np.int64)
    most = np.minimum(whole[head], room[tail])
    any_node, strict_node, sink = m + head, m + n + head, m + 2 * n
    solver = SimpleMinCostFlow()  # from demands to suppliers: fewer arcs than the other way round
    first = solver.add_arcs_with_capacity_and_unit_cost(any_node, tail, most, cost)
    second = solver.add_arcs_with_capacity_and_unit_cost(
        strict_node[good], tail[good], most[good], cost[good]
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(m), np.full(m, sink), room, np.zeros(m, np.int64)
    )
    nodes = np.append(np.arange(m, m + 2 * n), sink)
    solver.set_nodes_supplies(nodes, np.concatenate([whole - strict, strict, [-whole.sum()]]))
    if solver.solve() != solver.OPTIMAL:
        return None
    flow = solver.flows(first).astype(float)
    flow[good] += solver.flows(second)
    return flow / scale
