"""More than two parties: who gives (rows) to whom (columns), in small ribbons; never a hairball."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reciproque.kernel import Line
from reciproque.web.cooperations.lanes import Lane
from reciproque.web.cooperations.overview import Overview

MOST = 8  # beyond, a reader scrolls more than they see: the others stand together, last
OTHERS = "others"


@dataclass(frozen=True)
class Row:
    """A party and what it gives each of the others; its own cell is ``None``."""

    name: str
    cells: Sequence[Sequence[Lane] | None]


@dataclass(frozen=True)
class Matrix:
    """The parties that exchange, in the order they came; ``others`` of them together, last."""

    names: Sequence[str]
    rows: Sequence[Row]
    others: int = 0


def _most(seen: Overview, parties: Sequence[str]) -> list[str]:
    """The eight parties with most records, then most lines, then the oldest; in order of arrival."""
    busy = dict.fromkeys(parties, (0, 0))
    for line in seen.balance.lines:
        for side in (line.giver, line.receiver):
            busy[side] = busy[side][0] + line.records, busy[side][1] + 1
    kept = sorted(parties, key=lambda p: busy[p], reverse=True)[:MOST]
    return [p for p in parties if p in kept]


def _together(lines: Sequence[Line], kept: Sequence[str]) -> list[Line]:
    """The lines, those of the other parties added up resource by resource, each in its own unit."""
    sums: dict[tuple[str, str, str], Line] = {}
    for x in lines:
        giver, receiver = (side if side in kept else OTHERS for side in (x.giver, x.receiver))
        key = (giver, receiver, x.resource)
        had = sums.get(key, Line(*key))
        sums[key] = replace(
            had, promised=had.promised + x.promised, due=had.due + x.due,
            delivered=had.delivered + x.delivered, unconfirmed=had.unconfirmed + x.unconfirmed,
            records=had.records + x.records,
        )  # fmt: skip
    return list(sums.values())


def matrix(seen: Overview) -> Matrix | None:
    """The matrix where three parties or more exchange; ``None`` elsewhere.

    Beyond eight, those that exchange most, and all the others as one row and one column.
    """
    exchanging = set(seen.balance.parties)
    parties = [p.actor for p in seen.what.parties if p.actor in exchanging]
    if len(parties) < 3:
        return None
    kept, lines = parties, list(seen.balance.lines)
    others = max(0, len(parties) - MOST)
    names = dict(seen.names)
    if others:
        kept = _most(seen, parties)
        lines = _together(lines, kept)
        kept, names = [*kept, OTHERS], names | {OTHERS: _("Les autres")}
    cells: dict[tuple[str, str], list[Lane]] = {(g, r): [] for g in kept for r in kept}
    for number, line in enumerate(lines):
        # who came first stands on the left, here as in every other drawing
        side = "a" if kept.index(line.giver) < kept.index(line.receiver) else "b"
        drawn = Lane(line, side, f"mx{number}", names[line.giver], names[line.receiver])
        cells[line.giver, line.receiver].append(drawn)
    rows = [Row(names[g], [None if r == g != OTHERS else cells[g, r] for r in kept]) for g in kept]
    return Matrix([names[p] for p in kept], rows, others)
