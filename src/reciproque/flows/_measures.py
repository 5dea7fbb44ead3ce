"""Interdependence measured on any partition: who depends on whom, who keeps to itself, who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.special import entr

from reciproque.flows._select import part_inside, state_of, vectors
from reciproque.flows._store import COMMUTING, layers
from reciproque.kernel import State, Territory
from reciproque.territories import Registry


def _divided(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Shares, not a number where there is nothing to share."""
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def measures(flows: csr_array, groups: Sequence[object]) -> pl.DataFrame:
    """Measures of each group of a partition, from origin-destination flows.

    ``flows`` (n, n): row = origin, column = destination, the diagonal is what stays; ``groups`` (n,):
    the group of each zone.  Columns, one row for each group in order of first appearance:
    ``group, zones``; ``residents`` (workers who live there), ``jobs``, ``internal``, ``out``, ``in``, ``net``
    (in - out); ``stay`` (share of residents who work inside: self-containment of residents) and
    ``held`` (share of jobs held by residents: self-containment of jobs), null where there are none;
    ``reach`` (number of other groups that receive at least one of its workers) and ``entropy`` of
    the destinations of those who leave (Shannon, in bits; 0 when all go to one place).
    Raises ``ValueError`` for flows that are not square or do not fit ``groups``.
    """
    n = flows.shape[0]
    if flows.shape != (n, n) or len(groups) != n:
        raise ValueError(f"flows {flows.shape} and {len(groups)} groups do not fit")
    names = list(dict.fromkeys(groups))
    at = {name: i for i, name in enumerate(names)}
    index = np.array([at[g] for g in groups], dtype=np.int64)
    k = len(names)
    member = csr_array((np.ones(n), (index, np.arange(n))), shape=(k, n))
    between = csr_array(member @ flows @ member.T)
    internal = between.diagonal()
    residents = np.asarray(between.sum(axis=1)).ravel()
    jobs = np.asarray(between.sum(axis=0)).ravel()
    reach, entropy = np.zeros(k, np.int64), np.zeros(k)
    for g in range(k):
        start, end = between.indptr[g], between.indptr[g + 1]
        away = between.indices[start:end] != g
        sent = between.data[start:end][away]
        reach[g] = int((sent >= 1.0).sum())
        entropy[g] = float(entr(sent / sent.sum()).sum() / np.log(2)) if sent.sum() > 0 else 0.0
    return pl.DataFrame(
        {
            "group": pl.Series(names),
            "zones": np.bincount(index, minlength=k),
            "residents": residents,
            "jobs": jobs,
            "internal": internal,
            "out": residents - internal,
            "in": jobs - internal,
            "net": jobs - residents,
            "stay": _divided(internal, residents),
            "held": _divided(internal, jobs),
            "reach": reach,
            "entropy": entropy,
        }
    ).with_columns(pl.col("stay", "held").fill_nan(None))


def pair_measures(
    there: float, back: float, residents_a: float, residents_b: float
) -> dict[str, float | None]:
    """What two flows say of a pair.

    ``a_depends`` and ``b_depends``: share of each one's workers employed in the other;
    ``reciprocity``: the smaller flow over the larger, 1 when even; ``asymmetry``: (there - back) over
    their sum, from -1 to 1, positive when more go from a to b.  ``None`` where nothing moves.
    """
    total = there + back
    return {
        "a_depends": there / residents_a if residents_a else None,
        "b_depends": back / residents_b if residents_b else None,
        "reciprocity": min(there, back) / max(there, back) if total else None,
        "asymmetry": (there - back) / total if total else None,
    }


@dataclass(frozen=True)
class Inside:
    """How the members of a union hold together, from one source.

    ``frame``, one row a member, the least tied first: ``code, name, residents, jobs, internal``; ``to_union`` and
    ``from_union`` (workers to and from the other members); ``tie`` (both over residents and jobs that leave their
    member: the part of its daily ties with others that stays in the union); ``left_out`` where the
    tie is under half the union's own.
    """

    frame: pl.DataFrame
    state: State
    source: str
    year: str
    coverage_key: str

    @property
    def rows(self) -> list[dict[str, object]]:
        """The frame as a list of dicts, for a page."""
        return self.frame.to_dicts()


def inside(registry: Registry, territory: Territory | str) -> Inside | None:
    """How the members of a territory are tied to each other; ``None`` for fewer than two members."""
    members = registry.members_of(territory)
    if len(members) < 2:
        return None
    known = vectors(registry, COMMUTING, registry.units_of(territory))
    if known is None:
        return None
    layer = layers(registry)[known[0]]
    parts = np.array(
        [part_inside(layer, registry.units_of(m), registry.units.population) for m in members]
    )
    share = csr_array(parts)
    between = np.asarray((share @ layer.flows @ share.T).todense())
    residents = share @ np.asarray(layer.flows.sum(axis=1)).ravel()
    jobs = share @ np.asarray(layer.back.sum(axis=1)).ravel()
    own = between.diagonal()
    to_union = between.sum(axis=1) - own
    from_union = between.sum(axis=0) - own
    leaving = residents + jobs - 2 * own
    tie = _divided(to_union + from_union, leaving)
    whole = (to_union + from_union).sum() / max(leaving.sum(), 1e-9)
    frame = pl.DataFrame(
        {
            "code": [m.code for m in members],
            "name": [m.name for m in members],
            "residents": residents,
            "jobs": jobs,
            "internal": own,
            "to_union": to_union,
            "from_union": from_union,
            "tie": tie,
            "left_out": tie < whole / 2,
        }
    ).sort("tie", "code")
    states = {state_of(layer, part) for part in parts}
    state = State.ESTIMATED if State.ESTIMATED in states else layer.state
    return Inside(frame, state, layer.source, layer.year, layer.coverage_key)
