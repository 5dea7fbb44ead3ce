"""Commuters between German districts (Kreise), as the Bundesagentur für Arbeit publishes them.

Two shapes: the export of its commuter pages (CSV, ``Wohnort;Regionalschlüssel;Arbeitsort;Regionalschlüssel;Insgesamt``
or the same with the ends the other way round, after some lines about the file), and the workbook ``krpend`` (sheets
"Auspendler Kreise" and "Einpendler Kreise").  They count employees subject to social insurance at
their place of work in Germany on 30 June, those who live in another Kreis alone; who leaves
Germany for work is in neither.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from reciproque.sources._pairs import PAIR, Columns, clean, summed
from reciproque.sources._pendler_file import DISTRICT, HOME, TOTAL, WORK
from reciproque.sources._reader import Draft, Reader
from reciproque.sources._register import Register
from reciproque.sources._table import Table

THOUSANDS = r"^\d{1,3}(\.\d{3})+$"
WHOLE = r"insgesamt$"
PREFIX, ELSEWHERE = "DE:", "DE:*"
SUMMARY = ("ID", "region", "poptotal", "pendintotal", "pendouttotal")


def read_pendler(table: Table, register: Register) -> Draft:
    """Commuters between two Kreise each; totals, Länder and "other Kreise" are not pairs and are left out.

    What share of all commuters the pairs make is said: small flows are published in sums alone.
    """
    total = pl.col(TOTAL)
    plain = pl.when(total.str.contains(THOUSANDS)).then(
        total.str.replace_all(".", "", literal=True)
    )
    frame = table.frame.with_columns(plain.otherwise(total).alias(TOTAL))
    both = pl.col(HOME).str.contains(DISTRICT) & pl.col(WORK).str.contains(DISTRICT)
    one = pl.col(HOME).str.contains(DISTRICT) | pl.col(WORK).str.contains(DISTRICT)
    ends = pl.concat_str("Wohnort", "Arbeitsort", separator="\n", ignore_nulls=True)
    whole = frame.filter(one & ends.str.contains(f"(?m){WHOLE}"))[TOTAL]
    flows, said = clean(frame.filter(both), Columns(HOME, WORK, TOTAL), table.file)
    table.warnings += said
    named = float(flows["value"].sum())
    every = float(whole.cast(pl.Float64, strict=False).sum())
    return Draft(
        frame=_prefixed(flows),
        year=table.year,
        coverage_key="coverage.pendler",
        coverage={
            "pairs": flows.height,
            "people": named,
            "areas": len(set(flows["origin"]) | set(flows["destination"])),
            "percent": 100 * named / every if every else 100.0,
        },
        warnings=tuple(table.warnings),
        flow_kind="commuting",
        unit="workers",
    )


def _prefixed(flows: pl.DataFrame) -> pl.DataFrame:
    return summed(flows.with_columns(pl.format(PREFIX + "{}", end).alias(end) for end in PAIR))


def read_summary(table: Table, register: Register) -> Draft:
    """Employees by Kreis of residence and those who come and leave, without the other end.

    Who leaves has the destination ``DE:*``, who comes the origin ``DE:*``: one end is known, and said.
    """
    parts = []
    for origin, destination, column in (
        ("ID", None, SUMMARY[4]),
        (None, "ID", SUMMARY[3]),
        ("ID", "ID", SUMMARY[2]),
    ):
        placed = table.frame.with_columns(
            _home=pl.col(origin) if origin else pl.lit("*"),
            _work=pl.col(destination) if destination else pl.lit("*"),
        )
        flows, said = clean(placed, Columns("_home", "_work", column), table.file)
        table.warnings += said
        parts.append(flows)
    leaving, coming, living = parts
    at_home = living.join(leaving, on="origin", how="left", suffix="_out").select(
        "origin", "destination", value=pl.col("value") - pl.col("value_out").fill_null(0.0)
    )
    flows = pl.concat([leaving, coming, at_home])
    if not table.year:
        table.warn("source.no_year")
    return Draft(
        frame=_prefixed(flows),
        year=table.year,
        coverage_key="coverage.one_end",
        coverage={
            "areas": at_home.height,
            "leaving": float(leaving["value"].sum()),
            "coming": float(coming["value"].sum()),
        },
        warnings=tuple(table.warnings),
        flow_kind="commuting",
        unit="workers",
    )


_PAIRS = Reader(
    id="ba_pendler_kreise",
    kind="flows",
    label_fr="Trajets domicile-travail entre Kreise allemands",
    label_en="Home-to-work journeys between German Kreise",
    level="kreis",
    source="Bundesagentur für Arbeit, Statistik",
    columns=(HOME, WORK, TOTAL),
    marks=(HOME, WORK, TOTAL),
    read=read_pendler,
    licence="Quellenangabe : Statistik der Bundesagentur für Arbeit",
)
READERS = (
    _PAIRS,
    replace(
        _PAIRS,
        id="ba_pendler_sommes",
        label_fr="Navetteurs des Kreise allemands, en somme",
        label_en="Commuters of German Kreise, in sum",
        columns=SUMMARY,
        marks=SUMMARY[2:],
        read=read_summary,
    ),
)
