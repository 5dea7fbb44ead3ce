"""What was given in a year: a page and a file of figures, with rule, basis and date; no tax advice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Commitment
from reciproque.web.exchange import patronage as actions
from reciproque.web.exchange import receipts as figures
from reciproque.web.exchange.forms import CostForm, TurnoverForm
from reciproque.web.exchange.views.common import may, page, refused


def _actor(request: HttpRequest, key: Any) -> Actor:
    found = get_object_or_404(Actor, pk=key)
    if not may(request, "read_receipts", found):
        raise Http404(key)
    return found


def _year(asked: str | None, known: list[int]) -> int:
    """The year asked for; the latest with gifts, or this one, when it is none."""
    if asked and asked.isdigit() and 1900 <= int(asked) <= 2200:
        return int(asked)
    return known[0] if known else timezone.localdate().year


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The receipts of my organisations; straight to it where there is one."""
    actors = list(request.user.actors())
    if len(actors) == 1:
        return redirect("receipts", actors[0].pk)
    found = [(a, figures.years_of(a)) for a in actors]
    return page(request, "my_receipts", actors=found)


@login_required
def receipts(request: HttpRequest, key: Any) -> HttpResponse:
    """What an organisation gave and received in a year."""
    actor = _actor(request, key)
    years = figures.years_of(actor)
    form = TurnoverForm(request.GET)
    base = form.cleaned_data.get("ca") if form.is_valid() else None
    year = _year(request.GET.get("annee"), years)
    found = figures.given_by(actor, year, base)
    own = any(g.giver == actor and g.receipt for g in found)  # turnover matters to a rule alone
    return page(
        request, "receipts", own=own, actor=actor, years=years, year=year, form=form, base=base,
        found=found, mine=may(request, "say_costs", actor),
        cost=CostForm(auto_id=False),
    )  # fmt: skip


@login_required
def take(request: HttpRequest, key: Any) -> HttpResponse:
    """The same figures as a file."""
    actor = _actor(request, key)
    year = _year(request.GET.get("annee"), figures.years_of(actor))
    text = "\ufeff" + figures.as_csv(figures.given_by(actor, year))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mecenat-{year}.csv"'
    return response


@login_required
@require_POST
def cost(request: HttpRequest, key: Any) -> HttpResponse:
    """What a unit of skills or goods cost its giver."""
    found = get_object_or_404(Commitment.objects.select_related("giver__actor"), pk=key)
    actor = found.giver.actor
    if not may(request, "read_receipts", actor):
        raise Http404(key)
    if not may(request, "say_costs", actor):
        return refused(request, visible=True)
    form = CostForm(request.POST)
    if form.is_valid():
        actions.say_cost(found, form.cleaned_data["cost"], by=request.user)
        messages.success(request, _("C’est noté."))
    else:
        messages.error(request, _("Donnez un prix de revient en euros, zéro ou plus."))
    return redirect("receipts", actor.pk)
