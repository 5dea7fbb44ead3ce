"""INSEE, "Comparateur de territoires": the census, births and establishments of each commune.

Published as base_cc_comparateur_csv.zip (the table and its description).  Raw numbers are kept as
sums and rates are computed from them, so that any union's rates are exact.  Employment is that
of the census at the place of work; employed residents are those aged 15 to 64.
"""

from __future__ import annotations

from reciproque.sources._profile import Profile, read_profile
from reciproque.sources._reader import INSEE, Draft, Reader, find_columns, years_of
from reciproque.sources._register import Register
from reciproque.sources._sheet import Derived
from reciproque.sources._table import Table

CODE = "CODGEO"
SUMS = {
    "rp_population": r"P\d\d_POP",
    "rp_population_before": r"P\d\d_POP",
    "rp_area": r"SUPERF",
    "rp_births": r"NAIS\d{4}",
    "rp_deaths": r"DECE\d{4}",
    "rp_households": r"P\d\d_MEN",
    "rp_dwellings": r"P\d\d_LOG",
    "rp_main_homes": r"P\d\d_RP",
    "rp_second_homes": r"P\d\d_RSECOCC",
    "rp_vacant_homes": r"P\d\d_LOGVAC",
    "rp_owned_homes": r"P\d\d_RP_PROP",
    "rp_jobs": r"P\d\d_EMPLT",
    "rp_salaried_jobs": r"P\d\d_EMPLT_SAL",
    "rp_jobs_before": r"P\d\d_EMPLT",
    "rp_people_1564": r"P\d\d_POP1564",
    "rp_unemployed": r"P\d\d_CHOM1564",
    "rp_active": r"P\d\d_ACT1564",
    "rp_establishments": r"ETTOT\d\d",
    "rp_establishments_agriculture": r"ETAZ\d\d",
    "rp_establishments_industry": r"ETBE\d\d",
    "rp_establishments_construction": r"ETFZ\d\d",
    "rp_establishments_services": r"ETGU\d\d",
    "rp_establishments_trade": r"ETGZ\d\d",
    "rp_establishments_public": r"ETOQ\d\d",
    "rp_establishments_1_9": r"ETTEF1\d\d",
    "rp_establishments_10_plus": r"ETTEFP10\d\d",
}
EARLIEST = ("rp_population_before", "rp_jobs_before")
REQUIRED = (
    *("rp_population", "rp_dwellings", "rp_main_homes", "rp_second_homes", "rp_vacant_homes"),
    *("rp_jobs", "rp_people_1564", "rp_unemployed", "rp_active"),
)
SHARES = {
    "rp_second_homes_share": ("rp_second_homes", "rp_dwellings"),
    "rp_vacant_homes_share": ("rp_vacant_homes", "rp_dwellings"),
    "rp_owners_share": ("rp_owned_homes", "rp_main_homes"),
    "rp_jobs_per_100": ("rp_jobs", "rp_employed"),
    "rp_salaried_share": ("rp_salaried_jobs", "rp_jobs"),
    "rp_working_age_share": ("rp_people_1564", "rp_population"),
    "rp_unemployment_rate": ("rp_unemployed", "rp_active"),
    "rp_activity_rate": ("rp_active", "rp_people_1564"),
    "rp_agriculture_share": ("rp_establishments_agriculture", "rp_establishments"),
    "rp_industry_share": ("rp_establishments_industry", "rp_establishments"),
    "rp_construction_share": ("rp_establishments_construction", "rp_establishments"),
    "rp_services_share": ("rp_establishments_services", "rp_establishments"),
    "rp_public_share": ("rp_establishments_public", "rp_establishments"),
    "rp_10_plus_share": ("rp_establishments_10_plus", "rp_establishments"),
}
RULES = (
    Derived("rp_employed", {"rp_active": 1.0, "rp_unemployed": -1.0}),
    *(Derived(name, {part: 100.0}, whole) for name, (part, whole) in SHARES.items()),
    Derived("rp_establishments_per_1000", {"rp_establishments": 1000.0}, "rp_population"),
    Derived("rp_trade_per_1000", {"rp_establishments_trade": 1000.0}, "rp_population"),
    Derived("rp_household_size", {"rp_population": 1.0}, "rp_households"),
)
PROFILE = Profile(
    code=CODE,
    level="commune",
    columns=SUMS,
    earliest=EARLIEST,
    optional=[name for name in SUMS if name not in REQUIRED],
    rules=RULES,
)


def _yearly(columns: list[str]) -> list[Derived]:
    """Changes by year between the two censuses, in % of the first: exact for any union."""
    found = find_columns(SUMS["rp_population"], columns)
    if len(found) < 2:
        return []
    years = int(years_of(found[-1])) - int(years_of(found[0]))
    rate = 100.0 / years
    before = "rp_population_before"
    natural = {"rp_births": rate, "rp_deaths": -rate}
    moved = {"rp_births": -rate, "rp_deaths": rate}
    return [
        Derived("rp_population_change", {"rp_population": rate, before: -rate}, before),
        Derived("rp_natural_change", natural, before),
        Derived("rp_migration_change", {"rp_population": rate, before: -rate, **moved}, before),
        Derived("rp_jobs_change", {"rp_jobs": rate, "rp_jobs_before": -rate}, "rp_jobs_before"),
    ]


def read(table: Table, register: Register) -> Draft:
    """The figures of each commune; the 45 arrondissements are left out before anything is summed."""
    census = find_columns(SUMS["rp_population"], table.columns)[-1]
    return read_profile(table, register, PROFILE, _yearly(table.columns), years_of(census))


READER = Reader(
    id="insee_comparateur",
    kind="indicators",
    label_fr="Comparateur de territoires",
    label_en="Comparator of territories",
    level="commune",
    source=INSEE,
    columns=(CODE, *(SUMS[name] for name in REQUIRED)),
    marks=(CODE, r"P\d\d_CHOM1564", r"ETTOT\d\d"),
    read=read,
)
