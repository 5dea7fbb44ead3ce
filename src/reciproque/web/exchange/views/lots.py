"""The pages of lots: the list of a cooperation with its figures, one lot from declared to certified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import rows, say, table
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import facilitates, my_parties
from reciproque.web.cooperations.views.common import needs
from reciproque.web.exchange import lot_sheets, lots
from reciproque.web.exchange.forms import (
    CertificateForm,
    CollectForm,
    LotForm,
    RouteForm,
    TreatForm,
)
from reciproque.web.exchange.lot_figures import figures, figures_csv
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import Certificate, Lot
from reciproque.web.exchange.rules import may_see_round
from reciproque.web.exchange.views.common import may, page, refused
from reciproque.web.shared.editing import told, with_their_version
from reciproque.web.shared.templatetags.reciproque import lang


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
    found = _readable(request, cooperation)
    rounds = cooperation.rounds.exclude(state="dropped").select_related("carrier__actor")
    return lots_page(
        request, "lots", cooperation, lots=found, figures=figures(found),
        to_route=sum(lot.stage == "declared" for lot in found),
        to_collect=sum(lot.stage == "routed" for lot in found), stages=table("lot_stages"),
        rounds=[r for r in rounds if may_see_round(request.user, r)], stage=request.GET.get("etape", ""),
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


def _forms(request: HttpRequest, lot: Lot) -> dict[str, Any]:
    """The steps that the reader may take now, each with its form."""
    found: dict[str, Any] = {}
    if lot.can_become("routed") and may(request, "route_lot", lot):
        found["route"] = RouteForm(proposed=lot.routing().channel, auto_id="orientation-%s")
    if lot.stage == "routed" and may(request, "collect_lot", lot):
        found["collect"] = CollectForm(
            lot=lot, initial={"kilograms": lot.weight}, auto_id="collecte-%s"
        )
    if lot.can_become("treated") and lot.left() > lots.SLACK and may(request, "treat_lot", lot):
        found["treat"] = TreatForm(lot=lot, auto_id="traitement-%s")
    if may(request, "certify_lot", lot) and (lot.data or lot.can_become("certified")):
        found["certify"] = CertificateForm(lot=lot, auto_id="attestation-%s")
    return found


def _show(request: HttpRequest, lot: Lot, status: int = 200, **forms: Any) -> HttpResponse:
    routing = lot.routing()
    rule = table("routing_rules")[lot.rule or routing.rule]
    duties = [row for row in rows("waste_duties") if row["id"] in routing.duties]
    steps = list(lot.steps.with_records().select_related("party__actor", "by"))
    response = lots_page(
        request, "lot", lot.cooperation, lot=lot, routing=routing, rule=rule, duties=duties,
        proposed=table("channels")[routing.channel], steps=steps, forms=_forms(request, lot) | forms,
        certificates=lot.certificates.all(), place=place_name(lot.territory),
        may_change=may(request, "change_lot", lot) and lot.can_become("declared"),
        collected=lot.collected(), left=lot.left(), code=table("waste_codes").get(lot.waste_code),
    )  # fmt: skip
    response.status_code = status
    return response


@needs("take_part")
def lot(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """What it is, where the rules send it and why, its steps and certificates; the next step."""
    return _show(request, lot_or_404(request, cooperation, key))


def _step(
    request: HttpRequest, found: Lot, name: str, form: Any, act: Callable[[], Any]
) -> HttpResponse:
    """Take a step where one may; what is refused comes back with its reason and what was typed."""
    if not may(request, f"{name}_lot", found):
        return refused(request, visible=True)
    if form.is_valid():
        try:
            act()
            messages.success(request, _("C’est noté."))
            return redirect(found)
        except ReciproqueError as error:
            form.add_error(None, say(error, lang()))
    return _show(request, found, 422, **{name: form})


def _for_party(request: HttpRequest, found: Lot, *sides: Any) -> Any:
    mine = my_parties(request.user, found.cooperation)
    return next((p for p in mine if p in sides), None) or next(iter(mine), None)


@require_POST
@needs("take_part")
def route(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Retain the channel of the rules (the button), or another with its reason (the form)."""
    found = lot_or_404(request, cooperation, key)
    proposed = found.routing().channel
    typed = {"channel": proposed, "reason": "-"} if "regles" in request.POST else request.POST
    form = RouteForm(
        typed, proposed="" if "regles" in request.POST else proposed, auto_id="orientation-%s"
    )
    said = (
        {}
        if "regles" in request.POST
        else {k: request.POST.get(k, "") for k in ("channel", "reason")}
    )
    return _step(request, found, "route", form, lambda: lots.route(found, by=request.user, **said))


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


@require_POST
@needs("take_part")
def collect(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """A collection without a round: who took it, how many kilograms."""
    found = lot_or_404(request, cooperation, key)
    form = CollectForm(request.POST, lot=found, auto_id="collecte-%s")

    def act() -> None:
        v = {k: form.cleaned_data[k] for k in ("receiver", "kilograms", "day")}
        party = _for_party(request, found, v["receiver"], found.holder)
        lots.collect(found, by=request.user, for_party=party, **v)

    return _step(request, found, "collect", form, act)


@require_POST
@needs("take_part")
def treat(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """What became of a part or all of it."""
    found = lot_or_404(request, cooperation, key)
    if found.taker is None:
        raise Http404(key)
    form = TreatForm(request.POST, lot=found, auto_id="traitement-%s")

    def act() -> None:
        v = form.cleaned_data
        party = _for_party(request, found, found.taker, v["receiver"])
        lots.treat(found, by=request.user, for_party=party, **v)

    return _step(request, found, "treat", form, act)


@require_POST
@needs("take_part")
def certify(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Note a certificate, with its PDF or not."""
    found = lot_or_404(request, cooperation, key)
    form = CertificateForm(request.POST, request.FILES, lot=found, auto_id="attestation-%s")
    if form.data.get("kind") == "treatment" and not may(request, "treat_lot", found):
        return refused(request, visible=True)
    return _step(request, found, "certify", form, lambda: lots.certify(form, by=request.user))


@needs("take_part")
def proof(request: HttpRequest, cooperation: Cooperation, key: Any) -> FileResponse:
    """The PDF of a certificate, for those who may read its lot."""
    found = get_object_or_404(Certificate, pk=key, lot__cooperation=cooperation)
    if not (found.proof and may(request, "see_lot", found.lot)):
        raise Http404(key)
    return FileResponse(found.proof.open("rb"), content_type="application/pdf")


@require_POST
@needs("take_part")
def withdraw(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Its holder keeps it."""
    found = lot_or_404(request, cooperation, key)
    if not may(request, "change_lot", found):
        return refused(request, visible=True)
    try:
        lots.withdraw(found, by=request.user, reason=request.POST.get("raison", ""))
        messages.success(request, _("Le lot est retiré ; ce qui était noté reste."))
    except ReciproqueError as error:
        messages.error(request, say(error, lang()))
    return redirect(found)


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
