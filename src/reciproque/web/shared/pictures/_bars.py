"""Small figures: a value among its peers, two values on one axis, bars in both directions."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def _percent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"


def peer(
    value: float | None, median: float | None, low: float, high: float, other: float | None = None
) -> SafeString:
    """A line from ``low`` to ``high``: round for the value, diamond for the other, a tick for the median.

    Decorative: the words beside it say the same.
    """
    span = (high - low) or 1.0

    def x(number: float) -> str:
        return _percent(0.02 + 0.96 * (number - low) / span)

    marks = []
    if median is not None:
        marks.append(("median", x(median)))
    if value is not None:
        marks.append(("round", x(value)))
    if other is not None:
        marks.append(("diamond", x(other)))
    shapes = {
        "median": '<line class="pk-m" x1="{0}" x2="{0}" y1="2" y2="20"/>',
        "round": '<circle class="pk-a" cx="{0}" cy="11" r="7"/>',
        "diamond": '<svg x="{0}" y="11" overflow="visible"><path class="pk-b" d="M0 -8L8 0 0 8 -8 0Z"/></svg>',
    }
    drawn = format_html_join("", "{}", ((format_html(shapes[k], at),) for k, at in marks))
    return format_html(
        '<svg class="peer-svg" width="100%" height="22" aria-hidden="true" focusable="false">'
        '<line class="pk-l" x1="0" x2="100%" y1="11" y2="11"/>{}</svg>',
        drawn,
    )


def bar(share: float, css: str) -> SafeString:
    """A bar that fills ``share`` (0 to 1) of its cell."""
    return format_html(
        '<svg class="bar {}" width="100%" height="12" aria-hidden="true" focusable="false">'
        '<rect x="0" y="0" width="{}" height="12"/></svg>',
        css,
        _percent(share),
    )


def duo_bars(incoming: float, outgoing: float, largest: float) -> SafeString:
    """What comes (ochre, to the left) and what goes (green, to the right), on one scale."""
    top = largest or 1.0
    left = 50.0 * min(1.0, incoming / top)
    right = 50.0 * min(1.0, outgoing / top)
    return format_html(
        '<svg class="duo-svg" width="100%" height="13" aria-hidden="true" focusable="false">'
        '<rect class="b" x="{}%" y="0" width="{}%" height="13"/>'
        '<rect class="a" x="50.8%" y="0" width="{}%" height="13"/></svg>',
        f"{max(0.0, 49.2 - left):.1f}",
        f"{left:.1f}",
        f"{min(right, 49.2):.1f}",
    )


def score_bar(score: float) -> SafeString:
    """A framed bar, 0 to 1."""
    return format_html(
        '<svg class="score" width="100%" height="10" aria-hidden="true" focusable="false">'
        '<rect class="f" x="0" y="0" width="{}" height="10"/>'
        '<rect class="e" x="0.75" y="0.75" width="100%" height="8.5"/></svg>',
        _percent(score),
    )
