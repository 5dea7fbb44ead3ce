"""What comes in that no database keeps: the NUL character, refused in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.shared.errors import bad_address

NUL = "\0"


def _holds(value: Any) -> bool:
    """Whether a text inside a parsed JSON value, or a name in it, holds the character."""
    if isinstance(value, str):
        return NUL in value
    if isinstance(value, dict):
        return any(_holds(k) or _holds(v) for k, v in value.items())
    return isinstance(value, list) and any(_holds(v) for v in value)


def _in_json(request: HttpRequest) -> bool:
    if request.content_type != "application/json" or b"\\u0000" not in request.body:
        return False  # written raw, it is no JSON at all
    try:
        return _holds(json.loads(request.body))
    except ValueError:
        return False


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: an address or a JSON body with a NUL character goes no further.

    A form says it beside its field and keeps what was typed; so does :func:`written`.
    """

    def checked(request: HttpRequest) -> HttpResponse:
        if any(NUL in v for values in request.GET.lists() for v in (values[0], *values[1])):
            return bad_address(request)
        if _in_json(request):
            error = ReciproqueError("error.nul")
            said = {"detail": say(error, "en"), "detail_fr": say(error, "fr"), "key": error.key}
            return JsonResponse(said, status=422)
        return get_response(request)

    return checked


def written(request: HttpRequest, name: str, most: int) -> str:
    """A text of a hand-made form; with a NUL character nothing of it is taken, and it is said."""
    text = request.POST.get(name, "").strip()[:most]
    if NUL not in text:
        return text
    messages.error(request, _("Ce texte contient un caractère invisible (nul) : retapez-le."))
    return ""
