"""Work of libraries that nothing stops, held to the time given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def in_time(action: Callable[[], T], seconds: float) -> T | None:
    """What ``action`` returns, or ``None`` once ``seconds`` are over; Ctrl-C is heard meanwhile.

    The libraries have no way to stop early: what is given up ends on its own, beside, and its result is dropped.

    >>> in_time(lambda: 2 + 2, 5.0)
    4
    """
    if seconds <= 0:
        return None
    result: list[T] = []
    failed: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            result.append(action())
        except BaseException as error:  # told again where it was asked
            failed.append(error)
        ended.set()

    threading.Thread(target=run, daemon=True).start()
    stop = time.perf_counter() + seconds
    while not ended.wait(min(0.1, max(0.0, stop - time.perf_counter()))):
        if time.perf_counter() >= stop:
            return None
    if failed:
        raise failed[0]
    return result[0]
