"""Sharing a joint gain: the textbook cases, and the axioms."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import nash, shapley


def game(parties: str, worth) -> dict[frozenset[str], float]:
    return {
        frozenset(group): worth(group)
        for size in range(1, len(parties) + 1)
        for group in combinations(parties, size)
    }


def test_the_glove_market() -> None:
    # one left glove (a), two right gloves (b, c): a pair is worth 1
    gloves = game("abc", lambda g: 1.0 if "a" in g and len(g) > 1 else 0.0)
    assert shapley("abc", gloves) == pytest.approx({"a": 2 / 3, "b": 1 / 6, "c": 1 / 6})


@given(st.lists(st.floats(0, 100), min_size=7, max_size=7))
def test_the_shares_add_up_to_the_gain_of_all(values) -> None:
    groups = list(game("abc", lambda g: 0.0))
    gain = dict(zip(groups, values, strict=True))
    assert sum(shapley("abc", gain).values()) == pytest.approx(gain[frozenset("abc")], abs=1e-9)


def test_who_brings_nothing_receives_nothing_and_alikes_receive_alike() -> None:
    gain = game("abcd", lambda g: 6.0 * len(set(g) & {"a", "b"}))
    assert shapley("abcd", gain) == pytest.approx({"a": 6, "b": 6, "c": 0, "d": 0})


def test_a_missing_coalition_and_too_many_parties_are_said() -> None:
    with pytest.raises(ReciproqueError) as caught:
        shapley("ab", {frozenset("ab"): 3})
    assert caught.value.key == "shapley.missing"
    with pytest.raises(ReciproqueError, match="size"):
        shapley([str(i) for i in range(15)], {})


def test_nash_gives_each_what_it_had_and_half_of_the_rest() -> None:
    assert nash(10, {"a": 1, "b": 3}) == {"a": 4, "b": 6}
    assert nash(10, {"a": 0, "b": 0}, {"a": 1, "b": 4}) == {"a": 2, "b": 8}
    with pytest.raises(ReciproqueError, match="no_gain"):
        nash(4, {"a": 1, "b": 3})
