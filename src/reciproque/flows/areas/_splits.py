"""The compiled loops that cut a new area from another, where that costs little modularity."""

from __future__ import annotations

import numba
import numpy as np

from reciproque.flows.areas._loops import validity
from reciproque.flows.areas._refine import LEAST, chains

LARGEST = 60  # zones of a new area cut from another


@numba.njit(cache=True)
def grow(seed, a, members, ptr, nbr, both, zones, p, m, cl, sums, tied, near, taken):
    """Grow a new area from ``seed`` inside area ``a``, the most tied zone first, up to half of it.

    ``taken`` receives the zones in the order they come.  Returns the loss of modularity (x m) and how many zones
    at the moment of least loss among those that leave both parts valid; 0 zones if none does.
    """
    inside = live = work = cut = 0.0
    best, kept, c, high = np.inf, 0, seed, 0
    for x in members:
        tied[x] = 0.0
    for step in range(min(len(members) - 1, LARGEST)):
        taken[step] = c
        mine, rest = tied[c], 0.0
        tied[c] = -1.0
        for e in range(ptr[c], ptr[c + 1]):
            x = nbr[e]
            if cl[x] == a and tied[x] >= 0.0:
                if tied[x] == 0.0:
                    near[high] = x
                    high += 1
                tied[x] += both[e]
                rest += both[e]
        inside += mine + zones[0, c]
        live += zones[1, c]
        work += zones[2, c]
        cut += rest - mine
        other_live, other_work = sums[1, a] - live, sums[2, a] - work
        if live > other_live:
            break
        if validity(inside, live, work, p) >= 1.0:
            other = sums[0, a] - inside - cut
            if validity(other, other_live, other_work, p) >= 1.0:
                loss = cut - (live * other_work + work * other_live) / m
                if loss < best:
                    best, kept = loss, step + 1
        strongest, at = 0.0, -1
        for i in range(high):
            pull = tied[near[i]] / (zones[1, near[i]] + zones[2, near[i]])
            if pull > strongest or (pull == strongest and near[i] < near[at]):
                strongest, at = pull, i
        if at < 0:
            break
        high -= 1
        c, near[at] = near[at], near[high]
    return best, kept


@numba.njit(cache=True)
def _brings(chosen, a, ptr, nbr, both, zones, m, cl, part):
    """What the zones ``chosen`` of area ``a`` (those of ``part``) would bring to modularity, x m."""
    inside = live = work = 0.0
    for c in chosen:
        inside += zones[0, c]
        live += zones[1, c]
        work += zones[2, c]
        for e in range(ptr[c], ptr[c + 1]):
            if part[nbr[e]] and cl[nbr[e]] == a:
                inside += both[e] / 2.0  # seen from both ends
    return inside - live * work / m


@numba.njit(cache=True)
def splits(ptr, nbr, both, zones, p, seeds, cl, sums, changed, part, price):
    """For each area that ``changed`` (K,), the new one that could be cut from it at least loss.

    Grown from its ``seeds`` zones with most jobs.  ``part`` (n,) tells the zones of the new ones, and
    ``price`` (K,) the loss of modularity over what the new area brings, infinite where none can be cut.
    """
    n, m, count = len(cl), sums[1].sum(), sums.shape[1]
    head, after = chains(cl, count)
    tied, taken, chosen = np.empty(n), np.empty(n, np.int64), np.empty(n, np.int64)
    near = np.empty(n, np.int64)
    all_members, jobs = np.empty(n, np.int64), np.empty(n)
    for a in range(count):
        if not changed[a]:
            continue
        price[a] = np.inf
        size, c = 0, head[a]
        while c >= 0:
            part[c] = False
            all_members[size], jobs[size] = c, -zones[2, c]
            size, c = size + 1, after[c]
        if size < 2 or sums[1, a] < 2.0 * p[0]:
            continue
        members = all_members[:size]
        least, kept = np.inf, 0
        for seed in members[np.argsort(jobs[:size], kind="mergesort")[:seeds]]:
            loss, grown = grow(
                seed, a, members, ptr, nbr, both, zones, p, m, cl, sums, tied, near, taken
            )
            if grown and loss < least:
                least, kept = loss, grown
                chosen[:grown] = taken[:grown]
        for c in chosen[:kept]:
            part[c] = True
        if kept:
            brings = _brings(chosen[:kept], a, ptr, nbr, both, zones, m, cl, part)
            price[a] = least / max(brings, LEAST * m)


@numba.njit(cache=True)
def cut(ptr, nbr, both, zones, part, number, cl, sums):
    """Give the zones of ``part`` the ``number`` (K,) of the area cut from theirs, where it is not -1.

    ``sums`` has room for the new areas, as zeros, and is kept up to date.
    """
    for c in range(len(cl)):
        new = number[cl[c]] if part[c] else -1
        if new < 0:
            continue
        old = cl[c]
        for i in range(3):
            sums[i, old] -= zones[i, c]
            sums[i, new] += zones[i, c]
        for e in range(ptr[c], ptr[c + 1]):
            if cl[nbr[e]] == old:
                sums[0, old] -= both[e]
            elif cl[nbr[e]] == new:
                sums[0, new] += both[e]
        cl[c] = new
