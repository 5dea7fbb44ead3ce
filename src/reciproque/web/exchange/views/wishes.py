"""Publish, read, change and close needs and offers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_ratelimit.core import is_ratelimited

from reciproque.web.exchange import actions
from reciproque.web.exchange.forms import PublicWishForm, WayForm, WishForm
from reciproque.web.exchange.maps import place_name, wishes_map
from reciproque.web.exchange.models import Proposal, Wish
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.exchange.search import alike
from reciproque.web.exchange.views.common import may, page, refused, wish_or_404
from reciproque.web.shared.editing import told, with_their_version

SIDES = {"besoin": "need", "offre": "offer"}


def new(request: HttpRequest, noun: str) -> HttpResponse:
    """A need or an offer: of an organisation one writes for, or through the public form."""
    if noun not in SIDES:
        raise Http404(noun)
    if not request.user.is_authenticated:
        return _public(request, noun)
    if not writing_actors(request.user).exists():
        messages.info(request, _("D’abord, dites pour quelle structure vous agissez."))
        return redirect(reverse("new-actor") + "?suite=echanges")
    form = WishForm(request.POST or None, person=request.user, initial=_begun(request, noun))
    near: list[Wish] = []
    if request.method == "POST" and form.is_valid():
        near = [] if "quand-meme" in request.POST else alike(form.instance)
        if not near:
            wish = actions.publish(form, by=request.user, draft="brouillon" in request.POST)
            said = _("C’est gardé.") if wish.state == "draft" else _("C’est publié.")
            messages.success(request, said)
            return redirect(wish)
    return page(request, "write", form=form, parts=form.parts, near=near, new=True)


def _begun(request: HttpRequest, noun: str) -> dict[str, Any]:
    """What a new wish begins with: the same resource and unit as the one it answers."""
    begun: dict[str, Any] = {"side": SIDES[noun]}
    if answered := request.GET.get("pour"):
        try:
            other = wish_or_404(request, answered)
        except (Http404, ValidationError):
            return begun
        for name in ("title", "resource", "quantity", "unit", "terms"):
            begun[name] = getattr(other, name)
    return begun


def _public(request: HttpRequest, noun: str) -> HttpResponse:
    """Without an account: confirmed by letter, then read before it is published."""
    form = PublicWishForm(request.POST or None, person=request.user, initial=_begun(request, noun))
    near: list[Wish] = []
    if request.method == "POST":
        if is_ratelimited(request, group="exchange-form", key="ip", rate="5/h", increment=True):
            return page(request, "slow_down", 429)
        if form.is_valid():
            near = [] if "quand-meme" in request.POST else alike(form.instance)
            if not near:
                address = request.build_absolute_uri(reverse("confirm-wishes"))
                actions.submit(form, address=address)
                return page(request, "submitted", email=form.cleaned_data["email"])
    return page(request, "write", form=form, parts=form.parts, near=near, new=True, public=True)


def confirm(request: HttpRequest, secret: str = "") -> HttpResponse:
    """The link of the letter: a click on the page, not the mail reader, confirms."""
    found = actions.submitted(secret)
    if found is None:
        return page(request, "no_link", 404)
    if request.method == "POST":
        actions.confirm(found)
        return page(request, "confirmed")
    return page(request, "confirm", submission=found)


def wish(request: HttpRequest, key: Any) -> HttpResponse:
    """One need or offer, and what came of it for its own organisation."""
    found = wish_or_404(request, key)
    mine = may(request, "change", found)
    proposals = Proposal.objects.none()
    if request.user.is_authenticated:
        proposals = found.proposals().told_to(request.user).with_sides()
    history = found.history.select_related("history_user") if mine else ()
    return page(
        request, "wish", wish=found, mine=mine, proposals=proposals, history=history,
        place=place_name(found.territory), map=wishes_map([found]), matchings=found.matchings.all()[:10] if mine else (), way=WayForm(auto_id="%s"),
    )  # fmt: skip


def change(request: HttpRequest, key: Any) -> HttpResponse:
    """Change it; the second of two editors sees the first's change and loses nothing."""
    found = wish_or_404(request, key)
    if not may(request, "change", found):
        return refused(request, visible=True)
    form = WishForm(request.POST or None, person=request.user, instance=found)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish(form, by=request.user, draft="brouillon" in request.POST)
            messages.success(request, _("C’est noté."))
            return redirect(found)
        except actions.Changed as error:
            theirs, form = error.theirs, with_their_version(form, error.theirs)
    draft = found.state == "draft"
    return page(
        request, "write", form=form, parts=form.parts, wish=found, new=draft,
        theirs=told(form, theirs),
    )  # fmt: skip


@require_POST
def close(request: HttpRequest, key: Any) -> HttpResponse:
    """Met, closed, or open again."""
    found = wish_or_404(request, key)
    if not may(request, "change", found):
        return refused(request, visible=True)
    asked = request.POST.get("etat", "")
    if asked in ("met", "closed", "open") and found.state != "waiting":
        actions.close(found, asked)
        messages.success(request, _("C’est noté."))
    return redirect(found)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What my organisations published, what was proposed to them, the searches I follow."""
    wishes = Wish.objects.of(request.user).select_related("actor")
    waiting = Proposal.objects.told_to(request.user).filter(state="sent").with_sides()
    agreed = Proposal.objects.told_to(request.user).filter(state="agreed").with_sides()
    followed = request.user.followed_searches.all()
    return page(request, "mine", wishes=wishes, waiting=waiting, agreed=agreed, followed=followed)
