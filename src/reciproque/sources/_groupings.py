"""Who is a member of what: PETR, pôles métropolitains, SCoT and EPCI, from BANATIC's tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from reciproque.sources._errors import SourceError
from reciproque.sources._reader import (
    EXAMPLES,
    OPEN_LICENCE,
    Draft,
    Reader,
    codes_of,
    dated,
    find_columns,
    refuse_doubles,
    years_of,
)
from reciproque.sources._register import SIREN, Register
from reciproque.sources._table import ROW, Table

SOURCE = "BANATIC (DGCL)"
NATURES = {"PETR": "petr", "POLEM": "pole_metropolitain"}
LABELS = {
    "petr": ("PETR et leurs intercommunalités", "PETR and their intercommunalities"),
    "pole_metropolitain": (
        "Pôles métropolitains et leurs intercommunalités",
        "Metropolitan poles and their intercommunalities",
    ),
}


@dataclass(frozen=True)
class Layout:
    """The columns of a table of memberships."""

    group: str
    group_name: str
    member: str
    member_name: str


UNION = Layout("territoire_siren", "territoire_nom", "epci_siren", "epci_nom")
SCOT = Layout("siren", "nom", "membre_code", "membre_nom")
EPCI = Layout("siren", "raison_sociale", "insee", "nom_membre")


def _current(codes: list[str], register: Register) -> np.ndarray:
    level = {True: "epci", False: "commune"}
    return np.array(
        [register.current(c, level[bool(SIREN.fullmatch(c))]) for c in codes], dtype=object
    )


def _unmapped(table: Table, codes: list[str], targets: np.ndarray) -> tuple[str, ...]:
    unknown = sorted({c for c, t in zip(codes, targets, strict=True) if not t})
    if len(unknown) * 2 > len(set(codes)):
        raise SourceError(
            "source.wrong_codes",
            count=len(unknown),
            total=len(set(codes)),
            examples=", ".join(unknown[:EXAMPLES]),
        )
    if unknown:
        names = ", ".join(unknown[:EXAMPLES]) + (", …" if len(unknown) > EXAMPLES else "")
        table.warn("source.unmapped", count=len(unknown), examples=names)
    return tuple(unknown)


def _draft(table: Table, register: Register, layout: Layout, kind: str, dataset: str = "") -> Draft:
    level = "commune" if layout is EPCI else "epci"
    groups = codes_of(table, layout.group, "epci")
    members = codes_of(table, layout.member, level)
    refuse_doubles(table, [groups, members])
    targets = _current(members, register)
    unmapped = _unmapped(table, members, targets)
    year_column = find_columns(r"ptot_\d{4}", table.columns)
    in_force = register.communes if level == "commune" else register.epci | register.communes
    year = years_of(year_column[0]) if year_column else dated(table, set(members), in_force)
    frame = (
        pl.DataFrame(
            {
                "group": groups,
                "group_name": table.frame[layout.group_name],
                "group_kind": [kind] * len(groups),
                "member": targets.astype(str),
                "member_name": table.frame[layout.member_name],
                "year": [year] * len(groups),
            }
        )
        .filter(pl.col("member") != "")
        .unique(["group", "member"], keep="first", maintain_order=True)
        .sort("group", "member")
    )
    labels = LABELS.get(kind, ("", ""))
    return Draft(
        frame=frame,
        year=year,
        coverage_key="coverage.epci_members" if kind == "epci" else f"coverage.{kind}",
        coverage={"groups": frame["group"].n_unique(), "members": frame["member"].n_unique()},
        unmapped=unmapped,
        warnings=tuple(table.warnings),
        dataset=dataset,
        label_fr=labels[0],
        label_en=labels[1],
    )


def read_unions(table: Table, register: Register) -> Draft:
    """PETR or pôles métropolitains and their EPCI; the file's nature column tells which."""
    natures = table.frame["territoire_nature"].unique().drop_nulls().to_list()
    strange = table.frame.filter(~pl.col("territoire_nature").is_in(list(NATURES)))
    if strange.height or len(natures) != 1:
        odd = (
            strange
            if strange.height
            else table.frame.filter(pl.col("territoire_nature") != natures[0])
        )
        raise SourceError(
            "source.unknown_class",
            row=odd[ROW][0],
            column="territoire_nature",
            value=odd["territoire_nature"][0] or "",
        )
    kind = NATURES[natures[0]]
    return _draft(table, register, UNION, kind, f"banatic_{kind}")


def read_scot(table: Table, register: Register) -> Draft:
    """SCoT carriers with their members, EPCI or communes."""
    return _draft(table, register, SCOT, "scot")


def read_epci(table: Table, register: Register) -> Draft:
    """EPCI with their communes at a given year."""
    return _draft(table, register, EPCI, "epci")


def _reader(
    name: str,
    labels: tuple[str, str],
    columns: tuple[str, ...],
    read: Callable[[Table, Register], Draft],
) -> Reader:
    return Reader(
        id=name,
        kind="memberships",
        label_fr=labels[0],
        label_en=labels[1],
        level="commune" if name == "banatic_epci" else "epci",
        source=SOURCE,
        columns=columns,
        marks=columns[:3],
        read=read,
        licence=OPEN_LICENCE,
    )


READERS = (
    _reader(
        "banatic_unions",
        ("PETR ou pôles métropolitains et leurs membres", "PETR or metropolitan poles and members"),
        ("territoire_siren", "territoire_nature", "epci_siren", "territoire_nom", "epci_nom"),
        read_unions,
    ),
    _reader(
        "banatic_scot",
        ("Porteurs de SCoT et leurs membres", "SCoT carriers and their members"),
        ("siren", "membre_code", "competence_scot", "nom", "membre_nom"),
        read_scot,
    ),
    _reader(
        "banatic_epci",
        ("Intercommunalités et leurs communes", "Intercommunalities and their communes"),
        ("siren", "insee", "raison_sociale", "nom_membre", r"ptot_\d{4}"),
        read_epci,
    ),
)
