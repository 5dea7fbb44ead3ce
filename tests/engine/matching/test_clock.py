"""The time given, and Ctrl-C, while a library works."""

import os
import signal
import threading
import time

import numpy as np
import pytest
from scipy.sparse import csr_array

from reciproque.matching._clock import in_time
from reciproque.matching._highs import Program, binary_program


def test_no_time_means_no_answer_and_enough_means_one() -> None:
    assert in_time(lambda: 1, 0.0) is None
    assert in_time(lambda: 1, 10.0) == 1
    assert in_time(lambda: 1, float("inf")) == 1


def test_what_takes_too_long_is_given_up() -> None:
    done = threading.Event()
    start = time.perf_counter()
    assert in_time(lambda: done.wait(20), 0.05) is None
    assert time.perf_counter() - start < 5
    done.set()


def test_a_failure_beside_is_told_where_it_was_asked() -> None:
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 // 0, 10.0)


def test_ctrl_c_is_heard_while_a_solver_works() -> None:
    done = threading.Event()
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        in_time(lambda: done.wait(20), 30.0)
    assert time.perf_counter() - start < 5
    done.set()


def hard() -> Program:
    """Market split (Cornuejols and Dawande 1998): some forty yes-or-no choices that keep any solver for hours."""
    dice = np.random.default_rng(4)
    rows = dice.integers(0, 100, (5, 40)).astype(float)
    half = np.floor(rows.sum(axis=1) / 2)
    return Program(np.ones(40), csr_array(rows), half, half)


def test_ctrl_c_stops_highs_and_the_next_question_is_answered() -> None:
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        binary_program(hard(), 60.0)
    assert time.perf_counter() - start < 20
    easy = Program(
        np.array([1.0, 3.0]), csr_array([[1.0, 2.0]]), np.array([2.0]), np.array([np.inf])
    )
    assert binary_program(easy, 5.0).x.tolist() == [1]


def test_highs_keeps_to_its_time_and_says_so() -> None:
    start = time.perf_counter()
    assert binary_program(hard(), 0.3).status == "time"
    assert time.perf_counter() - start < 10


def test_highs_answers_in_a_thread_that_hears_no_signal() -> None:
    easy = Program(
        np.array([1.0, 3.0]), csr_array([[1.0, 2.0]]), np.array([2.0]), np.array([np.inf])
    )
    told: list[list[int]] = []
    thread = threading.Thread(target=lambda: told.append(binary_program(easy, 5.0).x.tolist()))
    thread.start()
    thread.join(30)
    assert told == [[1]]


def test_what_another_library_makes_of_ctrl_c_leaves_no_solver_running() -> None:
    def otherwise(*_: object) -> None:
        raise LookupError

    before = signal.signal(signal.SIGINT, otherwise)
    try:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(LookupError):
            binary_program(hard(), 60.0)
    finally:
        signal.signal(signal.SIGINT, before)
    easy = Program(
        np.array([1.0, 3.0]), csr_array([[1.0, 2.0]]), np.array([2.0]), np.array([np.inf])
    )
    assert binary_program(easy, 5.0).x.tolist() == [1]
