"""How few kilometres any rounds could take: what a good set of rounds is measured against."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree

HAIR = 1e-6  # km: two stops at one door are still a way apart for the spanning tree


def least_km(home: np.ndarray, between: np.ndarray, loads: np.ndarray, capacity: float) -> float:
    """A lower bound on the length of rounds that serve each stop once.

    ``home`` (n,) km from the nearest depot, ``between`` (n, n) km, ``loads`` (2, n) left and taken away,
    ``capacity`` of the largest vehicle.  The greatest of three: the tree that joins all stops and a depot
    (rounds less one leg each join them too), the return trip to the farthest stop, and each load carried
    on its own share of a full vehicle (Haimovich and Rinnooy Kan, 1985, Mathematics of Operations Research
    10, 527-542).

    >>> least_km(np.array([3.0, 4.0]), np.array([[0, 1.0], [1.0, 0]]), np.array([[5.0, 5.0], [0, 0]]), 10)
    8.0
    """
    n = len(home)
    if not n:
        return 0.0
    graph = np.zeros((n + 1, n + 1))
    graph[0, 1:], graph[1:, 1:] = home + HAIR, between + HAIR
    np.fill_diagonal(graph, 0.0)
    tree = float(minimum_spanning_tree(csr_array(graph)).sum()) - n * HAIR
    full = 2.0 * float((loads @ home).max()) / capacity
    return max(tree, 2.0 * float(home.max()), full)
