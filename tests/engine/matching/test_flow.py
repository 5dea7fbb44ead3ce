"""Minimum-cost flow, here or in a process of its own: the same answer, and it can be stopped."""

import os
import signal
import subprocess
import sys
import time
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reciproque.kernel import Need, Offer
from reciproque.matching import Problem, _assign, _transport, _volumes, volumes
from reciproque.matching._flow import cheapest_flow


def question(seed: int, n: int = 3, m: int = 4, most: int = 9):
    """Every supplier to every demand, and a last way round that takes what is left over."""
    dice = np.random.default_rng(seed)
    supply = dice.integers(0, most, n)
    wanted = dice.integers(0, most, m)
    tail, head = (x.ravel() for x in np.indices((n, m)))
    head = head + n
    room = dice.integers(0, most, n * m)
    cost = dice.integers(0, most, n * m)
    total = supply.sum() - wanted.sum()
    last = n + m
    return (
        np.concatenate([tail, np.arange(n), np.full(m, last)]),
        np.concatenate([head, np.full(n, last), n + np.arange(m)]),
        np.concatenate([room, supply, wanted]),
        np.concatenate([cost, np.full(n + m, 5 * most)]),
        np.concatenate([supply, -wanted, [-total]]),
    )


def least(tail, head, room, cost, supply) -> float:
    """The same by a linear programme of SciPy."""
    rows = np.zeros((len(supply), len(tail)))
    rows[tail, np.arange(len(tail))] += 1
    rows[head, np.arange(len(tail))] -= 1
    return linprog(cost, A_eq=rows, b_eq=supply, bounds=list(zip(0 * room, room, strict=True))).fun


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_flow_costs_the_least_and_nothing_is_lost(seed: int) -> None:
    tail, head, room, cost, supply = asked = question(seed)
    flow = cheapest_flow(*asked)
    assert ((flow >= 0) & (flow <= room)).all()
    balance = np.bincount(tail, flow, len(supply)) - np.bincount(head, flow, len(supply))
    assert balance.tolist() == supply.tolist()
    assert flow @ cost == pytest.approx(least(*asked))


@pytest.mark.parametrize("seed", range(3))
def test_in_a_process_of_its_own_the_same_flow(seed: int) -> None:
    asked = question(seed, 20, 30)
    assert cheapest_flow(*asked, alone_from=0).tolist() == cheapest_flow(*asked).tolist()


@pytest.mark.parametrize("alone_from", [0, 10])
def test_what_cannot_flow_is_none(alone_from: int) -> None:
    one, two = np.array([0]), np.array([1])
    asked = (one, two, np.array([3]), np.array([1]), np.array([4, -4]))
    assert cheapest_flow(*asked, alone_from=alone_from) is None


def test_after_the_time_given_the_process_is_ended() -> None:
    begun = time.perf_counter()
    with pytest.raises(TimeoutError):
        cheapest_flow(*question(1, 300, 300), seconds=0.01, alone_from=0)
    assert time.perf_counter() - begun < 5


HARD = """
import os
import numpy as np
from reciproque.matching._flow import cheapest_flow
n = 1500  # 2,250,000 ways: many seconds
dice = np.random.default_rng(0)
tail, head = (x.ravel() for x in np.indices((n, n)))
cost = (1000 * np.hypot(*(dice.random((2, n, 1)) - dice.random((2, 1, n))))).astype(int).ravel()
supply = np.append(np.full(n, 50), np.full(n, -50))
print("begun", flush=True)
try:
    cheapest_flow(tail, head + n, dice.integers(1, 99, n * n), cost, supply)
except KeyboardInterrupt:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        print("heard, and no process is left")
"""


def test_a_shell_command_stops_at_ctrl_c_while_a_large_flow_is_sought() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", HARD], stdout=pipe, text=True, start_new_session=True
    ) as shell:
        assert shell.stdout.readline() == "begun\n"
        time.sleep(0.5)
        begun = time.perf_counter()
        os.killpg(shell.pid, signal.SIGINT)  # as a terminal does: to all that runs there
        said, _ = shell.communicate(timeout=60)
    assert said == "heard, and no process is left\n"
    assert time.perf_counter() - begun < 5


def late(*_: object, **__: object) -> None:
    raise TimeoutError


def test_out_of_time_pairs_are_the_best_first_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_assign, "cheapest_flow", late)
    need, offer = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 2])
    score, one = np.array([0.9, 0.8, 0.85, 0.1]), np.full(3, 2)
    chosen, proven = _assign.most(need, offer, score, one, one, 60.0)
    assert (chosen.tolist(), proven) == ([0, 1, 2, 3], False)


def test_out_of_time_a_large_transport_is_left_to_what_can_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same = {"resource": "lentils", "unit": "t"}
    needs = tuple(Need(key=f"n{i}", actor=f"n{i}", quantity=2.0, **same) for i in range(3))
    offers = tuple(Offer(key=f"o{j}", actor=f"o{j}", quantity=4.0, **same) for j in range(2))
    problem = Problem(needs, offers, today=date(2026, 11, 24))
    monkeypatch.setattr(_volumes, "QUICK_FROM", 1)
    quick = volumes(problem)
    monkeypatch.setattr(_transport, "cheapest_flow", late)
    slow = volumes(problem)
    assert "match.quick" in {n.key for n in quick.notes}
    assert "match.quick" not in {n.key for n in slow.notes}
    assert slow.optimal
    assert slow.objective == quick.objective == 6.0
