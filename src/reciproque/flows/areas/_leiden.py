"""A second opinion on the same flows: communities by the Leiden algorithm, and how far both agree."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from reciproque.flows.areas._areas import AreaCriteria, LivingAreas, described
from reciproque.flows.areas._zones import Arrays, read_zones

if TYPE_CHECKING:
    import igraph

SEED, ITERATIONS = 1, 4


def leiden(flows: pl.DataFrame | Arrays, criteria: AreaCriteria | None = None) -> LivingAreas:
    """The partition of zones by directed modularity alone, whatever its size or containment.

    Leiden algorithm (Traag, Waltman and van Eck, *Scientific Reports* 9, 2019) through ``leidenalg``, always
    from the same seed, four rounds.  The ``criteria`` only tell which of its areas would be valid.
    Raises as :func:`living_areas`.
    """
    import leidenalg

    zones, notes = read_zones(flows)
    start = time.perf_counter()
    found = leidenalg.find_partition(
        _graph(zones.flows), leidenalg.ModularityVertexPartition, weights="weight",
        n_iterations=ITERATIONS, seed=SEED,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    cl = np.array(found.membership, np.int64)
    return described(zones, cl, criteria or AreaCriteria(), "leiden", seconds, notes)


def _graph(flows: object) -> igraph.Graph:
    import igraph

    ends = flows.tocoo()  # type: ignore[attr-defined]
    graph = igraph.Graph(
        n=ends.shape[0], edges=np.column_stack([ends.row, ends.col]), directed=True
    )
    graph.es["weight"] = ends.data.tolist()
    return graph


def agreement(one: LivingAreas, other: LivingAreas) -> dict[str, float]:
    """How far two partitions of the same zones agree: 1 when they are the same.

    ``adjusted_rand`` (Hubert and Arabie, 1985; 0 for two at random) and ``mutual_information``, normalised
    (Danon and others, 2005).  Zones in no area of either are left aside.
    """
    import igraph

    place = {code: i for i, code in enumerate(other.zones)}
    pairs = [
        (a, other.area_of[place[code]])
        for code, a in zip(one.zones, one.area_of, strict=True)
        if a >= 0 and code in place and other.area_of[place[code]] >= 0
    ]
    first, second = (
        np.unique(side, return_inverse=True)[1].tolist() for side in zip(*pairs, strict=True)
    )
    compare = igraph.compare_communities
    return {
        "adjusted_rand": float(compare(first, second, method="adjusted_rand")),
        "mutual_information": float(compare(first, second, method="nmi")),
    }
