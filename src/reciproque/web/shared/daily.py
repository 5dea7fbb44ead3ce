"""What happens by itself once a day: each application says its part in a module ``daily``."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.module_loading import autodiscover_modules

Task = Callable[[], int]
_known: dict[str, Task] = {}


def daily(label: str) -> Callable[[Task], Task]:
    """Do this once a day; ``label`` says what its number counts.  Running it twice does nothing twice."""

    def keep(task: Task) -> Task:
        _known[label] = task
        return task

    return keep


def tasks() -> dict[str, Task]:
    """The parts of all applications by label."""
    autodiscover_modules("daily")
    return dict(_known)
