"""Pots: what came in, what they fund, gifts noted, announced, received."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.exchange import patronage as actions
from reciproque.web.exchange.calls import behind_wishes, came_in, funded, short_of
from reciproque.web.exchange.forms import GiftForm, PotForm
from reciproque.web.exchange.maps import proposals_map
from reciproque.web.exchange.models import Pot, PotGift
from reciproque.web.exchange.pooling import kept, said
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.exchange.views.common import edited, may, page, refused
from reciproque.web.shared.templatetags.reciproque import lang


def _form(request: HttpRequest, pot: Pot, holds: bool) -> GiftForm | None:
    """Who may add something, and what: small gifts, or the gift of one's organisation."""
    if pot.state != "open" or not (holds or may(request, "give", pot)):
        return None
    return GiftForm(request.POST or None, pot=pot, person=request.user, holds=holds)


def pot(request: HttpRequest, key: Any) -> HttpResponse:
    """A pot, and a gift to it."""
    found = get_object_or_404(Pot.objects.select_related("actor", "wish"), pk=key)
    holds = may(request, "hold", found)
    form = _form(request, found, holds)
    if request.method == "POST":
        if form is None:
            messages.error(
                request, say(ReciproqueError("error.pot_closed", what=found.title), lang())
            )
            return redirect(found) if request.user.is_authenticated else refused(request, True)
        if form.is_valid() and _gave(request, form):
            return redirect(found)
    gifts = [
        g
        for g in found.gifts.filter(state="announced").select_related("giver")
        if may(request, "read_gift", g)
    ]
    return page(
        request, "pot", pot=found, form=form, holds=holds, came=came_in(found, lambda g: may(request, "read_gift", g)),
        funded=(supports := funded(found)), map=proposals_map([f.proposal for f in supports]), announced=[(g, said(g)) for g in gifts], behind=behind_wishes(found) if holds else (), short=short_of(found) if holds else (), wish=said(found), kept=kept(found),
        matchings=found.wish.matchings.all()[:5] if holds and found.wish else (),
        history=found.history.select_related("history_user") if holds else (),
    )  # fmt: skip


def _gave(request: HttpRequest, form: GiftForm) -> bool:
    try:
        gift = actions.give(form, by=request.user)
    except ReciproqueError as error:
        form.add_error(None, say(error, lang()))
        return False
    announced = _("C’est annoncé. La structure qui tient la cagnotte dira quand le don sera reçu.")
    messages.success(request, announced if gift.state == "announced" else _("C’est noté."))
    return True


@login_required
def edit(request: HttpRequest, key: Any = None) -> HttpResponse:
    """Open a pot, or change what is said of it."""
    found = get_object_or_404(Pot, pk=key) if key else None
    if found and not may(request, "hold", found):
        return refused(request, visible=True)
    if not writing_actors(request.user).exists():
        messages.info(request, _("D’abord, dites pour quelle structure vous agissez."))
        return redirect("new-actor")
    form = PotForm(request.POST or None, instance=found, person=request.user)
    return edited(request, "edit_pot", form, actions.keep_pot, pot=found)


@require_POST
def turn(request: HttpRequest, key: Any) -> HttpResponse:
    """Closed to gifts, or open again."""
    found = get_object_or_404(Pot.objects.select_related("actor"), pk=key)
    if not may(request, "hold", found):
        return refused(request, visible=True)
    if request.POST.get("etat") in ("open", "closed"):
        actions.turn_pot(found, request.POST["etat"])
        messages.success(request, _("C’est noté."))
    return redirect(found)


@login_required
@require_POST
def gift(request: HttpRequest, key: Any) -> HttpResponse:
    """Received, or taken back: by who holds the pot; its giver may take back what is only announced."""
    found = get_object_or_404(PotGift.objects.select_related("pot__actor", "giver"), pk=key)
    if not may(request, "read_gift", found):
        raise Http404(key)
    asked, holds = request.POST.get("etape", ""), may(request, "hold", found.pot)
    own = (
        found.state == "announced"
        and writing_actors(request.user).filter(pk=found.giver_id).exists()
    )
    if not holds and not (own and asked == "withdrawn"):
        return refused(request, visible=True)
    try:
        step = {"received": actions.receive, "withdrawn": actions.withdraw}.get(asked)
        done = step is not None and step(found, by=request.user)
        messages.success(request, _("C’est noté.")) if done else None
    except ReciproqueError as error:
        messages.error(request, say(error, lang()))
    return redirect(found.pot)
