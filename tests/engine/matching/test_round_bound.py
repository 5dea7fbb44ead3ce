"""No rounds are shorter than the bound: by hand, and beside every order of small cases."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.matching import Stop, Vehicle, rounds
from reciproque.matching._round_bound import least_km
from reciproque.matching._rounds import _road_km

LINE = np.array([[0, 1.0, 2.0], [1.0, 0, 1.0], [2.0, 1.0, 0]])


def loads(*left: float) -> np.ndarray:
    return np.array([left, [0.0] * len(left)])


def test_three_stops_in_a_line_cost_at_least_the_way_to_the_last_and_back() -> None:
    assert least_km(np.array([1.0, 2.0, 3.0]), LINE, loads(1, 1, 1), 10) == 6.0


def test_full_vehicles_must_come_back_as_often_as_there_are_loads() -> None:
    assert least_km(np.array([5.0, 5.0]), np.zeros((2, 2)), loads(10, 10), 10) == 20.0


def test_what_is_taken_away_fills_a_vehicle_as_what_is_left_does() -> None:
    both = np.array([[0.0, 0.0], [10.0, 10.0]])
    assert least_km(np.array([5.0, 5.0]), np.zeros((2, 2)), both, 10) == 20.0


def test_stops_far_apart_are_joined_by_a_tree() -> None:
    home = np.array([3.0, 3.0, 3.0])
    between = 6.0 * (1 - np.eye(3))
    assert least_km(home, between, loads(0, 0, 0), 10) == pytest.approx(9.0)


def test_nothing_to_serve_costs_nothing() -> None:
    assert least_km(np.empty(0), np.empty((0, 0)), np.empty((2, 0)), 10) == 0.0


def test_two_stops_at_one_door_are_joined_for_nothing() -> None:
    assert least_km(np.array([4.0, 4.0]), np.zeros((2, 2)), loads(1, 1), 10) == pytest.approx(8.0)


places = st.lists(
    st.tuples(st.floats(-0.4, 0.4), st.floats(-0.3, 0.3), st.floats(0, 9)), min_size=1, max_size=5
)


@settings(deadline=None, max_examples=40)
@given(places)
def test_no_order_of_the_stops_is_shorter_than_the_bound(found) -> None:
    """One large vehicle: every order tried by hand; the bound is under the shortest of all."""
    stops = [Stop(f"s{i}", 4 + x, 43.8 + y, q) for i, (x, y, q) in enumerate(found)]
    van = Vehicle("van", "office", 100, "item", 4.0, 43.8)
    answer = rounds(stops, [van], 0.2)
    km = _road_km(stops, [van])
    ways = ([0, *(i + 1 for i in order), 0] for order in permutations(range(len(stops))))
    shortest = min(sum(km[a, b] for a, b in pairwise(w)) for w in ways)
    served = {v.stop for sheet in answer.rounds for v in sheet.visits}
    if len(served) == len(stops):
        assert answer.bound <= shortest + 1e-6
        assert answer.bound <= answer.km + 1e-6
        assert 0 <= answer.gap < 1


@settings(deadline=None, max_examples=40)
@given(places, st.integers(1, 3))
def test_several_small_vehicles_never_beat_the_bound(found, vehicles) -> None:
    stops = [Stop(f"s{i}", 4 + x, 43.8 + y, q) for i, (x, y, q) in enumerate(found)]
    vans = [Vehicle(f"v{k}", "office", 12, "item", 4.0, 43.8) for k in range(vehicles)]
    answer = rounds(stops, vans, 0.2)
    assert answer.bound <= answer.km + 1e-6


def test_one_stop_is_proven_the_shortest_and_two_apart_tell_their_gap() -> None:
    van = Vehicle("van", "office", 10, "item", 4.0, 43.8)
    alone = rounds([Stop("a", 4.1, 43.8, 4)], [van])
    assert alone.optimal
    assert alone.gap == pytest.approx(0, abs=1e-9)
    apart = rounds([Stop("a", 4.3, 43.8, 4), Stop("b", 3.7, 43.8, 4)], [van])
    assert not apart.optimal
    assert 0 < apart.gap <= 0.5
    assert apart.gap == pytest.approx(1 - apart.bound / apart.km)
