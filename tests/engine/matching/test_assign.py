"""Solvers of pairs on arrays: beside every possible set, within capacities, and when time runs out."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.matching import _assign
from reciproque.matching._assign import fair, greedy, most, stable


@st.composite
def graphs(draw, side: int = 4, edges: int = 9, room: int = 3):
    """Some pairs of a few needs and offers in order, with whole hundredths as scores and rooms from 0."""
    n, m = draw(st.integers(1, side)), draw(st.integers(1, side))
    every = list(itertools.product(range(n), range(m)))
    kept = sorted(draw(st.sets(st.sampled_from(every), max_size=edges)))
    score = draw(st.lists(st.integers(0, 20), min_size=len(kept), max_size=len(kept)))
    rooms = [draw(st.lists(st.integers(0, room), min_size=k, max_size=k)) for k in (n, m)]
    need = np.array([i for i, _ in kept], np.int64)
    offer = np.array([j for _, j in kept], np.int64)
    return need, offer, np.array(score, float) / 20, np.array(rooms[0]), np.array(rooms[1])


def within(chosen: np.ndarray, graph) -> bool:
    need, offer, _, needs, offers = graph
    used = np.bincount(need[chosen], minlength=len(needs))
    taken = np.bincount(offer[chosen], minlength=len(offers))
    return bool((used <= needs).all() and (taken <= offers).all())


def every_set(graph):
    for picks in itertools.product((False, True), repeat=len(graph[0])):
        chosen = np.flatnonzero(picks)
        if within(chosen, graph):
            yield chosen


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_the_greatest_total_of_every_set_within_capacities(graph) -> None:
    chosen, proven = most(*graph)
    score = graph[2]
    assert proven
    assert within(chosen, graph)
    assert len(set(chosen.tolist())) == len(chosen)
    assert score[chosen].sum() == pytest.approx(max(score[s].sum() for s in every_set(graph)))


@settings(max_examples=200, deadline=None)
@given(graphs(room=1))
def test_one_to_one_the_matrix_and_the_network_agree(graph) -> None:
    need, offer, score, needs, offers = graph
    if not len(need):
        return
    by_matrix = _assign._dense(need, offer, score, needs, offers)
    by_network = _assign._flow(need, offer, score, needs, offers)
    assert within(by_matrix, graph)
    assert score[by_matrix].sum() == pytest.approx(score[by_network].sum())
    assert len(by_matrix) == len(by_network), "a pair of no score is still better than none"


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_without_time_the_best_pairs_first_and_half_at_least(graph) -> None:
    """Avis 1983: what is taken greedily reaches at least half; and nobody who could still be paired is left."""
    need, offer, score, needs, offers = graph
    chosen, proven = most(*graph, seconds=0.0)
    assert proven == (len(need) == 0)
    assert within(chosen, graph)
    assert 2 * score[chosen].sum() >= score[most(*graph)[0]].sum() - 1e-9
    used = np.bincount(need[chosen], minlength=len(needs))
    taken = np.bincount(offer[chosen], minlength=len(offers))
    left = np.setdiff1d(np.arange(len(need)), chosen)
    assert not (
        (used[need[left]] < needs[need[left]]) & (taken[offer[left]] < offers[offer[left]])
    ).any()


def test_greedy_by_hand() -> None:
    """.9 is taken first and leaves .0: the best would be .8 + .85."""
    need, offer, score = np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.8, 0.85])
    one = np.ones(2, np.int64)
    assert greedy(need, offer, score, one, one).tolist() == [0]
    assert most(need, offer, score, one, one)[0].tolist() == [1, 2]


def test_equal_scores_go_by_order() -> None:
    need, offer = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    one = np.ones(2, np.int64)
    assert greedy(need, offer, np.full(4, 0.5), one, one).tolist() == [0, 3]


def test_more_pairs_than_the_time_allows_are_not_even_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The network solver cannot be stopped: what would take too long is refused beforehand by its size."""
    monkeypatch.setattr(_assign, "_flow", lambda *_: pytest.fail("begun"))
    need = np.arange(1000)
    one = np.ones(1000, np.int64)
    chosen, proven = most(need, need, np.ones(1000), one, one, 999 * _assign.SECONDS_A_PAIR)
    assert (len(chosen), proven) == (1000, False)


def blocking(chosen: np.ndarray, graph, mine: np.ndarray, theirs: np.ndarray) -> list[int]:
    """Pairs whose two sides would both rather have each other than what they have, strictly."""
    need, offer, _, needs, offers = graph
    found = []
    for e in np.setdiff1d(np.arange(len(need)), chosen).tolist():
        i, j = need[e], offer[e]
        own, other = chosen[need[chosen] == i], chosen[offer[chosen] == j]
        i_would = len(own) < needs[i] or (len(own) and (mine[own] < mine[e]).any())
        j_would = len(other) < offers[j] or (len(other) and (theirs[other] < theirs[e]).any())
        if i_would and j_would:
            found.append(e)
    return found


@settings(max_examples=300, deadline=None)
@given(graphs(), st.integers(0, 2**32 - 1))
def test_nobody_blocks_a_stable_set_with_rooms_on_both_sides(graph, seed: int) -> None:
    need, offer, _, needs, offers = graph
    mine, theirs = np.random.default_rng(seed).integers(0, 5, (2, len(need))) / 4
    chosen, whole = stable(need, offer, mine, theirs, needs, offers)
    assert whole
    assert within(chosen, graph)
    assert blocking(chosen, graph, mine, theirs) == []


@settings(max_examples=150, deadline=None)
@given(graphs(side=3, room=1), st.integers(0, 2**32 - 1))
def test_the_stable_set_is_the_best_one_for_every_need(graph, seed: int) -> None:
    """Gale and Shapley: no need does better in any stable set than in the one where needs propose."""
    need, offer, _, needs, offers = graph
    dice = np.random.default_rng(seed)
    mine, theirs = dice.permutation(len(need)) + 1.0, dice.permutation(len(need)) + 1.0
    ours, _ = stable(need, offer, mine, theirs, needs, offers)
    got = np.bincount(need[ours], mine[ours], len(needs))
    for other in every_set(graph):
        if not blocking(other, graph, mine, theirs):
            assert (np.bincount(need[other], mine[other], len(needs)) <= got).all()


def test_stable_choices_cut_short_stay_within_rooms_and_say_so() -> None:
    size = 60
    need, offer = (a.ravel() for a in np.indices((size, size)))
    mine, theirs = np.random.default_rng(1).random((2, size * size))
    one = np.ones(size, np.int64)
    chosen, whole = stable(need, offer, mine, theirs, one, one, 0.0)
    assert not whole
    assert within(chosen, (need, offer, mine, one, one))
    assert stable(need, offer, mine, theirs, one, one, 60.0)[1]


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_fairness_without_time_is_the_best_pairs_first(graph) -> None:
    need, offer, score, needs, offers = graph
    chosen, whole = fair(need, offer, score, needs, offers, 0.0)
    assert whole == (len(need) == 0)
    assert chosen.tolist() == greedy(need, offer, score, needs, offers).tolist()


@settings(max_examples=100, deadline=None)
@given(graphs(side=3, edges=7))
def test_the_worst_off_first_beside_every_set(graph) -> None:
    """As many pairs as can be, then the fewest at the lowest satisfaction, then at the next."""
    need, offer, score, needs, offers = graph
    chosen, whole = fair(need, offer, score, needs, offers, 30.0)
    assert whole
    assert within(chosen, graph)

    def told(picked: np.ndarray) -> tuple:
        return (len(picked), tuple(np.sort(np.round(score[picked], 2)).tolist()))

    assert told(chosen) == max(map(told, every_set(graph)))
