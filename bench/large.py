"""100 million trip records added up: time and memory of one expression beside plain DuckDB SQL, in the same run.

``BENCH_TRIPS`` tells how many records (default 100,000,000: about 0.4 GB of Parquet in the temporary folder).
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _shared import line

RECORDS = int(os.environ.get("BENCH_TRIPS", "100000000"))
PART = 10_000_000
ZONES = 1_500
RUNS = int(os.environ.get("BENCH_RUNS", "2"))
RATIO, GIGABYTES = 0.5, 4.0
SEED = 20_240_101


def generate(folder: Path) -> None:
    """Files of ``PART`` records: a day, two communes drawn as towns are (some many, most few), a count."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(SEED)
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 12, 31), eager=True).to_numpy()
    codes = np.array([f"{1000 + i:05d}" for i in range(ZONES)])
    shares = 1.0 / np.arange(1, ZONES + 1)
    shares /= shares.sum()
    for at, start in enumerate(range(0, RECORDS, PART)):
        n = min(PART, RECORDS - start)
        ends = [codes[draw.choice(ZONES, size=n, p=shares)] for _ in range(2)]
        pl.DataFrame(
            {
                "date": days[draw.integers(0, len(days), n)],
                "origin": ends[0],
                "destination": ends[1],
                "count": draw.integers(1, 40, n, dtype=np.int32),
            }
        ).write_parquet(folder / f"{at:04d}.parquet", compression="zstd")


def plain_sql(folder: Path) -> tuple[float, int]:
    """What someone who knows SQL would write by hand: trips in all, pairs."""
    import duckdb

    connection = duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": False})
    out = folder.parent / "sql.parquet"
    connection.execute(
        f"""COPY (SELECT origin, destination, SUM("count")::DOUBLE AS value
        FROM read_parquet('{folder}/*.parquet') GROUP BY ALL ORDER BY ALL) TO '{out}' (FORMAT parquet)"""
    )
    value, pairs = connection.execute(f"SELECT SUM(value), COUNT(*) FROM '{out}'").fetchone()  # type: ignore[misc]
    return float(value), int(pairs)


def ours(folder: Path) -> tuple[float, int]:
    from reciproque.flows import aggregate_trips

    found = aggregate_trips(folder, folder.parent / "ours.parquet")
    return float(found.frame["value"].sum()), found.frame.height


WAYS = {"generate": generate, "sql": plain_sql, "ours": ours}


def measured(way: str, folder: Path) -> tuple[float, float, tuple[str, ...]]:
    """Seconds of the work itself, peak memory of its process in GB, and what it found."""
    done = subprocess.run(
        [sys.executable, __file__, way, str(folder)], capture_output=True, text=True, check=True
    )
    seconds, gigabytes, *found = done.stdout.split()
    return float(seconds), float(gigabytes), tuple(found)


def child(way: str, folder: Path) -> None:
    import duckdb  # noqa: F401  (opening a library is no part of the work)
    import polars  # noqa: F401

    if way == "ours":
        import ibis
        import pyarrow.dataset  # noqa: F401

        import reciproque.flows  # noqa: F401

        ibis.duckdb.connect().disconnect()
    start = time.perf_counter()
    found = WAYS[way](folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(seconds, peak, *(found or ()))


def main() -> int:
    work = Path(tempfile.mkdtemp(prefix="reciproque-large-"))
    folder = work / "trips"
    folder.mkdir()
    try:
        seconds, _, _ = measured("generate", folder)
        size = sum(p.stat().st_size for p in folder.iterdir()) / 1e9
        line(f"{RECORDS:,} records written ({size:.1f} GB)", f"{seconds:.0f} s")
        taken: dict[str, list[float]] = {"sql": [], "ours": []}
        peaks = {"sql": 0.0, "ours": 0.0}
        told = set()
        for _ in range(RUNS):
            for way in taken:  # in turns, so that both see the same machine
                seconds, peak, found = measured(way, folder)
                taken[way].append(seconds)
                peaks[way] = max(peaks[way], peak)
                told.add(found)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    best = {way: min(values) for way, values in taken.items()}
    ratio = best["sql"] / best["ours"]
    line("plain DuckDB SQL", f"{best['sql']:.2f} s", f"peak {peaks['sql']:.2f} GB")
    line("aggregate_trips", f"{best['ours']:.2f} s", f"peak {peaks['ours']:.2f} GB")
    line("speed beside plain SQL", f"{ratio:.2f}", f"at least {RATIO}", ratio >= RATIO)
    line(
        "peak memory",
        f"{peaks['ours']:.2f} GB",
        f"under {GIGABYTES:.0f} GB",
        peaks["ours"] < GIGABYTES,
    )
    line("same totals and pairs", "yes" if len(told) == 1 else "no", "yes", len(told) == 1)
    return 0 if ratio >= RATIO and peaks["ours"] < GIGABYTES and len(told) == 1 else 1


if __name__ == "__main__":
    if len(sys.argv) == 3:
        child(sys.argv[1], Path(sys.argv[2]))
    else:
        sys.exit(main())
