"""The compiled loops of the European method: dissolve the least valid cluster until all are valid.

Zones are numbered; ``ptr, nbr, out, into`` hold, for each, its partners and what goes to and comes from
them (itself left out).  ``cl`` is the cluster of each zone: :data:`RESERVE` for one that no cluster
could take without losing validity, :data:`ABSENT` for one that takes no part.
"""

from __future__ import annotations

import heapq

import numba
import numpy as np

RESERVE, ABSENT, LOOSE = -2, -9, -1


@numba.njit(cache=True, inline="always")
def validity(internal, residents, jobs, p):
    """Coombes and Bond's trade-off between size and containment; 1 or more is valid."""
    if residents <= 0.0 or jobs <= 0.0:
        return 0.0
    contained = min(internal / residents, internal / jobs)
    short = max((p[2] - residents) / (p[2] - p[0]), 0.0)
    return (1.0 - (1.0 - p[1] / p[3]) * short) * min(contained / p[3], 1.0) / (p[1] / p[3])


@numba.njit(cache=True, inline="always")
def linked(c, cl, ptr, nbr, out, into, mark, to, back, seen):
    """Flows of zone ``c`` to and from each cluster, in ``to`` and ``back``; how many are ``seen``."""
    count = 0
    for e in range(ptr[c], ptr[c + 1]):
        k = cl[nbr[e]]
        if k < 0:
            continue
        if mark[k] != c:
            mark[k] = c
            to[k] = 0.0
            back[k] = 0.0
            seen[count] = k
            count += 1
        to[k] += out[e]
        back[k] += into[e]
    for i in range(count):  # ready for the next call, which may be of the same zone
        mark[seen[i]] = -1
    return count


@numba.njit(cache=True, inline="always")
def cohesion(there, back, residents_c, jobs_c, residents_k, jobs_k):
    """T_ck^2 / (R_c W_k) + T_kc^2 / (R_k W_c), a part without base counting for nothing."""
    one, other = residents_c * jobs_k, residents_k * jobs_c
    first = there * there / one if there > 0.0 and one > 0.0 else 0.0
    return first + (back * back / other if back > 0.0 and other > 0.0 else 0.0)


@numba.njit(cache=True, inline="always")
def closest(c, count, seen, to, back, residents, jobs, sums, first):
    """The cluster most tied to zone ``c``, the ``first`` among equals; -1 where none is."""
    best, found = 0.0, -1
    for i in range(count):
        k = seen[i]
        tie = cohesion(to[k], back[k], residents[c], jobs[c], sums[1, k], sums[2, k])
        if tie > best or (tie == best and found >= 0 and first[k] < first[found]):
            best, found = tie, k
    return found


@numba.njit(cache=True, inline="always")
def _members(head, after, d, rank, order, seen):
    """The zones of cluster ``d``, in the order in which they look for another."""
    count, c = 0, head[d]
    while c >= 0:
        seen[count] = rank[c]
        count += 1
        c = after[c]
    return order[np.sort(seen[:count])]


@numba.njit(cache=True)
def _queue(zones, first, p, cl):
    """All clusters by validity, then ``first``: (validity, first, cluster, version)."""
    heap = [(0.0, np.int64(-1), 0, np.int64(-1))]  # tells the types; its version matches none
    for k in range(len(cl)):
        if cl[k] >= 0:
            value = validity(zones[0, k], zones[1, k], zones[2, k], p)
            heap += [(value, first[k], k, np.int64(0))]
    heapq.heapify(heap)
    return heap


@numba.njit(cache=True)
def dissolve(ptr, nbr, out, into, zones, rank, first, p, as_in_r, cl):
    """Run the method to its end; fills ``cl``, returns the sums (3, n) of clusters and the reserve.

    ``zones`` (3, n): internal, residents, jobs.  The cluster of least validity is dissolved (among
    equals the lowest of ``first``) and its zones, by ``rank``, each go to the cluster most tied to them, if that
    one's validity does not fall; else to the reserve.  ``as_in_r``: where the reference program misreads a
    flow, so do we (docs/methode-bassins.md).
    """
    n = len(cl)
    own, residents, jobs = zones[0], zones[1], zones[2]
    sums, order = zones.copy(), np.argsort(rank)
    head, after = np.arange(n), np.full(n, -1)
    version, size, given, turn = np.zeros(n, np.int64), np.ones(n, np.int64), np.zeros(n), 0
    mark, seen = np.full(n, -1), np.empty(n, np.int64)
    to, back = np.empty(n), np.empty(n)
    reserve, waiting = np.empty(n, np.int64), 0
    heap = _queue(zones, first, p, cl)
    while len(heap):
        value, _, d, at = heapq.heappop(heap)
        if at != version[d]:
            continue
        if value >= 1.0:
            break
        version[d], turn = version[d] + 1, turn + 1
        members = _members(head, after, d, rank, order, seen)
        for c in members:
            cl[c] = LOOSE
        for c in members:
            count = linked(c, cl, ptr, nbr, out, into, mark, to, back, seen)
            found = closest(c, count, seen, to, back, residents, jobs, sums, first)
            if found >= 0:
                inside = sums[0, found] + to[found] + back[found] + own[c]
                live, work = sums[1, found] + residents[c], sums[2, found] + jobs[c]
                test = now = validity(inside, live, work, p)
                odd = own[c] == 0.0 and to[found] > 0.0 and size[found] > 1
                if as_in_r and odd and given[found] != turn:
                    test = validity(sums[0, found], live, sums[2, found], p)
                if test < validity(sums[0, found], sums[1, found], sums[2, found], p):
                    found = -1
            if found < 0:
                cl[c], reserve[waiting] = RESERVE, c
                waiting += 1
                continue
            sums[0, found], sums[1, found], sums[2, found] = inside, live, work
            cl[c], after[c], head[found] = found, head[found], c
            version[found], size[found], given[found] = version[found] + 1, size[found] + 1, turn
            heapq.heappush(heap, (now, first[found], found, version[found]))
    return sums, reserve[:waiting]


@numba.njit(cache=True)
def place(ptr, nbr, out, into, zones, first, p, cl, sums, waiting, careful):
    """Give each zone of ``waiting``, in that order, the cluster most tied to it; how many remain.

    ``careful``: only a cluster that stays valid, or no less valid than it was.  Goes round again
    until nobody moves, since a zone may be tied only to others that wait.
    """
    n = len(cl)
    mark, seen = np.full(n, -1), np.empty(n, np.int64)
    to, back = np.empty(n), np.empty(n)
    left, before = len(waiting), len(waiting) + 1
    while 0 < left < before:
        before, left = left, 0
        for c in waiting:
            if cl[c] >= 0:
                continue
            count = linked(c, cl, ptr, nbr, out, into, mark, to, back, seen)
            if careful:
                keep = 0
                for i in range(count):
                    k = seen[i]
                    inside = sums[0, k] + to[k] + back[k] + zones[0, c]
                    now = validity(inside, sums[1, k] + zones[1, c], sums[2, k] + zones[2, c], p)
                    if now >= min(validity(sums[0, k], sums[1, k], sums[2, k], p), 1.0):
                        seen[keep] = k
                        keep += 1
                count = keep
            k = closest(c, count, seen, to, back, zones[1], zones[2], sums, first)
            if k < 0:
                left += 1
                continue
            cl[c] = k
            sums[0, k] += to[k] + back[k] + zones[0, c]
            sums[1, k] += zones[1, c]
            sums[2, k] += zones[2, c]
    return left
