"""Parties, mandates, invitations; answers to signals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_ratelimit.decorators import ratelimit

from reciproque.vocabulary import table
from reciproque.web.accounts.actions import hand_over as pass_on
from reciproque.web.accounts.models import Mandate, Person
from reciproque.web.cooperations import actions, invitations
from reciproque.web.cooperations.forms import InvitationForm, SuccessorForm
from reciproque.web.cooperations.models import Cooperation, Invitation
from reciproque.web.cooperations.rules import my_parties
from reciproque.web.cooperations.views.common import may, needs, page
from reciproque.web.shared.written import written


@needs("take_part")
def people(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The parties, who acts for them, who is invited."""
    return _people(request, cooperation, InvitationForm(cooperation=cooperation))


def _people(request: HttpRequest, cooperation: Cooperation, form: InvitationForm) -> HttpResponse:
    leaving = [p for p in my_parties(request.user, cooperation) if may(request, "sign", p)]
    return page(
        request, "people", cooperation, tab="people", parties=_with_people(cooperation), form=form,
        leaving=leaving,
    )  # fmt: skip


def _with_people(cooperation: Cooperation) -> Any:
    """The parties with those who act for them here, and no mandate that ended or lies elsewhere."""
    here = Mandate.objects.lasting().within(cooperation.pk).select_related("person")
    return cooperation.parties.select_related("actor").prefetch_related(
        Prefetch("actor__mandates", here), "invitations__person"
    )


@needs("facilitate")
@ratelimit(key="user", rate="30/h", method="POST", block=True)
@require_POST
def invite(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Send a link that expires."""
    form = InvitationForm(request.POST, cooperation=cooperation)
    if not form.is_valid():
        return _people(request, cooperation, form)
    address = request.build_absolute_uri(reverse("invitations"))
    values = form.cleaned_data
    invitations.invite(
        values["party"], values["email"], by=request.user, role=values["role"], address=address
    )
    messages.success(
        request, _("L’invitation est partie. Son lien s’ouvre pendant quatorze jours.")
    )
    return redirect("people", slug=cooperation.slug)


@needs("facilitate")
@require_POST
def invitation(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Remind, or take back."""
    found = get_object_or_404(
        Invitation, pk=key, party__cooperation=cooperation, accepted=None, withdrawn=None
    )
    if "retirer" in request.POST:
        invitations.withdraw(found)
        messages.success(request, _("L’invitation est retirée : son lien ne s’ouvre plus."))
    else:
        invitations.remind(found, address=request.build_absolute_uri(reverse("invitations")))
        messages.success(request, _("Un rappel est parti, avec un nouveau lien."))
    return redirect("people", slug=cooperation.slug)


@needs("facilitate")
@require_POST
def confirm(request: HttpRequest, cooperation: Cooperation, pk: int) -> HttpResponse:
    """The facilitator confirms a mandate."""
    actors = cooperation.present().values("actor")
    mandate = get_object_or_404(
        Mandate, pk=pk, actor__in=actors, only_in=cooperation.pk, confirmed=None
    )
    invitations.confirm(mandate, cooperation, by=request.user)
    messages.success(request, _("Le mandat est confirmé."))
    return redirect("people", slug=cooperation.slug)


@needs("take_part")
@require_POST
def hand_over(request: HttpRequest, cooperation: Cooperation, pk: int) -> HttpResponse:
    """Give one's mandate to a successor, from tomorrow; nothing that was done changes hands."""
    held = Mandate.objects.current().within(cooperation.pk).filter(person=request.user, end=None)
    mandate = get_object_or_404(held, pk=pk, actor__in=cooperation.present().values("actor"))
    form = SuccessorForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Donnez une adresse électronique valable."))
        return redirect("people", slug=cooperation.slug)
    to = Person.objects.invited(form.cleaned_data["email"])
    pass_on(mandate, to=to, by=request.user)
    messages.success(
        request, _("La main est passée : dès demain, cette personne agit à votre place.")
    )
    return redirect("people", slug=cooperation.slug)


@ratelimit(key="ip", rate="60/h", block=True)
def join(request: HttpRequest, secret: str = "") -> HttpResponse:
    """The page of a link: sign in with the invited address, then accept."""
    found = invitations.found(secret) if secret else None
    if found is None:
        return render(
            request, "cooperations/no_invitation.html", {"nav": "cooperations"}, status=404
        )
    right_one = request.user.is_authenticated and request.user.pk == found.person_id
    if request.method == "POST" and right_one:
        invitations.accept(found, person=found.person)
        messages.success(request, _("Merci. L’animation confirme votre mandat, et vous écrit."))
        return redirect("account")
    context = {"invitation": found, "right_one": right_one, "nav": "cooperations"}
    return render(request, "cooperations/join.html", context)


@needs("write")
@require_POST
def signal(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Answer a signal, or put it to sleep."""
    rule = request.POST.get("regle", "")
    if rule in table("signals"):
        days = {"30": 30, "90": 90, "180": 180}.get(request.POST.get("sommeil", ""), 0)
        until = timezone.localdate() + timedelta(days=days) if days else None
        text, party = written(request, "reponse", 600), written(request, "partie", 40)
        about = written(request, "objet", 40)
        if text or until:
            actions.answer_signal(
                cooperation, by=request.user, rule=rule, party_key=party, about=about,
                text=text, asleep_until=until,
            )  # fmt: skip
            messages.success(request, _("C’est noté."))
    return redirect(cooperation)
