"""Patronage: calls for support and the pots that answer them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.web.exchange import patronage as actions
from reciproque.web.exchange.calls import short, sought
from reciproque.web.exchange.forms import CallForm
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import Pot, SupportCall
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.exchange.views.common import edited, may, page, refused

PER_PAGE = 20


def home(request: HttpRequest) -> HttpResponse:
    """The calls that are open, the pots, what awaits me."""
    found = SupportCall.objects.filter(state="open").select_related("actor")
    calls = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    pots = Pot.objects.select_related("actor", "wish").order_by("state", "-created")[:50]
    waiting = actions.awaited(request.user) if request.user.is_authenticated else ()
    return page(
        request, "patronage", page=calls, calls=[(c, sought(c), place_name(c.territory)) for c in calls],
        pots=pots, waiting=waiting,
    )  # fmt: skip


def call_or_404(request: HttpRequest, key: Any) -> SupportCall:
    """A call that the reader may see."""
    found = get_object_or_404(SupportCall.objects.select_related("actor"), pk=key)
    if not may(request, "see_call", found):
        raise Http404(key)
    return found


def call(request: HttpRequest, key: Any) -> HttpResponse:
    """A project: what it seeks, what is agreed, what came."""
    found = call_or_404(request, key)
    mine = may(request, "change_call", found)
    history = found.history.select_related("history_user") if mine else ()
    left = [x for w in found.needs() if (x := short(w))] if mine else []
    return page(
        request, "call", call=found, sought=sought(found), mine=mine, history=history,
        place=place_name(found.territory), short=left,
    )  # fmt: skip


@login_required
def edit(request: HttpRequest, key: Any = None) -> HttpResponse:
    """Call for support, or change what is said of a project."""
    found = call_or_404(request, key) if key else None
    if found and not may(request, "change_call", found):
        return refused(request, visible=True)
    if not writing_actors(request.user).exists():
        messages.info(request, _("D’abord, dites pour quelle structure vous agissez."))
        return redirect("new-actor")
    form = CallForm(request.POST or None, instance=found, person=request.user)
    return edited(request, "edit_call", form, actions.publish_call, call=found)


@require_POST
def close(request: HttpRequest, key: Any) -> HttpResponse:
    """Closed, or open again."""
    found = call_or_404(request, key)
    if not may(request, "change_call", found):
        return refused(request, visible=True)
    if request.POST.get("etat") in ("open", "closed"):
        actions.close_call(found, request.POST["etat"])
        messages.success(request, _("C’est noté."))
    return redirect(found)
