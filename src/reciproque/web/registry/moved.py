"""An address with the code of a merged commune leads to the same page of the commune it became."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from reciproque.web.registry.engine import Moved


class FollowsMergers:
    """Middleware: every page and file about a territory, under the code of today, with what was asked of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The redirect; nothing for any other error, nor for what was sent to be kept."""
        match = request.resolver_match
        if not isinstance(error, Moved) or match is None or request.method not in ("GET", "HEAD"):
            return None
        named = {k: error.now if v == error.before else v for k, v in match.kwargs.items()}
        asked = request.GET.copy()
        asked["ancien"] = error.before
        return redirect(f"{reverse(match.view_name, kwargs=named)}?{asked.urlencode()}")
