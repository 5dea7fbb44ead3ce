"""Which territories there are, where they lie, what they touch."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from scipy.sparse import csr_array, load_npz

from reciproque.kernel import ReciproqueError, Territory, UnknownTerritory
from reciproque.territories._base import read_contact
from reciproque.territories._geometry import great_circle_km, merge
from reciproque.territories._groups import Group
from reciproque.territories._units import UNIT_KINDS, Units


class Places:
    """Territories, their units, neighbours and outlines, read from built folders."""

    def __init__(self, base: Path, derived: Path, home: Path, fingerprint: str) -> None:
        self.home, self.fingerprint, self.cache_dir = home, fingerprint, derived
        self._base = base
        self.units = Units(pl.read_parquet(base / "units.parquet"))
        self._frame = pl.read_parquet(derived / "territories.parquet")
        self._row = dict(zip(self._frame["code"], range(len(self._frame)), strict=True))
        self._kind_of_row = self._frame["kind"].to_numpy()
        self._composed: dict[str, tuple[Territory, Group]] = {}
        self.problems: tuple[ReciproqueError, ...] = ()

    @cached_property
    def unit_index(self) -> dict[str, int]:
        """Code of a base unit -> its position."""
        return dict(zip(self.units.code, range(len(self.units)), strict=True))

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        return tuple(self._frame["kind"].unique(maintain_order=True))

    def kinds(self) -> tuple[str, ...]:
        """The kinds that have at least one territory."""
        return self._kinds

    @lru_cache(maxsize=32)  # noqa: B019 - one registry lives as long as its process
    def codes(self, kind: str) -> tuple[str, ...]:
        """The official codes of a kind, in the order of its incidence and profiles."""
        return tuple(self._frame["code"].to_numpy()[self._kind_of_row == kind])

    @lru_cache(maxsize=64)  # noqa: B019
    def frame(self, kind: str | None = None) -> pl.DataFrame:
        """Territories as a frame (code, name, kind, nature, population, area_km2, ...)."""
        return self._frame if kind is None else self._frame.filter(pl.col("kind") == kind)

    def territory(self, code: str) -> Territory:
        """The territory of an official code; raises :class:`UnknownTerritory`."""
        if code in self._composed:
            return self._composed[code][0]
        row = self._row.get(code)
        if row is None:
            raise UnknownTerritory(code)
        return self._at(row)

    @lru_cache(maxsize=4096)  # noqa: B019
    def _at(self, row: int) -> Territory:
        values = self._frame.row(row, named=True)
        values["members"] = tuple(values["members"])
        return Territory(**values)

    def knows(self, code: str) -> bool:
        """Whether a territory, official or composed, bears this code."""
        return code in self._row or code in self._composed

    @lru_cache(maxsize=32)  # noqa: B019
    def incidence(self, kind: str) -> csr_array:
        """(n, N) of 0/1: which base units each territory of ``kind`` covers, rows as `codes`."""
        if kind in UNIT_KINDS:
            at = np.flatnonzero(self.units.kind == kind)
            shape = (len(at), len(self.units))
            return csr_array((np.ones(len(at)), (np.arange(len(at)), at)), shape=shape)
        path = self.cache_dir / f"incidence_{kind}.npz"
        if not path.exists():
            return csr_array((0, len(self.units)))
        return csr_array(load_npz(path))

    @lru_cache(maxsize=32)  # noqa: B019
    def _rank(self, kind: str) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.codes(kind))}

    def units_of(self, territory: Territory | str) -> np.ndarray:
        """Positions (int32, sorted) of the base units that a territory covers."""
        code = territory if isinstance(territory, str) else territory.code
        if code in self._composed:
            return self._composed[code][1].units
        if code in self.unit_index:
            return np.array([self.unit_index[code]], np.int32)
        found = self.territory(code)
        incidence = self.incidence(found.kind)
        row = self._rank(found.kind)[code]
        found_at = incidence.indices[incidence.indptr[row] : incidence.indptr[row + 1]]
        return np.sort(found_at).astype(np.int32)

    @cached_property
    def _contact(self) -> csr_array:
        return read_contact(self._base)

    def contact(self, territory: Territory | str, kind: str) -> frozenset[str]:
        """Codes of the territories of ``kind`` that touch it and are not part of it."""
        mine = self.units_of(territory)
        beside = np.setdiff1d(np.unique(self._contact[mine].indices), mine)
        touched = np.zeros(len(self.units))
        touched[beside] = 1
        inside = np.zeros(len(self.units))
        inside[mine] = 1
        incidence = self.incidence(kind)
        near = (incidence @ touched > 0) & (incidence @ inside == 0)
        codes = self.codes(kind)
        return frozenset(codes[i] for i in np.flatnonzero(near))

    @lru_cache(maxsize=32)  # noqa: B019
    def positions(self, kind: str) -> tuple[np.ndarray, np.ndarray]:
        """Centres (longitude, latitude) of the territories of a kind, degrees, nan = missing."""
        frame = self.frame(kind)
        return (
            frame["longitude"].fill_null(np.nan).to_numpy(),
            frame["latitude"].fill_null(np.nan).to_numpy(),
        )

    def distance_km(self, a: Territory | str, b: Territory | str) -> float | None:
        """Great-circle distance between two centres, ``None`` where one is unknown."""
        first, second = (self.territory(t) if isinstance(t, str) else t for t in (a, b))
        if first.longitude is None or second.longitude is None:
            return None
        return float(
            great_circle_km(
                first.longitude, first.latitude or 0.0, second.longitude, second.latitude or 0.0
            )
        )

    @cached_property
    def _outlines(self) -> dict[str, bytes]:
        units = pl.read_parquet(self._base / "outlines.parquet")
        official = pl.read_parquet(self._base / "official.parquet", columns=["code", "wkb"])
        both = pl.concat([units, official])
        return dict(zip(both["code"], both["wkb"], strict=True))

    @lru_cache(maxsize=2048)  # noqa: B019
    def geometry(self, code: str) -> shapely.Geometry | None:
        """Outline in degrees (WGS 84), simplified by its publisher; ``None`` where unknown."""
        if code in self._outlines:
            raw = self._outlines[code]
            return None if raw is None else shapely.from_wkb(raw)
        found = self.units_of(code)
        parts = [self._outlines.get(c) for c in self.units.code[found]]
        return merge(shapely.from_wkb(np.array(parts, object))) if parts else None
