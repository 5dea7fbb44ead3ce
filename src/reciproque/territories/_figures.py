"""The figures of territories: profiles, peers, medians."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from reciproque.kernel import Measure, Territory
from reciproque.territories._aggregate import STATES, ProfileTable, UnitTable, aggregate
from reciproque.territories._geometry import compactness
from reciproque.territories._groups import Group, incidence_of
from reciproque.territories._places import Places
from reciproque.vocabulary import indicators


class Figures(Places):
    """Places that know every indicator of every territory."""

    @cached_property
    def origins(self) -> dict[str, tuple[str, str]]:
        """Source and year of each indicator that the installed data tell."""
        text = (self.cache_dir / "indicators.json").read_text(encoding="utf-8")
        return {name: (source, year) for name, (source, year) in json.loads(text).items()}

    @cached_property
    def indicator_ids(self) -> tuple[str, ...]:
        """The indicators that the installed data tell, in the order of the profiles' columns."""
        return tuple(self.origins)

    @cached_property
    def unit_table(self) -> UnitTable:
        """Every indicator at the base units, read from disk as needed."""
        values = np.load(self.cache_dir / "unit_values.npy", mmap_mode="r")
        state = np.load(self.cache_dir / "unit_state.npy", mmap_mode="r")
        return UnitTable(self.indicator_ids, values, state)

    @lru_cache(maxsize=32)  # noqa: B019
    def profiles(self, kind: str) -> ProfileTable:
        """Values of every indicator for every territory of a kind."""

        def array(name: str) -> np.ndarray:
            return np.load(self.cache_dir / f"profiles_{kind}_{name}.npy", mmap_mode="r")

        if not (self.cache_dir / f"profiles_{kind}_values.npy").exists():
            empty = np.zeros((0, len(self.indicator_ids)))
            return ProfileTable((), self.indicator_ids, empty, empty.astype(np.uint8), empty)
        return ProfileTable(
            self.codes(kind), self.indicator_ids, array("values"), array("state"), array("coverage")
        )

    @lru_cache(maxsize=512)  # noqa: B019
    def _profile_row(self, code: str) -> ProfileTable:
        group = self._composed[code][1]
        at = group.units
        part = UnitTable(
            self.indicator_ids,
            np.asarray(self.unit_table.values[at]),
            np.asarray(self.unit_table.state[at]),
        )
        inside = incidence_of(
            [Group(group.definition, np.arange(len(at), dtype=np.int32))], len(at)
        )
        outline = np.array([self.geometry(code)], object)
        return aggregate(indicators(), part, inside, lambda _: compactness(outline), (code,))

    def profile_arrays(self, territory: Territory | str) -> ProfileTable:
        """The one-row profile table of a territory, composed or official."""
        code = territory if isinstance(territory, str) else territory.code
        if code in self._composed:
            return self._profile_row(code)
        table = self.profiles(self.territory(code).kind)
        at = self._rank(self.territory(code).kind)[code]
        row = slice(at, at + 1)
        return ProfileTable(
            (code,), table.ids, table.values[row], table.state[row], table.coverage[row]
        )

    def profile(self, territory: Territory | str) -> dict[str, Measure]:
        """Every indicator of a territory, known or not, by id."""
        table = self.profile_arrays(territory)
        code = table.codes[0]
        result = {}
        for j, name in enumerate(table.ids):
            value = float(table.values[0, j])
            result[name] = Measure(
                name,
                code,
                value if np.isfinite(value) else None,
                STATES[int(table.state[0, j])],
                float(table.coverage[0, j]),
                *self.origins[name],
            )
        return result

    def peers(self, territory: Territory) -> tuple[str, ...]:
        """Codes of the like: same kind, and same nature where it has one (all 22 métropoles)."""
        kind = territory.kind if territory.kind in self._kinds else "epci"
        frame = self.frame(kind)
        if territory.nature:
            frame = frame.filter(pl.col("nature") == territory.nature)
        return tuple(frame["code"])

    @lru_cache(maxsize=256)  # noqa: B019
    def medians(self, codes: tuple[str, ...]) -> dict[str, float]:
        """Median of each indicator over territories of one kind, where one is known."""
        kind = self.territory(codes[0]).kind
        rank = self._rank(kind)
        values = self.profiles(kind).values[[rank[c] for c in codes]]
        known = np.isfinite(values).any(axis=0)
        middle = np.nanmedian(values[:, known], axis=0)
        names = [name for name, there in zip(self.indicator_ids, known, strict=True) if there]
        return dict(zip(names, middle.tolist(), strict=True))
