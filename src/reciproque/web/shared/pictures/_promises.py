"""A promise and what was kept of it: an outlined ribbon that fills from the top."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reciproque.web.shared.pictures._ribbons import BANK, FOOT, HEIGHT, TOP, WIDTH, ribbon_path

THICK = 40.0


@dataclass(frozen=True)
class Promise:
    """One resource from one bank to the other, in one unit; ``side`` is a (left gives) or b."""

    key: str
    side: str
    promised: float
    delivered: float
    unconfirmed: float
    description: str


def _filled(key: str, depth: float, x0: float, x1: float, low: float, css: str) -> SafeString:
    """The ribbon filled down to ``depth`` under its upper edge, cut by the outline."""
    neck = x1 - 22.0 if x1 > x0 else x1 + 22.0
    middle = (x0 + neck) / 2
    path = (
        f"M{x0:.1f} {TOP + depth:.1f}C{middle:.1f} {TOP + depth:.1f} {middle:.1f} {low + depth:.1f}"
        f" {neck:.1f} {low + depth:.1f}H{x1:.1f}V-20H{x0:.1f}Z"
    )
    return format_html('<path class="rb {}" clip-path="url(#{})" d="{}"/>', css, key, path)


def promise_lane(one: Promise) -> SafeString:
    """The drawing of a promise, to be stretched; its words stand around it in HTML.

    Outlined what is promised, solid what is confirmed, hatched what waits for the other side.
    More than promised fills the whole ribbon: the words say how much.
    """
    x0, x1 = (BANK, WIDTH - BANK) if one.side == "a" else (WIDTH - BANK, BANK)
    whole = max(one.promised, one.delivered + one.unconfirmed) or 1.0
    outline = ribbon_path(x0, x1, TOP, FOOT, THICK, 20.0)
    low = FOOT - 20.0 * 0.35 - THICK
    parts = []
    if one.unconfirmed:
        depth = THICK * (one.delivered + one.unconfirmed) / whole
        parts.append(_filled(one.key, depth, x0, x1, low, f"{one.side} hatched"))
    if one.delivered:
        depth = THICK * one.delivered / whole
        # all of it is filled: the arrow too
        depth = HEIGHT if depth >= THICK - 0.01 else depth
        parts.append(_filled(one.key, depth, x0, x1, low, f"{one.side} solid"))
    return format_html(
        '<svg class="lane-svg" viewBox="0 0 {0} {1}" preserveAspectRatio="none" role="img" '
        'aria-label="{2}"><clipPath id="{3}"><path d="{4}"/></clipPath>'
        '<path class="rb {5} out" d="{4}"/>{6}<path class="rb {5} line" d="{4}"/>'
        '<rect class="bank a" x="0" y="0" width="{7}" height="{1}"/>'
        '<rect class="bank b" x="{8}" y="0" width="{7}" height="{1}"/></svg>',
        int(WIDTH),
        int(HEIGHT),
        one.description,
        one.key,
        outline,
        one.side,
        mark_safe("".join(parts)),
        BANK,
        WIDTH - BANK,
    )
