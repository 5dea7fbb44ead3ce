"""Flows between territories: home to work (INSEE), moves of home, and what each file leaves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from reciproque.sources._reader import (
    INSEE,
    Draft,
    Reader,
    codes_of,
    find_columns,
    refuse_doubles,
    unmapped_of,
    years_of,
)
from reciproque.sources._register import COMMUNE, Register
from reciproque.sources._sheet import MISSING, SECRET, numbers
from reciproque.sources._table import Table

ORIGIN, DESTINATION, WORKERS = "CODGEO", "DCLT", r"NBFLUX_C\d\d_ACTOCC15P"
DETAIL = ("COMMUNE", "DCLT", "IPONDI")
DEPARTEMENTS = ("orig", "dest", "fij")
MOVES = ("bv22_from", "bv22_to", r"flow_pop\d\d")
HOME_WORK = ("Trajets domicile-travail entre communes", "Home-to-work journeys between communes")
FEW = 3  # a file that stops at so few départements is kept beside others, not instead of them
MOST_WORKERS = 0.6  # of the inhabitants: no commune of France has more people at work
ENOUGH = 100  # people leaving a commune from which that share means something


def _people(table: Table, column: str) -> np.ndarray:
    values, state = numbers(table, column)
    unknown = int(np.isin(state, (MISSING, SECRET)).sum())
    if unknown:
        table.warn("source.unknown_flows", count=unknown)
    return np.nan_to_num(values)


def _abroad(code: str) -> bool:
    return code.startswith("99") or not COMMUNE.fullmatch(code)


def _mapped(
    table: Table,
    pairs: tuple[list[str], list[str]],
    people: np.ndarray,
    level: str,
    register: Register,
) -> tuple[pl.DataFrame, tuple[str, ...], dict[str, object]]:
    """The flows by codes in force, summed; the unmapped codes; what was left aside, in people."""
    origins, destinations = pairs
    home = register.current_all(origins, level)
    work = register.current_all(destinations, level)
    away = np.array([level == "commune" and _abroad(code) for code in destinations], dtype=bool)
    asked = [(c, t) for c, t in zip(origins, home, strict=True)]
    asked += [(c, t) for c, t, out in zip(destinations, work, away, strict=True) if not out]
    unmapped = unmapped_of(table, [c for c, _ in asked], [t for _, t in asked])
    kept = (home != "") & (work != "")
    lost = float(people[~kept & ~away].sum())
    abroad = float(people[away].sum())
    if away.any():
        table.warn("source.abroad", people=abroad)
    if lost:
        table.warn("source.lost_flows", people=lost)
    frame = (
        pl.DataFrame(
            {
                "origin": home[kept].astype(str),
                "destination": work[kept].astype(str),
                "value": people[kept],
            }
        )
        .group_by("origin", "destination")
        .agg(pl.col("value").sum())
        .sort("origin", "destination")
    )
    figures: dict[str, object] = {
        "people": float(frame["value"].sum()),
        "pairs": frame.height,
        "abroad": abroad,
        "lost": lost,
    }
    return frame, unmapped, figures


def _reach(frame: pl.DataFrame, register: Register) -> tuple[str, dict[str, object], str]:
    """Whether the flows stop at the edge of a few départements: (phrase, figures, id ending)."""
    homes = {register.departement_of[c] for c in frame["origin"].unique()}
    works = {register.departement_of[c] for c in frame["destination"].unique()}
    every = sorted(homes | works)
    names = ", ".join(register.departement_names.get(code, code) for code in every[:FEW])
    figures: dict[str, object] = {"departements": len(every), "names": names}
    if len(every) <= FEW:
        return "coverage.closed_area", figures, "_".join(every)
    if len(homes) <= FEW:
        figures["names"] = ", ".join(register.departement_names[c] for c in sorted(homes))
        return "coverage.homes_of_area", figures, "_".join(sorted(homes))
    return "coverage.flows", figures, ""


def read_commuting(table: Table, register: Register) -> Draft:
    """ "base-flux-mobilite": people aged 15 or more at work, by commune of home and of work.

    Source: INSEE, census, complementary exploitation.  Whether the file stops at the edge of a
    département is found in the file, and said.
    """
    column = find_columns(WORKERS, table.columns)[-1]
    origins = codes_of(table, ORIGIN, "commune")
    destinations = codes_of(table, DESTINATION, "commune")
    refuse_doubles(table, [origins, destinations])
    people = _people(table, column)
    frame, unmapped, figures = _mapped(table, (origins, destinations), people, "commune", register)
    key, reach, ending = _reach(frame, register)
    return Draft(
        frame=frame,
        year=years_of(column.split("_")[1]),
        coverage_key=key,
        coverage=figures | reach,
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=f"insee_flux_{ending}" if ending else "insee_flux",
        label_fr=f"{HOME_WORK[0]} ({reach['names']})" if ending else "",
        label_en=f"{HOME_WORK[1]} ({reach['names']})" if ending else "",
        flow_kind="commuting",
        unit="workers",
    )


def read_detail(table: Table, register: Register) -> Draft:
    """A detail file (one weighted row by person): summed by pair of communes.

    Where a commune sends more people than it can have at work, the file holds more than journeys to
    work: it is kept as ``mobility`` and never taken for commuting.
    """
    origins = codes_of(table, DETAIL[0], "commune")
    destinations = codes_of(table, DETAIL[1], "commune")
    people = _people(table, DETAIL[2])
    frame, unmapped, figures = _mapped(table, (origins, destinations), people, "commune", register)
    leaving = frame.group_by("origin").agg(pl.col("value").sum()).filter(pl.col("value") >= ENOUGH)
    too_many = [
        code
        for code, value in leaving.iter_rows()
        if value > MOST_WORKERS * max(register.population.get(code, 0), 1)
    ]
    if too_many:
        table.warn("source.not_only_work", count=len(too_many))
    _, reach, ending = _reach(frame, register)
    if not table.year:
        table.warn("source.no_year")
    name = "insee_detail_mobilite"
    return Draft(
        frame=frame,
        year=table.year,
        coverage_key="coverage.detail",
        coverage=figures | reach,
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=f"{name}_{ending}" if ending else name,
        flow_kind="mobility" if too_many else "commuting",
        unit="people" if too_many else "workers",
    )


def read_departements(table: Table, register: Register) -> Draft:
    """Home to work between départements; the smallest flow kept and the lack of inner flows are said."""
    origins = codes_of(table, DEPARTEMENTS[0], "departement")
    destinations = codes_of(table, DEPARTEMENTS[1], "departement")
    refuse_doubles(table, [origins, destinations])
    people = _people(table, DEPARTEMENTS[2])
    frame, unmapped, figures = _mapped(
        table, (origins, destinations), people, "departement", register
    )
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
    origins = codes_of(table, MOVES[0], "bassin_de_vie")
    destinations = codes_of(table, MOVES[1], "bassin_de_vie")
    refuse_doubles(table, [origins, destinations])
    people = _people(table, column)
    frame, unmapped, figures = _mapped(
        table, (origins, destinations), people, "bassin_de_vie", register
    )
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
        "insee_detail_mobilite",
        ("Fichier détail des mobilités", "Detail file of mobility"),
        "commune",
        DETAIL,
        read_detail,
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
