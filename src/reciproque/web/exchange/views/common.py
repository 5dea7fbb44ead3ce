"""What the pages of exchange share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from rules import has_perm

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.exchange.actions import Changed
from reciproque.web.exchange.models import Wish
from reciproque.web.shared.editing import told, with_their_version
from reciproque.web.shared.templatetags.reciproque import lang


def may(request: HttpRequest, right: str, thing: Any = None) -> bool:
    """Whether the reader has a right on a thing."""
    return has_perm(f"exchange.{right}", request.user, thing)


def page(request: HttpRequest, name: str, status: int = 200, **more: Any) -> HttpResponse:
    """Render a page of exchange."""
    return render(request, f"exchange/{name}.html", {"nav": "exchange", **more}, status=status)


def refused(request: HttpRequest, visible: bool) -> HttpResponse:
    """Sign in first; else say what is missing to who may see, and nothing to who may not."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not visible:
        raise Http404
    return page(request, "no_right", 403)


def wish_or_404(request: HttpRequest, key: Any) -> Wish:
    """A wish that the reader may see; who may not does not learn that it exists."""
    found = get_object_or_404(Wish.objects.select_related("actor", "vetted_by"), pk=key)
    if not may(request, "see", found):
        raise Http404(key)
    return found


def edited(
    request: HttpRequest, name: str, form: Any, keep: Callable[..., Any], **more: Any
) -> HttpResponse:
    """Keep a form that was sent and go to what it wrote; else its page.  The second of two editors loses nothing."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep(form, by=request.user)
            messages.success(request, _("C’est noté."))
            return redirect(kept)
        except Changed as error:
            theirs, form = error.theirs, with_their_version(form, error.theirs)
    return page(request, name, form=form, theirs=told(form, theirs), **more)


def moved(request: HttpRequest, found: Any, right: str, act: Callable[..., Any]) -> HttpResponse:
    """One step of a thing by who has the right; what stands against it is told on its page."""
    if not may(request, right, found):
        return refused(request, visible=True)
    try:
        act(found, by=request.user)
        messages.success(request, _("C’est noté."))
    except ReciproqueError as error:
        messages.error(request, say(error, lang()))
    return redirect(found)
