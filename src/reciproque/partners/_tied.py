"""What already links: commuting and moves of home, both ways, relative to each side's size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from reciproque.flows import links, summary, totals, unseen
from reciproque.kernel import State, Territory
from reciproque.territories import Registry

STRONG = 0.25  # what goes both ways over the (geometric) mean of both sides' flows: a full tie
SHARED = 0.2  # what sitting in the same institutions weighs among ties
BELONGING = ("departement", "region")


@dataclass(frozen=True)
class Tie:
    """One kind of flow between a territory and n candidates of a kind, (n,) each, 0 where none.

    ``incoming`` to the territory, ``outgoing`` from it; ``theirs`` is the share of
    each candidate's leavers that come here, ``sent`` how many leave the territory in all; ``score``
    lies in 0..1 and ``known`` too: how much of the flow between the two its source could see.
    """

    flow: str
    incoming: np.ndarray
    outgoing: np.ndarray
    theirs: np.ndarray
    sent: float
    score: np.ndarray
    known: np.ndarray
    estimated: np.ndarray
    source: np.ndarray
    year: np.ndarray


def _ratio(part: np.ndarray, whole: np.ndarray | float) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num(np.where(np.asarray(whole) > 0, part / whole, 0.0))


def _own_size(
    registry: Registry, territory: Territory, flow: str, frame: pl.DataFrame
) -> tuple[float, float]:
    """What leaves a territory and what reaches it, wherever from."""
    if flow == "commuting":
        own = summary(registry, territory)
        return own.workers, own.jobs
    return float(frame["outgoing"].sum()), float(frame["incoming"].sum())


def tie(registry: Registry, territory: Territory, flow: str, kind: str) -> Tie | None:
    """The tie with every territory of a kind; ``None`` where that kind of flow is not known.

    The score of a pair is sqrt(v / 0.25), at most 1, where v is what goes both ways between the two
    over the geometric mean of all that leaves or reaches each: the same seen from either side.
    """
    sizes, hidden = totals(registry, flow, kind), unseen(registry, territory, flow, kind)
    if sizes is None or hidden is None:
        return None
    leaves, comes = sizes
    frame = links(registry, territory, flow, kind)
    position = positions(registry, kind)
    at = np.array([position[c] for c in frame["code"]], int)
    n = len(hidden)
    incoming, outgoing = np.zeros(n), np.zeros(n)
    incoming[at], outgoing[at] = frame["incoming"].to_numpy(), frame["outgoing"].to_numpy()
    estimated = np.ones(n, bool)
    estimated[at] = (frame["state"] != State.OBSERVED).to_numpy()
    both = incoming + outgoing
    sent, received = _own_size(registry, territory, flow, frame)
    volume = _ratio(both, np.sqrt((leaves + comes) * (sent + received)))
    score = np.sqrt(np.minimum(volume / STRONG, 1.0))
    return Tie(
        flow,
        incoming,
        outgoing,
        _ratio(incoming, leaves),
        sent,
        score,
        1.0 - hidden,
        estimated,
        _spread(frame["source"], at, n),
        _spread(frame["year"], at, n),
    )


def _spread(values: pl.Series, at: np.ndarray, n: int) -> np.ndarray:
    result = np.full(n, "", object)
    result[at] = values.to_numpy()
    return result


@lru_cache(maxsize=32)
def positions(registry: Registry, kind: str) -> dict[str, int]:
    """Where each code of a kind stands."""
    return {code: i for i, code in enumerate(registry.codes(kind))}


@lru_cache(maxsize=32)
def _homes(registry: Registry, group: str, kind: str) -> np.ndarray:
    """(n, g): share of each territory's people who live in each département or région."""
    people = np.nan_to_num(registry.units.population)
    weighted = registry.incidence(kind).multiply(people[None, :])
    shared = np.asarray((weighted @ registry.incidence(group).T).todense(), float)
    return _ratio(shared, shared.sum(axis=1, keepdims=True))


def tied(ties: tuple[Tie, ...], shared: np.ndarray) -> np.ndarray:
    """Scores (n,) in 0..1: the mean of the flows, each counting for what is known of it, and
    ``shared`` (n,), the institutions in common.
    """
    known = sum((t.known for t in ties), np.zeros(len(shared)))
    flows = _ratio(sum((t.known * t.score for t in ties), np.zeros(len(shared))), known)
    return (1 - SHARED) * flows + SHARED * shared


def belonging(registry: Registry, territory: Territory, kind: str) -> np.ndarray:
    """(n,) in 0..1: how far two territories are of the same département and the same région.

    The chance that someone of one and someone of the other live in the same, the mean of both
    levels: those who already sit in the same institutions.
    """
    people = np.nan_to_num(registry.units.population)
    at = registry.units_of(territory)
    result = np.zeros(len(registry.codes(kind)))
    for group in BELONGING:
        mine = np.asarray(registry.incidence(group)[:, at] @ people[at])
        result += _homes(registry, group, kind) @ _ratio(mine, max(mine.sum(), 1.0))
    return result / len(BELONGING)
