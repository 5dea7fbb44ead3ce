"""Raw trip records to a territory matrix: one expression, run by DuckDB here or by Spark elsewhere."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from reciproque.flows._trip_engines import ENGINES, Progress, quiet
from reciproque.kernel import ReciproqueError
from reciproque.sources import file_header, written_whole

if TYPE_CHECKING:
    import ibis

Said = tuple[str, dict[str, object]]
MOST_WRONG = 0.5  # of the records: beyond, the columns are not what they seem
SUFFIXES = (".parquet", ".csv", ".csv.gz", ".txt")


@dataclass(frozen=True)
class TripColumns:
    """The columns of the records; ``date`` matters only where a period is asked for."""

    origin: str = "origin"
    destination: str = "destination"
    count: str = "count"
    date: str = "date"


@dataclass(frozen=True)
class Period:
    """The days kept, both included; ``None`` = open."""

    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None


@dataclass(frozen=True)
class TripMatrix:
    """What trip records add up to.

    ``frame``: ``origin, destination`` text, ``value`` f64 (trips of the period), ``records`` i64, one row a pair,
    sorted; ``records`` counts all that were read in the period, ``left_aside`` those that say nothing.
    ``warnings`` are (phrase key, figures).
    """

    frame: pl.DataFrame
    records: int
    left_aside: int
    warnings: tuple[Said, ...]


def expression(
    trips: ibis.Table,
    columns: TripColumns = TripColumns(),
    period: Period = Period(),
    territories: Mapping[str, str] | None = None,
) -> ibis.Table:
    """Trips added up by pair of zones, or of territories where a mapping zone -> territory is given.

    Columns of the result: ``origin, destination, value, records, wrong`` (records whose count is negative or no
    number, or whose day cannot be read), ``example`` of such a count.  A zone that no territory holds, or
    that is not told, is null.
    """
    import ibis

    raw = trips[columns.count]
    numeric = raw.type().is_numeric()
    count = raw if numeric else raw.try_cast("float64")
    good = count.notnull() & (count >= 0)
    if not raw.type().is_integer():
        good &= ~count.isnan() & ~count.isinf()
    if period:
        day = trips[columns.date]
        day = day.try_cast("date") if day.type().is_string() else day.cast("date")
        inside = ibis.literal(True)
        inside = inside & (day >= period.since) if period.since else inside
        inside = inside & (day <= period.until) if period.until else inside
        trips, good = trips.filter(day.isnull() | inside), good & day.notnull()
    shown = (
        count.min()
        if numeric
        else ibis.ifelse(count.notnull() & (count >= 0), ibis.null("string"), raw).min()
    )
    zones = trips.group_by(
        origin=trips[columns.origin], destination=trips[columns.destination]
    ).agg(
        value=ibis.ifelse(good, count, 0).sum(),
        records=ibis._.count(),
        wrong=ibis.ifelse(good, 0, 1).sum(),
        example=shown,
    )
    if numeric:  # the least count of a pair shows what is wrong with it, if anything is
        least = zones.example
        zones = zones.mutate(
            example=ibis.ifelse(least < 0, least.cast("string"), ibis.null("string"))
        )
    zones = zones.mutate(
        origin=zones.origin.cast("string"),
        destination=zones.destination.cast("string"),
        value=zones.value.cast("float64"),
    )
    return zones if territories is None else _brought(zones, territories)


def _brought(zones: ibis.Table, territories: Mapping[str, str]) -> ibis.Table:
    """The same by territory: joined after zones are added up, on far fewer rows."""
    import ibis

    def table(end: str) -> ibis.Table:
        return ibis.memtable(
            {f"{end}_zone": list(territories), f"{end}_territory": list(territories.values())}
        )

    homes, works = table("home"), table("work")
    joined = zones.left_join(homes, zones.origin == homes.home_zone)
    joined = joined.left_join(works, joined.destination == works.work_zone)
    return joined.group_by(origin=joined.home_territory, destination=joined.work_territory).agg(
        value=ibis._["value"].sum(),
        records=ibis._.records.sum(),
        wrong=ibis._.wrong.sum(),
        example=ibis._.example.min(),
    )


def _files(paths: Sequence[Path | str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        inside = (
            sorted(p for p in path.iterdir() if p.name.endswith(SUFFIXES))
            if path.is_dir()
            else [path]
        )
        if not inside:
            raise ReciproqueError("flows.no_trip_files", file=path.name)
        found += inside
    if not found:
        raise ReciproqueError("flows.no_trip_files", file="–")
    return found


def _checked(files: list[Path], columns: TripColumns, period: Period) -> str:
    """The separator of the files ("" for Parquet); raises where a file lacks a column or they are mixed."""
    wanted = [
        columns.origin,
        columns.destination,
        columns.count,
        *([columns.date] if period else []),
    ]
    separators = set()
    for path in files:
        names, separator = file_header(path)
        lacking = [name for name in wanted if name not in names]
        if lacking:
            raise ReciproqueError(
                "source.no_such_column",
                file=path.name,
                columns=", ".join(lacking),
                known=", ".join(names[:20]),
            )
        separators.add(separator)
    if len(separators) > 1:
        raise ReciproqueError("flows.mixed_trip_files", file=files[0].name)
    return separators.pop()


def _said(sums: pl.DataFrame, files: list[Path], columns: TripColumns) -> tuple[int, list[Said]]:
    """How many records were left aside, and the sentences that say why."""
    name = files[0].name if len(files) == 1 else f"{files[0].name}, … ({len(files)})"
    records, said = int(sums["records"].sum()), []
    ends = sums.filter(pl.col("origin").is_null() | pl.col("destination").is_null())
    wrong = int(sums["wrong"].sum())
    if not records:
        raise ReciproqueError("flows.no_trips", file=name)
    if wrong > MOST_WRONG * records:
        raise ReciproqueError(
            "flows.trips_not_counts", file=name, column=columns.count, count=wrong
        )
    if wrong:
        example = sums["example"].drop_nulls().min()
        figures = {
            "file": name,
            "count": wrong,
            "column": columns.count,
            "value": str(example)[:40],
        }
        said.append(("flows.trips_undated" if example is None else "flows.trips_wrong", figures))
    lost = int((ends["records"] - ends["wrong"]).sum())
    if lost:
        trips = float(ends["value"].sum())
        said.append(("flows.trips_one_end", {"file": name, "count": lost, "trips": trips}))
    return wrong + lost, said


def aggregate_trips(
    paths: Sequence[Path | str] | Path | str,
    out: Path | str | None = None,
    *,
    columns: TripColumns = TripColumns(),
    since: date | None = None,
    until: date | None = None,
    territories: Mapping[str, str] | None = None,
    engine: str = "duckdb",
    progress: Progress = quiet,
) -> TripMatrix:
    """Trip records (date, origin, destination, count) added up to a matrix of flows.

    ``paths``: CSV (any separator, ``.gz`` too) or Parquet files, or folders of them, all of one shape.  ``territories``
    brings zones to territories (zone -> code).  ``since`` and ``until`` keep a period.  ``engine`` is
    "duckdb" (this machine, in bounded memory) or "spark" (``pip install reciproque[spark]``; the session that
    runs, or one on this machine); both give the same numbers, whole counts to the unit.  ``out`` (``.parquet`` or
    ``.csv``) is written whole or not at all, with the columns ``origin, destination, value, records``: a file
    that ``read_od``, ``reciproque areas`` and ``data add`` read.  ``progress(key, share)`` is told how far it is;
    Ctrl-C stops it and leaves nothing behind.  Raises :class:`ReciproqueError` naming file and remedy.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "trips.csv"
    >>> _ = file.write_text("date,origin,destination,count\\n2024-01-01,A,B,3\\n2024-01-02,A,B,4\\n")
    >>> aggregate_trips(file).frame.rows()
    [('A', 'B', 7.0, 2)]
    """
    files = _files([paths] if isinstance(paths, str | Path) else paths)
    period = Period(since, until)
    separator = _checked(files, columns, period)
    if engine not in ENGINES:
        raise ReciproqueError("flows.no_engine", engine=engine, known=", ".join(ENGINES))
    target = Path(out) if out else None
    if target and (target.suffix not in (".parquet", ".csv") or not target.parent.is_dir()):
        raise ReciproqueError("flows.bad_out", file=str(target))

    def build(trips: ibis.Table) -> ibis.Table:
        return expression(trips, columns, period, territories)

    work = Path(tempfile.mkdtemp(prefix=".trips-", dir=target.parent if target else None))
    try:
        ENGINES[engine](files, separator, build, work, progress)
        written = work / "sums.parquet"  # a file of DuckDB, a folder of Spark
        sums = pl.read_parquet(written / "*.parquet" if written.is_dir() else written)
        sums = sums.cast({"records": pl.Int64, "wrong": pl.Int64})  # DuckDB adds up wider integers
    finally:
        shutil.rmtree(work, ignore_errors=True)
    left_aside, said = _said(sums, files, columns)
    both = pl.col("origin").is_not_null() & pl.col("destination").is_not_null()
    frame = (
        sums.filter(both & (pl.col("records") > pl.col("wrong")))
        .select("origin", "destination", "value", pl.col("records") - pl.col("wrong"))
        .sort("origin", "destination")
    )
    if target:
        with written_whole(target) as draft:
            frame.write_parquet(draft) if target.suffix == ".parquet" else frame.write_csv(draft)
    progress("progress.trips", 1.0)
    return TripMatrix(frame, int(sums["records"].sum()), left_aside, tuple(said))
