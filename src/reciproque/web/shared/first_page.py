"""The first visitor waits no longer than the next."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def first_page(application: Application) -> str:
    """Answer the home page once to nobody, and return its status.

    Addresses and templates are read by it, a second of work that would fall to whoever comes first.
    """
    said: list[str] = []
    hosts = [h.lstrip(".") for h in settings.ALLOWED_HOSTS if h.strip(".*")]
    request: dict[str, Any] = {"HTTP_HOST": hosts[0] if hosts else "localhost"}
    setup_testing_defaults(request)
    answer = application(request, lambda status, *_: said.append(status))
    getattr(answer, "close", lambda: None)()
    return said[0]
