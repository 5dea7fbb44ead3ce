"""Detail files of the census: one weighted row a person (INSEE's MOBPRO and MIGCOM), summed by pair."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reciproque.sources._flow_pairs import NOWHERE, flows_of_table, reach
from reciproque.sources._pairs import Columns
from reciproque.sources._reader import INSEE, Draft, Reader
from reciproque.sources._register import ARRONDISSEMENT, Register
from reciproque.sources._table import Table

HOME, WORK, BEFORE, WEIGHT = "COMMUNE", "DCLT", "DCRAN", "IPONDI"
DISTRICT, BORDER, MOVED = "ARM", "DCFLT", "IRAN"  # where the published file has them
ABROAD = "99999"
SAME_HOME = ("1", "Z")  # IRAN: in the same dwelling a year before, or not born yet
MOST_WORKERS = 0.6  # of the inhabitants: no commune of France has more people at work
ENOUGH = 100  # people leaving a commune from which that share means something


def _placed(table: Table) -> None:
    """Take the arrondissement where it is to stay, and the place across the border where one is told."""
    columns = table.columns
    if DISTRICT in columns and table.arrondissements == "keep":
        known = pl.col(DISTRICT).str.contains(f"^(?:{ARRONDISSEMENT.pattern})$").fill_null(False)
        home = pl.when(known).then(pl.col(DISTRICT)).otherwise(pl.col(HOME))
        table.frame = table.frame.with_columns(home.alias(HOME))
    if BORDER in columns and WORK in columns:
        told = (pl.col(WORK) == ABROAD) & ~pl.col(BORDER).is_in(NOWHERE).fill_null(True)
        work = pl.when(told).then(pl.col(BORDER)).otherwise(pl.col(WORK))
        table.frame = table.frame.with_columns(work.alias(WORK))


def _dated(table: Table) -> str:
    if not table.year:
        table.warn("source.no_year")
    return table.year


def read_mobpro(table: Table, register: Register) -> Draft:
    """A detail file of journeys (MOBPRO): weights ``IPONDI`` summed by pair of communes.

    Where a commune sends more people than it can have at work, the file holds more than journeys to
    work: it is kept as ``mobility`` and never taken for commuting.
    """
    _placed(table)
    columns = Columns(HOME, WORK, WEIGHT, repeats=True)
    frame, unmapped, figures = flows_of_table(table, columns, "commune", register)
    leaving = frame.group_by("origin").agg(pl.col("value").sum()).filter(pl.col("value") >= ENOUGH)
    too_many = [
        code
        for code, value in leaving.iter_rows()
        if value
        > MOST_WORKERS * max(register.population.get(register.current(code, "commune"), 0), 1)
    ]
    if too_many:
        table.warn("source.not_only_work", count=len(too_many))
    _, where, ending = reach(table, frame, register)
    name = "insee_detail_mobilite"
    return Draft(
        frame=frame,
        year=_dated(table),
        coverage_key="coverage.detail",
        coverage=figures | where,
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=f"{name}_{ending}" if ending else name,
        flow_kind="mobility" if too_many else "commuting",
        unit="people" if too_many else "workers",
    )


def read_migcom(table: Table, register: Register) -> Draft:
    """A detail file of moves of home (MIGCOM): from the commune a year before to the present one.

    Who lives in the same dwelling (``IRAN``) did not move; without that column nobody can tell moves
    inside a commune from staying, and they are left out.
    """
    _placed(table)
    told = MOVED in table.columns
    if told:
        table.frame = table.frame.filter(~pl.col(MOVED).is_in(SAME_HOME).fill_null(False))
    else:
        table.frame = table.frame.filter(pl.col(BEFORE) != pl.col(HOME))
        table.warn("source.no_inner_moves", column=MOVED)
    table.frame = table.frame.filter(~pl.col(BEFORE).is_in(NOWHERE).fill_null(False))
    columns = Columns(BEFORE, HOME, WEIGHT, repeats=True)
    frame, unmapped, figures = flows_of_table(table, columns, "commune", register)
    _, where, ending = reach(table, frame, register)
    return Draft(
        frame=frame,
        year=_dated(table),
        coverage_key="coverage.detail",
        coverage=figures | where,
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=f"insee_detail_demenagements_{ending}" if ending else "",
        flow_kind="moves",
        unit="people_per_year",
    )


def _reader(
    name: str,
    labels: tuple[str, str],
    columns: tuple[str, ...],
    read: Callable[[Table, Register], Draft],
) -> Reader:
    return Reader(
        id=name,
        kind="flows",
        label_fr=labels[0],
        label_en=labels[1],
        level="commune",
        source=f"{INSEE}, recensement de la population",
        columns=columns,
        marks=columns,
        read=read,
        only=(*columns, DISTRICT, BORDER, MOVED),
    )


READERS = (
    _reader(
        "insee_detail_mobilite",
        (
            "Fichier détail des trajets vers le travail (MOBPRO)",
            "Detail file of journeys to work (MOBPRO)",
        ),
        (HOME, WORK, WEIGHT),
        read_mobpro,
    ),
    _reader(
        "insee_detail_demenagements",
        ("Fichier détail des déménagements (MIGCOM)", "Detail file of moves of home (MIGCOM)"),
        (HOME, BEFORE, WEIGHT),
        read_migcom,
    ),
)
