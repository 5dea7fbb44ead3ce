"""What the tests of sources share: hand-written files and readable results."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from reciproque.sources import Installed, install, read

FLUX = "CODGEO;LIBGEO;DCLT;L_DCLT;NBFLUX_C17_ACTOCC15P"
COMPARATEUR = (
    "CODGEO;P18_POP;P13_POP;SUPERF;NAIS1318;DECE1318;P18_LOG;P18_RP;P18_RSECOCC;P18_LOGVAC;"
    "P18_EMPLT;P18_POP1564;P18_CHOM1564;P18_ACT1564;ETTOT18;ETAZ18"
)

Write = Callable[..., Path]


def values_of(item: Installed) -> dict[tuple[str, str], float | str]:
    """``(code, indicator) -> value``, or "missing" or "secret"."""
    words = {2: "missing", 3: "secret"}
    return {
        (code, indicator): value if state == 0 else words[state]
        for code, indicator, value, state in read(item.id).frame.iter_rows()
    }


def installed_values(path: Path) -> dict[tuple[str, str], float | str]:
    return values_of(install(path))


def flows_of(item: Installed) -> dict[tuple[str, str], float]:
    return {(o, d): value for o, d, value in read(item.id).frame.iter_rows()}


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under a folder and its bytes; the locks, which hold nothing, left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def frame_of(item: Installed) -> pl.DataFrame:
    return read(item.id).frame
