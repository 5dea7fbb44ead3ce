"""Any origin-destination file, read without a register: zone codes of any country."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from reciproque.sources._errors import SourceError
from reciproque.sources._open import Part, parts, read_bytes
from reciproque.sources._pairs import PAIR, Columns, clean, summed
from reciproque.sources._reader import find_columns
from reciproque.sources._register import without_arrondissement
from reciproque.sources._table import ROW, Said
from reciproque.vocabulary import rows


def columns_of(names: list[str], asked: tuple[str, str, str] = ("", "", "")) -> Columns | None:
    """The columns to read among ``names``: those asked for, else a known publisher's; ``None`` if neither.

    >>> columns_of(["CODGEO", "DCLT", "NBFLUX_C21_ACTOCC15P"]).value
    'NBFLUX_C21_ACTOCC15P'
    >>> columns_of(["from", "to", "n"], ("from", "to", "n"))
    Columns(origin='from', destination='to', value='n', repeats=False, thousands=False, codes='')
    """
    if any(asked):
        origin, destination, value = asked
        wanted = Columns(origin or "origin", destination or "destination", value or "value")
        return wanted if {wanted.origin, wanted.destination, wanted.value} <= set(names) else None
    for row in rows("flow_columns"):
        found = [find_columns(row[end], names) for end in ("origin", "destination", "value")]
        if all(found):
            origin, destination, value = (match[-1] for match in found)
            return Columns(
                origin,
                destination,
                value,
                bool(row["repeats"]),
                bool(row["thousands"]),
                row["codes"],
            )
    return None


def choose_part(found: list[Part], asked: tuple[str, str, str]) -> tuple[Part, Columns]:
    """The part of a file that has pairs, the largest where several have, and its columns."""
    known = [(part, columns) for part in found if (columns := columns_of(part.columns, asked))]
    if known:
        return max(known, key=lambda pair: pair[0].size)
    names = ", ".join(found[0].columns[:20])
    if any(asked):
        lacking = ", ".join(name for name in asked if name and name not in found[0].columns)
        raise SourceError(
            "source.no_such_column", columns=lacking or "origin, destination, value", known=names
        )
    raise SourceError("source.no_pairs", known=names)


def _parquet(path: Path, asked: tuple[str, str, str]) -> tuple[pl.DataFrame, Columns] | None:
    """The columns of a Parquet file that matter, without turning all of it into text."""
    with path.open("rb") as stream:
        if stream.read(4) != b"PAR1":
            return None
    try:
        names = list(pl.read_parquet_schema(path))
        columns = columns_of(names, asked)
        if columns is None:
            return None
        frame = pl.read_parquet(path, columns=[columns.origin, columns.destination, columns.value])
        if (
            frame.select(pl.struct(columns.origin, columns.destination).n_unique()).item()
            < frame.height
        ):
            frame = pl.read_parquet(path)  # whether a row is a copy takes all its cells
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise SourceError("source.truncated_archive") from None
    return frame.with_row_index(ROW, offset=1), columns


def read_od(
    path: Path | str,
    origin: str = "",
    destination: str = "",
    value: str = "",
    *,
    arrondissements: str = "keep",
) -> tuple[pl.DataFrame, tuple[Said, ...]]:
    """The flows of an origin-destination file, and what was left aside.

    CSV (any usual separator and encoding, alone, in gzip or zip) or Parquet, with the columns
    ``origin, destination, value``, others that are named, or those of a known publisher
    (``vocabulary/flow_columns.csv``).  The frame has ``origin, destination`` text, as written, and ``value``
    float64 in the file's own unit, one row a pair.  ``arrondissements="fold"`` puts those of Paris,
    Lyon and Marseille together.  Warnings are (phrase key, figures), for ``say(key, lang, **figures)``: rows with a
    value that is negative or no number, or with one end only, are left aside; copies count once; other
    rows of one pair add up.  Raises :class:`SourceError`, which names file, row and remedy, where nothing
    can be made of the file.

    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "flows.csv"
    >>> _ = file.write_text("origin,destination,value\\nA,B,3\\nB,A,oups\\nA,A,4\\n")
    >>> frame, warnings = read_od(file)
    >>> frame.rows(), [key for key, _ in warnings]
    ([('A', 'B', 3.0), ('A', 'A', 4.0)], ['source.rows_not_numbers'])
    """
    path = Path(path)
    asked = (origin, destination, value)
    try:
        ready = _parquet(path, asked) if path.is_file() else None
        if ready is None:
            part, columns = choose_part(parts(read_bytes(path), path.name), asked)
            table = part.table(path.name)
            frame, before = table.frame, tuple(table.warnings)
        else:
            (frame, columns), before = ready, ()
        flows, said = clean(frame, columns, path.name)
    except SourceError as error:
        error.figures.setdefault("file", path.name)
        raise
    if arrondissements == "fold":
        flows = summed(flows.with_columns(without_arrondissement(end) for end in PAIR))
    return flows, (*before, *said)
