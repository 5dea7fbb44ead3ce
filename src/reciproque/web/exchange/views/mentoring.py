"""The page of a pair: its sessions, its review, its end; what went wrong."""

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
from reciproque.web.cooperations.actions import keep
from reciproque.web.cooperations.rules import my_parties
from reciproque.web.exchange import mentoring as actions
from reciproque.web.exchange.forms import IncidentForm, PairForm, SessionForm
from reciproque.web.exchange.models import Incident, Mentoring, Proposal
from reciproque.web.exchange.views.common import edited, may, page, refused
from reciproque.web.shared.templatetags.reciproque import lang


@login_required
@require_POST
def begin(request: HttpRequest, key: Any) -> HttpResponse:
    """Follow an agreed proposal made of someone's time."""
    found = get_object_or_404(Proposal.objects.with_sides(), pk=key)
    if not (may(request, "read_proposal", found) and actions.can_be_followed(found)):
        raise Http404(key)
    if not may(request, "answer", found):
        return refused(request, visible=True)
    return redirect(actions.begin(found, by=request.user))


def _pair(request: HttpRequest, key: Any) -> Mentoring:
    sides = ("proposal__need__actor", "proposal__offer__actor", "proposal__cooperation")
    found = get_object_or_404(Mentoring.objects.select_related(*sides), pk=key)
    if not may(request, "follow", found):
        raise Http404(key)
    return found


def _party(request: HttpRequest, found: Mentoring) -> Any:
    commitment = found.proposal.commitment
    sides = (commitment.giver, commitment.receiver)
    return next((p for p in my_parties(request.user, found.cooperation) if p in sides), None)


@login_required
def mentoring(request: HttpRequest, key: Any) -> HttpResponse:
    """What was done, hour by hour; note a session."""
    found = _pair(request, key)
    form = SessionForm(request.POST or None)
    if request.method == "POST" and not may(request, "note", found):
        return refused(request, visible=True)
    if request.method == "POST" and form.is_valid():
        try:
            party = _party(request, found)
            actions.note_session(found, by=request.user, for_party=party, **form.cleaned_data)
            messages.success(request, _("C’est noté. L’autre partie est invitée à confirmer."))
            return redirect(found)
        except ReciproqueError as error:
            form.add_error(None, say(error, lang()))
    sessions = list(found.sessions())
    incidents = found.incidents.all() if may(request, "read_incidents", found) else ()
    return page(
        request, "mentoring", m=found, p=found.proposal, form=form, sessions=sessions,
        hours=sum(s.amount for s in sessions), may_note=may(request, "note", found),
        incident=IncidentForm(), incidents=incidents,
    )  # fmt: skip


@login_required
def change(request: HttpRequest, key: Any) -> HttpResponse:
    """Start, review, end; the second of two editors loses nothing."""
    found = _pair(request, key)
    if not may(request, "note", found):
        return refused(request, visible=True)
    form = PairForm(request.POST or None, instance=found)
    return edited(request, "edit_mentoring", form, keep, m=found)


@login_required
@require_POST
def report(request: HttpRequest, key: Any) -> HttpResponse:
    """Someone of the pair tells whoever facilitates."""
    found = _pair(request, key)
    form = IncidentForm(request.POST)
    if form.is_valid():
        actions.report(found, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("C’est transmis à l’animation de la coopération, et à elle seule.")
        )
    else:
        messages.error(request, _("Dites en quelques mots ce qui s’est passé."))
    return redirect(found)


@login_required
@require_POST
def handle(request: HttpRequest, key: Any) -> HttpResponse:
    """Whoever facilitates notes what was done about it."""
    found = get_object_or_404(Incident.objects.select_related("mentoring"), pk=key)
    if not may(request, "read_incidents", found.mentoring):
        raise Http404(key)
    actions.handle(found, request.POST.get("suite", ""))
    messages.success(request, _("C’est noté."))
    return redirect(found.mentoring)
