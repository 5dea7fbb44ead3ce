"""Every way a sentence is filled, every unit in that of its resource, every table whole."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque.kernel import Actor, Commitment, ReciproqueError
from reciproque.vocabulary import (
    NBSP,
    composed_kinds,
    in_own_unit,
    in_words,
    indicators,
    kinds,
    label,
    noun_of,
    phrases,
    rows,
    say,
    say_number,
    say_round,
    say_share,
    table,
    unit_of,
    units_for,
)
from reciproque.vocabulary._say import _fill

NUMBERS = st.floats(-1e12, 1e12)


def back(text: str, lang: str) -> float:
    plain = text.replace("−", "-").replace(NBSP, "")
    return float(plain.replace(",", "") if lang == "en" else plain.replace(",", "."))


@given(NUMBERS, st.integers(0, 4), st.sampled_from(["fr", "en"]))
def test_a_number_written_is_that_number_to_its_last_decimal(value, decimals, lang) -> None:
    text = say_number(value, lang, decimals)
    assert back(text, lang) == pytest.approx(value, abs=0.51 * 10**-decimals + abs(value) * 1e-12)
    assert not text.startswith("−0") or any(c in text for c in "123456789")
    assert " " not in text


@given(st.floats(1, 1e9))
def test_a_rounded_number_is_within_five_hundredths_and_keeps_its_sign(value) -> None:
    told = back(say_round(value), "fr")
    assert told == pytest.approx(value, rel=0.051, abs=0.5)
    assert back(say_round(-value), "fr") == -told


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"), (0.4, "0"), (9.6, "10"), (99, "99"), (101, "100"), (1550, f"1{NBSP}600"),
        (99_999, f"100{NBSP}000"), (123_456, f"123{NBSP}000"), (-3163, f"−3{NBSP}200"),
        (math.inf, "0"), (math.nan, "0"),
    ],
)  # fmt: skip
def test_numbers_as_people_say_them(value, said) -> None:
    assert say_round(value) == said


@given(st.floats(0, 1), st.sampled_from([("fr", "sur"), ("en", "in")]))
def test_any_share_is_told_as_so_many_in_so_many(share, words) -> None:
    lang, joint = words
    text = say_share(share, lang)
    top, bottom = text.removeprefix("moins de ").removeprefix("fewer than ").split(f" {joint} ")
    assert 0 < int(top) <= int(bottom)
    if share >= 0.01:
        assert int(top) / int(bottom) == pytest.approx(share, abs=0.055)


@given(st.floats(0.01, 0.99))
def test_a_share_is_told_alike_in_both_languages(share) -> None:
    assert say_share(share).replace(" sur ", " in ") == say_share(share, "en")


@pytest.mark.parametrize(
    ("value", "spec", "lang", "said"),
    [
        (1234, "int", "fr", f"1{NBSP}234"), (1234, "int", "en", "1,234"), (1234, "round", "fr", f"1{NBSP}200"),
        (0.25, "share", "fr", "1 sur 4"), (0.25, "share actifs", "fr", "1 actif sur 4"),
        (0.4, "share actifs", "fr", "4 actifs sur 10"), (0.4, "share workers", "en", "4 workers in 10"),
        (9.44, "pct", "fr", f"9,4{NBSP}%"), (9.44, "pct", "en", "9.4%"), (12.6, "pct", "fr", f"13{NBSP}%"),
        (-12.6, "pct", "fr", f"−13{NBSP}%"), (1.25, "dec1", "fr", "1,2"), (1.25, "dec2", "en", "1.25"),
        (1, "s", "fr", ""), (0, "s", "fr", ""), (0, "s", "en", "s"), (1.5, "s", "fr", ""), (2, "s", "fr", "s"),
        (1, "plural one|many", "fr", "one"), (2, "plural one|many", "fr", "many"),
        (0, "plural one|many", "en", "many"), ("mot", "int", "fr", "mot"), ("mot", "", "fr", "mot"),
        (math.nan, "int", "fr", "?"), (math.inf, "pct", "en", "?"), (7, "", "fr", "7"),
    ],
)  # fmt: skip
def test_every_way_to_fill_a_blank(value, spec, lang, said) -> None:
    assert _fill(value, spec, lang, {}) == said


@pytest.mark.parametrize(
    ("figures", "lang", "said"),
    [
        ({"unit": "%", "decimals": 1}, "fr", f"12,5{NBSP}%"), ({"unit": "%", "decimals": 1}, "en", "12.5%"),
        ({"unit": "", "decimals": 0}, "fr", "12"), ({"unit": "habitants", "decimals": 0}, "en", f"12{NBSP}inhabitants"),
    ],
)  # fmt: skip
def test_a_value_has_its_unit_and_decimals(figures, lang, said) -> None:
    assert _fill(12.5 if figures["decimals"] else 12, "val", lang, figures) == said


def test_an_unknown_way_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="shout"):
        _fill(1, "shout", "fr", {})


def test_french_sentences_never_break_before_a_colon_nor_inside_a_number() -> None:
    for key, row in phrases().items():
        if "{" not in row["fr"]:
            text = say(key)
            assert " :" not in text, key
            assert " ;" not in text, key
            assert "« " not in text, key


@pytest.mark.parametrize("key", sorted(phrases()))
def test_every_sentence_can_be_said_with_numbers_and_with_words(key) -> None:
    """Whatever fills a blank, no sentence fails; French and English both speak."""
    import string

    row = phrases()[key]
    names = {n for lang in ("fr", "en") for _, n, _, _ in string.Formatter().parse(row[lang]) if n}
    for filler in (1, 2.5, 0, "mot"):
        figures = dict.fromkeys(names, filler) | {"unit": "%", "decimals": 1}
        for lang in ("fr", "en"):
            assert say(key, lang, **figures).strip()


# --- units


@pytest.mark.parametrize("resource", [row["id"] for row in rows("resources")])
def test_a_resource_is_counted_in_its_own_unit_first(resource) -> None:
    units = units_for(resource)
    assert units[0] == unit_of(resource)
    assert len(set(units)) == len(units)
    for unit in units:
        assert in_own_unit(3.0, unit, resource) > 0
    assert in_own_unit(3.0, units[0], resource) == 3.0


@pytest.mark.parametrize("resource", [row["id"] for row in rows("resources")])
def test_a_unit_of_another_dimension_is_refused_with_both_names(resource) -> None:
    own = table("units")[unit_of(resource)]
    other = next(u for u, r in table("units").items() if r["dimension"] != own["dimension"])
    with pytest.raises(ReciproqueError) as caught:
        in_own_unit(1.0, other, resource)
    assert caught.value.key == "error.unit"
    assert table("units")[other]["label_fr"] in say(caught.value, "fr")
    assert own["label_en"] in say(caught.value, "en")


@given(st.floats(0, 1e9), st.sampled_from(["kg", "t"]))
def test_kilos_and_tonnes_of_lentils(quantity, unit) -> None:
    assert in_own_unit(quantity, unit, "lentils") == pytest.approx(quantity / (1000 if unit == "kg" else 1))  # fmt: skip


@pytest.mark.parametrize(
    "call", [lambda: unit_of("planet"), lambda: in_own_unit(1, "parsec", "lentils")]
)
def test_an_unknown_resource_or_unit_lists_those_that_are(call) -> None:
    with pytest.raises(ReciproqueError) as caught:
        call()
    assert caught.value.key == "error.unknown_row"
    assert len(str(caught.value.figures["choices"]).split(", ")) > 3


# --- nouns from files


def test_a_noun_is_read_from_values_with_its_dates_and_numbers() -> None:
    found = noun_of(Commitment, {"key": "1", "giver": "a", "receiver": "b", "resource": "lentils", "quantity": "3", "unit": "t", "due": "2026-05-01"})  # fmt: skip
    assert (found.quantity, found.due.isoformat()) == (3.0, "2026-05-01")


GOOD = {
    "key": "1",
    "giver": "a",
    "receiver": "b",
    "resource": "lentils",
    "quantity": 3,
    "unit": "t",
}


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        ({"quantity": "beaucoup"}, "case.bad_value", "un nombre"),
        ({"due": "demain"}, "case.bad_value", "une date"),
        ({"title": 3}, "case.bad_value", "un texte"),
        ({"assumed": "peut-être"}, "case.bad_value", "true ou false"),
        ({"quantity": None}, "case.bad_value", "un nombre"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_was_expected(change, key, said) -> None:
    with pytest.raises(ReciproqueError) as caught:
        noun_of(Commitment, {**GOOD, **change})
    assert caught.value.key == key
    assert next(iter(change)) in str(caught.value.figures["field"])
    assert said in say(caught.value, "fr")


@pytest.mark.parametrize("field", ["key", "giver", "resource", "quantity"])
def test_a_field_that_is_lacking_is_named(field) -> None:
    with pytest.raises(ReciproqueError) as caught:
        noun_of(Commitment, {k: v for k, v in GOOD.items() if k != field})
    assert (caught.value.key, caught.value.figures["field"]) == ("case.missing", field)


def test_what_the_noun_itself_refuses_comes_through_in_its_own_words() -> None:
    with pytest.raises(ReciproqueError) as caught:
        noun_of(Commitment, {**GOOD, "receiver": "a"})
    assert caught.value.key == "error.same_side"
    assert set(in_words(caught.value)) == {"detail_fr", "detail_en"}


def test_any_actor_comes_back_from_its_own_values() -> None:
    actor = Actor("a", "Rive-Gauche", "epci", "246700967")
    assert noun_of(Actor, dataclasses.asdict(actor)) == actor


# --- tables


def test_a_table_is_read_only_and_one_that_is_not_there_says_so() -> None:
    with pytest.raises(TypeError):
        rows("kinds")[0]["id"] = "x"  # type: ignore[index]
    with pytest.raises(TypeError):
        kinds()["x"] = {}  # type: ignore[index]
    with pytest.raises(FileNotFoundError):
        rows("no_such_table")


def test_the_kinds_that_people_compose_are_never_official_levels() -> None:
    assert set(composed_kinds()) <= set(kinds())
    assert not set(composed_kinds()) & {"commune", "epci", "departement", "region", "landkreis"}
    assert "union" in composed_kinds()


@pytest.mark.parametrize("name", ["kinds", "themes", "units", "resources", "actor_kinds", "states"])
def test_every_row_has_its_word_in_both_languages(name) -> None:
    for key in table(name):
        for lang in ("fr", "en"):
            assert label(name, key, lang)
            assert label(name, key, lang) != key or len(key) < 12


def test_an_indicator_weighs_by_one_that_stands_beside_it() -> None:
    known = indicators()
    for row in known.values():
        assert not row.weight or row.weight in known, row.id
        assert row.decimals >= 0
