"""« d’Eau de Paris », « de Sens »: what stands before a name."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from reciproque.web.shared.french import from_whom, unbroken


@pytest.mark.parametrize(
    "name",
    [
        "Eau de Paris", "AgriParis Seine", "Île-du-Milieu", "Œuvres vives", "Évry", "Yvetot", "orléans",
        "Hérault Énergies", "Habitat 89", "Hôpital de Sens", "Hypermarché", "« Atelier »",
    ],
)  # fmt: skip
def test_de_is_elided_before_a_vowel_or_a_silent_h(name) -> None:
    with override("fr"):
        assert from_whom(name) == f"d’{name}"


@pytest.mark.parametrize(
    "name",
    [
        "Sens", "Le Havre", "Hautefort", "Haute-Saône", "Honfleur", "Onze communes", "Yerres",
        "Yaourts du Pays", "Ville de Paris", "3 Rivières", "", "Huit villages",
    ],
)  # fmt: skip
def test_de_stays_whole_elsewhere_and_where_one_cannot_be_sure(name) -> None:
    with override("fr"):
        assert from_whom(name) == f"de {name}"


def test_english_elides_nothing() -> None:
    with override("en"):
        assert from_whom("Eau de Paris") == "from Eau de Paris"


@given(st.text())
def test_a_name_is_never_changed(name) -> None:
    with override("fr"):
        assert from_whom(name) in (f"d’{name}", f"de {name}")


@given(st.text())
def test_signs_stay_with_their_word_and_nothing_is_lost(text) -> None:
    assert unbroken(text).replace("\u00a0", " ") == text.replace("\u00a0", " ")


def test_each_french_sign_holds_to_its_word() -> None:
    assert (
        unbroken("« Oui » : 3 % ; quoi ?") == "«\u00a0Oui\u00a0»\u00a0: 3\u00a0%\u00a0; quoi\u00a0?"
    )
