"""What a reader of an official file is, and what it hands over to be installed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

import polars as pl

from reciproque.sources._errors import SourceError
from reciproque.sources._register import REGISTER_YEAR, Register, padded
from reciproque.sources._table import ROW, Said, Table

INSEE = "INSEE"
OPEN_LICENCE = "Licence Ouverte / Etalab 2.0"
EXAMPLES = 5


@dataclass(frozen=True)
class Draft:
    """What a reader made of a file, ready to be written.

    ``frame`` has the columns of its ``kind`` (see :class:`reciproque.sources.Reading`);
    ``unmapped`` are the codes that the register does not know; ``coverage_key`` and
    ``coverage`` make the sentence that says what the file covers; ``years`` gives the year of
    an indicator where it is not ``year``.
    """

    frame: pl.DataFrame
    year: str
    coverage_key: str
    coverage: Mapping[str, object]
    unmapped: tuple[str, ...] = ()
    warnings: tuple[Said, ...] = ()
    years: Mapping[str, str] = field(default_factory=dict)
    dataset: str = ""
    label_fr: str = ""
    label_en: str = ""
    level: str = ""
    flow_kind: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Reader:
    """One published file: what it is called, its columns, how to read it.

    ``columns`` are patterns of the published columns it cannot do without (full matches);
    ``marks`` are those among them, found together in no other file, that give it away even when
    others are lacking.  ``only``, where given, are all it ever looks at: a file of millions of rows is
    read without its other columns.
    """

    id: str
    kind: str
    label_fr: str
    label_en: str
    level: str
    source: str
    columns: tuple[str, ...]
    marks: tuple[str, ...]
    read: Callable[[Table, Register], Draft]
    licence: str = OPEN_LICENCE
    only: tuple[str, ...] = ()

    def lacking(self, columns: list[str]) -> list[str]:
        """The patterns that no column of the file matches."""
        return [p for p in self.columns if not find_columns(p, columns)]

    def marked(self, columns: list[str]) -> bool:
        """Whether the file bears the marks of this reader."""
        return all(find_columns(pattern, columns) for pattern in self.marks)


def find_columns(pattern: str, columns: list[str]) -> list[str]:
    """The columns that match a pattern in full, oldest year first."""
    return sorted(name for name in columns if re.fullmatch(pattern, name))


def readable(pattern: str) -> str:
    r"""A pattern of columns as people read it.

    >>> readable(r"P\d\d_POP")
    'P.._POP'
    """
    return pattern.replace(r"\d{4}", "....").replace(r"\d\d", "..")


def years_of(column: str) -> str:
    r"""The year or years that a column of INSEE bears.

    >>> years_of("P18_POP1564"), years_of("NAIS1318"), years_of("TP6020"), years_of("ptot_2025")
    ('2018', '2013-2018', '2020', '2025')
    >>> years_of("eco_txemp_1564_22"), years_of("dm_pop_vtcam_1623"), years_of("ETTEFP1018")
    ('2022', '2016-2023', '2018')
    """
    if whole := re.search(r"(19|20)\d\d", column):
        return whole.group()
    digits = (
        re.search(r"_(\d\d)(\d\d)?$", column)
        or re.search(r"(?:TP60|tp60|ETTEFP10)(\d\d)()$", column)
        or re.search(r"(\d\d)(\d\d)?(?!\d)", column)
    )
    if not digits:
        return ""
    return "-".join(f"20{two}" for two in digits.groups() if two)


def codes_of(table: Table, column: str, level: str) -> list[str]:
    """The codes of a column, their leading zeros given back; raises where one is missing."""
    empty = table.frame.filter(pl.col(column).is_null())
    if empty.height:
        raise SourceError("source.no_code", row=empty[ROW][0], column=column)
    codes, count = padded(table.frame[column].to_list(), level)
    if count:
        table.warn("source.codes_padded", count=count, column=column)
    return codes


def refuse_doubles(table: Table, keys: list[list[str]]) -> None:
    """Raise ``source.doubled_row`` where the same key (its parts column by column) comes twice."""
    seen = pl.DataFrame({str(at): key for at, key in enumerate(keys)})
    later = ~seen.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    if not later.any():
        return
    at = int(later.arg_true()[0])
    key = seen.row(at)
    first = seen.rows().index(key)
    rows = table.frame[ROW]
    raise SourceError("source.doubled_row", row=rows[at], first=rows[first], code=" → ".join(key))


def unmapped_of(table: Table, codes: list[str], targets: list[str]) -> tuple[str, ...]:
    """The codes without a present-day one, sorted; said in a warning, and refused if most are.

    Raises ``source.wrong_codes`` when more than half of the codes are unknown: the file speaks of
    other territories.
    """
    unknown = sorted({c for c, target in zip(codes, targets, strict=True) if not target})
    known = len({c for c, target in zip(codes, targets, strict=True) if target})
    if len(unknown) > known:
        examples = ", ".join(unknown[:EXAMPLES])
        raise SourceError(
            "source.wrong_codes", count=len(unknown), total=len(unknown) + known, examples=examples
        )
    if unknown:
        more = ", …" if len(unknown) > EXAMPLES else ""
        table.warn(
            "source.unmapped", count=len(unknown), examples=", ".join(unknown[:EXAMPLES]) + more
        )
    merged = len({c for c, t in zip(codes, targets, strict=True) if t and t != c})
    if merged:
        table.warn("source.merged", count=merged)
    return tuple(unknown)


def dated(table: Table, codes: Set[str], in_force: Set[str]) -> str:
    """The year of a file that bears none inside: that of its name, else that of its codes.

    Without a name that tells it, the register's own year is kept and said, with how many of the
    file's codes are in force that year.
    """
    if table.year:
        return table.year
    known = len(codes & in_force)
    table.warn("source.undated", known=known, total=len(codes), year=REGISTER_YEAR)
    return REGISTER_YEAR
