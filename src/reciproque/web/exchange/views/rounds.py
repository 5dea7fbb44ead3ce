"""The pages of a collection round: ask for it, accept it, print its sheet, enter the weights."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.views.common import needs
from reciproque.web.exchange import rounds
from reciproque.web.exchange.forms import RoundForm, WeightsForm
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import CollectionRound
from reciproque.web.exchange.round_sheet import round_map, round_pdf, tours
from reciproque.web.exchange.rules import acting_party
from reciproque.web.exchange.views.common import may, moved, refused
from reciproque.web.exchange.views.lots import lots_page
from reciproque.web.shared.templatetags.reciproque import lang


def _round(request: HttpRequest, cooperation: Cooperation, key: Any) -> CollectionRound:
    found = get_object_or_404(
        CollectionRound.objects.select_related("carrier__actor", "cooperation"),
        pk=key, cooperation=cooperation,
    )  # fmt: skip
    if not may(request, "see_round", found):
        raise Http404(key)
    return found


@needs("facilitate")
def new(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Which lots, who drives, from where, with what: the engine proposes the tours."""
    form = RoundForm(request.POST or None, cooperation=cooperation, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(rounds.propose(form, by=request.user))
        except ReciproqueError as error:
            form.add_error(None, say(error, lang()))
    return lots_page(
        request, "new_round", cooperation, form=form, none=not form.fields["lots"].queryset.exists()
    )


def _show(request: HttpRequest, found: CollectionRound, form: Any = None) -> HttpResponse:
    weighs = found.state == "accepted" and may(request, "weigh_round", found)
    if weighs and form is None:
        form = WeightsForm(round=found)
    response = lots_page(
        request, "round", found.cooperation, r=found, tours=tours(found), map=round_map(found),
        depot=place_name(found.territory), left_out=found.left_out(), notes=found.notes(),
        form=form if weighs else None, may_accept=may(request, "accept_round", found),
    )  # fmt: skip
    response.status_code = 422 if form is not None and form.errors else 200
    return response


@needs("take_part")
def show(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Its tours on a map and as a table, against everyone driving alone; the weights."""
    return _show(request, _round(request, cooperation, key))


@needs("take_part")
def sheet(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """The sheet for whoever drives, to be filled by hand."""
    found = _round(request, cooperation, key)
    if found.state not in ("accepted", "done"):
        raise Http404(key)
    response = HttpResponse(round_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="tournee-{found.day}.pdf"'
    return response


@require_POST
@needs("take_part")
def accept(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Its lots are promised to this round."""
    return moved(request, _round(request, cooperation, key), "accept_round", rounds.accept)


@require_POST
@needs("take_part")
def drop(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Nobody drives; its lots wait for another."""
    return moved(request, _round(request, cooperation, key), "accept_round", rounds.drop)


@require_POST
@needs("take_part")
def weigh(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """All weights of a round at once: so many records.  Sent twice, nothing is noted again."""
    found = _round(request, cooperation, key)
    if not may(request, "weigh_round", found):
        return refused(request, visible=True)
    form = WeightsForm(request.POST, round=found)
    if not form.is_valid():
        return _show(request, found, form)
    party = acting_party(request.user, cooperation, found.carrier)
    try:
        n = rounds.weigh(
            found, form.weights(), day=form.cleaned_data["day"], by=request.user, for_party=party
        )
        said = ngettext("%(n)s fait est noté.", "%(n)s faits sont notés.", n) % {"n": n}
        messages.success(request, said)
    except ReciproqueError as error:
        messages.error(request, say(error, lang()))
    return redirect(found)
