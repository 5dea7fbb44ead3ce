"""Things lent: the list, the calendar of each, ask, book, hand out, take back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.cooperations.actions import keep
from reciproque.web.exchange import loans as actions
from reciproque.web.exchange.forms import ItemForm, LoanForm, StepForm
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import Item, Loan
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.exchange.views.common import edited, may, page, refused
from reciproque.web.shared.templatetags.reciproque import lang

YEARS = 5


def items(request: HttpRequest) -> HttpResponse:
    """What is lent, and the loans that concern me."""
    found = Item.objects.filter(lent=True).select_related("actor")
    mine: Any = ()
    if request.user.is_authenticated:
        mine = Loan.objects.concerning(request.user).exclude(state__in=("declined", "back"))
        mine = mine.select_related("item__actor", "borrower")
    return page(request, "items", items=[(i, place_name(i.territory)) for i in found], loans=mine)


def _month(asked: str | None) -> date:
    """The first day of the month asked for; this month when it is none, or years away."""
    now = timezone.localdate().replace(day=1)
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return now
    return found if abs(found.year - now.year) <= YEARS else now


def _turned(shown: date, by: int) -> str:
    n = shown.year * 12 + shown.month - 1 + by
    return f"{n // 12:04d}-{n % 12 + 1:02d}"


def item(request: HttpRequest, key: Any) -> HttpResponse:
    """One thing: its calendar, its loans for those concerned, and asking for it."""
    found = get_object_or_404(Item.objects.select_related("actor"), pk=key)
    form = None
    if request.user.is_authenticated and writing_actors(request.user).exists() and found.lent:
        form = LoanForm(request.POST or None, item=found, person=request.user)
    if request.method == "POST" and form and form.is_valid():
        try:
            actions.ask(form, by=request.user)
            messages.success(request, _("La demande est notée. La structure qui prête répondra."))
            return redirect(found)
        except ReciproqueError as error:
            form.add_error(None, say(error, lang()))
    shown = _month(request.GET.get("mois"))
    loans = (
        [
            x
            for x in found.loans.select_related("item__actor", "borrower")
            if may(request, "read_loan", x)
        ]
        if request.user.is_authenticated
        else []
    )
    return page(
        request, "item", item=found, form=form, mine=may(request, "lend", found), loans=loans,
        month=shown, weeks=actions.month(found, shown.year, shown.month), step=StepForm(auto_id=False),
        before=_turned(shown, -1), after=_turned(shown, 1), place=place_name(found.territory),
    )  # fmt: skip


@login_required
def edit(request: HttpRequest, key: Any = None) -> HttpResponse:
    """Lend a new thing, or change one; the second of two editors loses nothing."""
    found = get_object_or_404(Item, pk=key) if key else None
    if found and not may(request, "lend", found):
        return refused(request, visible=True)
    if not writing_actors(request.user).exists():
        messages.info(request, _("D’abord, dites pour quelle structure vous agissez."))
        return redirect("new-actor")
    form = ItemForm(request.POST or None, instance=found, person=request.user)
    return edited(request, "edit_item", form, keep, item=found)


@login_required
@require_POST
def step(request: HttpRequest, key: Any) -> HttpResponse:
    """Book, decline, hand out, take back; the borrower may take a demand back."""
    loan = get_object_or_404(Loan.objects.select_related("item__actor", "borrower"), pk=key)
    if not may(request, "read_loan", loan):
        raise Http404(key)
    asked = request.POST.get("etape", "")
    own = writing_actors(request.user).filter(pk=loan.borrower_id).exists()
    if not may(request, "lend", loan.item) and not (own and asked == "declined"):
        return refused(request, visible=True)
    form = StepForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    try:
        if actions.step(loan, asked, **said):
            messages.success(request, _("C’est noté."))
        else:
            messages.warning(
                request, _("Quelqu’un l’a fait entre-temps, ou ce n’est pas encore l’heure.")
            )
    except ReciproqueError as error:
        messages.error(request, say(error, lang()))
    return redirect(loan.item)


def feed(request: HttpRequest, key: Any) -> HttpResponse:
    """The days on which it is taken, for a calendar."""
    found = get_object_or_404(Item, pk=key)
    return HttpResponse(actions.feed(found), content_type="text/calendar; charset=utf-8")
