"""What a territory, a definition, a measure, a reason and a partner refuse to be."""

import dataclasses
import inspect
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque import kernel
from reciproque.kernel import (
    AmbiguousTerritory,
    Definition,
    Indicator,
    Measure,
    Partner,
    Reason,
    ReciproqueError,
    State,
    Territory,
    UnknownTerritory,
)
from reciproque.vocabulary import say

NOUNS = [
    noun
    for name in kernel.__all__
    if dataclasses.is_dataclass(noun := getattr(kernel, name)) and inspect.isclass(noun)
]
HERE = Territory("67462", "Sélestat", "commune", 19_252)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_noun_is_frozen_has_no_dict_and_says_what_it_is(noun) -> None:
    assert noun.__dataclass_params__.frozen
    assert not hasattr(noun, "__dict__") or "__dict__" not in dir(noun.__slots__)
    assert noun.__doc__
    assert not noun.__doc__.startswith(noun.__name__ + "(")


@pytest.mark.parametrize("name", kernel.__all__)
def test_every_public_name_is_there(name) -> None:
    assert getattr(kernel, name).__name__ == name


def test_a_territory_cannot_be_changed_once_made() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        HERE.population = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": ""}, "a code and a name"),
        ({"name": ""}, "a code and a name"),
        ({"population": -1}, "never negative"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)}, "ends before it begins"),
    ],
)
def test_a_territory_that_cannot_be(wrong, said) -> None:
    given_ = {"code": "67462", "name": "Sélestat", "kind": "commune"}
    with pytest.raises(ValueError, match=said):
        Territory(**{**given_, **wrong})


def test_nobody_and_unknown_are_two_things_for_a_territory() -> None:
    """Six villages destroyed in 1916 have a code, a name, and no inhabitant."""
    empty = Territory("55039", "Beaumont-en-Verdunois", "commune", 0)
    unknown = Territory("55039", "Beaumont-en-Verdunois", "commune")
    assert empty.population == 0
    assert unknown.population is None
    assert empty != unknown


def test_a_territory_may_end_on_the_day_it_begins() -> None:
    day = date(2026, 1, 1)
    assert Territory("u:x", "x", "union", valid_from=day, valid_to=day).valid_to == day


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"name": ""}, "error.definition_without_name"),
        ({"name": " \t"}, "error.definition_without_name"),
        ({"members": ()}, "error.definition_without_members"),
        (
            {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)},
            "error.definition_dates",
        ),
    ],
)
def test_a_definition_that_cannot_be_is_told_in_both_languages(wrong, key) -> None:
    given_ = {"code": "u:ried", "name": "Ried", "members": ("67462",)}
    with pytest.raises(ReciproqueError) as caught:
        Definition(**{**given_, **wrong})
    assert caught.value.key == key
    for lang in ("fr", "en"):
        assert say(caught.value, lang)


@pytest.mark.parametrize(
    ("value", "state", "holds"),
    [
        (0.0, State.OBSERVED, True),
        (3.5, State.ESTIMATED, True),
        (None, State.MISSING, True),
        (None, State.SECRET, True),
        (None, State.OBSERVED, False),
        (None, State.ESTIMATED, False),
        (0.0, State.MISSING, False),
        (0.0, State.SECRET, False),
    ],
)
def test_zero_is_a_value_and_what_is_not_known_has_none(value, state, holds) -> None:
    def measure() -> Measure:
        return Measure("density", "67462", value, state, 1.0, "INSEE", "2020")

    if holds:
        assert measure().value == value
    else:
        with pytest.raises(ValueError, match="density"):
            measure()


def test_states_are_four_words_that_files_and_screens_share() -> None:
    assert [str(state) for state in State] == ["observed", "estimated", "missing", "secret"]
    assert {state: 1}["missing"] == 1 if (state := State.MISSING) else False


INDICATOR = Indicator(
    *("beds", "Lits", "Beds", "tourisme", "lits", "strength", "sum", "", "INSEE", "2025", "x")
)


@pytest.mark.parametrize(
    ("change", "exchangeable"),
    [
        ({}, False),
        ({"exchange_fr": "des lits"}, False),
        ({"usual_low": 0.0, "usual_high": 10.0}, False),
        ({"exchange_fr": "des lits", "usual_low": 0.0, "usual_high": 10.0}, True),
    ],
)
def test_an_indicator_is_exchanged_where_its_row_says_what_and_its_usual_range(
    change, exchangeable
) -> None:
    assert dataclasses.replace(INDICATOR, **change).exchangeable is exchangeable


def test_an_indicator_has_a_label_in_each_language_french_first() -> None:
    assert (INDICATOR.label(), INDICATOR.label("en"), INDICATOR.label("de")) == (
        "Lits", "Beds", "Lits",
    )  # fmt: skip


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_the_score_of_a_partner_lies_between_zero_and_one(score) -> None:
    if 0.0 <= score <= 1.0:
        assert Partner(HERE, 3.0, score, {}).score == score
    else:
        with pytest.raises(ValueError, match="67462"):
            Partner(HERE, 3.0, score, {})


def test_the_scores_and_figures_are_copied_and_cannot_be_written_to() -> None:
    scores, figures = {"near": 0.5}, {"km": 3}
    partner = Partner(HERE, 3.0, 0.5, scores)
    reason = Reason("partner.contact", "near", figures)
    scores["near"], figures["km"] = 1.0, 9
    assert (partner.scores["near"], reason.figures["km"]) == (0.5, 3)
    for mapping in (partner.scores, reason.figures):
        with pytest.raises(TypeError):
            mapping["more"] = 1  # type: ignore[index]


def test_an_unknown_name_and_a_former_code_are_told_apart() -> None:
    assert UnknownTerritory("Xyz").key == "error.unknown_territory"
    former = UnknownTerritory("49001", (HERE,), former=True)
    assert (former.key, former.candidates) == ("error.former_commune", (HERE,))
    assert "ancienne commune" in say(former, "fr")
    assert "former municipality" in say(former, "en")


def test_an_ambiguous_name_counts_who_bears_it() -> None:
    error = AmbiguousTerritory("Vienne", (HERE, HERE))
    assert error.figures == {"asked": "Vienne", "count": 2}
    assert "2 territoires" in say(error, "fr").replace("\u00a0", " ")


@pytest.mark.parametrize("kind", [UnknownTerritory("x"), AmbiguousTerritory("x", (HERE,))])
def test_a_program_catches_all_our_errors_by_one_name(kind) -> None:
    assert isinstance(kind, ReciproqueError)


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "Un territoire composé"), ("en", "A composed territory"), ("", "Un")]
)
def test_an_error_speaks_the_language_of_the_environment(monkeypatch, lang, words) -> None:
    monkeypatch.setenv("RECIPROQUE_LANG", lang)
    text = str(ReciproqueError("error.definition_without_name"))
    assert text.startswith(words)
    assert text.endswith("[error.definition_without_name]")


def test_an_error_names_those_who_come_near() -> None:
    text = str(UnknownTerritory("Selesta", (HERE,)))
    assert "Sélestat (67462)" in text


def test_an_error_without_its_sentence_still_tells_its_key_and_figures(monkeypatch) -> None:
    assert str(ReciproqueError("no.such_phrase", row=3)) == "no.such_phrase {'row': 3}"
    monkeypatch.setattr(ReciproqueError, "speaker", None)
    assert str(ReciproqueError("source.empty", file="a.csv", row=3)) == (
        "source.empty (file=a.csv, row=3)"
    )
    assert str(ReciproqueError("source.empty")) == "source.empty"


@given(
    st.builds(
        Territory,
        code=st.text(min_size=1, max_size=9),
        name=st.text(min_size=1, max_size=20),
        kind=st.sampled_from(["commune", "epci"]),
        population=st.none() | st.integers(0, 10**8),
        area_km2=st.none() | st.floats(0, 1e6),
    )
)
def test_a_territory_survives_a_trip_to_another_process(territory) -> None:
    assert pickle.loads(pickle.dumps(territory)) == territory
    assert hash(pickle.loads(pickle.dumps(territory))) == hash(territory)
