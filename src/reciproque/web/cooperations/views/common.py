"""What the pages of a cooperation share: find it, check the right, render its frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import my_parties

View = Callable[..., HttpResponse]


def may(request: HttpRequest, right: str, thing: Any) -> bool:
    """Whether the reader has a right on a thing."""
    from rules import has_perm

    return has_perm(f"cooperations.{right}", request.user, thing)


def needs(right: str) -> Callable[[View], View]:
    """Hand the view the cooperation of the address, or refuse: sign in first, or not found.

    Who may not see a cooperation does not learn that it exists.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
            cooperation = get_object_or_404(Cooperation, slug=slug)
            if not may(request, right, cooperation):
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if not may(request, "see", cooperation):
                    raise Http404(slug)
                return page(request, "no_right", cooperation, status=403)
            return view(request, cooperation, **more)

        return checked

    return decorate


def page(
    request: HttpRequest, name: str, cooperation: Cooperation, status: int = 200, **more: Any
) -> HttpResponse:
    """Render a page in the frame of its cooperation."""
    context = {
        "c": cooperation,
        "nav": "cooperations",
        "mine": my_parties(request.user, cooperation),
        "may_write": may(request, "write", cooperation),
        "may_facilitate": may(request, "facilitate", cooperation),
        "first_party": cooperation.parties.select_related("actor").first(),
        "takes_part": may(request, "take_part", cooperation),
        **more,
    }
    return render(request, f"cooperations/{name}.html", context, status=status)
