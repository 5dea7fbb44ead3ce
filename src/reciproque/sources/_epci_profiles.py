"""Indicators by EPCI, gathered by an open repository from INSEE, URSSAF and DVF (127 columns).

The most useful ones are kept, each at its latest year.  The row of France (``00FR``) is left out;
the territories of Greater Paris and EPCI that changed since are not in the register of EPCI: they
are counted and listed.
"""

from __future__ import annotations

import polars as pl

from reciproque.sources._profile import Profile, read_profile
from reciproque.sources._reader import Draft, Reader
from reciproque.sources._register import Register
from reciproque.sources._table import Table

CODE = "code"
FRANCE = "00FR"
COLUMNS = {
    "_population": r"P\d\d_POP",
    "epci_population_change": r"dm_pop_vtcam_\d{4}",
    "epci_natural_change": r"dm_sn_vtcam_\d{4}",
    "epci_migration_change": r"dm_sma_vtcam_\d{4}",
    "epci_over_75_share": r"dmv_75p_pct_\d\d",
    "epci_ageing_index": r"dmv_iv_ind_\d\d",
    "epci_turnover": r"dmf_tr_pct_\d\d",
    "epci_executives_migration": r"dmf_tmi_cscadre_\d\d",
    "epci_workers_migration": r"dmf_tmi_csouvrier_\d\d",
    "epci_young_migration": r"dmf_tmi_a1524_\d\d",
    "epci_families_migration": r"dmf_tmi_a3039_\d\d",
    "epci_seniors_migration": r"dmf_tmi_a65p_\d\d",
    "epci_jobs_change": r"eco_emp_vtcam_\d{4}",
    "epci_private_jobs_change": r"eco_emppriv_vtcam_\d{4}",
    "epci_self_employed_share": r"eco_nsal_pct_\d\d",
    "epci_employment_rate": r"eco_txemp_1564_\d\d",
    "epci_jobs_per_100": r"eco_ratio_emplt_actoc_\d\d",
    "epci_local_jobs_share": r"eco_emp_pres_pct_\d\d",
    "epci_small_firms_share": r"eco_eff_petites_pct_\d\d",
    "epci_large_firms_share": r"eco_eff_grandes_pct_\d\d",
    "epci_specialisation": r"eco_krugman_a5_\d\d",
    "epci_agriculture_share": r"eco_sectagri_pct_\d\d",
    "epci_industry_share": r"eco_sectindus_pct_\d\d",
    "epci_construction_share": r"eco_sectconst_pct_\d\d",
    "epci_services_share": r"eco_sectservi_pct_\d\d",
    "epci_public_share": r"eco_sectadmin_pct_\d\d",
    "epci_unemployment_rate": r"soc_txchom_1564_\d\d",
    "epci_executives_share": r"dsp_csp_cadres_pct_\d\d",
    "epci_workers_share": r"dsp_csp_ouvriers_pct_\d\d",
    "epci_pensioners_share": r"dsp_csp_retraites_pct_\d\d",
    "epci_below_bac_share": r"dsp_dipl_infbac_pct_\d\d",
    "epci_graduates_share": r"dsp_dipl_supbac2_pct_\d\d",
    "epci_couples_children_share": r"men_coupaenf_pct_\d\d",
    "epci_single_parents_share": r"men_mono_pct_\d\d",
    "epci_dwellings_change": r"log_tot_vtcam_\d{4}",
    "epci_vacant_homes_share": r"log_vac_pct_\d\d",
    "epci_vacant_homes_change": r"log_vac_vdifp_\d{4}",
    "epci_second_homes_share": r"log_ressec_pct_\d\d",
    "epci_owners_share": r"log_prop_pct_\d\d",
    "epci_tenants_share": r"log_loc_pct_\d\d",
    "epci_house_price": r"logd_px2q2_mai_\d\d",
    "epci_flat_price": r"logd_px2q2_appt_\d\d",
    "epci_income_median": r"rev_med_\d\d",
    "epci_income_decile_9": r"rev_d9_\d\d",
    "epci_income_ratio": r"rev_ird9d1_\d\d",
    "epci_poverty_rate": r"rev_txpauv_\d\d",
    "epci_benefits_share": r"rev_prestasoc_\d\d",
}
REQUIRED = ("_population", "epci_jobs_per_100", "epci_vacant_homes_share", "epci_income_median")
PROFILE = Profile(
    code=CODE,
    level="epci",
    columns=COLUMNS,
    optional=[name for name in COLUMNS if name not in REQUIRED],
    signed=[name for name in COLUMNS if name.endswith(("_change", "_migration"))],
)


def read(table: Table, register: Register) -> Draft:
    """The figures of each EPCI; the country's row is left out before anything else."""
    table.frame = table.frame.filter(pl.col(CODE).is_null() | (pl.col(CODE) != FRANCE))
    return read_profile(table, register, PROFILE)


READER = Reader(
    id="epci_profils",
    kind="indicators",
    label_fr="Indicateurs des intercommunalités",
    label_en="Indicators of intercommunalities",
    level="epci",
    source="INSEE, URSSAF, DVF",
    columns=(CODE, *(COLUMNS[name] for name in REQUIRED)),
    marks=(CODE, COLUMNS["epci_jobs_per_100"]),
    read=read,
)
