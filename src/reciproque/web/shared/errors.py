"""Pages for what is not there and what broke, in the house style."""

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
