"""Rounds: every stop once, nothing too heavy, nobody late, beside brute force on small cases."""

import doctest
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.kernel import ReciproqueError
from reciproque.matching import Stop, Vehicle, _round_solvers, _rounds, rounds
from reciproque.matching._rounds import _road_km, factor
from reciproque.vocabulary import rows, say


def van(key: str, capacity: float = 100.0, **more) -> Vehicle:
    return Vehicle(key, "office", capacity, "item", 4.0, 43.8, **more)


def stop(key: str, east: float, north: float = 0.0, **more) -> Stop:
    """A stop so many degrees away from the depot of a van."""
    return Stop(key, 4.0 + east, 43.8 + north, **{"delivery": 10.0, **more})


def keeps_all_promises(found, stops, vans) -> None:
    by_key, vehicle_of = {s.key: s for s in stops}, {v.key: v for v in vans}
    visited = [visit.stop for sheet in found.rounds for visit in sheet.visits]
    assert len(visited) == len(set(visited))
    assert sorted([*visited, *found.unserved]) == sorted(by_key)
    km = _road_km(stops, vans)
    at = {k: i for i, k in enumerate([*(v.key for v in vans), *(s.key for s in stops)])}
    speed = factor("speed") / 60
    for sheet in found.rounds:
        vehicle = vehicle_of[sheet.vehicle]
        assert 0 <= sheet.load <= vehicle.capacity + 1e-6
        assert sheet.leaves >= vehicle.start - 1e-6
        assert sheet.back <= vehicle.end + 1.0  # solvers count in whole seconds
        clock, here, load = sheet.leaves, vehicle.key, sheet.load
        for visit in sheet.visits:
            s = by_key[visit.stop]
            way = km[at[here], at[s.key]]
            assert visit.km == pytest.approx(way)
            assert s.start - 1e-6 <= visit.arrival <= s.end + 1e-6
            assert visit.arrival >= clock + way / speed - 1e-6
            assert visit.departure == pytest.approx(visit.arrival + s.minutes)
            load += s.pickup - s.delivery
            assert visit.load == pytest.approx(load, abs=1e-9)
            assert -1e-6 <= load <= vehicle.capacity + 1e-6
            clock, here = visit.departure, s.key
    assert found.km == pytest.approx(sum(sheet.km for sheet in found.rounds))


@st.composite
def cases(draw):
    n = draw(st.integers(1, 7))
    near = st.floats(-0.3, 0.3)
    stops = []
    for i in range(n):
        start = draw(st.integers(6 * 60, 16 * 60))
        stops.append(
            Stop(
                f"s{i}",
                4.0 + draw(near),
                43.8 + draw(near),
                float(draw(st.integers(0, 60))),
                float(draw(st.integers(0, 60))),
                draw(st.integers(0, 30)),
                start,
                draw(st.integers(start, 18 * 60)),
            )
        )
    count = draw(st.integers(1, 3))
    vans = [van(f"v{j}", float(draw(st.integers(30, 150)))) for j in range(count)]
    return stops, vans


@settings(max_examples=150, deadline=None)
@given(cases())
def test_small_rounds_keep_every_promise(case) -> None:
    keeps_all_promises(rounds(*case, seconds=1.0), *case)


@settings(max_examples=12, deadline=None)
@given(cases())
def test_the_program_for_large_rounds_keeps_them_too(case) -> None:
    whole = _round_solvers.SOLVERS
    try:
        _round_solvers.SOLVERS = whole[1:]
        found = rounds(*case, seconds=0.15)
    finally:
        _round_solvers.SOLVERS = whole
    assert found.solver in ("PyVRP", "")
    keeps_all_promises(found, *case)


@pytest.mark.parametrize("seed", range(6))
def test_one_van_and_six_stops_as_short_as_the_best_of_all_orders(seed) -> None:
    generator = np.random.default_rng(seed)
    stops = [stop(f"s{i}", *generator.uniform(-0.2, 0.2, 2)) for i in range(6)]
    vans = [van("v")]
    km = _road_km(stops, vans)
    best = min(
        sum(km[a, b] for a, b in zip((0, *order), (*order, 0), strict=True))
        for order in permutations(range(1, 7))
    )
    assert rounds(stops, vans).km == pytest.approx(best, rel=1e-3)


def test_three_in_a_line_by_hand() -> None:
    """Stops at 1, 2 and 3 tenths of a degree east: there and back once, against 2 + 4 + 6 tenths alone."""
    stops = [stop("b", 0.2), stop("c", 0.3), stop("a", 0.1)]
    found = rounds(stops, [van("v", co2_km=0.25)])
    (sheet,) = found.rounds
    assert sorted([sheet.visits[0].stop, sheet.visits[-1].stop])[0] in "ab"
    assert found.alone_km == pytest.approx(2 * found.km, rel=1e-4)
    assert found.co2_kg == pytest.approx(found.km * 0.25)
    assert found.alone_co2_kg == pytest.approx(found.alone_km * factor("car_co2"))
    assert (sheet.load, sheet.visits[-1].load) == (30.0, 0.0)


def test_two_vans_when_one_is_too_small() -> None:
    stops = [stop("east", 0.1, delivery=60.0), stop("west", -0.1, delivery=60.0)]
    found = rounds(stops, [van("v"), van("w")])
    assert [len(sheet.visits) for sheet in found.rounds] == [1, 1]
    alone = rounds(stops, [van("v")])
    assert len(alone.unserved) == 1
    assert next(iter(alone.unserved.values())).key == "rounds.no_room"


def test_collected_and_delivered_share_the_same_room() -> None:
    """Full when leaving: what is taken fits only once something has been left."""
    stops = [stop("gives", 0.1, delivery=0.0, pickup=100.0), stop("takes", 0.2, delivery=100.0)]
    (sheet,) = rounds(stops, [van("v")]).rounds
    assert [visit.stop for visit in sheet.visits] == ["takes", "gives"]


def test_hours_command_the_order_and_the_van_does_not_wait_at_the_first_door() -> None:
    stops = [stop("near", 0.05, start=15 * 60, end=16 * 60), stop("far", 0.3, end=11 * 60)]
    (sheet,) = rounds(stops, [van("v")]).rounds
    assert [visit.stop for visit in sheet.visits] == ["far", "near"]
    (late,) = rounds([replace(stops[0], minutes=0)], [van("v")]).rounds
    assert late.leaves > 14 * 60
    assert late.visits[0].arrival == pytest.approx(15 * 60)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"delivery": 101.0}, "rounds.too_heavy"),
        ({"end": 7 * 60}, "rounds.never"),
        ({"start": 17 * 60 + 59, "minutes": 10}, "rounds.never"),
    ],
)
def test_who_can_never_be_served_is_told_why_and_the_others_are(more, key) -> None:
    found = rounds([stop("no", 0.1, **more), stop("yes", 0.1, 0.1)], [van("v")])
    assert found.unserved["no"].key == key
    assert [visit.stop for visit in found.rounds[0].visits] == ["yes"]
    assert say(found.unserved["no"], "fr") != say(found.unserved["no"], "en")


def test_nothing_that_can_be_served_gives_no_round_rather_than_an_error() -> None:
    found = rounds([stop("no", 0.1, delivery=500.0)], [van("v")])
    assert (found.rounds, found.km, found.alone_km) == ((), 0, 0)


@pytest.mark.parametrize(
    ("stops", "vans", "key"),
    [
        ([], [van("v")], "rounds.no_stops"),
        ([stop("a", 0.1)], [], "rounds.no_vehicles"),
        ([stop("a", 0.1), stop("a", 0.2)], [van("v")], "rounds.doubled"),
        ([stop("a", 0.1)], [van("v", capacity=0.0)], "rounds.vehicle"),
        ([stop("a", 0.1)], [van("v", start=900, end=800)], "rounds.vehicle"),
    ],
)
def test_what_cannot_be_is_refused_in_words(stops, vans, key) -> None:
    with pytest.raises(ReciproqueError) as caught:
        rounds(stops, vans)
    assert caught.value.key == key
    assert say(caught.value, "fr") != say(caught.value, "en")


@pytest.mark.parametrize(
    "more", [{"delivery": -1.0}, {"pickup": float("nan")}, {"start": 700, "end": 600}]
)
def test_a_stop_that_cannot_be_is_refused(more) -> None:
    with pytest.raises(ReciproqueError, match="rounds"):
        stop("a", 0.1, **more)


def test_distances_say_that_they_are_estimates_and_factors_have_a_source() -> None:
    found = rounds([stop("a", 0.1)], [van("v")])
    assert [note.key for note in found.notes] == ["rounds.estimated", "rounds.co2_of_a_car"]
    assert all(note.estimated and say(note, "en") for note in found.notes)
    for row in rows("round_factors"):
        assert row["source"]
        assert row["checked_on"]


def test_ninety_stops_go_to_the_program_for_large_rounds() -> None:
    generator = np.random.default_rng(3)
    stops = [stop(f"s{i}", *generator.uniform(-0.3, 0.3, 2), minutes=2) for i in range(90)]
    vans = [van(f"v{j}", 300.0) for j in range(4)]
    found = rounds(stops, vans, seconds=1.0)
    assert found.solver == "PyVRP"
    assert not found.unserved
    assert found.km < found.alone_km
    keeps_all_promises(found, stops, vans)


def test_the_example_runs() -> None:
    assert doctest.testmod(_rounds).failed == 0
