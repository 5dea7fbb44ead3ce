"""The smallest coalition, beside brute force on small cases."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reciproque.matching._cover import Cover, cover, most_goals
from reciproque.matching._highs import INFEASIBLE, Program, binary_program, through_core


def in_one_piece(members, touch, root) -> bool:
    seen = {i for i in members if root[i]}
    while grown := {j for j in members if j not in seen and any(touch[i, j] for i in seen)}:
        seen |= grown
    return len(seen) == len(members)


def every_coalition(question: Cover):
    touch = None if question.touch is None else question.touch.toarray()
    for size in range(question.most + 1):
        for group in combinations(range(len(question.cost)), size):
            members = list(group)
            if touch is None or in_one_piece(members, touch, question.root):
                yield members


def reached(question: Cover, members) -> np.ndarray:
    return question.loads[:, members].sum(axis=1) >= question.least


def best_by_hand(question: Cover) -> tuple[int, float] | None:
    whole = [m for m in every_coalition(question) if reached(question, m).all()]
    return min(((len(m), float(question.cost[m].sum())) for m in whole), default=None)


@st.composite
def questions(draw, contiguous=False) -> Cover:
    n, g = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    numbers = st.integers(-2, 6)
    loads = np.array(draw(st.lists(numbers, min_size=n * g, max_size=n * g)), float)
    least = np.array(draw(st.lists(st.integers(-1, 10), min_size=g, max_size=g)), float)
    cost = np.array(draw(st.lists(st.integers(0, 20), min_size=n, max_size=n)), float)
    most = draw(st.integers(1, 4))
    if not contiguous:
        return Cover(loads.reshape(g, n), least, cost, most)
    edges = np.array(draw(st.lists(st.booleans(), min_size=n * n, max_size=n * n)))
    upper = np.triu(edges.reshape(n, n), 1)
    root = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    touch = csr_array((upper | upper.T).astype(float))
    return Cover(loads.reshape(g, n), least, cost, most, touch, root)


def agrees_with_brute_force(question: Cover) -> None:
    found, best = cover(question), best_by_hand(question)
    assert found.proven
    if best is None:
        assert found.chosen is None
        return
    members = list(found.chosen)
    assert reached(question, members).all()
    assert (len(members), found.cost) == pytest.approx(best)
    assert found.size_bound <= len(members)
    assert found.cost_bound <= found.cost + 1e-9
    if question.touch is not None:
        assert in_one_piece(members, question.touch.toarray(), question.root)


@settings(max_examples=300, deadline=None)
@given(questions())
def test_nothing_smaller_nor_nearer_exists(question) -> None:
    agrees_with_brute_force(question)


@settings(max_examples=300, deadline=None)
@given(questions(contiguous=True))
def test_in_one_piece_nothing_smaller_nor_nearer_exists(question) -> None:
    agrees_with_brute_force(question)


@settings(max_examples=150, deadline=None)
@given(st.booleans().flatmap(lambda c: questions(contiguous=c)))
def test_when_not_all_can_be_reached_none_reaches_more(question) -> None:
    kept = [j for j, least in enumerate(question.least) if least <= 0]
    allowed = [m for m in every_coalition(question) if reached(question, m)[kept].all()]
    found = most_goals(question)
    assert found.proven
    mine = reached(question, list(found.chosen))
    assert mine[kept].all()
    assert mine.sum() == max(reached(question, m).sum() for m in allowed)


def test_four_candidates_by_hand() -> None:
    """Two goals: 10 of the first, one of the second.  Either 1 and 2, or 0 and 3 and someone."""
    loads = np.array([[6.0, 7.0, 3.0, 4.0], [0.0, 0.0, 1.0, 0.0]])
    question = Cover(loads, np.array([10.0, 1.0]), np.array([1.0, 30.0, 5.0, 1.0]), 3)
    found = cover(question)
    assert found.chosen.tolist() == [1, 2]  # fewest first, though 0, 2 and 3 are nearer
    assert (found.cost, found.proven) == (35.0, True)


def test_no_time_at_all_proves_nothing_and_says_so() -> None:
    generator = np.random.default_rng(1)
    loads = generator.random((4, 400))
    found = cover(Cover(loads, np.full(4, 6.5), generator.random(400), 8), seconds=0.0)
    assert found.chosen is None
    assert not found.proven


def program(seed: int, n: int = 400) -> Program:
    generator = np.random.default_rng(seed)
    rows = np.vstack([generator.random((3, n)), np.ones(n)])
    lower, upper = np.array([2.4, 2.4, 2.4, 4.0]), np.array([np.inf, np.inf, np.inf, 4.0])
    return Program(generator.random(n), csr_array(rows), lower, upper)


@pytest.mark.parametrize("seed", range(5))
def test_the_core_finds_what_the_whole_program_finds(seed) -> None:
    asked = program(seed)
    whole, core = binary_program(asked, 30.0, presolve=True), through_core(asked, 30.0)
    assert core.status == whole.status == "optimal"
    assert asked.cost[core.x].sum() == pytest.approx(asked.cost[whole.x].sum())


def test_an_empty_program_is_told_so_by_its_relaxation() -> None:
    asked = program(0)
    impossible = Program(asked.cost, asked.rows, asked.lower + 10.0, asked.upper + 10.0)
    impossible.upper[3] = 4.0
    impossible.lower[3] = 4.0
    assert through_core(impossible, 30.0).status == INFEASIBLE
