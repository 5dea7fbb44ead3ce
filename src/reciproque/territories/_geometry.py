"""Areas, lengths, centres and distances on the Earth, from longitude/latitude geometries."""

from __future__ import annotations

import numpy as np
import shapely

RADIUS_KM = 6371.0072  # authalic radius of GRS 80: the sphere of the same area
ECCENTRICITY_2 = 0.00669438002290
KM_PER_DEGREE = RADIUS_KM * np.pi / 180


def equal_area(lonlat: np.ndarray) -> np.ndarray:
    """Project (n, 2) degrees to kilometres, keeping areas exact on the GRS 80 ellipsoid.

    Cylindrical equal-area projection through the authalic latitude (Snyder, *Map Projections: A
    Working Manual*, USGS 1395, 1987, eq. 3-11, 3-12 and 10-1).
    """
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    e = np.sqrt(ECCENTRICITY_2)

    def q(sin: np.ndarray) -> np.ndarray:
        return (1 - ECCENTRICITY_2) * (
            sin / (1 - ECCENTRICITY_2 * sin**2) - np.log((1 - e * sin) / (1 + e * sin)) / (2 * e)
        )

    sin_beta = q(np.sin(lat)) / q(np.array(1.0))
    return np.column_stack([RADIUS_KM * lon, RADIUS_KM * sin_beta])


def areas_km2(geometries: np.ndarray) -> np.ndarray:
    """Area of each geometry in km², nan where it is missing."""
    result = shapely.area(shapely.transform(geometries, equal_area))
    result[shapely.is_missing(geometries)] = np.nan
    return result


def perimeters_km(geometries: np.ndarray) -> np.ndarray:
    """Length of each outline in km (locally scaled degrees: good to about 0.5 % below 500 km)."""
    latitude = np.nan_to_num(shapely.get_y(shapely.centroid(geometries)))
    result = np.full(len(geometries), np.nan)
    for i, geometry in enumerate(geometries):
        if geometry is not None:
            scale = np.array([np.cos(np.radians(latitude[i])), 1.0]) * KM_PER_DEGREE
            result[i] = shapely.length(shapely.transform(geometry, lambda xy, s=scale: xy * s))
    return result


def compactness(geometries: np.ndarray) -> np.ndarray:
    """4πA/P² in percent: 100 for a disc (Polsby and Popper, *Yale Law & Policy Review*, 1991)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = 400 * np.pi * areas_km2(geometries) / perimeters_km(geometries) ** 2
    return np.minimum(ratio, 100.0)


def unit_vectors(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """(n, 3) points of the unit sphere, for nearest-neighbour trees."""
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def chord(km: float) -> float:
    """The straight-line distance on the unit sphere that a great-circle distance spans."""
    return float(2 * np.sin(min(km / RADIUS_KM, np.pi) / 2))


def great_circle_km(
    lon_a: np.ndarray | float,
    lat_a: np.ndarray | float,
    lon_b: np.ndarray | float,
    lat_b: np.ndarray | float,
) -> np.ndarray:
    """Distance in km between points in degrees (haversine formula), broadcast like numpy."""
    xa, ya, xb, yb = (np.radians(v) for v in (lon_a, lat_a, lon_b, lat_b))
    h = np.sin((yb - ya) / 2) ** 2 + np.cos(ya) * np.cos(yb) * np.sin((xb - xa) / 2) ** 2
    return 2 * RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))


def merge(geometries: np.ndarray) -> shapely.Geometry | None:
    """The union of neighbouring outlines that share their edges; ``None`` when there is none."""
    known = geometries[~shapely.is_missing(geometries)]
    if not len(known):
        return None
    try:  # the fast way wants outlines that share every vertex; a few do not
        merged = shapely.coverage_union_all(known)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapely.make_valid(known))
    return merged if shapely.is_valid(merged) else shapely.union_all(shapely.make_valid(known))


def contacts(geometries: np.ndarray) -> np.ndarray:
    """Pairs (2, m) of indices, both ways and without self, of outlines that touch."""
    known = np.flatnonzero(~shapely.is_missing(geometries))
    tree = shapely.STRtree(geometries[known])
    pairs = tree.query(geometries[known], predicate="intersects")
    pairs = pairs[:, pairs[0] != pairs[1]]
    return known[pairs]
