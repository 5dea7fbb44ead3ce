"""Which stretch of France's outline is a land border, and which is coast."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from reciproque.territories._geometry import RADIUS_KM, unit_vectors
from reciproque.vocabulary import rows

STEP_DEGREES = 0.02


def _boxes(departement: str) -> list[tuple[float, float, float, float]]:
    """Where the outline of a border département is sea all the same (west, south, east, north)."""
    return [
        (float(r["west"]), float(r["south"]), float(r["east"]), float(r["north"]))
        for r in rows("border_departements")
        if r["departement"] == departement and r["west"]
    ]


def border_departements() -> dict[str, str]:
    """Département code -> the countries beyond its land border, separated by spaces."""
    return {r["departement"]: r["countries"] for r in rows("border_departements")}


def outline_points(
    geometry: shapely.Geometry, communes: np.ndarray, departements: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 2) along the outline, and whether each lies on a land border.

    ``geometry`` is the union of ``communes``; a point belongs to the département of the commune
    that it touches, and is land border where that département has one and no sea box holds it.
    """
    dense = shapely.segmentize(shapely.boundary(geometry), STEP_DEGREES)
    points = shapely.get_coordinates(dense)
    tree = shapely.STRtree(communes)
    nearest = tree.nearest(shapely.points(points))
    of_point = departements[nearest]
    land = np.isin(of_point, list(border_departements()))
    for code in border_departements():
        for west, south, east, north in _boxes(code):
            inside = (points >= (west, south)).all(axis=1) & (points <= (east, north)).all(axis=1)
            land &= ~(inside & (of_point == code))
    return points, land


def distance_to_km(points: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Great-circle distance in km from each (lon, lat) to the nearest of ``points``; nan if none."""
    if not len(points):
        return np.full(len(lon), np.nan)
    tree = cKDTree(unit_vectors(points[:, 0], points[:, 1]))
    known = np.isfinite(lon)
    result = np.full(len(lon), np.nan)
    straight, _ = tree.query(unit_vectors(lon[known], lat[known]))
    result[known] = 2 * RADIUS_KM * np.arcsin(np.clip(straight / 2, 0, 1))
    return result
