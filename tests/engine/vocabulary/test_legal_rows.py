"""Rows beside the official lists: waste codes by their entry, safeguards by their reason and day."""

from datetime import date

import pytest

from reciproque.vocabulary import rows, table

# the European list of waste (Decision 2000/532/EC, 2014/955/EU): sub-chapter 16 02 and the electrical entries of 20 01
ENTRIES = {
    "16 02 09*": ("PCB", "PCBs"),
    "16 02 10*": ("contaminés", "contaminated"),
    "16 02 11*": ("HCFC", "HCFC"),
    "16 02 12*": ("amiante libre", "free asbestos"),
    "16 02 13*": ("16 02 09 à 16 02 12", "16 02 09 to 16 02 12"),
    "16 02 14": ("16 02 09 à 16 02 13", "16 02 09 to 16 02 13"),
    "16 02 15*": ("composants dangereux retirés", "hazardous components removed"),
    "16 02 16": ("16 02 15", "16 02 15"),
    "20 01 21*": ("mercure", "mercury"),
    "20 01 23*": ("chlorofluorocarbones", "chlorofluorocarbons"),
    "20 01 35*": ("20 01 21 et 20 01 23", "20 01 21 and 20 01 23"),
    "20 01 36": ("20 01 21, 20 01 23 et 20 01 35", "20 01 21, 20 01 23 and 20 01 35"),
}


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_of_the_list_of_waste_says_what_the_list_says(code: str) -> None:
    row = next(r for r in rows("waste_codes") if r["code"] == code)
    french, english = ENTRIES[code]
    assert french in row["label_fr"]
    assert english in row["label_en"]
    assert row["id"] == code.replace(" ", "").rstrip("*")


def test_no_code_is_missing_nor_beside_the_list_and_a_star_means_dangerous() -> None:
    found = {r["code"]: r for r in rows("waste_codes")}
    assert set(found) == set(ENTRIES)
    for code, row in found.items():
        assert row["dangerous"] == str(int(code.endswith("*")))
        assert "2000/532" in row["source"]
        assert date.fromisoformat(row["checked_on"])


def test_each_duty_towards_waste_names_its_article() -> None:
    articles = {"contract": "L541-10", "track": "R541-45"}
    for duty, article in articles.items():
        assert article in table("waste_duties")[duty]["basis"]


@pytest.mark.parametrize("rule", ["adult_age", "youngest", "vetting_months"])
def test_a_safeguard_has_a_reason_in_both_languages_and_a_day(rule: str) -> None:
    row = table("safeguard_rules")[rule]
    assert float(row["value"]) > 0
    assert row["basis_fr"]
    assert row["basis_en"]
    assert date.fromisoformat(row["valid_from"])
    assert date.fromisoformat(row["checked_on"])


def test_rules_of_the_software_say_that_they_are_not_the_law() -> None:
    for rule in ("youngest", "vetting_months"):
        row = table("safeguard_rules")[rule]
        assert "règle de ce logiciel" in row["basis_fr"]
        assert "an installation may" in row["basis_en"]
