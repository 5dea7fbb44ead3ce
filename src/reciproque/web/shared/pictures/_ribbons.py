"""Ribbons between two banks: what each gives the other, one lane for each kind.

Left is green and plain, right is ochre and dotted; what is given leaves from the top of its bank
and lands, by an arrow, at the foot of the other.  Width is quantity; a lane has one scale for both
directions.  Solid is observed, hatched is estimated; what is not known is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, BANK = 640.0, 140.0, 9.0
TOP, FOOT, THICKEST, THINNEST = 6.0, 134.0, 46.0, 1.6
MINI_WIDTH, MINI_HEIGHT = 160.0, 48.0


@dataclass(frozen=True)
class Lane:
    """One kind of exchange: quantities from left to right and back, ``None`` = not known."""

    name: str
    a_to_b: float | None
    b_to_a: float | None
    solid: bool
    description: str


def ribbon_path(x0: float, x1: float, y0: float, y1: float, width: float, head: float) -> str:
    """A ribbon ``width`` thick from the top at (x0, y0) down to an arrow whose foot is at (x1, y1)."""
    way = 1.0 if x1 > x0 else -1.0
    tip, neck = x1 - way * 3.0, x1 - way * (3.0 + head)
    middle = (x0 + neck) / 2
    low, wing = y1 - head * 0.35 - width, head * 0.35
    return (
        f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {low:.1f} {neck:.1f} {low:.1f}"
        f"V{low - wing:.1f}L{tip:.1f} {low + width / 2:.1f} {neck:.1f} {low + width + wing:.1f}"
        f"V{low + width:.1f}C{middle:.1f} {low + width:.1f} {middle:.1f} {y0 + width:.1f}"
        f" {x0:.1f} {y0 + width:.1f}Z"
    )


def widths(a_to_b: float | None, b_to_a: float | None, thickest: float) -> tuple[float, float]:
    """Thickness of both ribbons on one scale: in proportion, the larger ``thickest``; 0 when none."""
    largest = max(a_to_b or 0.0, b_to_a or 0.0)
    if largest <= 0:
        return 0.0, 0.0

    def one(value: float | None) -> float:
        return max(THINNEST, thickest * value / largest) if value else 0.0

    return one(a_to_b), one(b_to_a)


def _shapes(lane: Lane, width: float, height: float, bank: float, thickest: float) -> SafeString:
    there, back = widths(lane.a_to_b, lane.b_to_a, thickest)
    scale = height / HEIGHT
    style = "solid" if lane.solid else "hatched"
    drawn = []
    for side, thick in (("a", there), ("b", back)):
        if not thick:
            continue
        x0, x1 = (bank, width - bank) if side == "a" else (width - bank, bank)
        head = min(18.0, 8.0 + thick * 0.3) * scale
        path = ribbon_path(x0, x1, TOP * scale, FOOT * scale, thick, head)
        drawn.append(
            (
                thick,
                format_html(
                    '<path class="halo" d="{0}"/><path class="rb {1} {2}" d="{0}"/>',
                    path,
                    side,
                    style,
                ),
            )
        )
    drawn.sort(key=lambda item: -item[0])  # the thinner passes over
    return mark_safe("".join(html for _, html in drawn))


def _banks(width: float, height: float, bank: float) -> SafeString:
    return format_html(
        '<rect class="bank a" x="0" y="0" width="{0}" height="{1}"/>'
        '<rect class="bank b" x="{2}" y="0" width="{0}" height="{1}"/>',
        bank,
        height,
        width - bank,
    )


def lane(one: Lane) -> SafeString:
    """The drawing of a lane, to be stretched; its words stand around it in HTML."""
    return format_html(
        '<svg class="lane-svg" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}{}</svg>',
        int(WIDTH),
        int(HEIGHT),
        one.description,
        _shapes(one, WIDTH, HEIGHT, BANK, THICKEST),
        _banks(WIDTH, HEIGHT, BANK),
    )


def mini(one: Lane) -> SafeString:
    """A small lane for a card; empty when nothing is known."""
    if not (one.a_to_b or one.b_to_a):
        return mark_safe("")
    return format_html(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}{}</svg>',
        int(MINI_WIDTH),
        int(MINI_HEIGHT),
        one.description,
        _shapes(one, MINI_WIDTH, MINI_HEIGHT, 4.0, 16.0),
        _banks(MINI_WIDTH, MINI_HEIGHT, 4.0),
    )
