"""What waits for whoever administers: each application says its part in a module ``queue``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules

_known: dict[str, Queue] = {}


@dataclass(frozen=True)
class Queue:
    """``template`` shows what ``waiting`` returns; its forms post ``file`` = ``name`` to the page."""

    name: str
    template: str
    waiting: Callable[[], Iterable[Any]]
    settle: Callable[[HttpRequest], None]


def offer(queue: Queue) -> Queue:
    """Show this queue on the page of whoever administers."""
    _known[queue.name] = queue
    return queue


def queues() -> dict[str, Queue]:
    """The queues of all applications by name."""
    autodiscover_modules("queue")
    return dict(_known)
