"""Choose the flows that speak for a territory, and bring them to it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from reciproque.flows._store import COMMUTING, Layer, layers
from reciproque.kernel import State, Territory
from reciproque.territories import Registry

WIDE_KINDS = ("departement", "region")
FULL = 0.99  # share of a territory's people who must live in covered units to call it observed


def part_inside(layer: Layer, units: np.ndarray, people: np.ndarray) -> np.ndarray:
    """How much of each zone (z,) or unit (N,) of a layer lies in a set of units: 0 to 1, by people."""
    n = len(people)
    member = np.zeros(n)
    member[units] = 1.0
    if layer.zones is None:
        return member
    weight = np.nan_to_num(people) + 1e-9
    return (layer.zones @ (member * weight)) / (layer.zones @ weight)


@lru_cache(maxsize=64)
def zone_shares(registry: Registry, layer_index: int, kind: str) -> csr_array:
    """(n, z): how much of each zone of a layer lies in each territory of a kind, by people."""
    layer = layers(registry)[layer_index]
    incidence = registry.incidence(kind)
    if layer.zones is None:
        return incidence
    weight = np.nan_to_num(registry.units.population) + 1e-9
    by_zone = csr_array(layer.zones.multiply(weight[None, :]))
    total = np.asarray(layer.zones @ weight)
    return csr_array((incidence @ by_zone.T).multiply(1 / total[None, :]))


def chosen(registry: Registry, flow: str, units: np.ndarray, wide: bool = False) -> int | None:
    """The position of the layer to use for a set of units: observed if it covers them, else estimated.

    ``wide`` prefers flows between départements: the other end is a département or a région.
    """
    people = np.nan_to_num(registry.units.population[units]) + 1e-9
    order = list(enumerate(layers(registry)))
    if wide:
        order.sort(key=lambda pair: pair[1].zones is None)
    for i, layer in order:
        if layer.flow != flow or people[layer.covered[units]].sum() < FULL * people.sum():
            continue
        if layer.zones is not None and flow == COMMUTING:
            share = part_inside(layer, units, registry.units.population)
            if not wide or ((share > 0.01) & (share < 0.99)).any():
                continue  # commuting between départements says nothing of a part of one
        return i
    return None


def vectors(
    registry: Registry, flow: str, units: np.ndarray, wide: bool = False
) -> tuple[int, np.ndarray, np.ndarray, np.ndarray] | None:
    """Layer, share inside (z,), outgoing (z,) and incoming (z,) of a set of units; None if no layer."""
    at = chosen(registry, flow, units, wide)
    return None if at is None else through(registry, at, units)


def through(
    registry: Registry, at: int, units: np.ndarray
) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    layer = layers(registry)[at]
    inside = part_inside(layer, units, registry.units.population)
    rows = np.flatnonzero(inside > 0)
    weight = inside[rows]
    outgoing = csr_array(layer.flows[rows]).T @ weight
    incoming = csr_array(layer.back[rows]).T @ weight
    return at, inside, outgoing, incoming


def state_of(layer: Layer, inside: np.ndarray) -> State:
    """A zone split by its people makes an estimate of an observed flow."""
    split = layer.zones is not None and bool(((inside > 0.01) & (inside < 0.99)).any())
    return State.ESTIMATED if split else layer.state


@lru_cache(maxsize=64)
def seen(registry: Registry, at: int, kind: str) -> np.ndarray:
    """Which territories of a kind a layer covers whole, as a mask (n,)."""
    incidence = registry.incidence(kind)
    weight = np.nan_to_num(registry.units.population) + 1e-9
    covered = layers(registry)[at].covered
    return np.asarray((incidence @ (weight * covered)) >= FULL * (incidence @ weight))


@lru_cache(maxsize=64)
def _people_by_zone(registry: Registry, at: int, kind: str) -> csr_array:
    """(n, z): how each territory's people are spread over the zones of a layer; rows sum to 1."""
    zones = layers(registry)[at].zones
    weight = np.nan_to_num(registry.units.population) + 1e-9
    people = csr_array(zone_shares(registry, at, kind).multiply((zones @ weight)[None, :]))
    return csr_array(people.multiply(1 / np.maximum(people.sum(axis=1), 1e-9)[:, None]))


def unseen(registry: Registry, territory: Territory, flow: str, kind: str) -> np.ndarray | None:
    """(n,) in 0..1: how much of a flow between a territory and each of a kind nobody could see.

    Flows counted between zones tell nothing of what goes on inside one: this is the chance that
    someone of one territory and someone of the other live in the same zone, and 1 for who is not
    in the file.  ``None`` where the flow is not known at all; zeros where it is told (or estimated)
    between communes.
    """
    units = registry.units_of(territory)
    at = chosen(registry, flow, units, kind in WIDE_KINDS)
    if at is None:
        return None
    zones = layers(registry)[at].zones
    if zones is None:
        return np.zeros(len(registry.codes(kind)))
    weight = np.nan_to_num(registry.units.population) + 1e-9
    mine = zones[:, units] @ weight[units]
    same = np.asarray(_people_by_zone(registry, at, kind) @ (mine / mine.sum()))
    return np.where(seen(registry, at, kind), same, 1.0)
