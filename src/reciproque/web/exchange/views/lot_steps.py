"""The page of one lot: where the rules send it and why, its steps, its certificates; the next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import rows, say, table
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.views.common import needs
from reciproque.web.exchange import lots
from reciproque.web.exchange.forms import CertificateForm, CollectForm, RouteForm, TreatForm
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import Certificate, Lot
from reciproque.web.exchange.rules import acting_party
from reciproque.web.exchange.views.common import may, moved, refused
from reciproque.web.exchange.views.lots import lot_or_404, lots_page
from reciproque.web.shared.templatetags.reciproque import lang


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
        certificates=lot.certificates.all(), visit=lot.visit(), place=place_name(lot.territory),
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


@require_POST
@needs("take_part")
def retain(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Retain the channel of the rules."""
    return moved(request, lot_or_404(request, cooperation, key), "route_lot", lots.route)


@require_POST
@needs("take_part")
def route(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Another channel than that of the rules, with its reason."""
    found = lot_or_404(request, cooperation, key)
    form = RouteForm(request.POST, proposed=found.routing().channel, auto_id="orientation-%s")
    return _step(
        request, found, "route", form,
        lambda: lots.route(found, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_POST
@needs("take_part")
def collect(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """A collection without a round: who took it, how many kilograms."""
    found = lot_or_404(request, cooperation, key)
    form = CollectForm(request.POST, lot=found, auto_id="collecte-%s")

    def act() -> None:
        v = {k: form.cleaned_data[k] for k in ("receiver", "kilograms", "day")}
        party = acting_party(request.user, cooperation, v["receiver"], found.holder)
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
        party = acting_party(request.user, cooperation, found.taker, v["receiver"])
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
