"""The compiled loops of the European method: dissolve the least valid cluster until all are valid.

Zones are numbered; ``ptr, nbr, out, into`` hold, for each, its partners and what goes to and comes from
them (itself left out).  ``cl`` is the cluster of each zone: :data:`RESERVE` for one that no cluster
could take without losing validity, :data:`ABSENT` for one that takes no part.
"""

from __future__ import annotations

import heapq

import numba
import numpy as np

RESERVE, ABSENT = -2, -9


@numba.njit(cache=True, inline="always")
def validity(internal, residents, jobs, p):
    """Coombes and Bond's trade-off between size and containment; 1 or more is valid."""
    if residents <= 0.0 or jobs <= 0.0:
        return 0.0
    contained = min(internal / residents, internal / jobs)
    short = max((p[2] - residents) / (p[2] - p[0]), 0.0)
    return (1.0 - (1.0 - p[1] / p[3]) * short) * min(contained / p[3], 1.0) / (p[1] / p[3])


@numba.njit(cache=True, inline="always")
def linked(c, at, ptr, nbr, out, into, ties, seen):
    """Flows of zone ``c`` to and from each cluster, in ``ties`` (n + 1, 2); how many are ``seen`` (n + 1,).

    ``at`` (n,): the cluster of each zone, n for none.  ``ties`` must come in as :func:`no_ties`, and be put
    back so by :func:`forget`.  No branch: the processor could not guess which cluster comes next.
    """
    count = 0
    for e in range(ptr[c], ptr[c + 1]):
        k = at[nbr[e]]
        seen[count] = k
        count += int(ties[k, 0] + ties[k, 1] == 0.0)
        ties[k, 0] += out[e]
        ties[k, 1] += into[e]
    return count


@numba.njit(cache=True, inline="always")
def forget(count, ties, seen):
    """Put the ``seen`` clusters of ``ties`` back to zero."""
    for i in range(count):
        ties[seen[i], 0] = ties[seen[i], 1] = 0.0


@numba.njit(cache=True, inline="always")
def no_ties(n):
    """Zeros (n + 1, 2), but for the last: no cluster, never to be seen."""
    ties = np.zeros((n + 1, 2))
    ties[n] = 1.0
    return ties


@numba.njit(cache=True, inline="always")
def cohesion(there, back, residents_c, jobs_c, residents_k, jobs_k):
    """T_ck^2 / (R_c W_k) + T_kc^2 / (R_k W_c), a part without base counting for nothing."""
    one, other = residents_c * jobs_k, residents_k * jobs_c
    first = there * there / one if there > 0.0 and one > 0.0 else 0.0
    return first + (back * back / other if back > 0.0 and other > 0.0 else 0.0)


@numba.njit(cache=True, inline="always")
def closest(c, count, seen, ties, residents, jobs, sums, first):
    """The cluster most tied to zone ``c``, the ``first`` among equals; -1 where none is."""
    best, found = 0.0, -1
    for i in range(count):
        k = seen[i]
        tie = cohesion(ties[k, 0], ties[k, 1], residents[c], jobs[c], sums[1, k], sums[2, k])
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
def _queue(values, first, cl):
    """The clusters below validity by ``values``, then ``first``: (validity, first, cluster, version)."""
    heap = [(0.0, np.int64(-1), 0, np.int64(-1))]  # tells the types; its version matches none
    for k in range(len(cl)):
        if cl[k] >= 0 and values[k] < 1.0:
            heap += [(values[k], first[k], k, np.int64(0))]
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
    ties, seen, grown = no_ties(n), np.empty(n + 1, np.int64), np.empty(n, np.int64)
    reserve, waiting = np.empty(n, np.int64), 0
    at, values = np.empty(n, np.uint32), np.empty(n)
    for k in range(n):
        at[k] = k if cl[k] >= 0 else n
        values[k] = validity(own[k], residents[k], jobs[k], p)
    heap = _queue(values, first, cl)
    while len(heap):
        _, _, d, as_of = heapq.heappop(heap)
        if as_of != version[d]:
            continue
        version[d], turn, gaining = version[d] + 1, turn + 1, 0
        members = _members(head, after, d, rank, order, seen)
        for c in members:
            at[c] = n
        for c in members:
            count = linked(c, at, ptr, nbr, out, into, ties, seen)
            found = closest(c, count, seen, ties, residents, jobs, sums, first)
            if found >= 0:
                inside = sums[0, found] + ties[found, 0] + ties[found, 1] + own[c]
                live, work = sums[1, found] + residents[c], sums[2, found] + jobs[c]
                test = now = validity(inside, live, work, p)
                odd = own[c] == 0.0 and ties[found, 0] > 0.0 and size[found] > 1
                if as_in_r and odd and given[found] != turn:
                    test = validity(sums[0, found], live, sums[2, found], p)
                if test < values[found]:
                    found = -1
            forget(count, ties, seen)
            if found < 0:
                cl[c], reserve[waiting] = RESERVE, c
                waiting += 1
                continue
            sums[0, found], sums[1, found], sums[2, found] = inside, live, work
            cl[c], at[c], after[c], head[found] = found, found, head[found], c
            values[found], size[found] = now, size[found] + 1
            if given[found] != turn:
                given[found], grown[gaining] = turn, found
                gaining += 1
        for k in grown[:gaining]:  # once a turn; a valid cluster is never dissolved
            version[k] += 1
            if values[k] < 1.0:
                heapq.heappush(heap, (values[k], first[k], k, version[k]))
    return sums, reserve[:waiting]


@numba.njit(cache=True, inline="always")
def _welcoming(c, count, seen, ties, zones, sums, first, p):
    """:func:`closest` among the clusters that stay valid with zone ``c``, or no less valid than they were.

    Validity is asked only of those that would be the closest so far.
    """
    own, live, work = zones[0, c], zones[1, c], zones[2, c]
    best, found = 0.0, -1
    for i in range(count):
        k = seen[i]
        tie = cohesion(ties[k, 0], ties[k, 1], live, work, sums[1, k], sums[2, k])
        if tie > best or (tie == best and found >= 0 and first[k] < first[found]):
            inside = sums[0, k] + ties[k, 0] + ties[k, 1] + own
            now = validity(inside, sums[1, k] + live, sums[2, k] + work, p)
            if now >= min(validity(sums[0, k], sums[1, k], sums[2, k], p), 1.0):
                best, found = tie, k
    return found


@numba.njit(cache=True)
def place(ptr, nbr, out, into, zones, first, p, cl, sums, waiting, careful):
    """Give each zone of ``waiting``, in that order, the cluster most tied to it; how many remain.

    ``careful``: only a cluster that stays valid, or no less valid than it was.  Goes round again
    until nobody moves, since a zone may be tied only to others that wait.
    """
    n = len(cl)
    ties, seen, at = no_ties(n), np.empty(n + 1, np.int64), np.empty(n, np.uint32)
    for c in range(n):
        at[c] = cl[c] if cl[c] >= 0 else n
    left, before = len(waiting), len(waiting) + 1
    while 0 < left < before:
        before, left = left, 0
        for c in waiting:
            if cl[c] >= 0:
                continue
            count = linked(c, at, ptr, nbr, out, into, ties, seen)
            if careful:
                k = _welcoming(c, count, seen, ties, zones, sums, first, p)
            else:
                k = closest(c, count, seen, ties, zones[1], zones[2], sums, first)
            if k < 0:
                left += 1
            else:
                cl[c] = at[c] = k
                sums[0, k] += ties[k, 0] + ties[k, 1] + zones[0, c]
                sums[1, k] += zones[1, c]
                sums[2, k] += zones[2, c]
            forget(count, ties, seen)
    return left
