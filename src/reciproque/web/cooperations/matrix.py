"""More than two parties: who gives (rows) to whom (columns), in small ribbons; never a hairball."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reciproque.web.cooperations.overview import Lane, Overview

MOST = 8  # beyond, a reader scrolls more than they see: the table and the pairs one by one remain


@dataclass(frozen=True)
class Row:
    """A party and what it gives each of the others; its own cell is ``None``."""

    name: str
    cells: Sequence[Sequence[Lane] | None]


@dataclass(frozen=True)
class Matrix:
    """The parties that exchange, in the order they came."""

    names: Sequence[str]
    rows: Sequence[Row]


def matrix(seen: Overview) -> Matrix | None:
    """The matrix of a cooperation where three to eight parties exchange; ``None`` elsewhere."""
    exchanging = set(seen.balance.parties)
    parties = [p.actor for p in seen.what.parties if p.actor in exchanging]
    if not 3 <= len(parties) <= MOST:
        return None
    lines: dict[tuple[str, str], list[Lane]] = {
        (giver, receiver): [] for giver in parties for receiver in parties
    }
    for number, line in enumerate(seen.balance.lines):
        # who came first stands on the left, here as in every other drawing
        side = "a" if parties.index(line.giver) < parties.index(line.receiver) else "b"
        lines[line.giver, line.receiver].append(seen.lane(line, side, f"mx{number}"))
    rows = [
        Row(seen.names[giver], [None if r == giver else lines[giver, r] for r in parties])
        for giver in parties
    ]
    return Matrix([seen.names[p] for p in parties], rows)
