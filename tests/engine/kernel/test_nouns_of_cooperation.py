"""What a commitment, a record, a need, an offer and a step refuse to be."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque.kernel import (
    Actor,
    Commitment,
    Cooperation,
    Line,
    Matching,
    Need,
    Offer,
    ReciproqueError,
    Record,
    Signal,
    Slot,
    Step,
)
from reciproque.vocabulary import say

DAY = date(2026, 3, 1)
NO_QUANTITIES = [0.0, -1.0, -0.001, math.nan, math.inf, -math.inf]


def commitment(**change) -> Commitment:
    base = {
        "key": "1", "giver": "a", "receiver": "b", "resource": "lentils", "quantity": 2.0, "unit": "t",
    }  # fmt: skip
    return Commitment(**{**base, **change})


def record(**change) -> Record:
    base = {
        "key": "1", "giver": "a", "receiver": "b", "resource": "lentils", "quantity": 2.0,
        "unit": "t", "day": DAY,
    }  # fmt: skip
    return Record(**{**base, **change})


def need(**change) -> Need:
    base = {"key": "1", "actor": "a", "resource": "lentils", "quantity": 2.0, "unit": "t"}
    return Need(**{**base, **change})


MAKERS = {
    "commitment": commitment,
    "record": record,
    "need": need,
    "offer": lambda **change: Offer("1", "a", "lentils", unit="t", **change),
    "step": lambda quantity: Step("1", "a", "waste", "oil", yields=quantity),
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("quantity", NO_QUANTITIES)
def test_a_quantity_is_a_number_above_zero(maker, quantity) -> None:
    """``nan`` and ``inf`` are numbers to TOML and to Python, and would spoil every sum."""
    with pytest.raises(ReciproqueError) as caught:
        MAKERS[maker](quantity=quantity)
    assert caught.value.key == "error.quantity"
    assert "plus grand que zéro" in say(caught.value, "fr")
    assert "above zero" in say(caught.value, "en")


@pytest.mark.parametrize("maker", MAKERS)
@given(quantity=st.floats(1e-9, 1e12))
def test_any_quantity_above_zero_is_taken(maker, quantity) -> None:
    MAKERS[maker](quantity=quantity)


@pytest.mark.parametrize("maker", [commitment, record])
def test_nobody_gives_to_oneself(maker) -> None:
    with pytest.raises(ReciproqueError) as caught:
        maker(receiver="a")
    assert caught.value.key == "error.same_side"
    assert "lentils" in say(caught.value, "fr")


@pytest.mark.parametrize("maker", [commitment, record])
def test_the_title_is_what_is_told_where_there_is_one(maker) -> None:
    with pytest.raises(ReciproqueError) as caught:
        maker(receiver="a", title="Lentilles vertes")
    assert caught.value.figures["what"] == "Lentilles vertes"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"start": date(2026, 2, 1), "due": date(2026, 1, 31)}, "error.dates"),
        ({"every": "month"}, "error.repeated_without_dates"),
        ({"every": "year", "start": DAY}, "error.repeated_without_dates"),
        ({"every": "quarter", "due": DAY}, "error.repeated_without_dates"),
        ({"start": DAY, "due": DAY}, None),
        ({"every": "month", "start": DAY, "due": date(2026, 12, 31)}, None),
        ({"due": DAY}, None),
        ({"start": DAY}, None),
    ],
)
def test_the_dates_of_a_commitment(change, key) -> None:
    if key is None:
        commitment(**change)
        return
    with pytest.raises(ReciproqueError) as caught:
        commitment(**change)
    assert caught.value.key == key


def test_a_correction_alone_may_say_that_nothing_happened() -> None:
    assert record(quantity=0.0, corrects="7").quantity == 0.0
    with pytest.raises(ReciproqueError):
        record(quantity=-1.0, corrects="7")
    with pytest.raises(ReciproqueError):
        record(quantity=math.nan, corrects="7")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"start": date(2026, 2, 1), "end": date(2026, 1, 1)}, "error.dates"),
        ({"longitude": 7.4}, "error.half_a_place"),
        ({"latitude": 48.2}, "error.half_a_place"),
        ({"longitude": 0.0, "latitude": 0.0}, None),
        ({"start": DAY, "end": DAY}, None),
    ],
)
def test_the_place_and_the_window_of_a_need(change, key) -> None:
    if key is None:
        need(**change)
        return
    with pytest.raises(ReciproqueError) as caught:
        need(**change)
    assert caught.value.key == key


def test_on_the_equator_a_place_is_a_place() -> None:
    assert need(longitude=0.0, latitude=0.0).longitude == 0.0


SLOTS = st.tuples(st.integers(-2, 9), st.integers(-60, 1500), st.integers(-60, 1500))


@given(SLOTS)
def test_a_slot_lies_in_one_day_of_the_week_and_lasts(slot) -> None:
    weekday, start, end = slot
    fits = 0 <= weekday <= 6 and 0 <= start < end <= 1440
    if fits:
        assert Slot(*slot).end == end
    else:
        with pytest.raises(ReciproqueError):
            Slot(*slot)


@pytest.mark.parametrize(
    ("objective", "bound", "optimal", "gap"),
    [
        (80.0, 100.0, False, 0.25),
        (100.0, 80.0, False, 0.2),
        (80.0, 100.0, True, 0.0),
        (100.0, 100.0, False, 0.0),
        (0.0, 0.0, False, 0.0),
        (-50.0, -40.0, False, 0.2),
    ],
)
def test_the_gap_is_the_part_of_what_was_reached_that_may_still_be_gained(
    objective, bound, optimal, gap
) -> None:
    assert Matching((), {}, {}, objective, bound, optimal, 0.0).gap == pytest.approx(gap)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.booleans())
def test_a_gap_is_never_negative(objective, bound, optimal) -> None:
    assert Matching((), {}, {}, objective, bound, optimal, 0.0).gap >= 0


def test_what_nouns_carry_as_mappings_cannot_be_written_to() -> None:
    given_ = {"euros": 1.0}
    cooperation = Cooperation("Deux rives", equivalences=given_, facts=given_)
    given_["euros"] = 2.0
    matching = Matching((), {"n": 1.0}, {"o": 2.0}, 0, 0, True, 0)
    signal = Signal("silence", {"days": 90})
    offer = Offer("1", "a", "lentils", 1.0, "t", preferred={"b": 2.0})
    assert cooperation.equivalences["euros"] == cooperation.facts["euros"] == 1.0
    for mapping in (
        cooperation.equivalences, cooperation.facts, matching.unmet, matching.unused,
        signal.figures, offer.preferred, offer.attributes,
    ):  # fmt: skip
        with pytest.raises(TypeError):
            mapping["more"] = 1.0  # type: ignore[index]


def test_a_cooperation_knows_its_actors_by_key() -> None:
    left, right = Actor("a", "Rive-Gauche", "epci"), Actor("b", "Rive-Droite", "association")
    cooperation = Cooperation("Deux rives", actors=(left, right))
    assert cooperation.actor("b") is right
    with pytest.raises((KeyError, StopIteration)):
        cooperation.actor("c")


def test_a_line_starts_with_nothing_promised_due_or_delivered() -> None:
    line = Line("a", "b", "lentils")
    assert (line.promised, line.due, line.delivered, line.unconfirmed, line.records) == (
        0,
        0,
        0,
        0,
        0,
    )
