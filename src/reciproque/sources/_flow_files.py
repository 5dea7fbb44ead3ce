"""Flows counted by pair: home to work, moves of home (INSEE), and what each file leaves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from reciproque.sources._flow_pairs import flows_of_table, reach
from reciproque.sources._pairs import Columns
from reciproque.sources._reader import INSEE, Draft, Reader, find_columns, years_of
from reciproque.sources._register import Register
from reciproque.sources._table import Table

ORIGIN, DESTINATION, WORKERS = "CODGEO", "DCLT", r"NBFLUX_C\d\d_ACTOCC15P"
BEFORE, MOVERS = "DCRAN", r"NBFLUX_C\d\d_POP\d\dP"
DEPARTEMENTS = ("orig", "dest", "fij")
MOVES = ("bv22_from", "bv22_to", r"flow_pop\d\d")
HOME_WORK = ("Trajets domicile-travail entre communes", "Home-to-work journeys between communes")


def read_commuting(table: Table, register: Register) -> Draft:
    """ "base-flux-mobilite": people aged 15 or more at work, by commune of home and of work.

    Source: INSEE, census, complementary exploitation.  Whether the file stops at the edge of a
    département is found in the file, and said.
    """
    column = find_columns(WORKERS, table.columns)[-1]
    columns = Columns(ORIGIN, DESTINATION, column)
    frame, unmapped, figures = flows_of_table(table, columns, "commune", register)
    key, where, ending = reach(table, frame, register)
    return Draft(
        frame=frame,
        year=years_of(column.split("_")[1]),
        coverage_key=key,
        coverage=figures | where,
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=f"insee_flux_{ending}" if ending else "insee_flux",
        label_fr=f"{HOME_WORK[0]} ({where['names']})" if ending else "",
        label_en=f"{HOME_WORK[1]} ({where['names']})" if ending else "",
        flow_kind="commuting",
        unit="workers",
    )


def read_departements(table: Table, register: Register) -> Draft:
    """Home to work between départements; the smallest flow kept and the lack of inner flows are said."""
    columns = Columns(*DEPARTEMENTS)
    frame, unmapped, figures = flows_of_table(table, columns, "departement", register)
    inner = frame.filter(pl.col("origin") == pl.col("destination")).height
    smallest = float(frame["value"].min() or 0.0)  # type: ignore[arg-type]
    if not table.year:
        table.warn("source.no_year")
    return Draft(
        frame=frame,
        year=table.year,
        coverage_key="coverage.flows" if inner else "coverage.between_only",
        coverage={
            **figures,
            "smallest": smallest,
            "inner": inner,
            "departements": frame["origin"].n_unique(),
        },
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        flow_kind="commuting",
        unit="workers",
    )


def read_moves(table: Table, register: Register) -> Draft:
    """Moves of home between living areas (bassins de vie 2022): people a year, both directions."""
    column = find_columns(MOVES[2], table.columns)[-1]
    columns = Columns(MOVES[0], MOVES[1], column)
    frame, unmapped, figures = flows_of_table(table, columns, "bassin_de_vie", register)
    areas = len(set(frame["origin"]) | set(frame["destination"]))
    return Draft(
        frame=frame,
        year=years_of(column),
        coverage_key="coverage.moves",
        coverage={**figures, "areas": areas},
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        flow_kind="moves",
        unit="people_per_year",
    )


def read_residential(table: Table, register: Register) -> Draft:
    """ "base-flux-mobilite-residentielle": people who lived elsewhere a year before, by commune then and now.

    Source: INSEE, census.  Those who stayed in their commune are not moves: their rows are left out,
    and counted.
    """
    column = find_columns(MOVERS, table.columns)[-1]
    columns = Columns(BEFORE, ORIGIN, column)
    frame, unmapped, figures = flows_of_table(table, columns, "commune", register)
    stay = pl.col("origin") == pl.col("destination")
    figures["stayed"] = float(frame.filter(stay)["value"].sum())
    frame = frame.filter(~stay)
    _, where, ending = reach(table, frame, register)
    return Draft(
        frame=frame,
        year=years_of(column.split("_")[1]),
        coverage_key="coverage.residential",
        coverage={**figures, **where, "people": float(frame["value"].sum()), "pairs": frame.height},
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=f"insee_flux_residentiel_{ending}" if ending else "",
        flow_kind="moves",
        unit="people_per_year",
    )


def _reader(
    name: str,
    labels: tuple[str, str],
    level: str,
    columns: Sequence[str],
    read: Callable[[Table, Register], Draft],
) -> Reader:
    return Reader(
        id=name,
        kind="flows",
        label_fr=labels[0],
        label_en=labels[1],
        level=level,
        source=f"{INSEE}, recensement de la population",
        columns=tuple(columns),
        marks=tuple(columns),
        read=read,
    )


READERS = (
    _reader("insee_flux", HOME_WORK, "commune", (ORIGIN, DESTINATION, WORKERS), read_commuting),
    _reader(
        "insee_flux_residentiel",
        ("Déménagements entre communes", "Moves of home between communes"),
        "commune",
        (BEFORE, ORIGIN, MOVERS),
        read_residential,
    ),
    _reader(
        "insee_flux_departements",
        (
            "Trajets domicile-travail entre départements",
            "Home-to-work journeys between départements",
        ),
        "departement",
        DEPARTEMENTS,
        read_departements,
    ),
    _reader(
        "insee_demenagements",
        ("Déménagements entre bassins de vie", "Moves of home between living areas"),
        "bassin_de_vie",
        MOVES,
        read_moves,
    ),
)
