"""How to share a joint gain that the parties stated: Shapley and Nash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial

from reciproque.kernel import ReciproqueError

LARGEST = 14


def shapley(parties: Sequence[str], gain: Mapping[frozenset[str], float]) -> dict[str, float]:
    """Each party's Shapley value: its mean contribution over all orders of arrival.

    ``gain`` gives what each coalition would gain, in one unit; the empty one gains nothing, and a
    missing one raises ``shapley.missing``.  The values add up to the gain of all.
    Source: Shapley (1953), A value for n-person games.

    >>> shapley(["a", "b"], {frozenset("a"): 0, frozenset("b"): 2, frozenset("ab"): 10})
    {'a': 4.0, 'b': 6.0}
    """
    n = len(parties)
    if n > LARGEST:
        raise ReciproqueError("shapley.size", limit=LARGEST, count=n)

    def worth(coalition: frozenset[str]) -> float:
        if not coalition:
            return 0.0
        if coalition not in gain:
            raise ReciproqueError("shapley.missing", coalition=" + ".join(sorted(coalition)))
        return gain[coalition]

    values = {}
    for party in parties:
        others = [p for p in parties if p != party]
        value = 0.0
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for group in combinations(others, size):
                before = frozenset(group)
                value += weight * (worth(before | {party}) - worth(before))
        values[party] = value
    return values


def nash(
    gain: float, without: Mapping[str, float], power: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The Nash bargaining shares of a joint gain that can be passed from one to another.

    Each keeps what it would have ``without`` agreement, and the surplus is shared by bargaining
    ``power`` (equal where none is given).  Raises ``nash.no_gain`` without a surplus.
    Source: Nash (1950), The bargaining problem; weights by Kalai (1977).

    >>> nash(10, {"a": 1, "b": 3})
    {'a': 4.0, 'b': 6.0}
    """
    alone = sum(without.values())
    if gain <= alone:
        raise ReciproqueError("nash.no_gain", gain=gain, without=alone)
    weights = power or dict.fromkeys(without, 1.0)
    total = sum(weights[party] for party in without)
    return {
        party: start + (gain - alone) * weights[party] / total for party, start in without.items()
    }
