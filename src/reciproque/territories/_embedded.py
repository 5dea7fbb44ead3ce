"""Indicators that the embedded data alone can tell, one value for each commune."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import shapely
from scipy.spatial import cKDTree

from reciproque.sources import Embedded
from reciproque.territories._borders import border_departements, distance_to_km, outline_points
from reciproque.territories._geometry import chord, compactness, merge, unit_vectors

SIZES = ((0, 500), (500, 2_000), (2_000, 10_000), (10_000, 50_000), (50_000, np.inf))
TOWNS = (20_000, 50_000, 200_000)
OVERSEAS = "97"


def weekly_hours(text: str | None) -> tuple[float, float]:
    """Hours a week a town hall is open, and 1 if on Saturday, from the published JSON.

    >>> weekly_hours('[["lundi","mardi",[["09:00:00","12:00:00"]]],["samedi","samedi",[["09:00:00","11:30:00"]]]]')
    (8.5, 1.0)
    """
    days = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
    hours, saturday = 0.0, 0.0
    try:
        for first, last, slots in json.loads(text or "[]"):
            span = (days.index(last) - days.index(first)) % 7 + 1  # from Friday to Monday: four
            for start, end in slots:
                (h1, m1), (h2, m2) = (map(int, t.split(":")[:2]) for t in (start, end))
                hours += span * max(0.0, h2 - h1 + (m2 - m1) / 60)
            if days.index(last) >= days.index("samedi"):
                saturday = 1.0
    except (ValueError, TypeError):
        return np.nan, np.nan
    return (hours, saturday) if hours else (np.nan, np.nan)


def _nearest_town(lon: np.ndarray, lat: np.ndarray, is_town: np.ndarray) -> np.ndarray:
    return distance_to_km(np.column_stack([lon[is_town], lat[is_town]]), lon, lat)


def people_within(lon: np.ndarray, lat: np.ndarray, people: np.ndarray, km: float) -> np.ndarray:
    """Inhabitants (with ``people`` per point) within ``km`` of each point, itself included."""
    known = np.isfinite(lon)
    tree = cKDTree(unit_vectors(lon[known], lat[known]))
    near = tree.sparse_distance_matrix(tree, chord(km), output_type="coo_matrix").tocsr()
    near.data[:] = 1.0
    weight = np.nan_to_num(people[known])
    near.setdiag(1.0)
    result = np.full(len(lon), np.nan)
    result[known] = near @ weight
    return result


def _townhalls(frame: pl.DataFrame) -> dict[str, np.ndarray]:
    hours = np.array([weekly_hours(text) for text in frame["townhall_hours"]])
    access = frame["townhall_access"].to_numpy()
    answers = {value for value in access if value is not None}
    informative = len(answers) > 1  # one value for all is a default, not an answer
    accessible = np.where([a in ("ACC", "DEM") for a in access], 100.0, 0.0)
    site = np.where(frame["townhall_site"].is_not_null().to_numpy(), 100.0, 0.0)
    return {
        "townhall_hours": hours[:, 0],
        "townhall_saturday": hours[:, 1] * 100,
        "townhall_site": site,
        "townhall_accessible": accessible if informative else np.full(len(frame), np.nan),
    }


def shores_only(outline: shapely.Geometry | None) -> shapely.Geometry:
    """Outer rings alone: a commune without outline leaves a hole inland, which is no coast."""
    rings = shapely.get_exterior_ring(shapely.get_parts(outline))
    return shapely.union_all(shapely.polygons(rings))


def _distances(
    embedded: Embedded, geometries: np.ndarray, lon: np.ndarray, lat: np.ndarray, pop: np.ndarray
) -> dict[str, np.ndarray]:
    frame = embedded.communes
    result = {f"distance_town_{size}": _nearest_town(lon, lat, pop >= size) for size in TOWNS}
    code, dep = frame["code"].to_numpy(), frame["departement"].to_numpy().astype(str)
    for name, table in (
        ("prefecture", embedded.departements),
        ("regional_capital", embedded.regions),
    ):
        result[f"distance_{name}"] = _nearest_town(lon, lat, np.isin(code, table["seat"].to_list()))
    mainland = ~np.char.startswith(dep, OVERSEAS)
    known = mainland & ~shapely.is_missing(geometries)
    outline = shores_only(merge(geometries[known]))
    points, land = outline_points(outline, geometries[known], dep[known])
    border = distance_to_km(points[land], lon, lat)
    border[~mainland] = np.nan
    overseas = geometries[~mainland & ~shapely.is_missing(geometries)]
    shores = shapely.get_coordinates(shapely.segmentize(shores_only(merge(overseas)), 0.02))
    coast = distance_to_km(np.vstack([points[~land], shores]), lon, lat)
    on_border = np.isin(dep, list(border_departements()))
    result["distance_border"] = border
    result["share_near_border"] = np.where(np.isnan(border), np.nan, 100.0 * (border <= 20))
    result["share_border_departement"] = 100.0 * on_border
    result["share_near_coast"] = np.where(np.isnan(coast), np.nan, 100.0 * (coast <= 10))
    return result


def population_indicators(pop: np.ndarray, area: np.ndarray) -> dict[str, np.ndarray]:
    """What population and area alone tell of n municipalities, of any country.

    ``pop`` inhabitants and ``area`` km², float64, nan = missing.  Percentages are 0 to 100.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        values = {
            "population": pop,
            "area": area,
            "communes": np.ones(len(pop)),
            "density": pop / area,
            "land_per_1000": np.where(pop > 0, 1000 * area / pop, np.nan),
            "largest_commune": pop,
            "commune_size": pop,
            "communes_per_100km2": 100.0 / area,
        }
    for low, high in SIZES:
        inside = 100.0 * ((pop >= low) & (pop < high))
        end = "plus" if np.isinf(high) else int(high)
        values[f"share_{low}_{end}"] = np.where(np.isnan(pop), np.nan, inside)
    values["share_under_2000"] = np.where(np.isnan(pop), np.nan, 100.0 * (pop < 2_000))
    return values


def geographic_indicators(
    embedded: Embedded, geometries: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> dict[str, np.ndarray]:
    """Distances, borders, coast, outline and town halls of the French communes.

    One float64 per row of ``embedded.communes``; ``geometries`` are shapely (``None`` = missing),
    ``lon``/``lat`` degrees; nan means missing.  Distances are km as the crow flies; people and
    towns beyond the border are not counted.
    """
    pop = embedded.communes["population"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    values = _distances(embedded, geometries, lon, lat, pop)
    town = values["distance_town_20000"]
    values["share_far_from_town"] = np.where(np.isnan(town), np.nan, 100.0 * (town > 20))
    values["people_within_30km"] = people_within(lon, lat, pop, 30.0) / 1000
    values["compactness"] = compactness(geometries)
    return values | _townhalls(embedded.communes)
