"""A plan as bars on a line of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, ROW, LEFT = 720.0, 34.0, 0.0


@dataclass(frozen=True)
class Bar:
    """Something that lasts from a day to another; ``css`` says its state."""

    label: str
    start: date
    end: date
    css: str


def timeline(bars: Sequence[Bar], today: date, title: str) -> SafeString:
    """Bars between the first and last day, a mark for each new year, and today."""
    first = min([*(b.start for b in bars), today])
    last = max([*(b.end for b in bars), today])
    span = max(1, (last - first).days)

    def x(day: date) -> float:
        return 8 + (WIDTH - 16) * (day - first).days / span

    height = 30 + ROW * len(bars)
    years = [date(y, 1, 1) for y in range(first.year + 1, last.year + 1)]
    marks = format_html_join(
        "",
        '<path class="tl-y" d="M{0} 22V{1}"/><text class="m-l" x="{2}" y="14">{3}</text>',
        ((f"{x(y):.1f}", height, f"{x(y) + 3:.1f}", y.year) for y in years),
    )
    drawn = format_html_join(
        "",
        '<rect class="tl {}" x="{}" y="{}" width="{}" height="12" rx="2"/><text class="tl-n" x="{}" y="{}">{}</text>',
        (
            (
                b.css, f"{x(b.start):.1f}", f"{42 + i * ROW:.1f}",
                f"{max(4.0, x(b.end) - x(b.start)):.1f}",
                f"{min(x(b.start), WIDTH - 8 - 7.2 * len(b.label)):.1f}" if x(b.start) > 8 else "8",
                f"{38 + i * ROW:.1f}", b.label,
            )
            for i, b in enumerate(bars)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="timeline" viewBox="0 0 {} {}" role="img"><title>{}</title>{}{}'
        '<path class="tl-t" d="M{} 22V{}"/></svg>',
        int(WIDTH),
        int(height + 8),
        title,
        marks,
        drawn,
        f"{x(today):.1f}",
        height,
    )
