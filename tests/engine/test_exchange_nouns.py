"""What a need, an offer and a matching refuse to be, and what they always are."""

from datetime import date

import pytest

from reciproque.kernel import Matching, Need, Offer, ReciproqueError, Slot, Step
from reciproque.vocabulary import say


def test_a_need_and_an_offer_have_the_same_shape() -> None:
    given = {"key": "1", "actor": "a", "resource": "lentils", "quantity": 3.0, "unit": "t"}
    need, offer = Need(**given), Offer(**given)
    assert [getattr(need, name) for name in Need.__dataclass_fields__] == [
        getattr(offer, name) for name in Need.__dataclass_fields__
    ]
    assert need != offer


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"quantity": 0.0}, "error.quantity"),
        ({"start": date(2026, 2, 1), "end": date(2026, 1, 1)}, "error.dates"),
        ({"latitude": 48.0}, "error.half_a_place"),
    ],
)
def test_a_need_that_cannot_be_says_why(wrong, key) -> None:
    given = {"key": "1", "actor": "a", "resource": "lentils", "quantity": 3.0, "unit": "t"}
    with pytest.raises(ReciproqueError) as error:
        Need(**{**given, **wrong})
    assert error.value.key == key
    assert "lentils" in say(error.value, "fr")


def test_a_slot_is_inside_a_week() -> None:
    Slot(0, 0, 24 * 60)
    for wrong in ((7, 0, 60), (0, 60, 60), (0, 0, 24 * 60 + 1)):
        with pytest.raises(ReciproqueError, match=r"error\.slot"):
            Slot(*wrong)


def test_what_is_kept_with_a_wish_cannot_be_changed() -> None:
    offer = Offer("1", "a", "lentils", 1, "t", attributes={"product": "lentils"})
    with pytest.raises(TypeError):
        offer.attributes["product"] = "beans"  # type: ignore[index]


def test_a_step_yields_something() -> None:
    with pytest.raises(ReciproqueError, match=r"error\.quantity"):
        Step("1", "a", "plants", "oil", yields=0)


def test_the_gap_is_nothing_once_proven_and_a_share_before() -> None:
    assert Matching((), {}, {}, 90, 100, optimal=True, seconds=0).gap == 0
    assert Matching((), {}, {}, 80, 100, optimal=False, seconds=0).gap == 0.25
