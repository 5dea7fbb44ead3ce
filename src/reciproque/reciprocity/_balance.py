"""Who gives, who receives: promised, due, delivered, by resource, in its own unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

from dateutil.relativedelta import relativedelta

from reciproque.kernel import Commitment, Line, Record
from reciproque.vocabulary import in_own_unit, table

Key = tuple[str, str, str]


def _after(start: date, months: int, days: int = 0) -> date:
    """The day so many months later; the last day there is where the calendar ends before."""
    try:
        return start + relativedelta(months=months, days=days)
    except (ValueError, OverflowError):
        return date.max


def occurrences(commitment: Commitment, until: date | None = None) -> int:
    """How many times a commitment falls due by a day (``None``: over its whole length).

    A single commitment falls due on its ``due`` day, or at once where none is said.  A repeated
    one falls due on the last day of each period between ``start`` and ``due``.
    """
    if commitment.every == "once":
        return int(until is None or commitment.due is None or commitment.due <= until)
    start, due = commitment.start, commitment.due
    assert start is not None  # a repeated commitment has its dates: checked by the noun
    assert due is not None
    step = int(table("rhythms")[commitment.every]["months"])
    total = 1
    while _after(start, step * total) < due:
        total += 1
    if until is None or until >= due:
        return total
    ended = 0
    while ended < total and _after(start, step * (ended + 1), -1) <= until:
        ended += 1
    return ended


def lines(
    commitments: Iterable[Commitment], records: Iterable[Record], day: date | None = None
) -> list[Line]:
    """Add up commitments and records into one line for each giver, receiver and resource.

    A record that another one corrects counts for nothing.  ``day`` cuts what was due and what was
    done by then.  Raises ``error.unit`` for a unit that does not fit its resource.
    """
    # promised, due, delivered, unconfirmed
    sums: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    counts: dict[Key, int] = defaultdict(int)
    for c in commitments:
        if c.state == "proposed":
            continue
        each = in_own_unit(c.quantity, c.unit, c.resource)
        line = sums[c.giver, c.receiver, c.resource]
        line[0] += each * occurrences(c)
        line[1] += each * occurrences(c, day)
    kept = list(records)
    corrected = {r.corrects for r in kept if r.corrects}
    for r in kept:
        if r.key in corrected or not r.quantity or (day and r.day > day):
            continue
        key = (r.giver, r.receiver, r.resource)
        sums[key][2 if r.confirmed else 3] += in_own_unit(r.quantity, r.unit, r.resource)
        counts[key] += r.count
    return [
        Line(*key, promised, due, delivered, unconfirmed, counts[key])
        for key, (promised, due, delivered, unconfirmed) in sorted(sums.items())
    ]


@dataclass(frozen=True)
class Pair:
    """What goes between two parties: the resources in which each gives more."""

    a: str
    b: str
    a_more: tuple[str, ...]
    b_more: tuple[str, ...]
    even: tuple[str, ...]

    @property
    def dominant(self) -> str:
        """The party that gives more in every resource exchanged, or nothing."""
        if self.a_more and not self.b_more:
            return self.a
        if self.b_more and not self.a_more:
            return self.b
        return ""


@dataclass(frozen=True)
class Balance:
    """The lines of a cooperation and what they say; computed, never stored.

    ``with_unconfirmed`` counts what the other side has not confirmed yet.
    """

    lines: tuple[Line, ...]
    with_unconfirmed: bool = True

    def given(self, line: Line) -> float:
        return line.delivered + (line.unconfirmed if self.with_unconfirmed else 0.0)

    @cached_property
    def resources(self) -> tuple[str, ...]:
        return tuple(sorted({line.resource for line in self.lines}))

    @cached_property
    def parties(self) -> tuple[str, ...]:
        return tuple(sorted({side for line in self.lines for side in (line.giver, line.receiver)}))

    @cached_property
    def _amounts(self) -> Mapping[Key, float]:
        return {(x.giver, x.receiver, x.resource): self.given(x) for x in self.lines}

    def amount(self, giver: str, receiver: str, resource: str) -> float:
        """What a party has given another, in the resource's own unit."""
        return self._amounts.get((giver, receiver, resource), 0.0)

    def returned(self, resource: str) -> float | None:
        """The share of a resource that came back, 0 to 1; ``None`` where nothing moved.

        The sum over pairs of 2 min(a->b, b->a), over the sum of a->b + b->a: 1 when every pair
        gives as much as it receives, 0 when all goes one way.
        """
        return _returned({k: v for k, v in self._amounts.items() if k[2] == resource})

    def overall(self, equivalences: Mapping[str, float]) -> float | None:
        """The same over all resources, by the parties' own table of points for one unit.

        ``None`` without such a table, or where a resource that moved stands outside it: no total
        is invented.
        """
        moved = {key[2] for key, value in self._amounts.items() if value}
        if not equivalences or not moved <= set(equivalences):
            return None
        points: dict[Key, float] = defaultdict(float)
        for (giver, receiver, resource), value in self._amounts.items():
            points[giver, receiver, ""] += value * equivalences[resource] if value else 0.0
        return _returned(points)

    def pair(self, a: str, b: str) -> Pair:
        """Who gives more, resource by resource, between two parties."""
        sides: tuple[list[str], list[str], list[str]] = ([], [], [])
        for resource in self.resources:
            there, back = self.amount(a, b, resource), self.amount(b, a, resource)
            if there or back:
                sides[0 if there > back else 1 if back > there else 2].append(resource)
        return Pair(a, b, tuple(sides[0]), tuple(sides[1]), tuple(sides[2]))

    def pairs(self) -> list[Pair]:
        """Every pair of parties between which something moved or is promised."""
        linked = {frozenset((line.giver, line.receiver)) for line in self.lines}
        return [self.pair(a, b) for a, b in combinations(self.parties, 2) if {a, b} in linked]

    @cached_property
    def _moved(self) -> Mapping[str, Mapping[str, tuple[float, float]]]:
        """By party and resource: given, received."""
        found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
        for line in self.lines:
            amount, resource = self.given(line), line.resource
            gave, got = found[line.giver].get(resource, (0.0, 0.0))
            found[line.giver][resource] = gave + amount, got
            gave, got = found[line.receiver].get(resource, (0.0, 0.0))
            found[line.receiver][resource] = gave, got + amount
        return found

    def of(self, party: str) -> list[tuple[str, float, float]]:
        """What a party has given and received in all: (resource, given, received)."""
        moved = sorted(self._moved.get(party, {}).items())
        return [(resource, given, got) for resource, (given, got) in moved if given or got]

    def kept(self, party: str) -> float | None:
        """The mean, over its lines, of the share kept of what was due (0 to 1, each at most 1)."""
        shares = [
            min(1.0, self.given(line) / line.due)
            for line in self.lines
            if line.giver == party and line.due > 0
        ]
        return sum(shares) / len(shares) if shares else None


def _returned(amounts: Mapping[Key, float]) -> float | None:
    total = sum(amounts.values())
    if not total:
        return None
    both = sum(min(value, amounts.get((b, a, r), 0.0)) for (a, b, r), value in amounts.items())
    return both / total


def balance(
    commitments: Iterable[Commitment],
    records: Iterable[Record],
    day: date | None = None,
    with_unconfirmed: bool = True,
) -> Balance:
    """The balance of commitments and records by a day."""
    return Balance(tuple(lines(commitments, records, day)), with_unconfirmed)


def balance_of(found: Sequence[Line], with_unconfirmed: bool = True) -> Balance:
    """The balance of lines already added up (by a database)."""
    return Balance(tuple(found), with_unconfirmed)
