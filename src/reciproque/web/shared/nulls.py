"""No text holds the character zero: what brings one was not typed by anybody."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

WRITTEN = {"application/json": b"\\u0000", "application/x-www-form-urlencoded": b"%00"}


def no_nulls(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse (400) a zero in the address or in what is sent: PostgreSQL keeps none and would fail."""

    def checked(request: HttpRequest) -> HttpResponse:
        written = WRITTEN.get(request.content_type or "")
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "%00" in query or (written and written in request.body):
            raise BadRequest("a character zero")
        return answer(request)

    return checked
