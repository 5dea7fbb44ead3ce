"""From a table of figures by territory to what is installed: the path of every profile file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reciproque.sources._reader import (
    Draft,
    codes_of,
    find_columns,
    readable,
    refuse_doubles,
    unmapped_of,
    years_of,
)
from reciproque.sources._register import ARRONDISSEMENT, Register
from reciproque.sources._sheet import Derived, Sheet, derived, folded, sheet_of
from reciproque.sources._table import Table
from reciproque.vocabulary import indicators

COVERAGE = {
    "commune": "coverage.communes",
    "epci": "coverage.epci",
    "bassin_de_vie": "coverage.bassins_de_vie",
}


@dataclass(frozen=True)
class Profile:
    """How a file of figures is laid out.

    ``columns``: indicator id -> pattern of its published column (the latest year is taken, or the
    ``earliest`` for those named there); ``optional``: ids the file may lack; ``signed``: ids that
    may be negative; ``rules``: what is derived from them; ``dated``: whether a figure of two digits
    in a column's name is its year (it is an age in some files).
    """

    code: str
    level: str
    columns: Mapping[str, str]
    earliest: Collection[str] = ()
    optional: Collection[str] = ()
    signed: Collection[str] = ()
    rules: Sequence[Derived] = ()
    dated: bool = True

    def chosen(self, table: Table) -> dict[str, str]:
        """Indicator id -> the column of this file; those it may lack and lacks are said."""
        chosen, absent = {}, []
        for name, pattern in self.columns.items():
            found = find_columns(pattern, table.columns)
            if found:
                chosen[name] = found[0] if name in self.earliest else found[-1]
            elif name in self.optional:
                absent.append(readable(pattern))
            else:
                raise LookupError(f"{pattern}: a reader is chosen only where its columns are")
        if absent:
            table.warn("source.optional_missing", columns=", ".join(absent))
        return chosen


def without_arrondissements(table: Table, codes: list[str]) -> tuple[Table, list[str]]:
    """Drop Paris, Lyon and Marseille's arrondissements where the communes stand beside them."""
    whole = {"751": "75056", "132": "13055", "693": "69123"}
    present = set(codes)
    drop = np.array(
        [bool(ARRONDISSEMENT.fullmatch(c)) and whole[c[:3]] in present for c in codes], dtype=bool
    )
    if not drop.any():
        return table, codes
    table.warn("source.arrondissements", count=int(drop.sum()))
    kept = Table(table.frame.filter(~drop), table.file, table.year, table.warnings)
    return kept, [code for code, out in zip(codes, drop, strict=True) if not out]


def current_sheet(table: Table, sheet: Sheet, level: str, register: Register) -> tuple[Sheet, tuple[str, ...]]:  # fmt: skip
    """The sheet by the codes in force, and the codes that have none."""
    targets = register.current_all(sheet.codes, level)
    unmapped = unmapped_of(table, list(sheet.codes), list(targets))
    return folded(sheet, targets, indicators()), unmapped


def coverage_of(sheet: Sheet, level: str, register: Register) -> dict[str, object]:
    """How many territories of the register the sheet tells something about."""
    known = sheet.known_rows()
    totals = {"commune": len(register.communes), "epci": len(register.epci)}
    return {"known": known, "total": totals.get(level, len(sheet.codes))}


def read_profile(
    table: Table,
    register: Register,
    profile: Profile,
    rules: Sequence[Derived] = (),
    year: str = "",
) -> Draft:
    """Read, check, map and derive the figures of a file laid out as ``profile``."""
    columns = profile.chosen(table)
    codes = codes_of(table, profile.code, profile.level)
    refuse_doubles(table, [codes])
    if profile.level == "commune":
        table, codes = without_arrondissements(table, codes)
    sheet = sheet_of(table, codes, columns, profile.signed)
    sheet, unmapped = current_sheet(table, sheet, profile.level, register)
    sheet = derived(sheet, [*profile.rules, *rules])
    known = indicators()
    years = _years(columns, [*profile.rules, *rules]) if profile.dated else {}
    year = year or max((years_of(column)[-4:] for column in columns.values()), default="")
    return Draft(
        frame=sheet.long([name for name in sheet.ids if name in known]),
        year=year,
        coverage_key=COVERAGE[profile.level],
        coverage=coverage_of(sheet, profile.level, register),
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        years={name: its for name, its in years.items() if its not in ("", year)},
    )


def _years(columns: Mapping[str, str], rules: Sequence[Derived]) -> dict[str, str]:
    years = {name: years_of(column) for name, column in columns.items()}
    for rule in rules:
        parts = [years[name] for name in (*rule.parts, rule.over) if years.get(name)]
        ends = sorted(year for part in parts for year in part.split("-"))
        if ends:
            years[rule.id] = ends[0] if ends[0] == ends[-1] else f"{ends[0]}-{ends[-1]}"
    return years
