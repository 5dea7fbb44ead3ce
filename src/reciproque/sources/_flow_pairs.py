"""From the pairs of a file to flows between codes in force: what merged, what is abroad, what is lost."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl

from reciproque.sources._abroad import country_of
from reciproque.sources._pairs import Columns, clean, summed
from reciproque.sources._reader import EXAMPLES, unmapped_of
from reciproque.sources._register import ARRONDISSEMENT, Register, padded
from reciproque.sources._table import Table

FEW = 3  # a file that stops at so few départements is kept beside others, not instead of them
MOST = 0.5  # of a département's communes: from there on, the others are missed
NOWHERE = ("Z", "ZZZZZ", "YYYYY", "ZZZ")  # "does not apply" in INSEE's files


def codes_in_force(table: Table, codes: list[str], level: str, register: Register) -> np.ndarray:
    """The code in force of each, empty where unknown; arrondissements stay where so asked."""
    found = register.current_all(codes, level)
    if table.arrondissements == "keep" and level == "commune":
        stays = [bool(found[i]) and bool(ARRONDISSEMENT.fullmatch(c)) for i, c in enumerate(codes)]
        found = np.where(stays, np.array(codes, dtype=object), found)
    return found


def _end(
    table: Table, flows: pl.DataFrame, end: str, level: str, register: Register
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The codes of one end as the file has them, those to keep ("" = unknown), and which are abroad."""
    codes, count = padded(flows[end].to_list(), level)
    if count:
        table.warn("source.codes_padded", count=count, column=end)
    found = codes_in_force(table, codes, level, register)
    away = np.array(
        [
            level == "commune" and not t and country_of(c) != ""
            for c, t in zip(codes, found, strict=True)
        ],
        dtype=bool,
    )
    return codes, np.where(away, np.array(codes, dtype=object), found), away


def flows_of_table(
    table: Table, columns: Columns, level: str, register: Register
) -> tuple[pl.DataFrame, tuple[str, ...], dict[str, object]]:
    """The flows by codes in force, summed; the unmapped codes; people kept, abroad and lost.

    Foreign ends keep their published code; ``people`` and ``pairs`` count those with both ends at
    home alone, ``abroad`` the others.
    """
    flows, said = clean(table.frame, columns, table.file)
    table.warnings += said
    homes, home, from_away = _end(table, flows, "origin", level, register)
    works, work, to_away = _end(table, flows, "destination", level, register)
    asked = [(c, t) for c, t, out in zip(homes, home, from_away, strict=True) if not out]
    asked += [(c, t) for c, t, out in zip(works, work, to_away, strict=True) if not out]
    unmapped = unmapped_of(table, [c for c, _ in asked], [t for _, t in asked])
    people = flows["value"].to_numpy()
    kept, away = (home != "") & (work != ""), from_away | to_away
    lost, abroad = float(people[~kept].sum()), float(people[kept & away].sum())
    if abroad:
        table.warn("source.abroad", people=abroad)
    if lost:
        table.warn("source.lost_flows", people=lost)
    frame = pl.DataFrame(
        {
            "origin": home[kept].astype(str),
            "destination": work[kept].astype(str),
            "value": people[kept],
        }
    )
    at_home = kept & ~away
    figures: dict[str, object] = {
        "people": float(people[at_home].sum()),
        "pairs": len(set(zip(home[at_home], work[at_home], strict=True))),
        "abroad": abroad,
        "lost": lost,
    }
    return summed(frame), unmapped, figures


def reach(
    table: Table, frame: pl.DataFrame, register: Register
) -> tuple[str, dict[str, object], str]:
    """Whether the flows stop at the edge of a few départements: (phrase, figures, id ending)."""
    homes = _departements(frame["origin"], register)
    works = _departements(frame["destination"], register)
    every = sorted(homes | works)
    _say_silent(table, frame, homes, register)
    names = ", ".join(register.departement_names.get(code, code) for code in every[:FEW])
    figures: dict[str, object] = {"departements": len(every), "names": names}
    if len(every) <= FEW:
        return "coverage.closed_area", figures, "_".join(every)
    if len(homes) <= FEW:
        figures["names"] = ", ".join(register.departement_names[c] for c in sorted(homes))
        return "coverage.homes_of_area", figures, "_".join(sorted(homes))
    return "coverage.flows", figures, ""


def _departements(codes: pl.Series, register: Register) -> set[str]:
    current = register.current_all(codes.unique().to_list(), "commune")
    return {register.departement_of[c] for c in current if c in register.departement_of}


def _say_silent(table: Table, frame: pl.DataFrame, homes: set[str], register: Register) -> None:
    """Say which communes, among départements that the file tells of, send nobody anywhere."""
    sending = set(register.current_all(frame["origin"].unique().to_list(), "commune"))
    size = Counter(register.departement_of.values())
    told = Counter(register.departement_of[c] for c in sending if c in register.departement_of)
    whole = {code for code in homes if told[code] >= MOST * size[code]}
    silent = sorted(
        c for c, d in register.departement_of.items() if d in whole and c not in sending
    )
    if silent:
        table.warn("source.silent", count=len(silent), examples=_some(silent))
    if len(homes) >= MOST * len(register.departement_names):
        without = sorted(set(register.departement_of.values()) - homes)
        if without:
            names = [register.departement_names.get(code, code) for code in without]
            table.warn("source.silent_departements", count=len(without), names=_some(names))


def _some(names: list[str]) -> str:
    return ", ".join(names[:EXAMPLES]) + (", …" if len(names) > EXAMPLES else "")
