"""The registry: find a territory, compose one, see what it belongs to. Read-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from reciproque.kernel import (
    AmbiguousTerritory,
    Definition,
    Membership,
    ReciproqueError,
    Territory,
    UnknownTerritory,
)
from reciproque.sources import installed, read, successor
from reciproque.territories._figures import Figures
from reciproque.territories._groups import describe, resolve
from reciproque.territories._search import NameIndex, key
from reciproque.territories._units import UNIT_KINDS

KIND_ORDER = ("commune", "epci", "petr", "pays", "ept", "pole_metropolitain", "landkreis", "gal")
LIKE_A_PREFIX = {"departement": "DEP-", "region": "REG-"}


class Registry(Figures):
    """All territories of the installed data. Get one from :func:`reciproque.territories.load`."""

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.codes(kind)):,} {kind}" for kind in self.kinds())
        return f"<Registry: {counts}>"

    def _codes_like(self, text: str) -> list[str]:
        asked = text.strip()
        found = [asked, asked.upper(), *(p + asked.upper() for p in LIKE_A_PREFIX.values())]
        return [code for code in found if code in self._row or code in self._composed]

    def find(self, text: str) -> Territory:
        """The territory that a code or a name designates without doubt.

        Raises :class:`UnknownTerritory` (with what comes near) or :class:`AmbiguousTerritory`
        (with all that bear the name).  A commune and the département that is the same land (Paris)
        are not in doubt: the first of ``commune, epci, petr, ...`` stands for both.
        """
        codes = self._codes_like(text)
        if codes:
            return self.territory(codes[0])
        same = [self._at(row) for row in self._names.exact(text)]
        asked = key(text)
        same += [t for t, _ in self._composed.values() if asked and key(t.name) == asked]
        distinct: dict[bytes, Territory] = {}
        for found in sorted(same, key=_kind_rank):
            distinct.setdefault(self.units_of(found).tobytes(), found)
        if len(distinct) == 1:
            return next(iter(distinct.values()))
        if distinct:
            ranked = sorted(distinct.values(), key=lambda t: (-(t.population or 0), t.code))
            raise AmbiguousTerritory(text, tuple(ranked))
        if (now := self.successor(text.strip())) is not None:
            raise UnknownTerritory(text, (now,), former=True)
        raise UnknownTerritory(text, tuple(self.search(text, 5)))

    def successor(self, code: str) -> Territory | None:
        """The commune that the code of a merged one belongs to now; ``None`` for any other text.

        The history is that of the official codes; a code that it does not follow has no successor.
        """
        now = "" if self.knows(code) else successor(code)
        return self.territory(now) if now and self.knows(now) else None

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex.load(self.cache_dir)

    def search(self, text: str, n: int = 10, kinds: Iterable[str] | None = None) -> list[Territory]:
        """Up to ``n`` territories whose name looks like ``text``, best and most populous first."""
        exact = [self.territory(code) for code in self._codes_like(text)[:1]]
        if (now := self.successor(text.strip())) is not None:
            exact.append(now)
        wanted = None if kinds is None else frozenset(kinds)
        rows = self._names.search(text, n, None if wanted is None else self._rows_of(wanted))
        found = {t.code: t for t in [*exact, *(self._at(row) for row in rows)]}
        return [t for t in found.values() if wanted is None or t.kind in wanted][:n]

    @lru_cache(maxsize=32)  # noqa: B019
    def _rows_of(self, kinds: frozenset[str]) -> np.ndarray:
        return np.isin(self._kind_of_row.astype(str), list(kinds))

    def compose(self, definition: Definition) -> Territory:
        """The union that a definition describes, from now on known to this registry.

        Raises :class:`ReciproqueError` for a member that the registry does not know.
        """
        positions = {m: self.units_of(m) for m in definition.members if self.knows(m)}
        groups, unresolved = resolve([definition], positions)
        if unresolved:
            member = unresolved[definition.code][0]
            raise ReciproqueError(
                "error.definition_unknown_member", name=definition.name, member=member
            )
        values = describe(self.units, groups[0])
        values["members"] = definition.members
        territory = Territory(**values)  # type: ignore[arg-type]
        before = self._composed.get(definition.code)
        if before and not np.array_equal(before[1].units, groups[0].units):
            self._forget_figures()
        self._composed[definition.code] = (territory, groups[0])
        return territory

    def forget(self, code: str) -> None:
        """Forget a union that was composed for this process."""
        if self._composed.pop(code, None):
            self._forget_figures()

    def _forget_figures(self) -> None:
        """What was computed for a code no longer holds once other members bear it."""
        self._profile_row.cache_clear()
        self.geometry.cache_clear()

    def unresolved(self) -> dict[str, tuple[str, ...]]:
        """By group code, the member codes of the installed registers that nobody knows."""
        frame = pl.read_parquet(self.cache_dir / "unresolved.parquet")
        found: dict[str, tuple[str, ...]] = {}
        for group, member in frame.iter_rows():
            found[group] = (*found.get(group, ()), member)
        return found

    def groups_of(self, territory: Territory | str) -> list[Territory]:
        """The territories that contain it whole, smallest first."""
        mine = self.units_of(territory)
        code = territory if isinstance(territory, str) else territory.code
        inside = np.zeros(len(self.units))
        inside[mine] = 1
        found = []
        for kind in self._kinds:
            if kind in UNIT_KINDS:
                continue
            shared = self.incidence(kind) @ inside
            codes = self.codes(kind)
            found += [codes[i] for i in np.flatnonzero(shared == len(mine))]
        groups = [self.territory(c) for c in found if c != code]
        return sorted(groups, key=lambda t: (t.communes, t.code))

    def members_of(self, territory: Territory | str) -> list[Territory]:
        """What it was defined by: an EPCI's communes, a PETR's EPCI. Populous first."""
        found = self.territory(territory) if isinstance(territory, str) else territory
        codes: Iterable[str] = [m for m in found.members if m != found.code and self.knows(m)]
        if not codes:
            codes = self.units.code[self.units_of(found)]
        members = [self.territory(c) for c in codes if c != found.code]
        return sorted(members, key=lambda t: (-(t.population or 0), t.code))

    def memberships(self, code: str, on: date | None = None) -> list[Membership]:
        """Groups that a territory belongs to, with dates where known; all dates when ``on`` is None.

        Present ones come from the registry, former ones from the installed yearly registers.
        """
        found = [
            Membership(
                code,
                group.code,
                group.valid_from or _year(group.year),
                group.valid_to,
                group.source,
            )
            for group in self.groups_of(code)
        ]
        for item in installed():
            if item.kind == "memberships":
                frame = read(item.id).frame.filter(pl.col("member") == code)
                start = _year(item.year)
                end = date(start.year, 12, 31) if start else None
                found += [
                    Membership(code, group, start, end, item.source)
                    for group in frame["group"].unique(maintain_order=True)
                    if not any(m.group == group for m in found)
                ]
        if on is None:
            return found
        return [
            m
            for m in found
            if (m.valid_from is None or m.valid_from <= on)
            and (m.valid_to is None or on <= m.valid_to)
        ]


def _kind_rank(territory: Territory) -> tuple[int, str]:
    order = {kind: i for i, kind in enumerate(KIND_ORDER)}
    return order.get(territory.kind, len(order)), territory.code


def _year(text: str) -> date | None:
    return date(int(text[:4]), 1, 1) if text[:4].isdigit() else None
