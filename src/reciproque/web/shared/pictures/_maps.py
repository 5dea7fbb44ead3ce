"""Maps drawn on the server: a territory among those it is tied to, and France with pins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 720.0, 560.0
MARGIN = 34.0
KM_PER_DEGREE = 111.195
THICKEST, THINNEST = 16.0, 1.4
Project = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Arc:
    """A tie to another territory: its outline and centre (degrees), what comes and what goes."""

    name: str
    geometry: shapely.Geometry | None
    longitude: float
    latitude: float
    incoming: float
    outgoing: float


@dataclass(frozen=True)
class Pin:
    """A numbered place on the map of France; ``ends`` are the centres of its partners."""

    label: str
    longitude: float
    latitude: float
    ends: tuple[tuple[float, float], ...] = ()


def _projection(
    bounds: tuple[float, float, float, float], width: float, height: float, margin: float = MARGIN
) -> tuple[Project, float]:
    """Degrees to a drawing that keeps shapes around its middle, and kilometres per pixel."""
    west, south, east, north = bounds
    shrink = float(np.cos(np.radians((south + north) / 2)))
    wide, high = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    left = (width - wide * scale) / 2
    top = (height - high * scale) / 2

    def project(lonlat: np.ndarray) -> np.ndarray:
        x = left + (lonlat[:, 0] - west) * shrink * scale
        y = top + (north - lonlat[:, 1]) * scale
        return np.column_stack([x, y])

    return project, KM_PER_DEGREE / scale


def _path(geometry: shapely.Geometry | None, project: Project, detail: float = 0.6) -> str:
    """SVG path of an outline, simplified to ``detail`` pixels."""
    if geometry is None:
        return ""
    drawn = shapely.simplify(shapely.transform(geometry, project), detail)
    pieces = []
    for part in shapely.get_parts(drawn):
        for ring in [part.exterior, *part.interiors] if part.geom_type == "Polygon" else []:
            points = shapely.get_coordinates(ring)
            if len(points) > 3:
                pieces.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z")
    return "".join(pieces)


def _paths(geometries: Sequence[shapely.Geometry | None], project: Project, css: str) -> SafeString:
    drawn = [p for p in (_path(g, project) for g in geometries) if p]
    return format_html(
        '<g class="{}">{}</g>', css, format_html_join("", '<path d="{}"/>', ((p,) for p in drawn))
    )


def _arrow(start: np.ndarray, end: np.ndarray, width: float, css: str) -> SafeString:
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


def _scale_bar(km_per_pixel: float, height: float) -> SafeString:
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


def _bounds(
    geometries: Sequence[shapely.Geometry | None], points: Sequence[tuple[float, float]]
) -> tuple[float, float, float, float]:
    boxes = [g.bounds for g in geometries if g is not None and not g.is_empty]
    boxes += [(x - 0.02, y - 0.02, x + 0.02, y + 0.02) for x, y in points]
    found = np.array(boxes)
    low, high = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _labels(placed: Sequence[tuple[str, np.ndarray, str]]) -> SafeString:
    """Names beside their points, those that would cover an earlier one left to the table."""
    taken: list[tuple[float, float, float, float]] = []
    drawn = []
    for name, (x, y), css in placed:
        wide = 8.2 * len(name)
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
                drawn.append((value, _arrow(start, end, width, f"{side} {style}")))
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
    bounds = _bounds(shapes, [centre, *((a.longitude, a.latitude) for a in arcs)])
    project, km = _projection(bounds, WIDTH, HEIGHT)
    home = project(np.array([centre]))[0]
    points = [(a, project(np.array([[a.longitude, a.latitude]]))[0]) for a in arcs]
    labels = [(name, home, "strong"), *((a.name, p, "minor") for a, p in points)]
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
        _paths(ground, project, "land"),
        _paths([a.geometry for a in arcs], project, "partner"),
        _paths([geometry], project, "member"),
        _ties(arcs, home, project, hatched),
        marks,
        f"{home[0]:.1f}",
        f"{home[1]:.1f}",
        _labels(labels),
        _scale_bar(km, HEIGHT),
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
    bounds = _bounds([a, b], [(lon, lat) for _, lon, lat in named])
    project, km = _projection(bounds, WIDTH, HEIGHT)
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
    labels = [(name, at, "strong") for (name, _, _), at in zip(named, points, strict=True)]
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>'
        '<rect class="ground" x="0" y="0" width="100%" height="100%"/>{}{}{}{}{}{}</svg>',
        int(WIDTH),
        int(HEIGHT),
        title,
        description,
        _paths(ground, project, "land"),
        _paths([b], project, "partner"),
        _paths([a], project, "member"),
        drawn,
        _labels(labels),
        _scale_bar(km, HEIGHT),
    )


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
    project, _ = _projection(_bounds(mainland, []), WIDTH, 640.0)
    boxes = []
    for i, (name, geometry) in enumerate(overseas):
        if geometry is None:
            continue
        inside, _ = _projection(geometry.bounds, 100.0, 76.0, 4.0)
        path = _path(geometry, inside, 0.3)
        boxes.append((f"{24 + i * 138}", "630", path, name))
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
        _paths(mainland, project, "land"),
        _paths(highlighted, project, "petr"),
        drawn,
        mark_safe("".join(_pin(p, project) for p in pins)),
    )
