"""Detail files, moves of home, German commuters, files with columns of their own, arrondissements by choice."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from support_sources import FLUX, Write, flows_of

from reciproque.sources import Choices, SourceError, country_name, country_of, install, installed
from reciproque.vocabulary import say

MOBPRO = "COMMUNE;ARM;DCFLT;DCLT;AGEREVQ;IPONDI;TRANS"
MIGCOM = "COMMUNE;ARM;DCRAN;AGEREVQ;IPONDI;IRAN"


def test_mobpro_as_published(home: Path, write: Write) -> None:
    item = install(
        write(
            "FD_MOBPRO_2021.csv",
            MOBPRO,
            "67462;ZZZZZ;ZZZZZ;67482;030;2.5;5",
            "67462;ZZZZZ;ZZZZZ;67482;030;2.5;5",
            "67462;ZZZZZ;ZZZZZ;67462;045;4;2",
            "67462;ZZZZZ;DE012;99999;045;3;5",
            "67462;ZZZZZ;ZZZZZ;99999;045;1;5",
        )
    )
    # two alike rows are two people, not a copy
    assert flows_of(item) == {
        ("67462", "67482"): 5.0,
        ("67462", "67462"): 4.0,
        ("67462", "DE012"): 3.0,
        ("67462", "99999"): 1.0,
    }
    assert (item.reader, item.flow_kind, item.year) == (
        "insee_detail_mobilite",
        "commuting",
        "2021",
    )
    assert item.coverage["abroad"] == 4


def test_migcom_leaves_out_those_who_stayed(home: Path, write: Write) -> None:
    item = install(
        write(
            "FD_MIGCOM_2020.csv",
            MIGCOM,
            "67462;ZZZZZ;67482;030;10;3",
            "67462;ZZZZZ;67462;030;7;2",
            "67462;ZZZZZ;67462;030;500;1",
            "67482;ZZZZZ;67462;030;4;3",
            "67482;ZZZZZ;99999;030;2;8",
        )
    )
    assert flows_of(item) == {
        ("67482", "67462"): 10.0,
        ("67462", "67462"): 7.0,
        ("67462", "67482"): 4.0,
        ("99999", "67482"): 2.0,
    }
    assert (item.flow_kind, item.unit, item.year) == ("moves", "people_per_year", "2020")


def test_migcom_without_its_column_of_moves_says_so(home: Path, write: Write) -> None:
    item = install(
        write("FD_MIGCOM_2020.csv", "COMMUNE;DCRAN;IPONDI", "67462;67482;10", "67462;67462;500")
    )
    assert flows_of(item) == {("67482", "67462"): 10.0}
    assert "source.no_inner_moves" in {key for key, _ in item.warnings}


def test_residential_base_flux(home: Path, write: Write) -> None:
    item = install(
        write(
            "base-flux-mobilite-residentielle-2020.csv",
            "CODGEO;LIBGEO;DCRAN;L_DCRAN;NBFLUX_C20_POP01P",
            "67462;Sélestat;67482;Strasbourg;120",
            "67462;Sélestat;67462;Sélestat;17000",
        )
    )
    assert flows_of(item) == {("67482", "67462"): 120.0}
    assert item.coverage["stayed"] == 17000
    assert (item.flow_kind, item.year) == ("moves", "2020")
    assert say(item.coverage_key, "fr", **item.coverage).startswith("1 liens et 120")


def test_the_published_zip_of_any_year(home: Path, tmp_path: Path) -> None:
    for year in ("12", "21"):
        path = tmp_path / f"base-flux-mobilite-domicile-lieu-travail-20{year}_csv.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("meta.csv", "COD_VAR;LIB_VAR\nCODGEO;Commune\n")
            archive.writestr(
                "base.csv", FLUX.replace("C17", f"C{year}") + f"\n67462;A;67482;B;{year}\n"
            )
        item = install(path)
        assert (item.year, flows_of(item)) == (f"20{year}", {("67462", "67482"): float(year)})


PARIS = ("75101;Paris 1er;69381;Lyon 1er;5", "75102;Paris 2e;75101;Paris 1er;2")


def test_arrondissements_fold_or_stay_by_choice(home: Path, write: Write) -> None:
    path = write("flux.csv", FLUX, *PARIS)
    assert flows_of(install(path)) == {("75056", "69123"): 5.0, ("75056", "75056"): 2.0}
    kept = install(path, choices=Choices(arrondissements="keep"))
    assert kept.arrondissements == "keep"
    assert flows_of(kept) == {("75101", "69381"): 5.0, ("75102", "75101"): 2.0}
    assert len(installed()) == 1  # the second choice takes the place of the first
    assert flows_of(install(path)) == {("75056", "69123"): 5.0, ("75056", "75056"): 2.0}


def test_mobpro_keeps_the_arrondissement_of_residence(home: Path, write: Write) -> None:
    path = write("FD_MOBPRO_2021.csv", MOBPRO, "75056;75101;ZZZZZ;75102;030;2;5")
    kept = install(path, choices=Choices(arrondissements="keep"))
    assert flows_of(kept) == {("75101", "75102"): 2.0}
    assert flows_of(install(path)) == {("75056", "75056"): 2.0}


def test_a_file_with_columns_of_ones_own(home: Path, write: Write) -> None:
    path = write("enquete_2023.csv", "de,vers,nb,note", "67462,67482,30,x", "67482,67462,10,y")
    item = install(path, choices=Choices("de", "vers", "nb", flow="mobility"))
    assert flows_of(item) == {("67462", "67482"): 30.0, ("67482", "67462"): 10.0}
    assert (item.id, item.year) == ("flux_enquete_2023", "2023")
    assert (item.flow_kind, item.unit, item.level) == ("mobility", "people", "commune")


def test_the_plain_columns_are_recognised(home: Path, write: Write) -> None:
    item = install(write("trajets_2024.csv", "origin;destination;value", "67462;67482;30"))
    assert (item.reader, item.flow_kind) == ("flux_ajoute", "commuting")
    departements = install(write("dep_2024.csv", "origin;destination;value", "67;68;30", "1;69;4"))
    assert departements.level == "departement"
    assert flows_of(departements) == {("67", "68"): 30.0, ("01", "69"): 4.0}


def test_a_flow_that_is_none(home: Path, write: Write) -> None:
    path = write("f.csv", "origin;destination;value", "67462;67482;30")
    with pytest.raises(SourceError) as caught:
        install(path, choices=Choices(flow="promenade"))
    assert "promenade" in say(caught.value, "fr")
    assert installed() == []


def test_bad_rows_of_a_published_file_are_said_and_the_rest_loads(home: Path, write: Write) -> None:
    item = install(
        write(
            "flux.csv", FLUX,
            "67462;A;67482;B;31.5",
            "67462;A;67043;B;beaucoup",
            "67462;A;68066;B;-3",
            "67462;A;67482;B;31.5",
            ";A;67482;B;4",
            "67482;A;67462;B;10",
            "67482;A;67482;B;100",
        )
    )  # fmt: skip
    assert flows_of(item) == {
        ("67462", "67482"): 31.5,
        ("67482", "67462"): 10.0,
        ("67482", "67482"): 100.0,
    }
    keys = [key for key, _ in item.warnings]
    assert keys == [
        "source.rows_not_numbers",
        "source.rows_negative",
        "source.rows_one_end",
        "source.rows_copied",
    ]
    for (key, figures), row in zip(item.warnings, "3465", strict=True):
        for lang in ("fr", "en"):
            assert "flux.csv" in say(key, lang, **figures)
            assert f" {row}" in say(key, lang, **figures).replace("\u00a0", " ")


def test_communes_without_any_flow_are_said(home: Path, write: Write) -> None:
    from reciproque.sources._register import register

    known = register()
    rhin = sorted(c for c, d in known.departement_of.items() if d == "90")
    silent, sending = rhin[0], rhin[1:]
    item = install(write("flux.csv", FLUX, *(f"{c};A;{c};A;10" for c in sending)))
    assert ("source.silent", {"count": 1, "examples": silent}) in item.warnings
    assert silent in say("source.silent", "fr", **dict(item.warnings)["source.silent"])


EXPORT = """"Pendler";"";""
"Gebietsstand: Juni 2025";"";""
"Stichtag: 30.06.2024"

"Wohnort";"Regionalschlüssel";"Arbeitsort";"Regionalschlüssel";"Insgesamt";"Männer"
"Emmendingen";"08316";"Auspendler insgesamt";"Z";"34.000";"1"
"Emmendingen";"08316";"Baden-Württemberg";"08";"33.000";"1"
"Emmendingen";"08316";"Freiburg im Breisgau, Stadt";"08311";"21.500";"1"
"Emmendingen";"08316";"Ortenaukreis";"08317";"3.500";"1"
"Emmendingen";"08316";"Lörrach";"08336";"*";"*"
"Emmendingen";"08316";"Übrige Kreise";"083xx";"500";"1"

© Statistik der Bundesagentur für Arbeit
"""


def test_the_german_export_of_commuters(home: Path, write: Write) -> None:
    item = install(write("statistik_pendler.csv", data=EXPORT.encode()))
    assert flows_of(item) == {("DE:08316", "DE:08311"): 21500.0, ("DE:08316", "DE:08317"): 3500.0}
    assert (item.level, item.year, item.unit) == ("kreis", "2024", "workers")
    assert item.coverage["percent"] == pytest.approx(100 * 25000 / 34000)
    assert ("source.unknown_flows", {"count": 1}) in item.warnings
    assert "74" in say(item.coverage_key, "fr", **item.coverage)


def test_the_other_direction_and_the_english_titles(home: Path, write: Write) -> None:
    text = (
        '"Workplace";"Regional key";"Place of residence";"Regional key";"Total"\n'
        '"Freiburg";"08311";"Emmendingen";"08316";"21.500"\n'
    )
    item = install(write("statistik_pendler_2024.csv", data=text.encode()))
    assert flows_of(item) == {("DE:08316", "DE:08311"): 21500.0}


def test_row_numbers_are_those_of_the_german_file(home: Path, write: Write) -> None:
    data = EXPORT.replace('"3.500"', '"viele"').encode()
    item = install(write("statistik_pendler.csv", data=data))
    assert dict(item.warnings)["source.rows_not_numbers"]["rows"] == "9"


def test_the_german_workbook(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Auspendler Kreise"
    for row in (
        ["Pendlerverflechtungen nach Kreisen"], ["Stichtag: 30. Juni 2023"], [],
        ["Wohnort", None, "Arbeitsort", None, "Insgesamt"],
        ["08316", "Emmendingen", None, None, None],
        [None, None, "08311", "Freiburg", 21500],
        [None, None, "08317", "Ortenaukreis", 3500],
        [None, None, "Z", "Auspendler insgesamt", 34000],
        ["08311", "Freiburg", None, None, None],
        [None, None, "08316", "Emmendingen", 4000],
    ):  # fmt: skip
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "krpend-k-0-202306-xlsx.xlsx"
    path.write_bytes(stream.getvalue())
    item = install(path)
    assert flows_of(item) == {
        ("DE:08316", "DE:08311"): 21500.0,
        ("DE:08316", "DE:08317"): 3500.0,
        ("DE:08311", "DE:08316"): 4000.0,
    }
    assert item.year == "2023"


def test_another_workbook_is_still_refused(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "budget.xlsx")
    with pytest.raises(SourceError) as caught:
        install(tmp_path / "budget.xlsx")
    assert caught.value.key == "source.spreadsheet"


def test_sums_of_kreise_know_one_end_and_say_so(home: Path, shared_data: Path) -> None:
    item = install(shared_data / "cross_border" / "de_kreise_summary.csv")
    flows = flows_of(item)
    # Delmenhorst: 26,348 employees live there, 17,035 leave, 10,661 come
    assert flows["DE:03401", "DE:*"] == 17035
    assert flows["DE:*", "DE:03401"] == 10661
    assert flows["DE:03401", "DE:03401"] == 26348 - 17035
    assert item.coverage_key == "coverage.one_end"
    assert "sans dire où" in say(item.coverage_key, "fr", **item.coverage)


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("99109", "DE"), ("99140", "CH"), ("99999", "ZZ"), ("99xyz", "ZZ"), ("LU009", "LU"),
        ("SU012", "CH"), ("DE:08316011", "DE"), ("2A004", ""), ("38185", ""), ("XX999", ""), ("", ""),
        ("DE", ""),
    ],
)  # fmt: skip
def test_foreign_codes_name_their_country(code: str, country: str) -> None:
    assert country_of(code) == country


def test_countries_have_names_in_both_languages() -> None:
    assert country_name("DE") == "Allemagne"
    assert country_name("ZZ", "en") == "another country or none told"
    assert country_name("QQ") == "QQ"
