"""A map of who seeks and who can bring, and of the proposals between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reciproque.web.shared.pictures._ground import (
    HEIGHT,
    WIDTH,
    Project,
    bounds,
    paths,
    projection,
)
from reciproque.web.shared.pictures._maps import arrow, labels, scale_bar

THICKEST, THINNEST = 12.0, 2.0
SIZE = 9.0
SMALLEST = 0.5  # degrees: around a single place, enough ground to know where it is
DRAWN = {
    "a": '<circle class="mk-a" cx="{}" cy="{}" r="{}"/>',
    "b": '<path class="mk-b" d="M{} {}l{} {}-{} {}-{}-{}z"/>',
}


@dataclass(frozen=True)
class Mark:
    """A place (degrees) where someone can bring (side ``a``) or seeks (side ``b``)."""

    name: str
    longitude: float
    latitude: float
    side: str


@dataclass(frozen=True)
class Link:
    """What would go from a place to another (degrees); ``weight`` sets how thick it is drawn."""

    start: tuple[float, float]
    end: tuple[float, float]
    weight: float


def _mark(x: float, y: float, side: str) -> SafeString:
    shift = -SIZE * 0.9 if side == "a" else SIZE * 0.9  # both may stand at the same place
    if side == "a":
        return format_html(DRAWN["a"], f"{x + shift:.1f}", f"{y:.1f}", SIZE)
    return format_html(DRAWN["b"], f"{x + shift:.1f}", f"{y - SIZE:.1f}", *([SIZE] * 6))


def _links(links: Sequence[Link], project: Project) -> SafeString:
    most = max((link.weight for link in links), default=1.0) or 1.0
    drawn = []
    for link in sorted(links, key=lambda one: -one.weight):
        start, end = project(np.array([link.start, link.end]))
        if float(np.hypot(*(end - start))) > 2 * SIZE:
            width = max(THINNEST, THICKEST * link.weight / most)
            drawn.append((arrow(start, end, width, "a solid"),))
    return format_html_join("", "{}", drawn)


def _wide_enough(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    wide, high = max(0.0, SMALLEST - (east - west)) / 2, max(0.0, SMALLEST - (north - south)) / 2
    return west - wide, south - high, east + wide, north + high


def places_map(
    marks: Sequence[Mark],
    links: Sequence[Link],
    ground: Sequence[shapely.Geometry | None],
    title: str,
    description: str,
) -> SafeString:
    """Circles for who can bring, diamonds for who seeks, an arrow for each link; at least one mark."""
    box = _wide_enough(bounds([], [(m.longitude, m.latitude) for m in marks]))
    project, km = projection(box, WIDTH, HEIGHT, 60.0)
    places = dict.fromkeys((m.longitude, m.latitude, m.side) for m in marks)
    at = {p: project(np.array([p[:2]]))[0] for p in places}
    drawn = format_html_join(
        "", "{}", ((_mark(float(at[p][0]), float(at[p][1]), p[2]),) for p in places)
    )
    names = {
        (m.longitude, m.latitude): (m.name, at[m.longitude, m.latitude, m.side]) for m in marks
    }
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>'
        '<rect class="ground" x="0" y="0" width="100%" height="100%"/>{}{}{}{}{}</svg>',
        int(WIDTH), int(HEIGHT), title, description, paths(ground, project, "land"),
        _links(links, project), drawn,
        labels([(name, point, "strong" if len(names) < 9 else "minor") for name, point in names.values()]),
        scale_bar(km, HEIGHT),
    )  # fmt: skip
