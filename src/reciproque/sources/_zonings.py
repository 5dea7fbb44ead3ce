"""INSEE, "table d'appartenance géographique des communes": each commune's EPCI and living areas.

``ZZZZZZZZZ`` marks a commune outside any EPCI and ``000`` one outside the attraction of cities:
both become missing.
"""

from __future__ import annotations

import polars as pl

from reciproque.sources._profile import without_arrondissements
from reciproque.sources._reader import (
    INSEE,
    Draft,
    Reader,
    codes_of,
    dated,
    find_columns,
    refuse_doubles,
    unmapped_of,
)
from reciproque.sources._register import Register
from reciproque.sources._table import Table

CODE = "CODGEO"
ZONES = {"ze": r"ZE\d{4}", "aav": r"AAV\d{4}", "bv": r"BV\d{4}", "epci": r"EPCI"}
OUTSIDE = ("000", "0", "")


def read(table: Table, register: Register) -> Draft:
    """Frame ``code, ze, aav, bv, epci``; a commune made of several takes the zones it had itself."""
    codes = codes_of(table, CODE, "commune")
    refuse_doubles(table, [codes])
    table, codes = without_arrondissements(table, codes)
    targets = list(register.current_all(codes, "commune"))
    unmapped = unmapped_of(table, codes, targets)
    chosen = {name: find_columns(p, table.columns)[-1] for name, p in ZONES.items()}
    outside = [pl.col(c).is_in(OUTSIDE) | pl.col(c).str.contains("^Z+$") for c in chosen.values()]
    frame = (
        table.frame.select(
            pl.Series("code", targets, dtype=pl.String),
            (pl.Series("before", codes, dtype=pl.String) != pl.Series(targets, dtype=pl.String)),
            *(
                pl.when(out).then(None).otherwise(pl.col(column)).alias(name)
                for (name, column), out in zip(chosen.items(), outside, strict=True)
            ),
        )
        .filter(pl.col("code") != "")
        .sort("code", "before")
        .unique("code", keep="first", maintain_order=True)
        .drop("before")
    )
    return Draft(
        frame=frame,
        year=dated(table, set(codes), register.communes),
        coverage_key="coverage.communes",
        coverage={"known": frame.height, "total": len(register.communes)},
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        years={name: column[-4:] for name, column in chosen.items() if column != "EPCI"},
    )


READER = Reader(
    id="insee_zonages",
    kind="zoning",
    label_fr="Zonages des communes : zones d’emploi, aires d’attraction, bassins de vie",
    label_en="Zonings of communes: employment zones, attraction areas, living areas",
    level="commune",
    source=INSEE,
    columns=(CODE, *ZONES.values()),
    marks=(CODE, ZONES["ze"], ZONES["bv"]),
    read=read,
)
