"""Interdependence measured on any partition: who depends on whom, who keeps to itself, who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.special import entr

from reciproque.flows._coverage import Coverage, coverage_of
from reciproque.flows._select import part_inside, state_of, vectors
from reciproque.flows._store import COMMUTING, layers
from reciproque.kernel import State, Territory
from reciproque.territories import Registry

PAIR = ("a_depends", "b_depends", "reciprocity", "asymmetry")


def _divided(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Shares, not a number where there is nothing to share."""
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def spread(sent: np.ndarray) -> tuple[int, float, float | None]:
    """How workers (k,) are spread over destinations: reach, entropy in bits, evenness 0 to 1.

    ``reach`` counts the destinations of at least one worker; entropy is -sum p log2 p of the shares
    p (Shannon 1948, *Bell System Technical Journal* 27); evenness divides it by the log2 of the
    number of destinations (Pielou 1966; Limtanakool, Dijst and Schwanen 2007, *Urban Studies* 44),
    1 for equal shares, None for fewer than two.

    >>> spread(np.array([30.0, 30.0, 0.0]))
    (2, 1.0, 1.0)
    """
    total = sent.sum()
    if total <= 0:
        return 0, 0.0, None
    bits = max(0.0, float(entr(sent / total).sum() / np.log(2)))
    many = int((sent > 0).sum())
    return (
        int((sent >= 1.0).sum()),
        bits,
        min(1.0, bits / float(np.log2(many))) if many > 1 else None,
    )


def _between(
    flows: csr_array, groups: Sequence[object]
) -> tuple[list[object], np.ndarray, csr_array]:
    """Names of the k groups in order of first appearance, the group of each zone, flows (k, k)."""
    n = flows.shape[0]
    if flows.shape != (n, n) or len(groups) != n:
        raise ValueError(f"flows {flows.shape} and {len(groups)} groups do not fit")
    names = list(dict.fromkeys(groups))
    at = {name: i for i, name in enumerate(names)}
    index = np.array([at[g] for g in groups], dtype=np.int64)
    member = csr_array((np.ones(n), (index, np.arange(n))), shape=(len(names), n))
    return names, index, csr_array(member @ flows @ member.T)


def measures(flows: csr_array, groups: Sequence[object]) -> pl.DataFrame:
    """Measures of each group of a partition, from origin-destination flows.

    ``flows`` (n, n): row = origin, column = destination, the diagonal is what stays; ``groups`` (n,):
    the group of each zone.  Columns, one row for each group in order of first appearance:
    ``group, zones``; ``residents`` (workers who live there), ``jobs``, ``internal``, ``out``, ``in``, ``net``
    (in - out); ``stay`` (share of residents who work inside: self-containment of residents) and
    ``held`` (share of jobs held by residents: self-containment of jobs), null where there are none;
    ``asymmetry`` ((in - out) / (in + out), from -1 to 1: the node symmetry index of Limtanakool,
    Dijst and Schwanen 2007, *Urban Studies* 44), null where nobody crosses;
    ``reach`` (number of other groups that receive at least one of its workers), ``entropy`` of
    the destinations of those who leave (Shannon, in bits; 0 when all go to one place) and its
    ``evenness`` (see :func:`spread`).
    Raises ``ValueError`` for flows that are not square or do not fit ``groups``.

    >>> flows = csr_array([[50.0, 10.0], [5.0, 30.0]])
    >>> measures(flows, ["A", "B"]).select("group", "out", "in", "net").rows()
    [('A', 10.0, 5.0, -5.0), ('B', 5.0, 10.0, 5.0)]
    """
    names, index, between = _between(flows, groups)
    k = len(names)
    internal = between.diagonal()
    residents = np.asarray(between.sum(axis=1)).ravel()
    jobs = np.asarray(between.sum(axis=0)).ravel()
    told = []
    for g in range(k):
        start, end = between.indptr[g], between.indptr[g + 1]
        told.append(spread(between.data[start:end][between.indices[start:end] != g]))
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
            "asymmetry": _divided(jobs - residents, residents + jobs - 2 * internal),
            "reach": [reach for reach, _, _ in told],
            "entropy": [entropy for _, entropy, _ in told],
            "evenness": pl.Series([even for _, _, even in told], dtype=pl.Float64),
        }
    ).with_columns(pl.col("stay", "held", "asymmetry").fill_nan(None))


def pairs(flows: csr_array, groups: Sequence[object]) -> pl.DataFrame:
    """Who depends on whom between the groups of a partition, one row a pair that exchanges anybody.

    ``flows`` (n, n) and ``groups`` (n,) as in :func:`measures`.  Columns: ``a, b`` (in order of first
    appearance), ``there``, ``back``, ``a_depends``, ``b_depends``, ``reciprocity``, ``asymmetry`` as in
    :func:`pair_measures`; the largest exchange first.

    >>> pairs(csr_array([[50.0, 10.0], [5.0, 45.0]]), ["A", "B"]).row(0)
    ('A', 'B', 10.0, 5.0, 0.16666666666666666, 0.1, 0.5, 0.3333333333333333)
    """
    names, _, between = _between(flows, groups)
    residents = np.asarray(between.sum(axis=1)).ravel()
    both = (between + between.T).tocoo()
    once = (both.row < both.col) & (both.data > 0)
    a, b = both.row[once], both.col[once]
    there = np.asarray(between[a, b]).ravel()
    back = np.asarray(between[b, a]).ravel()
    told = [
        pair_measures(*figures)
        for figures in zip(there.tolist(), back.tolist(), residents[a].tolist(), residents[b].tolist(), strict=True)
    ]  # fmt: skip
    ends = {"a": [names[i] for i in a], "b": [names[i] for i in b], "there": there, "back": back}
    rows = {name: pl.Series([t[name] for t in told], dtype=pl.Float64) for name in PAIR}
    frame = pl.DataFrame(ends | rows).with_columns(total=pl.col("there") + pl.col("back"))
    return frame.sort("total", descending=True, maintain_order=True).drop("total")


def pair_measures(
    there: float, back: float, residents_a: float, residents_b: float
) -> dict[str, float | None]:
    """What two flows say of a pair.

    ``a_depends`` and ``b_depends``: share of each one's workers employed in the other;
    ``reciprocity``: the smaller flow over the larger, 1 when even (the reciprocated part of Squartini,
    Picciolo, Ruzzenenti and Garlaschelli 2013, *Scientific Reports* 3, for one pair);
    ``asymmetry``: (there - back) over their sum, from -1 to 1, positive when more go from a to b
    (link symmetry).  ``None`` where nothing moves.

    >>> pair_measures(30.0, 10.0, 300.0, 50.0)["asymmetry"]
    0.5
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
    tie is under half the union's own.  ``coverage``: what the file sees of the union; None for an estimate.
    """

    frame: pl.DataFrame
    state: State
    source: str
    year: str
    coverage_key: str
    coverage: Coverage | None = None

    @property
    def rows(self) -> list[dict[str, object]]:
        """The frame as a list of dicts, for a page."""
        return self.frame.to_dicts()


def inside(registry: Registry, territory: Territory | str) -> Inside | None:
    """How the members of a territory are tied to each other; ``None`` for fewer than two members."""
    members = registry.members_of(territory)
    if len(members) < 2:
        return None
    units = registry.units_of(territory)
    known = vectors(registry, COMMUTING, units)
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
    seen = coverage_of(registry, layer, units, float(known[2].sum()), float(known[3].sum()))
    return Inside(frame, state, layer.source, layer.year, layer.coverage_key, seen)
