"""A few values over time, as a line with its points, and the target aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, EDGE = 320.0, 90.0, 10.0


def series(points: Sequence[tuple[date, float]], target: float | None, title: str) -> SafeString:
    """The drawing of (day, value) points in time order; the target is a dashed level."""
    days = [day.toordinal() for day, _ in points]
    levels = [value for _, value in points] + ([target] if target is not None else [])
    low, high = min([0.0, *levels]), max([*levels, 0.0])
    span, height = max(1, days[-1] - days[0]), (high - low) or 1.0

    def x(day: int) -> float:
        if len(points) == 1:
            return WIDTH / 2
        return EDGE + (WIDTH - 2 * EDGE) * (day - days[0]) / span

    def y(value: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / height

    at = [(x(day), y(value)) for day, (_, value) in zip(days, points, strict=True)]
    path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in at)
    aim = (
        format_html('<path class="se-t" d="M{} {}H{}"/>', EDGE, f"{y(target):.1f}", WIDTH - EDGE)
        if target is not None
        else ""
    )
    marks = format_html_join(
        "",
        '<circle class="se-p" cx="{}" cy="{}" r="4"/>',
        ((f"{a:.1f}", f"{b:.1f}") for a, b in at),
    )
    return format_html(
        '<svg class="series" viewBox="0 0 {} {}" role="img"><title>{}</title>{}'
        '<path class="se-l" d="{}"/>{}</svg>',
        int(WIDTH),
        int(HEIGHT),
        title,
        aim,
        path,
        marks,
    )
