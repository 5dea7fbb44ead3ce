"""The compiled loops of the refinement: every area valid, then moves, mergers and splits.

All work on the same state: ``cl`` (n,) the area of each zone, numbered from 0, and ``sums`` (3, K) its
internal flows, residents and jobs.  Modularity is that of Newman (2004) for directed flows (Leicht and Newman, 2008):
the sum over areas of I / m - R W / m^2.
"""

from __future__ import annotations

import numba
import numpy as np

from reciproque.flows.areas._loops import cohesion, validity

LEAST = 1e-9  # of all journeys: gains below are rounding


@numba.njit(cache=True, inline="always")
def _valid(sums, k, p):
    return validity(sums[0, k], sums[1, k], sums[2, k], p)


@numba.njit(cache=True)
def pieces(ptr, nbr, order, cl, count):
    """Number the zones without area by connected piece, from ``count`` on; the new count."""
    n = len(cl)
    stack = np.empty(n, np.int64)
    for start in order:
        if cl[start] >= 0:
            continue
        cl[start], stack[0], high = count, start, 1
        while high:
            high -= 1
            c = stack[high]
            for e in range(ptr[c], ptr[c + 1]):
                if cl[nbr[e]] < 0:
                    cl[nbr[e]] = count
                    stack[high] = nbr[e]
                    high += 1
        count += 1
    return count


@numba.njit(cache=True)
def add_up(ptr, nbr, out, zones, cl, count):
    """``sums`` (3, count) of a partition."""
    sums = np.zeros((3, count))
    for c in range(len(cl)):
        k = cl[c]
        sums[0, k] += zones[0, c]
        sums[1, k] += zones[1, c]
        sums[2, k] += zones[2, c]
        for e in range(ptr[c], ptr[c + 1]):
            if cl[nbr[e]] == k:
                sums[0, k] += out[e]
    return sums


@numba.njit(cache=True)
def chains(cl, count):
    """Members of each area as linked lists, ``head`` (count,) and ``after`` (n,), in order of zones."""
    head, after = np.full(count, -1), np.full(len(cl), -1)
    for c in range(len(cl) - 1, -1, -1):
        after[c] = head[cl[c]]
        head[cl[c]] = c
    return head, after


@numba.njit(cache=True)
def area_links(a, head, after, ptr, nbr, out, into, cl, to, back, seen):
    """Flows of area ``a`` to and from each other area (``to`` and ``back`` must come in as zeros)."""
    count, c = 0, head[a]
    while c >= 0:
        for e in range(ptr[c], ptr[c + 1]):
            k = cl[nbr[e]]
            if k != a:
                if to[k] == 0.0 and back[k] == 0.0:
                    seen[count] = k
                    count += 1
                to[k] += out[e]
                back[k] += into[e]
        c = after[c]
    return count


@numba.njit(cache=True)
def join(a, b, between, cl, sums, head, after):
    """Put the members of ``a`` into ``b``; ``between``: flows between the two, both ways."""
    c, last = head[a], -1
    while c >= 0:
        cl[c], last = b, c
        c = after[c]
    after[last] = head[b]
    head[b], head[a] = head[a], -1
    for i in range(3):
        sums[i, b] += sums[i, a]
        sums[i, a] = 0.0
    sums[0, b] += between


@numba.njit(cache=True)
def mend(ptr, nbr, out, into, p, cl, sums):
    """Join each area that is not valid, the least first, to the one most tied to it, if there is one."""
    count = sums.shape[1]
    head, after = chains(cl, count)
    to, back, seen = np.zeros(count), np.zeros(count), np.empty(count, np.int64)
    alone = np.zeros(count, np.bool_)
    while True:
        least, a = 1.0, -1
        for k in range(count):
            if head[k] >= 0 and not alone[k] and _valid(sums, k, p) < least:
                least, a = _valid(sums, k, p), k
        if a < 0:
            return
        found, best, between = -1, 0.0, 0.0
        for i in range(area_links(a, head, after, ptr, nbr, out, into, cl, to, back, seen)):
            k = seen[i]
            tie = cohesion(to[k], back[k], sums[1, a], sums[2, a], sums[1, k], sums[2, k])
            if tie > best or (tie == best and found >= 0 and k < found):
                found, best, between = k, tie, to[k] + back[k]
            to[k] = back[k] = 0.0
        if found < 0:
            alone[a] = True
        else:
            join(a, found, between, cl, sums, head, after)


@numba.njit(cache=True, inline="always")
def _area_ties(a, head, after, ptr, nbr, both, cl, ties, seen):
    """Flows of area ``a`` with each other area, both ways, in ``ties`` (zeros); how many are ``seen``."""
    count, c = 0, head[a]
    ties[a] = 1.0  # never new
    while c >= 0:
        for e in range(ptr[c], ptr[c + 1]):
            k = cl[nbr[e]]
            seen[count] = k
            count += int(ties[k] == 0.0)
            ties[k] += both[e]
        c = after[c]
    ties[a] = 0.0
    return count


@numba.njit(cache=True)
def merge(ptr, nbr, both, p, worth, most, cl, sums):
    """Join up to ``most`` pairs of areas, where modularity gains most; how many were.

    Only where it gains more than ``worth`` x what the area that goes brings, and no area twice.
    """
    count, m = sums.shape[1], sums[1].sum()
    head, after = chains(cl, count)
    ties, seen = np.zeros(count), np.empty(count + 1, np.int64)
    gains, partner, between = np.zeros(count), np.full(count, -1), np.zeros(count)
    for a in range(count):
        if head[a] < 0:
            continue
        brings = sums[0, a] - sums[1, a] * sums[2, a] / m
        best = max(worth * brings, LEAST * m)
        for i in range(_area_ties(a, head, after, ptr, nbr, both, cl, ties, seen)):
            k = seen[i]
            gain = ties[k] - (sums[1, a] * sums[2, k] + sums[1, k] * sums[2, a]) / m
            inside = sums[0, a] + sums[0, k] + ties[k]
            now = validity(inside, sums[1, a] + sums[1, k], sums[2, a] + sums[2, k], p)
            floor = min(_valid(sums, a, p), _valid(sums, k, p), 1.0)
            if (gain > best or (gain == best and partner[a] > k)) and now >= floor:
                best = gains[a] = gain
                partner[a], between[a] = k, ties[k]
            ties[k] = 0.0
    done, taken = 0, np.zeros(count, np.bool_)
    for a in np.argsort(-gains, kind="mergesort"):
        b = partner[a]
        if done < most and b >= 0 and not taken[a] and not taken[b]:
            join(a, b, between[a], cl, sums, head, after)
            taken[a] = taken[b] = True
            done += 1
    return done


@numba.njit(cache=True, inline="always")
def _ties(c, cl, ptr, nbr, both, tie, seen):
    """Flows of zone ``c`` with each area, both ways, in ``tie`` (zeros); how many areas are ``seen``."""
    count = 0
    for e in range(ptr[c], ptr[c + 1]):
        k = cl[nbr[e]]
        seen[count] = k
        count += int(tie[k] == 0.0)
        tie[k] += both[e]
    return count


@numba.njit(cache=True, inline="always")
def _better(c, a, links, seen, tie, zones, p, m, sums):
    """The area that zone ``c`` of area ``a`` had better be in, if any: -1 where none gains."""
    own, live, work = zones[0, c], zones[1, c], zones[2, c]
    left = validity(sums[0, a] - tie[a] - own, sums[1, a] - live, sums[2, a] - work, p)
    if left < min(_valid(sums, a, p), 1.0):
        return -1
    stay = tie[a] - (live * (sums[2, a] - work) + work * (sums[1, a] - live)) / m
    found, best = -1, stay + LEAST * m
    for i in range(links):
        k = seen[i]
        if k == a:
            continue
        gain = tie[k] - (live * sums[2, k] + work * sums[1, k]) / m
        if gain > best or (gain == best and found >= 0 and k < found):
            inside = sums[0, k] + tie[k] + own
            now = validity(inside, sums[1, k] + live, sums[2, k] + work, p)
            if now >= min(_valid(sums, k, p), 1.0):
                found, best = k, gain
    return found


@numba.njit(cache=True)
def shift(ptr, nbr, both, zones, p, rounds, order, active, cl, sums):
    """Move zones one by one to the neighbouring area that gains most modularity, areas kept valid.

    Only zones that are ``active`` (n,), and those of other areas tied to one that moved.  Ends when no move gains, or
    after ``rounds``; how many moved.
    """
    count, m, moved = sums.shape[1], sums[1].sum(), 0
    size = np.bincount(cl, minlength=count)
    tie, seen = np.zeros(count), np.empty(count + 1, np.int64)
    for _ in range(rounds):
        before = moved
        for c in order:
            a = cl[c]
            if not active[c] or size[a] == 1:
                continue
            active[c] = False
            links, found = _ties(c, cl, ptr, nbr, both, tie, seen), -1
            if links > 1 or (links == 1 and seen[0] != a):
                found = _better(c, a, links, seen, tie, zones, p, m, sums)
            if found >= 0:
                own, live, work = zones[0, c], zones[1, c], zones[2, c]
                sums[0, a] -= tie[a] + own
                sums[1, a] -= live
                sums[2, a] -= work
                sums[0, found] += tie[found] + own
                sums[1, found] += live
                sums[2, found] += work
                cl[c], moved = found, moved + 1
                size[a], size[found] = size[a] - 1, size[found] + 1
                for e in range(ptr[c], ptr[c + 1]):
                    active[nbr[e]] |= cl[nbr[e]] != found
            for i in range(links):
                tie[seen[i]] = 0.0
        if moved == before:
            break
    return moved
