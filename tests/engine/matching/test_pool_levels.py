"""Equal parts to the end, least parts of gifts, several resources: beside filling with water and beside every choice."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reciproque.kernel import Matching, Need, Offer
from reciproque.matching import GroupShare, Problem, pools
from reciproque.matching._pool_programme import Pool, pour


def water(wanted: list[float], amount: float) -> list[float]:
    """The same part of each need, by hand: one gift that may go anywhere."""
    part = min(1.0, amount / sum(wanted))
    return [w * part for w in wanted]


def money(key: str, quantity: float, **more) -> dict:
    return {"key": key, "actor": key, "resource": "money", "unit": "eur", "quantity": quantity, **more}  # fmt: skip


def got(found: Matching, needs) -> list[float]:
    return [sum(a.quantity for a in found.allocations if a.need == n.key) for n in needs]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=6), st.integers(1, 200))
def test_one_gift_fills_like_water(wanted, amount) -> None:
    needs = [Need(**money(f"n{i}", 10.0 * w)) for i, w in enumerate(wanted)]
    found = pools(Problem(tuple(needs), (Offer(**money("pot", 10.0 * amount)),)))
    assert got(found, needs) == pytest.approx(water([10.0 * w for w in wanted], 10.0 * amount), abs=0.02)  # fmt: skip
    assert sum(got(found, needs)) == pytest.approx(min(10.0 * sum(wanted), 10.0 * amount), abs=0.005)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 30), min_size=2, max_size=4),
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 15)), min_size=1, max_size=3),
)
def test_no_need_can_rise_without_lowering_one_that_is_no_better_served(wanted, gifts) -> None:
    """Lexicographic max-min: for each need, a rise at the cost of better served ones alone is impossible."""
    m, n = len(gifts), len(wanted)
    needs = [Need(**money(f"n{i}", 100.0 * w)) for i, w in enumerate(wanted)]
    offers = [
        Offer(**money(f"o{j}", 100.0 * a, excluded=tuple(f"n{i}" for i in range(n) if mask >> i & 1)))
        for j, (a, mask) in enumerate(gifts)
    ]  # fmt: skip
    found = pools(Problem(tuple(needs), tuple(offers)))
    parts = np.array(got(found, needs)) / [x.quantity for x in needs]
    allowed = [[not gifts[j][1] >> i & 1 for i in range(n)] for j in range(m)]
    for i in range(n):
        if not any(allowed[j][i] for j in range(m)):
            assert parts[i] == 0
            continue
        floor = [parts[k] if parts[k] <= parts[i] + 1e-3 and k != i else 0.0 for k in range(n)]
        best = _highest(i, floor, needs, offers, allowed, float(sum(got(found, needs))))
        assert best == pytest.approx(parts[i], abs=5e-3)


def _highest(i, floor, needs, offers, allowed, placed) -> float:
    """The highest part of need i while the others keep their floor and as much is placed."""
    m, n = len(offers), len(needs)
    rows, room = [], []
    for j in range(m):
        rows.append([float(k // n == j) for k in range(m * n)])
        room.append(offers[j].quantity)
    for k in range(n):
        column = np.array([float(x % n == k) for x in range(m * n)])
        rows += [column, -column]
        room += [needs[k].quantity, 0.011 - floor[k] * needs[k].quantity]
    rows.append([-1.0] * (m * n))
    room.append(-placed + 0.01 * m * n)
    bounds = [(0, None if allowed[k // n][k % n] else 0) for k in range(m * n)]
    goal = [-float(k % n == i) for k in range(m * n)]
    found = linprog(goal, np.array(rows, float), room, bounds=bounds)
    return -found.fun / needs[i].quantity if found.status == 0 else 0.0


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 6)), min_size=1, max_size=2),
)
def test_least_parts_beside_every_choice_of_who_gives_to_whom(wanted, gifts) -> None:
    needs = [Need(**money(f"n{i}", 100.0 * w)) for i, w in enumerate(wanted)]
    offers = [
        Offer(**money(f"o{j}", 100.0 * a, smallest=100.0 * min(s, a))) for j, (a, s) in enumerate(gifts)
    ]  # fmt: skip
    found = pools(Problem(tuple(needs), tuple(offers)))
    for a in found.allocations:
        least = next(o.smallest for o in offers if o.key == a.offer)
        assert a.quantity >= least - 0.02
    best = max(_placed(needs, offers, used) for used in product([0, 1], repeat=len(needs) * len(offers)))  # fmt: skip
    assert found.objective == pytest.approx(best, abs=0.05)
    assert found.optimal


def _placed(needs, offers, used) -> float:
    """Most placed with exactly these arcs in use; -1 where their least parts do not fit."""
    m, n = len(offers), len(needs)
    rows, room = [], []
    for j in range(m):
        rows.append([float(k // n == j) for k in range(m * n)])
        room.append(offers[j].quantity)
    for i in range(n):
        rows.append([float(k % n == i) for k in range(m * n)])
        room.append(needs[i].quantity)
    bounds = [
        (offers[k // n].smallest if used[k] else 0, None if used[k] else 0) for k in range(m * n)
    ]
    found = linprog([-1.0] * (m * n), np.array(rows, float), room, bounds=bounds)
    return -found.fun if found.status == 0 else -1.0


def test_gifts_of_the_same_pot_are_drawn_on_alike() -> None:
    """Three gifts, a half is needed: half of each, not the whole of the first."""
    needs = (Need(**money("n", 600.0)),)
    gifts = tuple(Offer(**money(f"o{j}", a)) for j, a in enumerate((200.0, 400.0, 600.0)))
    found = pools(Problem(needs, gifts))
    assert {a.offer: a.quantity for a in found.allocations} == {"o0": 100, "o1": 200, "o2": 300}


def test_shares_of_two_pots_hold_each_for_itself() -> None:
    """Both ask for half to schools; the schools' 300 euros let 600 of 2,000 go, whoever gives them."""
    needs = (Need(**money("school", 300.0, attributes={"theme": "education"})), Need(**money("garden", 5000.0)))  # fmt: skip
    gifts = (Offer(**money("a", 1000.0)), Offer(**money("b", 1000.0)))
    shares = tuple(GroupShare(k, 0.5, (k,), themes=("education",)) for k in "ab")
    found = pools(Problem(needs, gifts), shares)
    assert found.objective == 600
    for k in "ab":
        mine = {a.need: a.quantity for a in found.allocations if a.offer == k}
        assert mine.get("school", 0.0) >= sum(mine.values()) / 2 - 0.01
    assert {r.key for r in found.missing_links} == {"pool.link_share"}


def test_a_programme_without_any_way_places_nothing_and_is_proven() -> None:
    empty = np.array([], int)
    pool = Pool(
        empty, empty, np.array([1.0]), np.array([1.0]), np.zeros(1), np.zeros(1), np.array([]), [],
        np.array([], bool),
    )  # fmt: skip
    found = pour(pool, "total", 5.0)
    assert (found.placed, found.bound, found.optimal) == (0.0, 0.0, True)


@pytest.mark.parametrize("scale", [0.01, 1.0, 1e6])
def test_the_size_of_the_sums_does_not_matter(scale) -> None:
    needs = (Need(**money("a", 700 * scale, smallest=500 * scale)), Need(**money("b", 400 * scale)))
    found = pools(Problem(needs, (Offer(**money("p", 600 * scale)),)))
    assert got(found, needs) == pytest.approx([500 * scale, 100 * scale], rel=2e-2)
    assert found.objective == pytest.approx(600 * scale, rel=1e-6)
