"""The candidates of a kind for one territory, and each one's four scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from reciproque.kernel import Territory
from reciproque.partners._alike import alike
from reciproque.partners._complementary import Exchanges, exchanges
from reciproque.partners._tied import Tie, belonging, positions, tie, tied
from reciproque.territories import ProfileTable, Registry, great_circle_km

DETOUR = 1.3  # road distance over crow-fly distance: an order of size, 1.2 to 1.4 in most places
FADE_KM = 80.0  # road distance at which nearness has fallen to 1/e
CONTACT = 0.15  # what a common boundary adds to nearness
BELONGING = 0.2  # what sitting in the same département and région weighs among ties
FLOWS = ("commuting", "moves")


@dataclass(frozen=True)
class Candidates:
    """All territories of one kind seen from one territory; arrays are (n,) in the kind's order."""

    registry: Registry
    territory: Territory
    kind: str
    themes: tuple[str, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return self.registry.codes(self.kind)

    @cached_property
    def apart(self) -> np.ndarray:
        """True where the candidate shares no commune with the territory."""
        member = np.zeros(len(self.registry.units))
        member[self.registry.units_of(self.territory)] = 1.0
        return np.asarray(self.registry.incidence(self.kind) @ member) == 0

    @cached_property
    def km(self) -> np.ndarray:
        """Great-circle distance in km between centres, nan where one is unknown."""
        lon, lat = self.registry.positions(self.kind)
        here = self.territory
        if here.longitude is None or here.latitude is None:
            return np.full(len(lon), np.nan)
        return great_circle_km(here.longitude, here.latitude, lon, lat)

    @cached_property
    def contact(self) -> np.ndarray:
        """True where the two touch."""
        touched = self.registry.contact(self.territory, self.kind)
        result = np.zeros(len(self.codes), bool)
        at = positions(self.registry, self.kind)
        result[[at[code] for code in touched]] = True
        return result

    @cached_property
    def near(self) -> np.ndarray:
        """Fading with the estimated road distance, and a bonus for a common boundary; 0..1."""
        fade = np.nan_to_num(np.exp(-self.km * DETOUR / FADE_KM))
        return CONTACT * self.contact + (1 - CONTACT) * fade

    @cached_property
    def mine(self) -> ProfileTable:
        return self.registry.profile_arrays(self.territory)

    @cached_property
    def table(self) -> ProfileTable:
        return self.registry.profiles(self.kind)

    @cached_property
    def alike(self) -> np.ndarray:
        """0..1, nan where too few indicators are known on both sides."""
        return alike(self.registry, self.mine, self.kind, self.themes)[0]

    @cached_property
    def exchanges(self) -> Exchanges:
        return exchanges(self.mine.values[0], self.table.values, self.mine.ids, self.themes)

    @cached_property
    def ties(self) -> tuple[Tie, ...]:
        found = (tie(self.registry, self.territory, flow, self.kind) for flow in FLOWS)
        return tuple(t for t in found if t is not None)

    @cached_property
    def tied(self) -> np.ndarray:
        """What goes both ways, and the institutions in common; 0..1."""
        return tied(self.ties, belonging(self.registry, self.territory, self.kind))

    @cached_property
    def nearest_profiles(self) -> np.ndarray:
        """Likeness (m,) of those that can be compared, ascending: where one stands among all."""
        return np.sort(self.alike[self.apart & np.isfinite(self.alike)])

    def rank(self, i: int) -> int:
        """Where candidate ``i`` stands by its profile, 1 for the most alike; 0 when not known."""
        mine = self.alike[i]
        if not np.isfinite(mine):
            return 0
        every = self.nearest_profiles
        return 1 + len(every) - int(np.searchsorted(every, mine, side="right"))

    def scores(self, name: str) -> np.ndarray:
        """(n,) of one motive: near, alike, complementary or tied; nan where it cannot be told."""
        if name == "complementary":
            return self.exchanges.score()
        return {"near": self.near, "alike": self.alike, "tied": self.tied}[name]


@lru_cache(maxsize=8)
def candidates_of(
    registry: Registry, territory: Territory, kind: str, themes: tuple[str, ...]
) -> Candidates:
    """The same candidates for the next question on a territory: other filters, another motive."""
    return Candidates(registry, territory, kind, themes)
