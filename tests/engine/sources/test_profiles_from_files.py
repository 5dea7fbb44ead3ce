"""From a published file of figures to values by commune, EPCI or living area."""

import gzip
import zipfile
from pathlib import Path

import polars as pl
import pytest
from support_sources import COMPARATEUR, Write, frame_of, installed_values, values_of

from reciproque.sources import install
from reciproque.vocabulary import indicators

# Valserhône (01033) was made of Bellegarde (01033), Châtillon-en-Michaille (01091), Lancrans (01205)
BELLEGARDE = "01033;1000;900;10;50;40;600;500;20;80;400;700;30;330;50;1"
CHATILLON = "01091;3000;3100;30;100;120;1400;1200;100;100;800;2000;170;1670;150;9"


def test_rates_are_computed_from_the_raw_numbers(home: Path, write: Write) -> None:
    row = "67462;1000;950;50;60;40;500;400;25;75;330;600;60;360;40;4"
    found = installed_values(write("base_cc_comparateur.csv", COMPARATEUR, row))
    expected = {
        "rp_population": 1000.0,
        "rp_employed": 300.0,
        "rp_jobs_per_100": 110.0,
        "rp_unemployment_rate": 100 * 60 / 360,
        "rp_vacant_homes_share": 15.0,
        "rp_second_homes_share": 5.0,
        "rp_activity_rate": 60.0,
        "rp_establishments_per_1000": 40.0,
        "rp_agriculture_share": 10.0,
        "rp_population_change": 100 * (50 / 950) / 5,
        "rp_natural_change": 100 * (20 / 950) / 5,
        "rp_migration_change": 100 * (30 / 950) / 5,
    }
    for indicator, value in expected.items():
        assert found["67462", indicator] == pytest.approx(value), indicator


def test_communes_that_merged_add_up_and_their_rates_follow(home: Path, write: Write) -> None:
    item = install(write("comparateur.csv", COMPARATEUR, BELLEGARDE, CHATILLON))
    found = values_of(item)
    assert found["01033", "rp_population"] == 4000
    assert found["01033", "rp_unemployment_rate"] == pytest.approx(100 * 200 / 2000)
    assert ("01091", "rp_population") not in found
    assert ("source.merged", {"count": 1}) in item.warnings


def test_a_code_that_nobody_knows_is_listed_not_dropped_in_silence(
    home: Path, write: Write
) -> None:
    unknown = CHATILLON.replace("01091", "02077")
    item = install(write("comparateur.csv", COMPARATEUR, BELLEGARDE, unknown))
    assert item.unmapped == ("02077",)
    assert {code for code, _ in values_of(item)} == {"01033"}
    assert any(key == "source.unmapped" for key, _ in item.warnings)


def test_arrondissements_are_not_counted_twice(home: Path, write: Write) -> None:
    figures = BELLEGARDE.removeprefix("01033")
    item = install(
        write("comparateur.csv", COMPARATEUR, f"75056{figures}", f"75101{figures}", BELLEGARDE)
    )
    assert values_of(item)["75056", "rp_population"] == 1000
    assert ("source.arrondissements", {"count": 1}) in item.warnings


def test_arrondissements_alone_make_their_commune(home: Path, write: Write) -> None:
    figures = BELLEGARDE.removeprefix("01033")
    item = install(write("comparateur.csv", COMPARATEUR, f"75101{figures}", f"75102{figures}"))
    assert values_of(item)["75056", "rp_population"] == 2000


def test_missing_and_zero_stay_apart(home: Path, write: Write) -> None:
    row = "67462;1000;950;50;60;40;500;400;0;;330;600;0;0;40;4"
    found = installed_values(write("comparateur.csv", COMPARATEUR, row))
    assert found["67462", "rp_second_homes_share"] == 0.0
    assert found["67462", "rp_vacant_homes"] == "missing"
    assert found["67462", "rp_vacant_homes_share"] == "missing"
    assert found["67462", "rp_unemployed"] == 0.0
    assert found["67462", "rp_unemployment_rate"] == "missing"  # nobody active: no rate


def test_any_year_of_the_comparator_is_read(home: Path, write: Write) -> None:
    header = COMPARATEUR.replace("18", "21").replace("P13", "P15").replace("1321", "1521")
    item = install(write("base_cc_comparateur.csv", header, BELLEGARDE))
    assert item.year == "2021"
    assert item.years["rp_population_change"] == "2015-2021"
    change = values_of(item)["01033", "rp_population_change"]
    assert change == pytest.approx(100 * (100 / 900) / 6)


FILOSOFI = "CODGEO;NBMENFISC20;NBPERSMENFISC20;MED20;PIMP20;TP6020;D120;D920;RD20"


def test_secrecy_is_neither_missing_nor_zero(home: Path, write: Write) -> None:
    found = installed_values(
        write(
            "cc_filosofi_2020_COM.csv",
            FILOSOFI,
            "67462;9000;19000;21 380,5;59,0;14,0;11000;36000;3,3",
            "01004;100;200;s;;0,0;nd;s;s",
        )
    )
    assert found["67462", "income_median"] == 21380.5
    assert found["01004", "income_median"] == "secret"
    assert found["01004", "income_decile_1"] == "secret"
    assert found["01004", "income_taxed_share"] == "missing"
    assert found["01004", "income_poverty_rate"] == 0.0


def test_merged_incomes_are_weighted_and_secrecy_spreads(home: Path, write: Write) -> None:
    found = installed_values(
        write(
            "filosofi.csv",
            FILOSOFI,
            "01033;100;300;20000;50;10;s;30000;3",
            "01091;100;100;24000;60;20;12000;34000;3",
        )
    )
    assert found["01033", "income_people"] == 400
    assert found["01033", "income_median"] == pytest.approx(21000)
    assert found["01033", "income_poverty_rate"] == pytest.approx(12.5)
    assert found["01033", "income_decile_1"] == "secret"


def test_grids_become_shares_of_people(home: Path, write: Write) -> None:
    found = installed_values(
        write(
            "anct_ruralite.csv",
            "\ufeffinsee_com,lib_com,niveau_ruralite",
            "67462,Sélestat, Hors champ : DOM ou commune urbaine",
            "97411,Saint-Denis, Hors champ : DOM ou commune urbaine",
            "01001,L'Abergement, Les ruralités productives agricoles",
            "01002,X, Commune dont le périmètre a changé depuis la réalisation de la typologie",
        )
    )
    assert found["01001", "anct_farming_rural_share"] == 100
    assert found["67462", "anct_farming_rural_share"] == 0
    assert found["97411", "anct_farming_rural_share"] == "missing"
    assert found["01002", "anct_farming_rural_share"] == "missing"


def test_communes_that_the_mountain_file_does_not_list_are_not_in_the_mountains(
    home: Path, write: Write
) -> None:
    item = install(
        write("montagne.csv", "insee_com,lib_com,niveau_montagne", "01002,X,02 - Massif du Jura")
    )
    found = values_of(item)
    assert found["01002", "anct_mountain_share"] == 100
    assert found["67462", "anct_mountain_share"] == 0
    assert item.coverage["listed"] == 1


def test_figures_of_epci_leave_the_country_out(home: Path, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "code": ["00FR", "246700967", "200057867"],
            "P23_POP": [1, 36000, 400000],
            "dm_pop_vtcam_1622": [0.3, -0.2, 1.0],
            "dm_pop_vtcam_1623": [0.3, -0.1, None],
            "eco_ratio_emplt_actoc_22": [99.6, 101.0, 150.0],
            "log_vac_pct_22": [7.0, 9.0, 5.0],
            "rev_med_21": [23000.0, 22500.0, None],
        }
    )
    frame.write_parquet(tmp_path / "epci.parquet")
    item = install(tmp_path / "epci.parquet")
    found = values_of(item)
    assert found["246700967", "epci_population_change"] == -0.1  # the latest period
    assert item.years["epci_population_change"] == "2016-2023"
    assert {code for code, _ in found} == {"246700967"}
    assert item.unmapped == ("200057867",)  # a territory of Greater Paris


@pytest.mark.parametrize("wrap", ["plain", "zip", "gzip", "latin-1", "crlf", "quoted"])
def test_the_same_figures_however_the_file_is_wrapped(
    home: Path, write: Write, tmp_path: Path, wrap: str
) -> None:
    header = "insee_com,lib_com,niveau_densite"
    rows = (
        "67462,Sélestat,Centres urbains intermédiaires",
        "38226,Méaudre,Rural à habitat dispersé",
    )
    text = "\n".join([header, *rows]) + "\n"
    path = tmp_path / "grille.csv"
    if wrap == "zip":
        path = tmp_path / "grille.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("meta_grille.csv", "COD_VAR;LIB_VAR\nx;y\n")
            archive.writestr("grille.CSV", text)
    elif wrap == "gzip":
        path = tmp_path / "grille.csv.gz"
        path.write_bytes(gzip.compress(text.encode()))
    elif wrap == "latin-1":
        path.write_bytes(text.encode("latin-1"))
    elif wrap == "crlf":
        path.write_bytes(text.replace("\n", "\r\n").encode())
    elif wrap == "quoted":
        path.write_text(text.replace("Sélestat", '"Sélestat, Bas-Rhin"'), encoding="utf-8")
    else:
        path.write_text(text, encoding="utf-8")
    item = install(path)
    assert values_of(item)["67462", "anct_urban_centre_share"] == 100
    said = [key for key, _ in item.warnings]
    assert ("source.encoding" in said) == (wrap == "latin-1")


def test_a_spreadsheet_ate_the_first_zero_and_it_is_given_back(home: Path, write: Write) -> None:
    item = install(write("comparateur.csv", COMPARATEUR, BELLEGARDE.removeprefix("0")))
    assert values_of(item)["01033", "rp_population"] == 1000
    assert any(key == "source.codes_padded" for key, _ in item.warnings)


def test_every_real_profile_file_gives_known_indicators(home: Path, shared_data: Path) -> None:
    names = {
        "base_cc_comparateur_csv.zip": ("insee_comparateur", "2018", 34_000),
        "cc_filosofi_2020_COM.csv.gz": ("insee_filosofi", "2020", 31_000),
        "anct_densite.csv.gz": ("anct_density", "2026", 34_800),
        "anct_ruralite.csv.gz": ("anct_rurality", "2026", 34_600),
        "anct_centralite.csv.gz": ("anct_centrality", "2026", 34_700),
        "anct_montagne.csv.gz": ("anct_mountain", "2026", 34_800),
        "epci_indicators.parquet": ("epci_profils", "2024", 1_220),
        "bassins_de_vie_2022.parquet": ("bassins_de_vie", "2021-2023", 1_659),
    }
    known = indicators()
    for name, (dataset, year, least) in names.items():
        item = install(shared_data / "profiles" / name)
        frame = frame_of(item)
        assert (item.id, item.year) == (dataset, year)
        assert int(item.coverage["known"]) >= least  # type: ignore[call-overload]
        found = set(frame["indicator"])
        assert found == {i.id for i in known.values() if i.dataset == dataset}
        assert frame.select("code", "indicator").is_unique().all()
        assert set(frame["state"].unique()) <= {0, 2, 3}
        assert (frame["value"].is_null() == (frame["state"] != 0)).all()


def test_france_adds_up_in_the_real_comparator(home: Path, shared_data: Path) -> None:
    item = install(shared_data / "profiles" / "base_cc_comparateur_csv.zip")
    total = frame_of(item).group_by("indicator").agg(pl.col("value").sum())
    sums = dict(total.iter_rows())
    assert sums["rp_population"] == pytest.approx(66_732_538, rel=0.005)  # INSEE, legal 2018
    assert sums["rp_employed"] == pytest.approx(sums["rp_active"] - sums["rp_unemployed"])
    found = values_of(item)
    assert found["67462", "rp_unemployment_rate"] == pytest.approx(100 * 1290.8343132 / 9419.352878)
    assert ("source.arrondissements", {"count": 45}) in item.warnings
    assert len(item.unmapped) == 17


def test_facilities_of_living_areas_are_rates_of_whole_numbers(
    home: Path, shared_data: Path
) -> None:
    raw = pl.read_parquet(shared_data / "profiles" / "bassins_de_vie_2022.parquet")
    counts = raw["n_equip_d2"] * raw["pop_tot"] / 1000
    assert (counts - counts.round()).abs().max() < 1e-6  # type: ignore[operator]
