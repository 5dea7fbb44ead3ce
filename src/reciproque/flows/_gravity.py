"""Commuting estimated where nothing is observed: gravity, doubly constrained where margins are counted.

Entropy-maximising spatial interaction (Wilson 1971, *Environment and Planning* 3) with exponential
decay (Lenormand, Bassolas and Ramasco 2016, *Journal of Transport Geography* 51) that is gentler
where more jobs are at hand (Fotheringham 1981, *Annals of the AAG* 71), and poles drawing from afar.
docs/methode-liens.md gives the recipe, where each parameter comes from and how well it fits.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from reciproque.flows._margins import Margins, margins_of
from reciproque.flows._near import Attraction, Near
from reciproque.territories import RADIUS_KM, Registry

DECAY_PER_KM = 0.155
ACCESS_EXPONENT = 0.075
REACH_KM = 100.0
ROUNDS = 6
POLE_SHARE = 0.03  # of those who do not stay: they go to a pole further than daily distances
POLE_JOBS = 20_000
POLE_POWER = 1.5
POLE_FROM_KM, POLE_TO_KM = 40.0, 1000.0
SMALLEST = 0.5
NOTHING = 1e-30  # under it, float32 tells nothing
USUAL_KM2 = 15.0  # an area that nobody knows


def recipe() -> str:
    """All parameters as a text: an estimate made with others is another estimate."""
    known = {name: value for name, value in globals().items() if name.isupper()}
    return repr(sorted(known.items()))


def _inverse(values: np.ndarray) -> np.ndarray:
    return np.divide(1.0, values, out=np.zeros(len(values)), where=values > NOTHING)


def _decays(level: Attraction, jobs: np.ndarray, workers: np.ndarray, decay: float) -> np.ndarray:
    """Decay per km of each place: it falls as access to jobs^0.075, the workers' mean is ``decay``."""
    access = level.times(jobs)
    relative = np.where(access > 0, np.maximum(access, 1e-9), 1.0) ** -ACCESS_EXPONENT
    return decay * relative / np.average(relative, weights=np.maximum(workers, 1e-9))


def _far(near: Near, jobs: np.ndarray, leaving: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Poles, and the workers (n, p) float32 that go to each from afar, as jobs / km^1.5."""
    poles = np.flatnonzero(jobs >= POLE_JOBS)
    cosine = np.clip(near.xyz.T @ near.xyz[:, poles], -1.0, 1.0)
    km = np.arccos(cosine, dtype=np.float32) * np.float32(RADIUS_KM)
    within = (km > POLE_FROM_KM) & (km <= POLE_TO_KM)
    slower = np.maximum(km, np.float32(POLE_FROM_KM)) ** np.float32(-POLE_POWER)
    draw = np.where(within, jobs[poles].astype(np.float32) * slower, np.float32(0))
    share = POLE_SHARE * leaving * _inverse(draw.sum(axis=1, dtype=float))
    return poles, draw * share[:, None].astype(np.float32)


def _balanced(
    pulls: Attraction, out: np.ndarray, come: np.ndarray, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """What each place sends and takes (n,), so that all who leave are counted (Furness 1965).

    Few rounds, ended by the origins: those who work abroad make workers and jobs disagree along
    borders, and further rounds would spread the gap inland.
    """
    takes = come
    for _ in range(rounds):
        sends = out * _inverse(pulls.times(takes))
        takes = come * _inverse(pulls.times(sends))
        takes /= max(takes.max(), NOTHING)  # only their ratios matter
    return out * _inverse(pulls.times(takes)), takes


def _gathered(
    pulls: Attraction,
    sends: np.ndarray,
    takes: np.ndarray,
    far: tuple[np.ndarray, np.ndarray],
    leave: np.ndarray,
    smallest: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flows out of their place from ``smallest`` up, rescaled so that each place's leavers add up.

    A place whose flows are all smaller sends everybody to where most go.
    """
    poles, going = far
    origin, target, value = pulls.flows(sends, takes, smallest)
    at, to = np.nonzero(going >= max(smallest, 1e-9))
    origin, target = np.concatenate([origin, at]), np.concatenate([target, poles[to]])
    value = np.concatenate([value, going[at, to]])
    told = np.bincount(origin, weights=value, minlength=len(leave))
    alone = (told <= 0) & (leave > 0)
    if alone.any():
        to = pulls.strongest(takes, alone)
        at = np.flatnonzero(alone & (to >= 0))
        origin, target = np.concatenate([origin, at]), np.concatenate([target, to[at]])
        value = np.concatenate([value, leave[at]])
        told[at] = leave[at]
    return origin, target, value * (leave * _inverse(told))[origin]


def gravity(
    lon: np.ndarray,
    lat: np.ndarray,
    area_km2: np.ndarray,
    sizes: Margins,
    *,
    rounds: int | None = None,
    decay: float = DECAY_PER_KM,
    reach_km: float = REACH_KM,
    smallest: float = SMALLEST,
) -> csr_array:
    """Estimated commuting between N units: (N, N) float32, row = home, column = work.

    ``lon``/``lat`` degrees and ``area_km2`` (N,), nan = unknown: a unit without a place sends and
    receives nothing.  ``rounds`` of balancing (6 where margins are counted, none where they come
    from population: then only origins are constrained).  Each row sums to the unit's workers:
    flows under ``smallest`` are shared among the larger ones of the same origin.

    >>> from reciproque.flows import margins
    >>> sizes = margins(np.array([5000.0, 1000.0]))
    >>> flows = gravity(np.array([5.0, 5.1]), np.array([45.0, 45.0]), np.array([9.0, 9.0]), sizes)
    >>> flows.sum(axis=1).round().tolist()
    [2010.0, 402.0]
    """
    rounds = (ROUNDS if sizes.counted else 0) if rounds is None else rounds
    known = np.isfinite(lon) & np.isfinite(lat) & ((sizes.workers > 0) | (sizes.jobs > 0))
    places, n = np.flatnonzero(known), len(lon)
    if not len(places):
        return csr_array((n, n), dtype=np.float32)
    near = Near.of(lon[places], lat[places], reach_km)
    order = places[near.order]
    workers, jobs, stay = (v[order] for v in (sizes.workers, sizes.jobs, sizes.stay))
    own_km = 0.5 * np.sqrt(np.nan_to_num(area_km2[order], nan=USUAL_KM2) / np.pi)
    pulls = Attraction.of(near, np.full(len(order), decay), own_km)
    decays = _decays(pulls, jobs, workers, decay)
    del pulls  # two at a time would be 150 MB too many
    pulls = Attraction.of(near, decays, own_km)
    far = _far(near, jobs, workers - stay)
    arrived = np.zeros(len(order))
    arrived[far[0]] = far[1].sum(axis=0, dtype=float)
    beyond = far[1].sum(axis=1, dtype=float)
    # without balancing, jobs draw as they are; with it, those already held are out of the sharing
    come = np.maximum(jobs - stay - arrived, 0.0) if rounds else jobs
    sends, takes = _balanced(pulls, workers - stay - beyond, come, rounds)
    home = stay + sends * pulls.own * takes
    origin, target, value = _gathered(pulls, sends, takes, far, workers - home, smallest)
    # whoever has nowhere to go stays
    home = workers - np.bincount(origin, weights=value, minlength=len(order))
    rows, columns = order[np.append(origin, range(len(order)))], order[np.append(target, range(len(order)))]  # fmt: skip
    values = np.append(value, np.maximum(home, 0.0)).astype(np.float32)
    return csr_array((values, (rows, columns)), shape=(n, n))


def of_registry(registry: Registry) -> csr_array:
    """:func:`gravity` on the base units of a registry, with the best margins there are."""
    units = registry.units
    return gravity(units.lon, units.lat, units.area_km2, margins_of(registry))
