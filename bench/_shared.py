"""What the benches share: the official files, a home with all of them, and how results are printed."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

SHARED = Path(
    os.environ.get("RECIPROQUE_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data"
)
KEPT = Path(__file__).parents[1] / "var"
PROFILES = (
    "registry/petr_epci.csv",
    "registry/poles_metropolitains_epci.csv",
    "registry/zonages_communes_2024.csv.gz",
    "flows/residential_moves_bassins_de_vie_2021.parquet",
    "profiles/base_cc_comparateur_csv.zip",
    "profiles/cc_filosofi_2020_COM.csv.gz",
    "profiles/anct_densite.csv.gz",
    "profiles/epci_indicators.parquet",
    "profiles/bassins_de_vie_2022.parquet",
)


def full_home() -> Path | None:
    """A home with the official files installed, kept between runs in ``var``; ``None`` without them."""
    if not (SHARED / "README.md").exists():
        print(f"skipped: official files not found in {SHARED} (set RECIPROQUE_SHARED_DATA)")
        return None
    home = KEPT / "bench-home"
    os.environ["RECIPROQUE_HOME"] = str(home)
    from reciproque.sources import install

    for name in PROFILES:
        install(SHARED / name)
    return home


def plain_home() -> Path:
    """A home with the embedded data alone, kept between runs in ``var``."""
    home = KEPT / "bench-plain"
    os.environ["RECIPROQUE_HOME"] = str(home)
    return home


def empty_home() -> Path:
    """A home with nothing in it, not even what is built from the embedded data."""
    home = Path(tempfile.mkdtemp(prefix="reciproque-bench-"))
    os.environ["RECIPROQUE_HOME"] = str(home)
    return home


def median_ms(action: Callable[[], object], runs: int = 100) -> float:
    """Median duration of ``runs`` calls, in milliseconds, after one that is not counted."""
    return side_by_side({"": action}, runs)[""]


def side_by_side(actions: Mapping[str, Callable[[], object]], runs: int = 100) -> dict[str, float]:
    """Median duration in milliseconds of each, taken in turns so that all see the same machine."""
    for action in actions.values():
        action()
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) * 1000 for name, values in taken.items()}


def line(name: str, value: str, goal: str = "", met: bool | None = None) -> None:
    """One result, beside its goal."""
    mark = "" if met is None else ("ok" if met else "NOT MET")
    print(f"{name:<64} {value:>14}  {goal:<26} {mark}".rstrip(), flush=True)
