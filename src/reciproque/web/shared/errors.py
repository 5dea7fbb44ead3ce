"""Pages for what is not there and what broke, in the house style."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that does not exist: where to go instead."""
    return render(request, "404.html", status=404)


def bad_address(request: HttpRequest) -> HttpResponse:
    """An address that no link of ours holds."""
    return render(request, "404.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed on our side."""
    return render(request, "500.html", status=500)


def without_blank_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the address of a form, opened as a page, says so instead of staying blank."""

    def answered(request: HttpRequest) -> HttpResponse:
        found = get_response(request)
        if found.status_code == 405 and request.method == "GET" and not found.content:
            return render(request, "405.html", status=405)
        return found

    return answered
