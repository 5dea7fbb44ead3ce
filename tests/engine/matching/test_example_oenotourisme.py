"""The round of example 09 comes out as its file expects, and its places are where it says."""

from itertools import pairwise, permutations
from pathlib import Path

import pytest

from reciproque.matching import MatchFile, Stop, Vehicle, read_match, rounds
from reciproque.matching._rounds import _road_km

FILE = Path(__file__).parents[3] / "examples" / "exchange" / "09-oenotourisme.toml"


@pytest.fixture(scope="module")
def case() -> MatchFile:
    return read_match(FILE)


@pytest.fixture(scope="module")
def sides(case) -> tuple[list[Stop], list[Vehicle]]:
    return list(case.stops), list(case.vehicles)


def test_the_outcomes_are_those_expected(case, sides) -> None:
    found, expected = rounds(*sides), case.expected
    (sheet,) = found.rounds
    assert len(found.rounds) == expected["rounds"]
    assert len(sheet.visits) == expected["served"]
    assert sheet.load == expected["leaves_with"]
    assert sheet.visits[-1].load == expected["comes_back_with"]
    assert {key: reason.key for key, reason in found.unserved.items()} == expected["unserved"]
    assert found.km == pytest.approx(expected["km"], rel=0.005)
    assert found.alone_km == pytest.approx(expected["alone_km"], rel=0.005)


def test_no_order_within_the_hours_is_shorter(sides) -> None:
    """All 5,040 orders of the seven stops."""
    stops, vehicles = [s for s in sides[0] if s.key != "salon"], sides[1]
    km = _road_km(stops, vehicles)
    vehicle = vehicles[0]

    def on_time(order: tuple[int, ...]) -> bool:
        clock = float(vehicle.start)
        for a, b in pairwise((0, *order)):
            stop = stops[b - 1]
            clock = max(clock + km[a, b] / 45 * 60, stop.start)
            if clock > stop.end:
                return False
            clock += stop.minutes
        return clock + km[order[-1], 0] / 45 * 60 <= vehicle.end

    best = min(
        sum(km[a, b] for a, b in pairwise((0, *order, 0)))
        for order in permutations(range(1, 8))
        if on_time(order)
    )
    assert rounds(*sides).km == pytest.approx(best, rel=0.002)


def test_what_is_not_from_the_handbook_is_marked_assumed(sides) -> None:
    assert all(thing.assumed for side in sides for thing in side)
