"""Facilities and people of the bassins de vie 2022 (INSEE's BPE, census, Filosofi; gathered).

The ``n_equip_*`` and ``n_social`` columns are *rates for 1,000 inhabitants*, not counts: times
``pop_tot`` / 1000 they give whole numbers for each of the 1,659 areas.  ``ges_*`` are kilograms of
CO2 equivalent an inhabitant and a year; shares (``unemp_rate``, ``dip_*``) lie between 0 and 1.
"""

from __future__ import annotations

from reciproque.sources._profile import Profile, read_profile
from reciproque.sources._reader import INSEE, Draft, Reader
from reciproque.sources._register import Register
from reciproque.sources._sheet import Derived
from reciproque.sources._table import Table

CODE = "bv2022"
YEARS = "2021-2023"  # facilities 2021 to 2023, census and incomes 2021
FACILITIES = {
    "bv_public_services": "a1",
    "bv_general_services": "a2",
    "bv_building_crafts": "a4",
    "bv_large_shops": "b1",
    "bv_food_shops": "b2",
    "bv_other_shops": "b3",
    "bv_primary_schools": "c1",
    "bv_lower_secondary": "c2",
    "bv_upper_secondary": "c3",
    "bv_higher_education": "c5",
    "bv_continuing_education": "c6",
    "bv_health_centres": "d1",
    "bv_health_professionals": "d2",
    "bv_other_health": "d3",
    "bv_elderly_care": "d4",
    "bv_childcare": "d5",
    "bv_disability_care": "d6",
    "bv_transport": "e1",
    "bv_sports": "f1",
    "bv_leisure": "f2",
    "bv_culture": "f3",
    "bv_tourism": "g1",
}
COLUMNS = {
    "_population": r"pop_tot",
    **{name: f"n_equip_{code}" for name, code in FACILITIES.items()},
    "bv_social_homes": r"n_social",
    "_people_0_14": r"pop_0014",
    "_people_15_29": r"pop_1529",
    "_people_60_74": r"pop_6074",
    "_people_75_89": r"pop_7589",
    "_people_90": r"pop_90p",
    "bv_income_median": r"med\d\d",
    "bv_poverty_rate": r"tp60\d\d",
    "bv_road_emissions": r"ges_routier",
    "bv_home_emissions": r"ges_resid",
    "bv_fine_particles": r"pm25_mean_concentration",
    "_unemployment": r"unemp_rate",
    "_graduates_1": r"dip_500R",
    "_graduates_2": r"dip_600R",
    "_graduates_3": r"dip_700R",
}
REQUIRED = ("_population", "bv_health_professionals", "bv_upper_secondary", "bv_culture")
POPULATION = "_population"
RULES = (
    Derived("bv_children_share", {"_people_0_14": 100.0}, POPULATION),
    Derived("bv_young_share", {"_people_15_29": 100.0}, POPULATION),
    Derived(
        "bv_over_60_share",
        {"_people_60_74": 100.0, "_people_75_89": 100.0, "_people_90": 100.0},
        POPULATION,
    ),
    Derived("bv_unemployment_rate", {"_unemployment": 100.0}),
    Derived(
        "bv_graduates_share",
        {"_graduates_1": 100.0, "_graduates_2": 100.0, "_graduates_3": 100.0},
    ),
)
PROFILE = Profile(
    code=CODE,
    level="bassin_de_vie",
    dated=False,
    columns=COLUMNS,
    optional=[name for name in COLUMNS if name not in REQUIRED],
    rules=RULES,
)


def read(table: Table, register: Register) -> Draft:
    """The figures of each living area; says aloud that facilities are rates, not counts."""
    table.warn("source.rates_per_1000")
    return read_profile(table, register, PROFILE, year=YEARS)


READER = Reader(
    id="bassins_de_vie",
    kind="indicators",
    label_fr="Équipements des bassins de vie",
    label_en="Facilities of living areas",
    level="bassin_de_vie",
    source=f"{INSEE} (BPE, recensement, Filosofi)",
    columns=(CODE, *(COLUMNS[name] for name in REQUIRED)),
    marks=(CODE, r"n_equip_a1"),
    read=read,
)
