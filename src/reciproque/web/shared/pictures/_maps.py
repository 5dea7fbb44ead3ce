"""Maps drawn on the server: a territory among those it is tied to, two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from reciproque.web.shared.pictures._ground import (
    HEIGHT,
    WIDTH,
    Project,
    bounds,
    paths,
    projection,
)

THICKEST, THINNEST = 16.0, 1.4


@dataclass(frozen=True)
class Arc:
    """A tie to another territory: its outline and centre (degrees), what comes and what goes."""

    name: str
    geometry: shapely.Geometry | None
    longitude: float
    latitude: float
    incoming: float
    outgoing: float


def arrow(start: np.ndarray, end: np.ndarray, width: float, css: str) -> SafeString:
    """A curved arrow, thicker for more; it bends to its right so that both ways are seen."""
    way = end - start
    length = float(np.hypot(*way)) or 1.0
    unit = way / length
    normal = np.array([-unit[1], unit[0]])
    start, end = start + unit * 9, end - unit * 10
    middle = (start + end) / 2 + normal * length * 0.14
    head = max(5.0, min(12.0, width * 0.9 + 3))
    leave = end - middle
    leave = leave / (float(np.hypot(*leave)) or 1.0)
    side = np.array([-leave[1], leave[0]])
    neck = end - leave * head
    points = [
        start + normal * width / 2,
        middle + normal * width / 2,
        neck + side * width / 2,
        neck + side * (width / 2 + head * 0.45),
        end,
        neck - side * (width / 2 + head * 0.45),
        neck - side * width / 2,
        middle - normal * width / 2,
        start - normal * width / 2,
    ]
    p = [f"{x:.1f} {y:.1f}" for x, y in points]
    path = f"M{p[0]}Q{p[1]} {p[2]}L{p[3]}L{p[4]}L{p[5]}L{p[6]}Q{p[7]} {p[8]}Z"
    return format_html('<path class="halo" d="{0}"/><path class="rb {1}" d="{0}"/>', path, css)


def scale_bar(km_per_pixel: float, height: float) -> SafeString:
    wanted = 110 * km_per_pixel
    step = next(s for s in (500, 200, 100, 50, 20, 10, 5, 2, 1) if s <= wanted or s == 1)
    long = step / km_per_pixel
    y = height - 16
    return format_html(
        '<path class="scale" d="M16 {0}V{1}H{2}V{0}"/><text class="m-l" x="20" y="{3}">{4} km</text>',
        f"{y - 6:.0f}",
        f"{y:.0f}",
        f"{16 + long:.1f}",
        f"{y - 10:.0f}",
        step,
    )


def labels(placed: Sequence[tuple[str, np.ndarray, str]]) -> SafeString:
    """Names beside their points, those that would cover an earlier one left to the table."""
    taken: list[tuple[float, float, float, float]] = []
    drawn = []
    for name, (x, y), css in placed:
        wide = (9.6 if css == "strong" else 8.2) * len(name)
        left = min(max(x - wide / 2, 4), WIDTH - wide - 4)
        for shift in (24, -12, 40, -28):
            box = (left, y + shift - 14, left + wide, y + shift + 3)
            apart = all(
                box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken
            )
            if apart and 12 < box[3] < HEIGHT - 6:
                taken.append(box)
                drawn.append((f"{left:.0f}", f"{y + shift:.0f}", css, name))
                break
    return format_html_join("", '<text x="{}" y="{}" class="m-n {}">{}</text>', drawn)


def _ties(arcs: Sequence[Arc], home: np.ndarray, project: Project, hatched: bool) -> SafeString:
    largest = max((max(a.incoming, a.outgoing) for a in arcs), default=1.0) or 1.0
    drawn = []
    style = "hatched" if hatched else "solid"
    for arc in arcs:
        there = project(np.array([[arc.longitude, arc.latitude]]))[0]
        for value, start, end, side in (
            (arc.outgoing, home, there, "a"),
            (arc.incoming, there, home, "b"),
        ):
            if value > 0:
                width = max(THINNEST, THICKEST * value / largest)
                drawn.append((value, arrow(start, end, width, f"{side} {style}")))
    drawn.sort(key=lambda item: -item[0])
    return mark_safe("".join(html for _, html in drawn))


def flow_map(
    name: str,
    geometry: shapely.Geometry | None,
    centre: tuple[float, float],
    arcs: Sequence[Arc],
    ground: Sequence[shapely.Geometry | None],
    title: str,
    description: str,
    hatched: bool,
) -> SafeString:
    """A territory in green, those it is tied to in ochre, an arrow each way as thick as the flow."""
    shapes = [geometry, *(a.geometry for a in arcs)]
    box = bounds(shapes, [centre, *((a.longitude, a.latitude) for a in arcs)])
    project, km = projection(box, WIDTH, HEIGHT)
    home = project(np.array([centre]))[0]
    points = [(a, project(np.array([[a.longitude, a.latitude]]))[0]) for a in arcs]
    named_points = [(name, home, "strong"), *((a.name, p, "minor") for a, p in points)]
    marks = format_html_join(
        "",
        '<path class="mk-b" d="M{0} {1}l6 6-6 6-6-6z"/>',
        ((f"{p[0]:.1f}", f"{p[1] - 6:.1f}") for _, p in points),
    )
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>'
        '<rect class="ground" x="0" y="0" width="100%" height="100%"/>{}{}{}{}{}'
        '<circle class="mk-a" cx="{}" cy="{}" r="9"/>{}{}</svg>',
        int(WIDTH),
        int(HEIGHT),
        title,
        description,
        paths(ground, project, "land"),
        paths([a.geometry for a in arcs], project, "partner"),
        paths([geometry], project, "member"),
        _ties(arcs, home, project, hatched),
        marks,
        f"{home[0]:.1f}",
        f"{home[1]:.1f}",
        labels(named_points),
        scale_bar(km, HEIGHT),
    )


def plain_map(
    a: shapely.Geometry | None,
    b: shapely.Geometry | None,
    ground: Sequence[shapely.Geometry | None],
    named: Sequence[tuple[str, float, float]],
    title: str,
    description: str,
) -> SafeString:
    """Two territories on their ground; ``named`` are (name, longitude, latitude) of both.

    A territory whose outline is not known stands as its mark alone.
    """
    box = bounds([a, b], [(lon, lat) for _, lon, lat in named])
    project, km = projection(box, WIDTH, HEIGHT)
    points = [project(np.array([[lon, lat]]))[0] for _, lon, lat in named]
    marks = (
        '<circle class="mk-a" cx="{}" cy="{}" r="8"/>',
        '<path class="mk-b" d="M{} {}l8 8-8 8-8-8z"/>',
    )
    drawn = format_html_join(
        "",
        "{}",
        (
            (format_html(mark, f"{x:.1f}", f"{y - (8 if i else 0):.1f}"),)
            for i, ((x, y), mark) in enumerate(zip(points, marks, strict=False))
        ),
    )
    named_points = [(name, at, "strong") for (name, _, _), at in zip(named, points, strict=True)]
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>'
        '<rect class="ground" x="0" y="0" width="100%" height="100%"/>{}{}{}{}{}{}</svg>',
        int(WIDTH),
        int(HEIGHT),
        title,
        description,
        paths(ground, project, "land"),
        paths([b], project, "partner"),
        paths([a], project, "member"),
        drawn,
        labels(named_points),
        scale_bar(km, HEIGHT),
    )
