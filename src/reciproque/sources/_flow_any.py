"""Flows that someone brings: any file with an origin, a destination and a number."""

from __future__ import annotations

import re
from pathlib import PurePath

from reciproque.sources._errors import SourceError
from reciproque.sources._flow_pairs import flows_of_table, reach
from reciproque.sources._od import columns_of
from reciproque.sources._reader import Draft, Reader
from reciproque.sources._register import Register
from reciproque.sources._table import Table

UNITS = {"commuting": "workers", "moves": "people_per_year", "mobility": "people"}
COLUMNS = ("origin", "destination", "value")


def _named(file: str) -> str:
    stem = PurePath(file).name.split(".")[0].lower()
    return "flux_" + (re.sub(r"[^a-z0-9]+", "_", stem).strip("_") or "ajoute")


def read_any(table: Table, register: Register) -> Draft:
    """An origin-destination file between communes, or else between départements.

    ``table.asked`` names the columns where they are not ``origin, destination, value``;
    ``table.flow`` says what is counted: commuting, moves or mobility (any purpose).
    """
    columns = columns_of(table.columns, table.asked)
    assert columns is not None  # the reader is chosen by these columns
    if table.flow not in UNITS:
        raise SourceError("source.bad_flow", flow=table.flow, known=", ".join(UNITS))
    codes = set(table.frame[columns.origin].drop_nulls())
    short = sum(len(code) <= 3 for code in codes)
    level = "departement" if short > len(codes) / 2 else "commune"
    frame, unmapped, figures = flows_of_table(table, columns, level, register)
    key, where, _ = (
        reach(table, frame, register) if level == "commune" else ("coverage.flows", {}, "")
    )
    if level == "departement":
        where = {"departements": frame["origin"].n_unique()}
    if not table.year:
        table.warn("source.no_year")
    return Draft(
        frame=frame,
        year=table.year,
        coverage_key=key,
        coverage=figures | where,
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=_named(table.file),
        label_fr=f"Trajets du fichier « {table.file} »",
        label_en=f"Journeys of the file “{table.file}”",
        level=level,
        flow_kind=table.flow,
        unit=UNITS[table.flow],
    )


READER = Reader(
    id="flux_ajoute",
    kind="flows",
    label_fr="Trajets (colonnes origin, destination, value, ou celles que vous nommez)",
    label_en="Journeys (columns origin, destination, value, or those you name)",
    level="commune",
    source="Fichier ajouté par ce site",
    columns=COLUMNS,
    marks=COLUMNS,
    read=read_any,
    licence="",
)
