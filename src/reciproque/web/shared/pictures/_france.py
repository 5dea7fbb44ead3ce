"""The map of France with numbered pins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from reciproque.web.shared.pictures._ground import (
    WIDTH,
    Project,
    bounds,
    path,
    paths,
    projection,
)


@dataclass(frozen=True)
class Pin:
    """A numbered place on the map of France; ``ends`` are the centres of its partners."""

    label: str
    longitude: float
    latitude: float
    ends: tuple[tuple[float, float], ...] = ()


def _pin(pin: Pin, project: Project) -> SafeString:
    x, y = project(np.array([[pin.longitude, pin.latitude]]))[0]
    arcs = []
    for lon, lat in pin.ends:
        ex, ey = project(np.array([[lon, lat]]))[0]
        arcs.append(
            format_html(
                '<path class="arc" d="M{} {}Q{} {} {} {}"/><path class="mk-b" d="M{} {}l6 6-6 6-6-6z"/>',
                *(f"{v:.1f}" for v in (x, y, (x + ex) / 2, (y + ey) / 2 - 18, ex, ey, ex, ey - 6)),
            )
        )
    return format_html(
        '{}<circle class="mk-a" cx="{}" cy="{}" r="12"/><text class="mk-n" x="{}" y="{}">{}</text>',
        mark_safe("".join(arcs)),
        f"{x:.1f}",
        f"{y:.1f}",
        f"{x:.1f}",
        f"{y + 4.5:.1f}",
        pin.label,
    )


def france_map(
    mainland: Sequence[shapely.Geometry | None],
    overseas: Sequence[tuple[str, shapely.Geometry | None]],
    highlighted: Sequence[shapely.Geometry | None],
    pins: Sequence[Pin],
    title: str,
    description: str,
) -> SafeString:
    """Départements of the mainland, overseas ones in boxes below, territories darker, pins."""
    project, _ = projection(bounds(mainland, []), WIDTH, 640.0)
    boxes = []
    for i, (name, geometry) in enumerate(overseas):
        if geometry is None:
            continue
        inside, _ = projection(geometry.bounds, 100.0, 76.0, 4.0)
        outline = path(geometry, inside, 0.3)
        boxes.append((f"{24 + i * 138}", "630", outline, name))
    drawn = format_html_join(
        "",
        '<g class="land" transform="translate({} {})"><path d="{}"/>'
        '<text class="m-l over" x="50" y="92">{}</text></g>',
        boxes,
    )
    return format_html(
        '<svg class="map france" viewBox="0 0 {} 740" role="img"><title>{}</title><desc>{}</desc>'
        "{}{}{}{}</svg>",
        int(WIDTH),
        title,
        description,
        paths(mainland, project, "land"),
        paths(highlighted, project, "petr"),
        drawn,
        mark_safe("".join(_pin(p, project) for p in pins)),
    )
