"""The four grids of the ANCT: density, rurality, centrality, mountain, one class by commune.

A class becomes percentages by commune (100: is of that class, 0: is not), whose mean weighted by
population is the share of a union's people who live there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from reciproque.sources._errors import SourceError
from reciproque.sources._profile import coverage_of, current_sheet
from reciproque.sources._reader import Draft, Reader, codes_of, dated, refuse_doubles
from reciproque.sources._register import Register
from reciproque.sources._sheet import MISSING, OBSERVED, Sheet
from reciproque.sources._table import ROW, Table

CODE = "insee_com"
OUTSIDE = "Hors champ : DOM ou commune urbaine"
OVERSEAS = "97"


@dataclass(frozen=True)
class Grid:
    """``classes``: indicator id -> the published classes it counts; ``none``: counted in none;
    ``unknown``: classes that say nothing. ``others_are_zero``: the file lists only the communes
    concerned.
    """

    column: str
    label_fr: str
    label_en: str
    classes: Mapping[str, tuple[str, ...]]
    none: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    others_are_zero: bool = False


TOWN_CENTRES = ("Grands centres urbains", "Centres urbains intermédiaires")
SMALL_TOWNS = ("Petites villes",)
SCATTERED = ("Rural à habitat dispersé", "Rural à habitat très dispersé")
HIGH_CENTRES = (
    "Centre majeur d'équipements et de services",
    "Centre structurant d'équipements et de services",
)
CENTRES = (
    *HIGH_CENTRES,
    "Centre intermédiaire d'équipements et de services",
    "Centre local d'équipements et de services",
)
GRIDS = {
    "anct_density": Grid(
        "niveau_densite",
        "Grille communale de densité",
        "Density grid of communes",
        {
            "anct_urban_centre_share": TOWN_CENTRES,
            "anct_small_town_share": SMALL_TOWNS,
            "anct_rural_share": ("Bourgs ruraux", *SCATTERED),
            "anct_scattered_share": SCATTERED,
        },
        none=("Ceintures urbaines",),
    ),
    "anct_rurality": Grid(
        "niveau_ruralite",
        "Typologie des ruralités",
        "Typology of rural areas",
        {
            "anct_residential_rural_share": (
                "Les ruralités résidentielles aisées",
                "Les ruralités résidentielles mixtes",
            ),
            "anct_farming_rural_share": ("Les ruralités productives agricoles",),
            "anct_working_rural_share": (
                "Les ruralités productives ouvrières",
                "Les petites polarités industrielles et artisanales",
            ),
            "anct_tourist_rural_share": (
                "Les ruralités touristiques spécialisées",
                "Les ruralités touristiques à dominante résidentielle",
            ),
            "anct_small_hub_share": (
                "Les petites polarités mixtes",
                "Les petites polarités industrielles et artisanales",
            ),
        },
        none=(OUTSIDE,),
        unknown=("Commune dont le périmètre a changé depuis la réalisation de la typologie",),
    ),
    "anct_centrality": Grid(
        "niveau_centralite",
        "Centralités : centres d’équipements et de services",
        "Centralities: centres of facilities and services",
        {"anct_centre_share": CENTRES, "anct_high_centre_share": HIGH_CENTRES},
        none=("Communes non centre",),
        unknown=("- undefined", "undefined"),
    ),
    "anct_mountain": Grid(
        "niveau_montagne",
        "Zone de montagne (massifs)",
        "Mountain areas (massifs)",
        {"anct_mountain_share": ()},
        others_are_zero=True,
    ),
}


def _classes(table: Table, grid: Grid) -> list[str]:
    cells = table.frame.select(ROW, grid.column).with_columns(pl.col(grid.column).fill_null(""))
    if grid.others_are_zero:
        known = pl.col(grid.column).str.contains(r"^\d\d - Massif")
    else:
        listed = {name for names in grid.classes.values() for name in names}
        known = pl.col(grid.column).is_in([*listed, *grid.none, *grid.unknown, ""])
    strange = cells.filter(~known)
    if strange.height:
        row, value = strange.row(0)
        raise SourceError("source.unknown_class", row=row, column=grid.column, value=value[:80])
    return cells[grid.column].to_list()


def _sheet(codes: list[str], classes: list[str], grid: Grid) -> Sheet:
    silent = np.array(
        [
            found in ("", *grid.unknown) or (found == OUTSIDE and code.startswith(OVERSEAS))
            for code, found in zip(codes, classes, strict=True)
        ],
        dtype=bool,
    )
    columns = [
        [100.0 * (grid.others_are_zero or found in names) for found in classes]
        for names in grid.classes.values()
    ]
    values = np.array(columns, dtype=np.float64).T
    state = np.where(silent, MISSING, OBSERVED).astype(np.uint8)
    values[silent] = np.nan
    shape = (len(grid.classes), 1)
    return Sheet(
        np.array(codes, dtype=object), tuple(grid.classes), values, np.tile(state, shape).T
    )


def _with_the_others(sheet: Sheet, register: Register) -> Sheet:
    others = np.array(sorted(register.communes - set(sheet.codes)), dtype=object)
    zeros = np.zeros((len(others), len(sheet.ids)))
    return Sheet(
        np.concatenate([sheet.codes, others]),
        sheet.ids,
        np.vstack([sheet.values, zeros]),
        np.vstack([sheet.state, zeros.astype(np.uint8)]),
    )


def _read(table: Table, register: Register, name: str) -> Draft:
    grid = GRIDS[name]
    codes = codes_of(table, CODE, "commune")
    refuse_doubles(table, [codes])
    sheet = _sheet(codes, _classes(table, grid), grid)
    sheet, unmapped = current_sheet(table, sheet, "commune", register)
    listed = len(sheet.codes)
    if grid.others_are_zero:
        sheet = _with_the_others(sheet, register)
    coverage = {**coverage_of(sheet, "commune", register), "listed": listed}
    return Draft(
        frame=sheet.long(sheet.ids),
        year=dated(table, set(codes), register.communes),
        coverage_key="coverage.listed" if grid.others_are_zero else "coverage.communes",
        coverage=coverage,
        unmapped=unmapped,
        warnings=tuple(table.warnings),
    )


def _reader(name: str, grid: Grid) -> Reader:
    read: Callable[[Table, Register], Draft] = partial(_read, name=name)
    return Reader(
        id=name,
        kind="indicators",
        label_fr=grid.label_fr,
        label_en=grid.label_en,
        level="commune",
        source="ANCT, INSEE" if name == "anct_density" else "ANCT",
        columns=(CODE, grid.column),
        marks=(grid.column,),
        read=read,
    )


READERS = tuple(_reader(name, grid) for name, grid in GRIDS.items())
