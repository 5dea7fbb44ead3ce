"""The pages of lots: the list of a cooperation with its figures, one lot from declared to certified."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say, table
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import facilitates, my_parties
from reciproque.web.cooperations.views.common import needs
from reciproque.web.exchange import lot_sheets, lots
from reciproque.web.exchange.forms import (
    LotForm,
)
from reciproque.web.exchange.lot_figures import figures, figures_csv
from reciproque.web.exchange.models import Lot
from reciproque.web.exchange.rules import may_see_round
from reciproque.web.exchange.views.common import may, page, refused
from reciproque.web.shared.editing import told, with_their_version
from reciproque.web.shared.templatetags.reciproque import lang

A_PAGE = 100


def lots_page(
    request: HttpRequest, name: str, cooperation: Cooperation, **more: Any
) -> HttpResponse:
    """A page of lots, in the frame of its cooperation."""
    frame = {
        "c": cooperation, "tab": "lots", "takes_part": True,
        "mine": my_parties(request.user, cooperation),
        "may_facilitate": facilitates(request.user, cooperation),
    }  # fmt: skip
    return page(request, name, **{**frame, **more})


def _readable(request: HttpRequest, cooperation: Cooperation) -> list[Lot]:
    found = Lot.objects.readable_by(request.user, cooperation).with_sides()
    if stage := request.GET.get("etape"):
        found = found.filter(stage=stage)
    return list(found)


def lot_or_404(request: HttpRequest, cooperation: Cooperation, key: Any) -> Lot:
    """A lot that the reader may see; who may not does not learn that it exists."""
    found = get_object_or_404(Lot.objects.with_sides(), pk=key, cooperation=cooperation)
    if not may(request, "see_lot", found):
        raise Http404(key)
    return found


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The cooperations one takes part in, each with its lots."""
    found = [
        (c, Lot.objects.readable_by(request.user, c).count())
        for c in Cooperation.objects.of(request.user)
    ]
    return page(request, "my_lots", cooperations=sorted(found, key=lambda pair: -pair[1]))


@needs("take_part")
def index(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """All lots one may read, what became of them, the rounds."""
    every = list(Lot.objects.readable_by(request.user, cooperation).with_sides())
    stage = request.GET.get("etape", "")
    found = [lot for lot in every if stage in ("", lot.stage)]
    rounds = cooperation.rounds.exclude(state="dropped").select_related("carrier__actor")
    return lots_page(
        request, "lots", cooperation, figures=figures(every), total=len(found), stage=stage,
        lots=Paginator(found, A_PAGE).get_page(request.GET.get("page")), stages=table("lot_stages"),
        to_route=sum(lot.stage == "declared" for lot in every),
        to_collect=sum(lot.stage == "routed" for lot in every),
        rounds=[r for r in rounds if may_see_round(request.user, r)],
    )  # fmt: skip


@needs("take_part")
def edit(request: HttpRequest, cooperation: Cooperation, key: Any = None) -> HttpResponse:
    """Declare a lot, or correct what was declared; the second of two editors loses nothing."""
    found = lot_or_404(request, cooperation, key) if key else None
    writes = may(request, "change_lot", found) if found else my_parties(request.user, cooperation)
    if not writes:
        return refused(request, visible=True)
    form, theirs = (
        LotForm(request.POST or None, instance=found, cooperation=cooperation, person=request.user),
        None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = lots.declare(form, by=request.user)
            messages.success(
                request, _("C’est déclaré. Voici le circuit que les règles proposent.")
            )
            return redirect(kept)
        except lots.Changed as error:
            theirs, form = error.theirs, with_their_version(form, error.theirs)
        except ReciproqueError as error:
            form.add_error(None, say(error, lang()))
    return lots_page(
        request, "edit_lot", cooperation, form=form, lot=found, theirs=told(form, theirs)
    )


@require_POST
@needs("facilitate")
def route_all(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Route every declared lot by the rules; those to be kept on site say why."""
    done = 0
    for found in cooperation.lots.stage_in("declared").with_sides():
        try:
            lots.route(found, by=request.user)
            done += 1
        except ReciproqueError as error:
            messages.warning(request, say(error, lang()))
    said = ngettext("%(n)s lot est orienté.", "%(n)s lots sont orientés.", done) % {"n": done}
    messages.success(request, said)
    return redirect("lots", slug=cooperation.slug)


@needs("take_part")
def take(request: HttpRequest, cooperation: Cooperation, kind: str) -> HttpResponse:
    """The list as a spreadsheet, as the import reads it."""
    content, mime = lot_sheets.write(_readable(request, cooperation), kind)
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="lots-{cooperation.slug}.{kind}"'
    return response


@needs("take_part")
def take_figures(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The figures as CSV."""
    content = figures_csv(figures(_readable(request, cooperation)))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"lots-{cooperation.slug}-chiffres.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
