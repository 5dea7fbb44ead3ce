"""INSEE, Filosofi: disposable income by commune, ``s`` = statistical secrecy, decimal commas.

Medians and deciles of a union can only be approximated from those of its communes; the shares
of income too, since incomes themselves are not published.
"""

from __future__ import annotations

from reciproque.sources._profile import Profile, read_profile
from reciproque.sources._reader import Draft, Reader
from reciproque.sources._register import Register
from reciproque.sources._table import Table

CODE = "CODGEO"
COLUMNS = {
    "income_households": r"NBMENFISC\d\d",
    "income_people": r"NBPERSMENFISC\d\d",
    "income_median": r"MED\d\d",
    "income_taxed_share": r"PIMP\d\d",
    "income_poverty_rate": r"TP60\d\d",
    "income_wages_share": r"PTSA\d\d",
    "income_unemployment_share": r"PCHO\d\d",
    "income_self_employed_share": r"PBEN\d\d",
    "income_pensions_share": r"PPEN\d\d",
    "income_assets_share": r"PPAT\d\d",
    "income_benefits_share": r"PPSOC\d\d",
    "income_decile_1": r"D1\d\d",
    "income_decile_9": r"D9\d\d",
    "income_decile_ratio": r"RD\d\d",
}
REQUIRED = ("income_households", "income_people", "income_median", "income_poverty_rate")
PROFILE = Profile(
    code=CODE,
    level="commune",
    columns=COLUMNS,
    optional=[name for name in COLUMNS if name not in REQUIRED],
    signed=("income_assets_share", "income_self_employed_share"),
)


def read(table: Table, register: Register) -> Draft:
    """The incomes of each commune; what is under secrecy stays secret, never zero nor missing."""
    return read_profile(table, register, PROFILE)


READER = Reader(
    id="insee_filosofi",
    kind="indicators",
    label_fr="Filosofi, revenus des ménages",
    label_en="Filosofi, household incomes",
    level="commune",
    source="INSEE, DGFiP, Cnaf, Cnav, CCMSA",
    columns=(CODE, *(COLUMNS[name] for name in REQUIRED)),
    marks=(CODE, r"NBPERSMENFISC\d\d"),
    read=read,
)
