"""A file as a table of texts, checked for shape before anything is made of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from reciproque.sources._errors import SourceError

ROW = "_row"
SEPARATORS = ";,\t|"
LONGEST_HEADER = 1 << 16
BLOCK, ROWS = (
    1 << 24,
    1 << 18,
)  # bytes, and rows, looked at together: a large file fits a small machine
MANY_ROWS = 100  # a published file this long ends its last line
Said = tuple[str, dict[str, object]]


@dataclass
class Table:
    """Every cell as text (``None`` = empty); column ``_row`` is the row number in the file.

    ``warnings`` are phrases (key, figures) to show with what is installed; ``year`` is the year
    found in the file's name, or empty.  What the person who adds it may choose: ``arrondissements``
    (those of Paris, Lyon and Marseille "fold" into their commune or "keep" their code), the columns
    ``asked`` for (origin, destination, value) and what a ``flow`` counts.
    """

    frame: pl.DataFrame
    file: str
    year: str = ""
    warnings: list[Said] = field(default_factory=list)
    arrondissements: str = "fold"
    asked: tuple[str, str, str] = ("", "", "")
    flow: str = "commuting"

    @property
    def columns(self) -> list[str]:
        return [name for name in self.frame.columns if name != ROW]

    def warn(self, key: str, **figures: object) -> None:
        self.warnings.append((key, figures))


def separator_of(header: str) -> str:
    """The separator of a CSV header: the one that cuts it most; ``,`` if none does."""
    return max(SEPARATORS, key=lambda mark: (header.count(mark), mark == ","))


def header_of(text: str) -> list[str]:
    """The column names of a CSV text, stripped; raises ``source.binary`` if there is no header."""
    end = text.find("\n")
    line = text[: end if end >= 0 else None].rstrip("\r")
    if not line.strip() or len(line) > LONGEST_HEADER:
        raise SourceError("source.binary")
    try:
        fields = next(csv.reader([line], delimiter=separator_of(line)))
    except csv.Error:
        raise SourceError("source.binary") from None
    return [name.strip() for name in fields]


def _fields_by_row(text: str, data: bytes, separator: str) -> np.ndarray:
    """How many fields each row has (0 for a blank one), header included; ``data`` is the text in UTF-8."""
    if '"' in text:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            return np.array([len(row) for row in rows])
        except csv.Error:
            raise SourceError("source.binary") from None
    raw = np.frombuffer(data, dtype=np.uint8)
    ends = np.concatenate(
        [np.flatnonzero(raw[at : at + BLOCK] == ord("\n")) + at for at in range(0, len(raw), BLOCK)]
    )
    if not text.endswith("\n"):
        ends = np.append(ends, len(raw))
    starts = np.concatenate([[0], ends[:-1] + 1])
    counts = np.concatenate(
        [
            _marks(raw, ord(separator), starts[at : at + ROWS], int(ends[at : at + ROWS][-1]) + 1)
            for at in range(0, len(ends), ROWS)
        ]
    )
    lengths = np.diff(ends, prepend=-1) - 1
    blank = lengths == 0
    only_return = np.flatnonzero(lengths == 1)
    blank[only_return] = raw[ends[only_return] - 1] == ord("\r")
    return np.where(blank, 0, counts + 1)


def _marks(raw: np.ndarray, mark: int, starts: np.ndarray, end: int) -> np.ndarray:
    """How often a byte comes in each of some rows, without a mask as long as the file."""
    first = int(starts[0])
    return np.add.reduceat(raw[first:end] == mark, starts - first, dtype=np.int32)


def _check_shape(text: str, data: bytes, separator: str, columns: int) -> None:
    counts = _fields_by_row(text, data, separator)
    wrong = np.flatnonzero((counts != columns) & (counts != 0))
    if len(wrong):
        row, found = int(wrong[0]) + 1, int(counts[wrong[0]])
        short_end = row == len(counts) and found < columns
        key = "source.truncated_row" if short_end else "source.broken_row"
        raise SourceError(key, row=row, expected=columns, found=found)
    if not text.endswith("\n") and len(counts) > MANY_ROWS:
        raise SourceError("source.unfinished", row=len(counts))


def _check_header_once(frame: pl.DataFrame) -> None:
    first = next(name for name in frame.columns if name != ROW)
    again = frame.filter(pl.col(first).str.strip_chars() == first)
    if again.height:
        raise SourceError("source.doubled_header", row=again[ROW][0])


def table_of_text(text: str, file: str, only: Collection[str] = (), first_row: int = 2) -> Table:
    """A CSV text as a table, of the columns in ``only`` where any is named; its rows count from ``first_row``.

    Raises :class:`SourceError` for a broken or unfinished row, or a header that comes back.
    """
    names = header_of(text)
    separator = separator_of(text.split("\n", 1)[0])
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise SourceError("source.doubled_column", column=double)
    data = text.encode()
    _check_shape(text, data, separator, len(names))
    kept = [name for name in names if not only or name in only]
    try:
        frame = (
            pl.scan_csv(
                io.BytesIO(data),
                separator=separator,
                has_header=False,
                skip_lines=1,
                new_columns=names,
                infer_schema=False,
                raise_if_empty=False,
            )
            .select(kept)
            .collect()
        )
    except pl.exceptions.ColumnNotFoundError:
        raise SourceError("source.no_rows") from None
    except pl.exceptions.PolarsError as error:
        if text.count('"') % 2:  # a quote that nothing closes: the file stops inside a cell
            row = text.count("\n", 0, text.rindex('"')) + 1
            raise SourceError("source.unfinished", row=row) from None
        raise SourceError("source.unreadable", detail=str(error).splitlines()[0]) from None
    if frame.width != len(kept):
        raise SourceError("source.no_rows")
    table = finished(frame, file, first_row)
    if not text.endswith("\n"):
        table.warn("source.no_line_end")
    return table


def finished(frame: pl.DataFrame, file: str, first_row: int = 1) -> Table:
    """Number the rows, strip the cells, leave out blank rows (and say so)."""
    stripped = frame.with_columns(
        pl.col(pl.String).str.strip_chars(" \t\r\n\u00a0\ufeff").replace("", None)
    ).with_row_index(ROW, offset=first_row)
    values = [name for name in stripped.columns if name != ROW]
    filled = stripped.filter(~pl.all_horizontal(pl.col(values).is_null()))
    if not filled.height:
        raise SourceError("source.no_rows")
    _check_header_once(filled)
    table = Table(filled, file)
    if filled.height < stripped.height:
        table.warn("source.blank_rows", count=stripped.height - filled.height)
    return table
