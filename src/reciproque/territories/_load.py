"""Open the registry: build what is missing, once, and keep it for the process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import polars as pl
import shapely

from reciproque.kernel import Definition, ReciproqueError
from reciproque.sources import fingerprint, home
from reciproque.territories._base import base_key, build_base
from reciproque.territories._cache import built, prune
from reciproque.territories._definitions import folder as definitions_folder
from reciproque.territories._definitions import read_definition, shipped
from reciproque.territories._derived import build_derived
from reciproque.territories._geometry import merge
from reciproque.territories._groups import Group
from reciproque.territories._registry import Registry
from reciproque.vocabulary import indicators

Progress = Callable[[str, float], None]
FORMAT = 4
_open: dict[str, Registry] = {}


def _silent(_key: str, _share: float) -> None:
    return None


def _written(where: Path) -> tuple[list[Definition], list[ReciproqueError]]:
    """What people composed in the shell; a file that cannot be read is left aside, and said."""
    good, bad = [], []
    for path in sorted(definitions_folder(where).glob("*.toml")):
        try:
            good.append(read_definition(path))
        except ReciproqueError as error:
            bad.append(error)
    return good, bad


def _derived_key(base: str, definitions: list[Definition]) -> str:
    digest = hashlib.sha256(f"{FORMAT} {base} {fingerprint()}".encode())
    digest.update(repr(definitions).encode())
    digest.update(_vocabulary())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def _vocabulary() -> bytes:
    return repr(sorted(indicators().items())).encode()


def _outline_reader(base: Path) -> Callable[[Group], shapely.Geometry | None]:
    units = pl.read_parquet(base / "outlines.parquet")["wkb"].to_list()
    official = pl.read_parquet(base / "official.parquet", columns=["code", "wkb"])
    known = dict(zip(official["code"], official["wkb"], strict=True))

    def outline(group: Group) -> shapely.Geometry | None:
        if group.definition.code in known:
            raw = known[group.definition.code]
            return None if raw is None else shapely.from_wkb(raw)
        parts = [units[i] for i in group.units if i < len(units)]
        return merge(shapely.from_wkb(parts)) if parts else None

    return outline


def load(where: Path | None = None, progress: Progress | None = None) -> Registry:
    """The registry of all territories, from the embedded data and the installed files.

    The first call builds the embedded part (some 20 s) and what depends on the installed files
    (some 5 s), telling ``progress(phrase key, share done)``; later ones open it in under half a
    second, and the same process gets the same object until data or definitions change.
    """
    say = progress or _silent
    where = where or home()
    key = base_key()
    base = built(where / "base" / key, lambda folder: build_base(folder, say))
    mine, bad = _written(where)
    definitions = [*shipped(), *mine]
    name = _derived_key(key, definitions)
    target = where / "derived" / name

    def build(folder: Path) -> None:
        build_derived(
            folder,
            pl.read_parquet(base / "units.parquet"),
            pl.read_parquet(base / "official.parquet"),
            pl.read_parquet(base / "values.parquet"),
            definitions,
            _outline_reader(base),
            say,
        )

    if str(target) not in _open or not target.is_dir():
        built(target, build)
        prune(target)
        _open.clear()
        _open[str(target)] = Registry(base, target, where, name)
        _open[str(target)].problems = tuple(bad)
    return _open[str(target)]
