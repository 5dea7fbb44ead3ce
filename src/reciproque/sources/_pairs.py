"""Pairs of an origin-destination file made clean: what is wrong is left aside, counted and listed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reciproque.sources._errors import SourceError
from reciproque.sources._sheet import MISSING_MARKS, SECRET_MARKS, SPACES
from reciproque.sources._table import ROW, Said

PAIR = ["origin", "destination"]
LISTED = 10  # rows named in a sentence; the count tells how many there are
THOUSANDS = r"^\s*\d{1,3}(\.\d{3})+\s*$"
MOST_WRONG = 0.5  # of the rows: beyond, the file is refused, as it is not what it seems


@dataclass(frozen=True)
class Columns:
    """Which columns of a file hold what; ``repeats`` where a pair comes once a person or a record.

    ``thousands``: the publisher writes 20000 as ``20.000``; ``codes`` is the shape of a zone's code where
    the file also holds sums, whose ends have none.
    """

    origin: str
    destination: str
    value: str
    repeats: bool = False
    thousands: bool = False
    codes: str = ""


def listed(rows: list[int]) -> str:
    """Row numbers as a sentence lists them.

    >>> listed([3, 7]), listed(list(range(2, 20)))
    ('3, 7', '2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …')
    """
    return ", ".join(map(str, rows[:LISTED])) + (", …" if len(rows) > LISTED else "")


def _text(column: pl.Series) -> pl.Series:
    """Codes as text: a float that a spreadsheet made of a code loses its ``.0``."""
    if column.dtype.is_float():
        column = column.cast(pl.Int64, strict=False)
    text = column.cast(pl.String).str.strip_chars(" \t\r\n\u00a0\ufeff")
    return text.set(text == "", None)


def _whole(column: pl.Series) -> pl.Series:
    """Numbers without the dots that part their thousands; anything else as it is."""
    if column.dtype != pl.String:
        return column
    dotted = column.str.contains(THOUSANDS).fill_null(False)
    return column.str.replace_all(".", "", literal=True).zip_with(dotted, column)


def _counts(column: pl.Series) -> pl.DataFrame:
    """``value`` (null where unknown), and whether it is ``unknown``, ``wrong`` (no number), ``negative``."""
    if column.dtype.is_numeric():
        values = column.cast(pl.Float64)
        unknown = values.is_null() | values.is_nan().fill_null(False)
        wrong = values.is_infinite().fill_null(False)
    else:
        text = column.cast(pl.String).str.strip_chars()
        unknown = text.is_null() | text.is_in([*MISSING_MARKS, *SECRET_MARKS, "*"]).fill_null(True)
        cleaned = text.str.replace_all(SPACES, "").str.replace(",", ".", literal=True)
        values = cleaned.cast(pl.Float64, strict=False)
        wrong = ~(values.is_finite().fill_null(False) | unknown)
    negative = (values < 0).fill_null(False) & ~unknown & ~wrong
    return pl.DataFrame({"value": values, "unknown": unknown, "wrong": wrong, "negative": negative})


def _left_aside(rows: pl.DataFrame, file: str, columns: Columns) -> list[Said]:
    """A sentence for each way a row may be wrong; raises where most rows are."""
    said: list[Said] = []
    for key, refusal in (("wrong", "source.not_a_number"), ("negative", "source.negative")):
        bad = rows.filter(pl.col(key))
        if not bad.height:
            continue
        first = bad.row(0, named=True)
        if bad.height > MOST_WRONG * rows.height:
            raise SourceError(
                refusal, file=file, row=first[ROW], column=columns.value, value=first["raw"][:40]
            )
        numbers = listed(bad[ROW].to_list())
        said.append(
            (
                "source.rows_not_numbers" if key == "wrong" else "source.rows_negative",
                {"file": file, "count": bad.height, "rows": numbers, "value": first["raw"][:40],
                 "column": columns.value},
            )
        )  # fmt: skip
    one_end = rows.filter(pl.col("one_end"))
    if one_end.height:
        if one_end.height > MOST_WRONG * rows.height:
            lacking = columns.destination if one_end["destination"][0] is None else columns.origin
            raise SourceError("source.no_code", file=file, row=one_end[ROW][0], column=lacking)
        numbers = listed(one_end[ROW].to_list())
        said.append(
            ("source.rows_one_end", {"file": file, "count": one_end.height, "rows": numbers})
        )
    if unknown := int((rows["unknown"] & ~rows["one_end"]).sum()):
        said.append(("source.unknown_flows", {"count": unknown}))
    return said


def _repeated(
    good: pl.DataFrame, whole: pl.DataFrame, file: str
) -> tuple[pl.DataFrame, list[Said]]:
    """Rows whose every cell is a copy count once; other rows of one pair add up; both are said."""
    said: list[Said] = []
    cells = [name for name in whole.columns if name != ROW]
    twin = whole.select(pl.struct(cells).is_first_distinct()).to_series()
    copies = whole.filter(~twin)[ROW]
    if copies.len():
        numbers = listed(copies.to_list())
        said.append(("source.rows_copied", {"file": file, "count": copies.len(), "rows": numbers}))
        good = good.filter(~pl.col(ROW).is_in(copies.implode()))
    again = good.filter(~pl.struct(PAIR).is_first_distinct())
    if again.height:
        numbers = listed(again[ROW].to_list())
        said.append(("source.rows_added", {"file": file, "count": again.height, "rows": numbers}))
    return good, said


def summed(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns ``origin, destination, value``, one row a pair, sorted."""
    return frame.group_by(PAIR).agg(pl.col("value").sum()).sort(PAIR)


def _without_sums(
    frame: pl.DataFrame, columns: Columns, file: str
) -> tuple[pl.DataFrame, list[Said]]:
    """The rows between two zones; totals and "elsewhere" are counted, not taken for pairs."""
    ends = [pl.col(end).str.strip_chars() for end in (columns.origin, columns.destination)]
    told = pl.all_horizontal([end.is_not_null() for end in ends])
    zones = pl.all_horizontal([end.str.contains(f"^(?:{columns.codes})$") for end in ends])
    pairs = frame.filter(zones.fill_null(False) | ~told)
    sums = frame.height - pairs.height
    return pairs, [("source.rows_sums", {"file": file, "count": sums})] if sums else []


def clean(
    frame: pl.DataFrame, columns: Columns, file: str
) -> tuple[pl.DataFrame, tuple[Said, ...]]:
    """One row a pair: ``origin, destination`` text, ``value`` f64; and what was left aside.

    ``frame`` holds the cells of the file and its row numbers (``_row``).  Raises
    :class:`SourceError` where most rows are wrong in one way.
    """
    said: list[Said] = []
    if columns.codes:
        frame, said = _without_sums(frame, columns, file)
    raw = _whole(frame[columns.value]) if columns.thousands else frame[columns.value]
    rows = pl.DataFrame(
        {
            ROW: frame[ROW],
            "origin": _text(frame[columns.origin]),
            "destination": _text(frame[columns.destination]),
            "raw": raw.cast(pl.String),
        }
    ).hstack(_counts(raw))
    rows = rows.with_columns(
        one_end=pl.col("origin").is_null() | pl.col("destination").is_null()
    ).with_columns(
        wrong=pl.col("wrong") & ~pl.col("one_end"), negative=pl.col("negative") & ~pl.col("one_end")
    )
    said += _left_aside(rows, file, columns)
    bad = pl.col("one_end") | pl.col("wrong") | pl.col("negative") | pl.col("unknown")
    good = rows.filter(~bad).select(ROW, *PAIR, "value")
    if not good.height:
        raise SourceError("source.no_flows", file=file)
    if columns.repeats:
        return summed(good), tuple(said)
    if good.select(pl.struct(PAIR).n_unique()).item() < good.height:
        good, more = _repeated(good, frame, file)
        return summed(good), (*said, *more)
    return good.select(*PAIR, "value"), tuple(said)
