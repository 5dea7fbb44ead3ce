"""Who runs the expression of :mod:`._trips`: DuckDB in bounded memory on this machine, or Spark."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reciproque.kernel import ReciproqueError

if TYPE_CHECKING:
    import ibis

Progress = Callable[[str, float], None]
Build = Callable[["ibis.Table"], "ibis.Table"]
Engine = Callable[[list[Path], str, Build, Path, Progress], None]
MEMORY = "2GB"  # of DuckDB's own; beyond, it spills to the working folder
TICK = 0.2  # seconds between two words of progress
KEY = "progress.trips"


def quiet(_key: str, _share: float) -> None:
    return None


def with_duckdb(
    files: list[Path], separator: str, build: Build, work: Path, progress: Progress
) -> None:
    """Write ``work/sums.parquet``; memory stays under about twice ``RECIPROQUE_MEMORY`` (default 2GB)."""
    import duckdb
    import ibis

    memory = os.environ.get("RECIPROQUE_MEMORY", MEMORY)
    connection = ibis.duckdb.connect(
        memory_limit=memory, temp_directory=str(work / "spill"), preserve_insertion_order=False
    )
    names = [str(path) for path in files]
    failed: list[BaseException] = []
    done = threading.Event()  # not Thread.join, which a Ctrl-C takes for the end of the thread

    def run() -> None:
        try:
            trips = (
                connection.read_csv(names, all_varchar=True, delim=separator, header=True)
                if separator
                else connection.read_parquet(names)
            )
            connection.to_parquet(build(trips), work / "sums.parquet")
        except BaseException as error:  # told to the thread that waits
            failed.append(error)
        finally:
            done.set()

    connection.raw_sql("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    worker = threading.Thread(target=run)
    worker.start()
    try:
        progress(KEY, 0.0)
        while not done.wait(TICK):
            progress(KEY, max(0.0, min(connection.con.query_progress(), 99.0)) / 100)
    except BaseException:
        while not done.wait(TICK):
            connection.con.interrupt()  # again, as it may have come between two queries
        raise
    finally:
        worker.join()
        connection.disconnect()
    if failed and isinstance(failed[0], duckdb.Error):
        detail = str(failed[0]).splitlines()
        raise ReciproqueError(
            "flows.trips_unreadable", file=files[0].name, detail=" ".join(detail[:2])[:300]
        ) from failed[0]
    if failed:
        raise failed[0]


def check_java() -> None:
    """Raises ``flows.no_java`` where Spark would find none."""
    if "JAVA_HOME" not in os.environ and not shutil.which("java"):
        raise ReciproqueError("flows.no_java")


def with_spark(
    files: list[Path], separator: str, build: Build, work: Path, progress: Progress
) -> None:
    """Write the folder ``work/sums.parquet``, in the Spark session that runs or one on this machine."""
    try:
        import ibis
        from pyspark.sql import SparkSession
    except ImportError:
        raise ReciproqueError("flows.no_spark") from None
    check_java()
    session = SparkSession.getActiveSession() or (
        SparkSession.builder.appName("reciproque")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    connection = ibis.pyspark.connect(session)
    names = [str(path.resolve()) for path in files]
    progress(KEY, 0.0)
    read = session.read
    frame = read.csv(names, header=True, sep=separator) if separator else read.parquet(*names)
    view = f"trips_{work.name.replace('.', '').replace('-', '_')}"
    frame.createOrReplaceTempView(view)
    try:
        connection.to_parquet(build(connection.table(view)), (work / "sums.parquet").resolve())
    finally:
        session.catalog.dropTempView(view)


ENGINES: Mapping[str, Engine] = {"duckdb": with_duckdb, "spark": with_spark}
