"""How much of what goes to whom: chains by hand, beside another solver, and what always holds."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reciproque.kernel import Need, Offer, ReciproqueError, Step
from reciproque.matching import Problem, Share, shares_of, transport, volumes
from reciproque.matching._network import network
from reciproque.matching._programme import solve
from reciproque.vocabulary import say

TODAY = date(2026, 11, 24)


def need(key: str, quantity: float, **more) -> Need:
    return Need(
        **{
            "key": key,
            "actor": key,
            "resource": "lentils",
            "quantity": quantity,
            "unit": "t",
            **more,
        }
    )


def offer(key: str, quantity: float, **more) -> Offer:
    return Offer(
        **{
            "key": key,
            "actor": key,
            "resource": "lentils",
            "quantity": quantity,
            "unit": "t",
            **more,
        }
    )


def solved(needs, offers, steps=(), shares=()):
    return volumes(
        Problem(tuple(needs), tuple(offers), tuple(steps), shares=tuple(shares), today=TODAY)
    )


def given_to(matching, key: str) -> float:
    return sum(a.quantity for a in matching.allocations if a.need == key)


def test_the_nearest_supply_comes_first_and_units_are_those_of_the_need() -> None:
    near, far = {"longitude": 2.0, "latitude": 48.0}, {"longitude": 4.0, "latitude": 48.0}
    found = solved(
        [need("c", 3000, unit="kg", **near)], [offer("far", 5, **far), offer("near", 2, **near)]
    )
    assert {a.offer: a.quantity for a in found.allocations} == pytest.approx(
        {"near": 2000, "far": 1000}
    )
    assert found.optimal
    assert found.objective == pytest.approx(3)
    assert found.unused == {"far": pytest.approx(4)}


def test_a_chain_yields_and_its_narrowest_step_is_the_missing_link() -> None:
    """100 kg of plants, 10 % of oil, a still that takes 60: 6 kg of oil for 8 wanted."""
    still = Step("still", "coop", "plants", "organic_food", 0.1, capacity=60, title="Distillerie")
    found = solved(
        [Need("shop", "shop", "organic_food", 8, "kg")],
        [Offer("grower", "grower", "plants", 100, "kg")],
        [still],
    )
    assert given_to(found, "shop") == pytest.approx(6)
    assert found.allocations[0].through == ("still",)
    assert found.unmet == {"shop": pytest.approx(2)}
    assert found.unused == {"grower": pytest.approx(40)}
    link = found.missing_links[0]
    assert link.key == "match.link_capacity"
    assert (
        say(link, "fr")
        == "Deux fois plus de capacité chez «\u00a0Distillerie\u00a0» libérerait 2,0 kg."
    )


def test_two_steps_one_after_the_other() -> None:
    """50 kg of plants -> 0.2 -> 10 kg of materials... each step keeps what its yield leaves."""
    first = Step("dry", "d", "plants", "food", 0.5)
    then = Step("bottle", "b", "food", "organic_food", 0.8)
    found = solved(
        [Need("shop", "s", "organic_food", 100, "kg")],
        [Offer("g", "g", "plants", 50, "kg")],
        [first, then],
    )
    assert given_to(found, "shop") == pytest.approx(20)
    assert found.allocations[0].through == ("dry", "bottle")


def test_steps_that_go_round_in_a_circle_are_refused_by_name() -> None:
    steps = [Step("a", "a", "food", "plants", 1), Step("b", "b", "plants", "food", 1)]
    with pytest.raises(ReciproqueError) as error:
        solved([Need("n", "n", "food", 1, "kg")], [Offer("o", "o", "plants", 1, "kg")], steps)
    assert "tournent en rond" in say(error.value, "fr")


def test_nothing_that_could_arrive_says_what_is_missing() -> None:
    found = solved([need("c", 5)], [Offer("o", "o", "plants", 3, "kg")])
    assert found.allocations == ()
    assert found.missing_links[0].key == "match.link_none"
    assert "Lentilles bio" in say(found.missing_links[0], "fr")


def test_a_share_that_lacks_certified_supply_holds_the_rest_back() -> None:
    """2 t organic and 50 t other: at 20 % organic by quantity, 10 t may go."""
    organic = Share("bio", 0.2, ("organic",), by="quantity")
    found = solved(
        [need("c", 20)],
        [offer("bio", 2, labels=("organic",)), offer("autre", 50)],
        shares=[organic],
    )
    assert given_to(found, "c") == pytest.approx(10)
    assert any(r.key == "match.link_supply" and "bio" in say(r, "fr") for r in found.missing_links)
    assert any(r.key == "match.link_share" for r in found.missing_links)


def test_value_counts_where_the_rule_counts_value() -> None:
    """EGALIM counts euros: 1 t at 4,000 euros organic beside 3 t at 1,000 is 57 %, not 25 %."""
    half = Share("q", 0.5, ("organic",), by="value")
    dear, cheap = offer("bio", 1, labels=("organic",), cost=4000), offer("autre", 9, cost=1000)
    assert given_to(solved([need("c", 9)], [dear, cheap], shares=[half]), "c") == pytest.approx(5)


def test_suppliers_are_used_alike_at_equal_distance() -> None:
    found = solved([need("c", 6)], [offer("a", 10), offer("b", 2)])
    assert {a.offer: a.quantity for a in found.allocations} == pytest.approx(
        {"a": 5, "b": 1}
    ) or not found.notes


def test_meat_has_its_own_rule_in_egalim_and_hve_does_not_count_everywhere() -> None:
    rules = {s.key: s for s in shares_of("egalim")}
    assert rules["egalim_meat"].of == "meat"
    assert "hve" in rules["egalim_quality"].labels
    assert all("hve" not in s.labels for s in shares_of("agriparis_seine"))
    with pytest.raises(ReciproqueError, match=r"match\.rulebook"):
        shares_of("pasta")


def test_a_public_purchase_is_sourcing_and_local_origin_no_criterion() -> None:
    notes = [say(r, "fr") for r in solved([need("c", 1)], [offer("o", 1)]).notes]
    assert any("sourcing" in text and "origine locale" in text for text in notes)


sizes = st.integers(1, 4)
amounts = st.integers(1, 20).map(float)
grids = st.tuples(sizes, sizes).flatmap(
    lambda s: st.tuples(
        st.lists(amounts, min_size=s[0], max_size=s[0]),
        st.lists(amounts, min_size=s[1], max_size=s[1]),
        st.lists(st.booleans(), min_size=s[0], max_size=s[0]),
        st.lists(st.integers(0, 9), min_size=s[0] + s[1], max_size=s[0] + s[1]),
        st.sampled_from([0.0, 0.2, 0.5]),
    )
)


@settings(max_examples=120, deadline=None)
@given(grids)
def test_as_much_and_as_near_as_another_solver_says(grid) -> None:
    supply, demand, organic, where, share = grid
    m, n = len(supply), len(demand)

    def place(k: int) -> dict:
        return {"longitude": 2 + where[k] / 5, "latitude": 48.0}

    offers = [
        offer(f"o{j}", q, labels=("organic",) if organic[j] else (), **place(j))
        for j, q in enumerate(supply)
    ]
    needs = [need(f"n{i}", q, **place(m + i)) for i, q in enumerate(demand)]
    rule = [Share("bio", share, ("organic",), by="quantity")] if share else []
    found = solved(needs, offers, shares=rule)
    flow = np.zeros((m, n))
    for a in found.allocations:
        flow[int(a.offer[1:]), int(a.need[1:])] += a.quantity
    assert (flow.sum(axis=1) <= np.array(supply) + 1e-4).all()
    assert (flow.sum(axis=0) <= np.array(demand) + 1e-4).all()
    assert (flow[np.array(organic)].sum(axis=0) >= share * flow.sum(axis=0) - 1e-3).all()
    best = _most(supply, demand, organic, share)
    assert flow.sum() == pytest.approx(best, abs=1e-3)
    assert found.objective == pytest.approx(best, abs=1e-3)


def _most(supply, demand, organic, share) -> float:
    m, n = len(supply), len(demand)
    rows, room = [], []
    for j in range(m):
        rows.append([float(k // n == j) for k in range(m * n)])
        room.append(supply[j])
    for i in range(n):
        rows.append([float(k % n == i) for k in range(m * n)])
        room.append(demand[i])
        rows.append([(share - organic[k // n]) * float(k % n == i) for k in range(m * n)])
        room.append(0.0)
    return -linprog(-np.ones(m * n), rows, room).fun


def test_the_whole_number_network_meets_every_share_or_says_it_cannot() -> None:
    tail, head = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    km, labelled, share = (
        np.array([1.0, 2.0, 5.0, 5.0]),
        np.array([False, True]),
        np.array([0.5, 0.0]),
    )
    flow = transport(np.array([10.0, 4.0]), np.array([6.0, 6.0]), tail, head, km, labelled, share)
    assert flow.tolist() == [3, 6, 3, 0]
    assert (
        transport(np.array([10.0, 2.0]), np.array([6.0, 6.0]), tail, head, km, labelled, share)
        is None
    )


def test_time_that_runs_out_is_said() -> None:
    rng = np.random.default_rng(3)
    offers = [
        offer(
            f"o{k}", float(rng.integers(1, 9)), cost=1 + k % 5, labels=("organic",) if k % 3 else ()
        )
        for k in range(60)
    ]
    needs = [need(f"n{k}", float(rng.integers(1, 9))) for k in range(60)]
    problem = Problem(
        tuple(needs), tuple(offers), shares=(Share("q", 0.5, ("organic",)),), today=TODAY
    )
    found = volumes(problem, seconds=0.0)
    assert not found.optimal
    assert found.gap > 0 or not found.allocations
    assert "match.time" in {r.key for r in found.notes}


def test_a_large_transport_takes_the_quick_way_and_says_the_same() -> None:
    rng = np.random.default_rng(11)

    def place() -> dict:
        return {
            "longitude": 2 + rng.random() / 3,
            "latitude": 48 + rng.random() / 4,
            "within_km": 200.0,
        }

    offers = tuple(
        offer(f"o{k}", 40.0, labels=("organic",) if k % 2 else (), **place()) for k in range(150)
    )
    needs = tuple(need(f"n{k}", float(rng.integers(5, 20)), **place()) for k in range(150))
    problem = Problem(
        needs, offers, shares=(Share("bio", 0.2, ("organic",), by="quantity"),), today=TODAY
    )
    found = volumes(problem)
    assert "match.quick" in {r.key for r in found.notes}
    assert found.unmet == {}
    few = solve(network(problem), 60)
    km = sum(a.quantity * (a.distance_km or 0) for a in found.allocations)
    assert km == pytest.approx(float(few.flow @ network(problem).km), rel=1e-3)
    # a network is solved to its end: where that could take longer than is given, it is not begun
    hurried = volumes(problem, seconds=0.1)
    assert "match.quick" not in {r.key for r in hurried.notes}
