"""Who with whom: by hand, beside brute force, and what always holds."""

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.kernel import Need, Offer, ReciproqueError, Safeguard
from reciproque.matching import Problem, candidates, pairs, volumes
from reciproque.vocabulary import say

TODAY = date(2026, 11, 24)


def problem_of(
    wanted: dict[str, dict[str, float]], offered: dict[str, dict[str, float]], **more
) -> Problem:
    """Needs and offers known by their preferences for each other, in a place, all else equal."""
    needs = tuple(Need(k, k, "mentoring", 1, "h", preferred=p) for k, p in wanted.items())
    offers = tuple(Offer(k, k, "mentoring", 1, "h", preferred=p) for k, p in offered.items())
    return Problem(needs, offers, today=TODAY, weights={"near": 0, "exact": 0, "slots": 0}, **more)


def found(matching) -> set[tuple[str, str]]:
    return {(a.need, a.offer) for a in matching.allocations}


def test_the_greatest_satisfaction_in_all() -> None:
    """a likes x (1) a little more than y (.9); b likes x alone: a steps aside."""
    problem = problem_of({"a": {"x": 1, "y": 0.9}, "b": {"x": 1, "y": 0}}, {"x": {}, "y": {}})
    assert found(pairs(problem)) == {("a", "y"), ("b", "x")}


def test_a_stable_set_leaves_nobody_who_would_rather_change() -> None:
    """x and y both like a best, a and b both like x best: a gets x, whatever the sum."""
    problem = problem_of(
        {"a": {"x": 1, "y": 0.9}, "b": {"x": 1, "y": 0}},
        {"x": {"a": 1, "b": 0.5}, "y": {"a": 1, "b": 0.5}},
    )
    assert found(pairs(problem, "stable")) == {("a", "x"), ("b", "y")}


def test_the_worst_off_come_first_where_fairness_does() -> None:
    """Sum: .9+.1 beats .4+.4 by pairing a-x, b-y; the worst-off has .4 the other way."""
    problem = problem_of({"a": {"x": 0.9, "y": 0.4}, "b": {"x": 0.4, "y": 0.1}}, {"x": {}, "y": {}})
    assert found(pairs(problem, "total")) == {("a", "x"), ("b", "y")}
    assert found(pairs(problem, "fair")) == {("a", "y"), ("b", "x")}


def test_pinned_pairs_come_first_and_forbidden_ones_never() -> None:
    wanted = {"a": {"x": 1, "y": 0.2}, "b": {"x": 0.2, "y": 1}}
    offered = {"x": {}, "y": {}}
    assert found(pairs(problem_of(wanted, offered))) == {("a", "x"), ("b", "y")}
    pinned = problem_of(wanted, offered, pinned=frozenset({("a", "y")}))
    assert found(pairs(pinned)) == {("a", "y"), ("b", "x")}
    forbidden = problem_of(wanted, offered, forbidden=frozenset({("a", "x")}))
    assert found(pairs(forbidden)) == {("a", "y"), ("b", "x")}


def test_a_pinned_pair_that_may_not_be_is_refused_with_its_reason() -> None:
    problem = problem_of({"a": {}}, {"x": {}}, pinned=frozenset({("a", "x")}))
    unsafe = replace(problem.needs[0], safeguard=Safeguard(age=14, consent=True, setting="group"))
    with pytest.raises(ReciproqueError) as error:
        pairs(replace(problem, needs=(unsafe,)))
    assert error.value.key == "match.not_vetting"
    assert say(error.value, "fr")


def test_too_many_pins_and_an_unknown_way_say_so() -> None:
    pins = frozenset({("a", "x"), ("b", "x")})
    with pytest.raises(ReciproqueError, match=r"match\.pinned_too_many"):
        pairs(problem_of({"a": {}, "b": {}}, {"x": {}}, pinned=pins))
    with pytest.raises(ReciproqueError, match=r"match\.way"):
        pairs(problem_of({"a": {}}, {"x": {}}), "lottery")


def test_one_mentor_for_several_and_quantities_that_run_out() -> None:
    needs = tuple(Need(k, k, "mentoring", 6, "h") for k in "abc")
    offer = Offer("x", "x", "mentoring", 10, "h", counterparts=2)
    matching = pairs(Problem(needs, (offer,), today=TODAY))
    assert [a.quantity for a in matching.allocations] == [6, 4]
    assert matching.unmet == {"b": 2, "c": 6}
    assert matching.unused == {}


def test_units_are_brought_to_that_of_the_need() -> None:
    need, offer = Need("n", "a", "lentils", 500, "kg"), Offer("o", "b", "lentils", 2, "t")
    matching = pairs(Problem((need,), (offer,), today=TODAY))
    assert (matching.allocations[0].quantity, matching.allocations[0].unit) == (500, "kg")
    assert matching.unused == {"o": pytest.approx(1.5)}


def test_who_stays_alone_is_told_why_and_every_reason_can_be_said() -> None:
    near = {"longitude": 2.0, "latitude": 48.0}
    need = Need("n", "a", "mentoring", 1, "h", languages=("de",), within_km=5, **near)
    offers = (
        Offer("far", "b", "mentoring", 1, "h", longitude=3.0, latitude=48.0),
        Offer("mute", "c", "mentoring", 1, "h", languages=("fr",), **near),
    )
    matching = pairs(Problem((need,), offers, today=TODAY))
    assert [(r.offer, r.reason.key) for r in matching.refusals] == [
        ("mute", "match.not_languages"), ("far", "match.not_distance"),
    ]  # fmt: skip
    for reason in (*(r.reason for r in matching.refusals), *matching.notes):
        assert say(reason, "fr")
        assert say(reason, "en")


scores = st.integers(0, 20).map(lambda v: v / 20)
grids = st.integers(1, 4).flatmap(
    lambda n: st.integers(1, 4).flatmap(
        lambda m: st.tuples(
            st.lists(st.lists(scores, min_size=m, max_size=m), min_size=n, max_size=n),
            st.lists(st.lists(scores, min_size=m, max_size=m), min_size=n, max_size=n),
            st.lists(st.integers(1, 2), min_size=m, max_size=m),
        )
    )
)


def of_grid(mine, theirs, rooms) -> Problem:
    n, m = len(mine), len(mine[0])
    needs = tuple(
        Need(
            f"n{i}", f"n{i}", "mentoring", 1, "h", preferred={f"o{j}": mine[i][j] for j in range(m)}
        )
        for i in range(n)
    )
    offers = tuple(
        Offer(f"o{j}", f"o{j}", "mentoring", 9, "h", counterparts=rooms[j], preferred={f"n{i}": theirs[i][j] for i in range(n)})
        for j in range(m)
    )  # fmt: skip
    return Problem(needs, offers, today=TODAY, weights={"near": 0, "exact": 0, "slots": 0})


def hundredths(score: float) -> int:
    """A score to the nearest hundredth, halves up; computed sums that should be equal are."""
    return int(100 * round(score, 9) + 0.5 + 1e-6)


def every_set(n: int, rooms: list[int]):
    """Each way to give every need one offer or none, within the rooms."""
    for choice in itertools.product(range(-1, len(rooms)), repeat=n):
        if all(sum(c == j for c in choice) <= room for j, room in enumerate(rooms)):
            yield choice


@settings(max_examples=150, deadline=None)
@given(grids)
def test_the_three_ways_beside_every_possible_set(grid) -> None:
    mine, theirs, rooms = grid
    problem = of_grid(mine, theirs, rooms)
    known = candidates(problem)
    score = dict(
        zip(
            zip(known.need.tolist(), known.offer.tolist(), strict=True),
            known.score.tolist(),
            strict=True,
        )
    )
    sets = list(every_set(len(mine), rooms))

    def total(choice) -> float:
        return sum(score[i, j] for i, j in enumerate(choice) if j >= 0)

    def served(choice) -> tuple:
        levels = [hundredths(score[i, j]) if j >= 0 else -1 for i, j in enumerate(choice)]
        return tuple(sorted(levels))

    def chosen(how):
        matching = pairs(problem, how)
        by_need = {a.need: a.offer for a in matching.allocations}
        choice = tuple(
            int(by_need[f"n{i}"][1:]) if f"n{i}" in by_need else -1 for i in range(len(mine))
        )
        assert all(sum(c == j for c in choice) <= room for j, room in enumerate(rooms))
        return choice

    assert total(chosen("total")) == pytest.approx(max(map(total, sets)), abs=1e-5)
    assert served(chosen("fair")) == max(map(served, sets))
    _assert_stable(chosen("stable"), known, rooms)


def _assert_stable(choice, known, rooms) -> None:
    mine = {
        (i, j): v
        for i, j, v in zip(known.need.tolist(), known.offer.tolist(), known.need_view, strict=True)
    }
    theirs = {
        (i, j): v
        for i, j, v in zip(known.need.tolist(), known.offer.tolist(), known.offer_view, strict=True)
    }
    for i, j in mine:
        if choice[i] == j:
            continue
        i_would = choice[i] < 0 or mine[i, j] > mine[i, choice[i]]
        taken = [k for k, c in enumerate(choice) if c == j]
        j_would = len(taken) < rooms[j] or any(theirs[i, j] > theirs[k, j] for k in taken)
        assert not (i_would and j_would), (i, j)


@settings(max_examples=60, deadline=None)
@given(grids, st.randoms())
def test_the_order_of_rows_changes_nothing(grid, random) -> None:
    problem = of_grid(*grid)
    needs, offers = list(problem.needs), list(problem.offers)
    random.shuffle(needs)
    random.shuffle(offers)
    for how in ("total", "stable", "fair"):
        assert found(pairs(problem, how)) == found(
            pairs(replace(problem, needs=tuple(needs), offers=tuple(offers)), how)
        )


def test_thousands_of_pupils_and_mentors_without_one_unsafe_pair() -> None:
    dice = np.random.default_rng(7)

    def place() -> dict:
        return {
            "longitude": 2 + dice.random() / 2,
            "latitude": 48 + dice.random() / 3,
            "within_km": 15.0,
        }

    pupils = tuple(
        Need(f"p{k}", f"lycee{k % 40}", "mentoring", 10, "h", **place(),
             safeguard=Safeguard(int(dice.integers(9, 20)), bool(dice.random() < 0.8), setting="group" if dice.random() < 0.7 else ""))
        for k in range(1500)
    )  # fmt: skip
    mentors = tuple(
        Offer(f"m{k}", f"club{k}", "mentoring", 40, "h", counterparts=int(dice.integers(1, 4)), **place(),
              safeguard=Safeguard(vetted=TODAY if dice.random() < 0.7 else None, setting="public_place" if dice.random() < 0.5 else "private"))
        for k in range(700)
    )  # fmt: skip
    problem = Problem(pupils, mentors, today=TODAY)
    by_key = {w.key: w for w in (*pupils, *mentors)}
    for how in ("total", "stable"):
        matching = pairs(problem, how)
        assert len(matching.allocations) > 200
        for a in matching.allocations:
            one, other = by_key[a.need].safeguard, by_key[a.offer].safeguard
            assert one.age >= 18 or (one.age >= 11 and one.consent and other.vetted)
            assert one.age >= 18 or other.setting == "public_place"
            assert a.distance_km <= 15 + 1e-6
        used = [a.offer for a in matching.allocations]
        assert all(used.count(m.key) <= m.counterparts for m in mentors)


def mentors_of(size: int) -> Problem:
    """Everybody may meet everybody, each with views of their own."""
    dice = np.random.default_rng(size)
    mine, theirs = dice.random((2, size, size))
    wanted = {f"n{i:03}": {f"o{j:03}": mine[i, j] for j in range(size)} for i in range(size)}
    offered = {f"o{j:03}": {f"n{i:03}": theirs[i, j] for i in range(size)} for j in range(size)}
    return problem_of(wanted, offered)


@pytest.mark.parametrize("how", ["total", "stable", "fair"])
def test_without_time_a_proposal_all_the_same_and_it_says_what_it_is(how: str) -> None:
    problem = mentors_of(30)
    hurried, whole = pairs(problem, how, seconds=0.0), pairs(problem, how, seconds=60.0)
    assert not hurried.optimal
    assert whole.optimal
    keys = {reason.key for reason in hurried.notes}
    assert ("match.time_unstable" if how == "stable" else "match.time") in keys
    assert not any(reason.key.startswith("match.time") for reason in whole.notes)
    assert hurried.objective <= hurried.bound + 1e-9
    ends = [end for a in hurried.allocations for end in (a.need, a.offer)]
    assert len(ends) == len(set(ends))
    for reason in hurried.notes:
        assert say(reason, "fr")
        assert say(reason, "en")


def test_a_hurried_total_reaches_half_and_its_bound_holds_for_the_best() -> None:
    problem = mentors_of(40)
    hurried, whole = pairs(problem, seconds=0.0), pairs(problem)
    assert whole.objective / 2 <= hurried.objective <= whole.objective <= hurried.bound + 1e-9


def test_one_partner_where_nothing_is_said_and_as_many_as_said() -> None:
    """``counterparts`` left out is one; a need of three takes the three best of four."""
    offers = {k: {} for k in "wxyz"}
    weighed = {"w": 0.4, "x": 1.0, "y": 0.8, "z": 0.6}
    problem = problem_of({"a": weighed}, offers)
    assert problem.needs[0].counterparts is None
    assert found(pairs(problem)) == {("a", "x")}
    shared = replace(problem.needs[0], counterparts=3, quantity=3)
    assert found(pairs(replace(problem, needs=(shared,)))) == {("a", "x"), ("a", "y"), ("a", "z")}


def test_volumes_are_bound_by_quantities_and_not_by_the_number_of_partners() -> None:
    need = Need("n", "canteen", "lentils", 3, "t", counterparts=1)
    offers = tuple(Offer(f"o{k}", f"farm{k}", "lentils", 1, "t", counterparts=1) for k in range(3))
    assert len(volumes(Problem((need,), offers, today=TODAY)).allocations) == 3


def test_scores_that_differ_by_a_last_bit_are_one_satisfaction() -> None:
    """(.45 + .5) / 2 and (.8 + .15) / 2 are both .475, and not the same float: fairness must not tell them apart."""
    grid = ([[0.45, 0.8]], [[0.5, 0.15]], [1, 1])
    problem = of_grid(*grid)
    known = candidates(problem).score
    assert known == pytest.approx([0.475, 0.475], abs=1e-12)
    assert len({hundredths(s) for s in known.tolist()}) == 1
    assert len(pairs(problem, "fair").allocations) == 1
