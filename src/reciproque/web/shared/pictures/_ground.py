"""The ground of every map drawn on the server: projection, outlines, what must be in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 720.0, 560.0
MARGIN = 34.0
KM_PER_DEGREE = 111.195
Project = Callable[[np.ndarray], np.ndarray]


def projection(
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


def path(geometry: shapely.Geometry | None, project: Project, detail: float = 0.6) -> str:
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


def paths(geometries: Sequence[shapely.Geometry | None], project: Project, css: str) -> SafeString:
    drawn = [p for p in (path(g, project) for g in geometries) if p]
    return format_html(
        '<g class="{}">{}</g>', css, format_html_join("", '<path d="{}"/>', ((p,) for p in drawn))
    )


def bounds(
    geometries: Sequence[shapely.Geometry | None], points: Sequence[tuple[float, float]]
) -> tuple[float, float, float, float]:
    boxes = [g.bounds for g in geometries if g is not None and not g.is_empty]
    boxes += [(x - 0.02, y - 0.02, x + 0.02, y + 0.02) for x, y in points]
    found = np.array(boxes)
    low, high = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
