"""Lots of used equipment: the rights, the forms and the steps are those of the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Router, Schema
from ninja.errors import HttpError

from reciproque.vocabulary import say
from reciproque.web.api._common import cooperation_for
from reciproque.web.api._keeping import kept_or_told, typed
from reciproque.web.api._things import Change, Kept, Refused
from reciproque.web.cooperations.rules import may_write, takes_part
from reciproque.web.exchange import lots as actions
from reciproque.web.exchange.forms import CertificateForm, CollectForm, LotForm, TreatForm
from reciproque.web.exchange.lot_figures import figures
from reciproque.web.exchange.models import Certificate, Lot
from reciproque.web.exchange.rules import (
    acting_party,
    may_certify_lot,
    may_change_lot,
    may_collect_lot,
    may_route_lot,
    may_see_lot,
    may_treat_lot,
)
from reciproque.web.shared.templatetags.reciproque import lang

router = Router()


class StepOut(Schema):
    stage: str
    treatment: str
    channel: str
    day: date
    note: str
    kilograms: float
    record: UUID | None


class LotOut(Kept):
    """``waste`` tells waste from gift; ``proposed`` and ``reasons`` are what the rules say today."""

    stage: str
    waste: bool
    channel: str
    rule: str
    override: str
    proposed: str
    duties: list[str]
    reasons: list[str]
    steps: list[StepOut]


class CertificateOut(Schema):
    """``proof`` tells whether its PDF is kept; it is read, and added, on the page of the lot."""

    key: UUID
    kind: str
    number: str
    day: date
    issuer: str
    proof: bool


class ChannelOut(Schema):
    channel: str
    waste: bool | None
    lots: int
    announced: float
    collected: float


class FiguresOut(Schema):
    """Kilograms; ``reuse`` is the share (0 to 1) of what was treated that serves again."""

    channels: list[ChannelOut]
    treated: dict[str, float]
    reuse: float | None


class Routed(Schema):
    """Empty, the channel of the rules; another one needs its reason."""

    channel: str = ""
    reason: str = ""


def _steps(lot: Lot) -> list[StepOut]:
    return [
        StepOut(
            stage=s.stage, treatment=s.treatment, channel=s.channel, day=s.day, note=s.note,
            kilograms=s.kilograms, record=s.record_id,
        )
        for s in lot.steps.with_records()
    ]  # fmt: skip


def _told(lot: Lot) -> LotOut:
    found = lot.routing()
    fields = {**model_to_dict(lot, LotForm._meta.fields), "territory": lot.territory}
    fields |= {"consent": lot.consent.isoformat()}
    return LotOut(
        key=lot.pk, version=lot.version, fields=fields, stage=lot.stage, waste=lot.waste,
        channel=lot.channel, rule=lot.rule, override=lot.override, proposed=found.channel,
        duties=list(found.duties), reasons=[say(r, lang()) for r in found.reasons],
        steps=_steps(lot),
    )  # fmt: skip


def _lot(request: HttpRequest, key: UUID, right: Any = may_see_lot) -> Lot:
    found = get_object_or_404(Lot.objects.with_sides(), pk=key)
    if not may_see_lot(request.user, found):
        raise HttpError(404, "not found")
    if not right(request.user, found):
        raise HttpError(403, "not allowed")
    return found


def _try(form: Any, done: int, act: Callable[[], Lot]) -> Any:
    """Keep what a form holds, or say field by field why not."""
    return kept_or_told(form, act, lambda lot: _told(Lot.objects.with_sides().get(pk=lot.pk)), done)


@router.get("", response=list[LotOut])
def lots(request: HttpRequest, cooperation: str, stage: str = "") -> Any:
    """The lots of a cooperation (its short name) that one may read."""
    c = cooperation_for(request, cooperation, takes_part)
    found = Lot.objects.readable_by(request.user, c).with_sides()
    return [_told(x) for x in (found.filter(stage=stage) if stage else found)]


@router.get("/figures", response=FiguresOut)
def lot_figures(request: HttpRequest, cooperation: str) -> Any:
    """Kilograms by channel and by treatment, of the lots that one may read."""
    c = cooperation_for(request, cooperation, takes_part)
    found = figures(Lot.objects.readable_by(request.user, c))
    channels = [ChannelOut.from_orm(line) for line in found.channels]
    return FiguresOut(channels=channels, treated=dict(found.treated), reuse=found.reuse)


@router.post("", response={201: LotOut, 409: LotOut, 422: Refused})
def declare(request: HttpRequest, cooperation: str, body: Body[dict[str, Any]]) -> Any:
    """Declare a lot of a party one writes for, with the fields of the page; ``agreed`` is its consent."""
    c = cooperation_for(request, cooperation, may_write)
    form = LotForm(typed(body), cooperation=c, person=request.user)
    return _try(form, 201, lambda: actions.declare(form, by=request.user))


@router.get("/{key}", response=LotOut)
def lot(request: HttpRequest, key: UUID) -> Any:
    """One of them, with its steps and the version that a change must name."""
    return _told(_lot(request, key))


@router.patch("/{key}", response={200: LotOut, 409: LotOut, 422: Refused})
def change(request: HttpRequest, key: UUID, body: Change) -> Any:
    """Correct a declaration; 409 with what stands when someone else changed it first."""
    found = _lot(request, key, may_change_lot)
    now = LotForm(instance=found, cooperation=found.cooperation, person=request.user)
    values = {n: v for n in now.fields if (v := now[n].value()) not in (None, False)}
    data = {**values, **body.changes, "version": body.version}
    form = LotForm(typed(data), instance=found, cooperation=found.cooperation, person=request.user)
    return _try(form, 200, lambda: actions.declare(form, by=request.user))


@router.post("/{key}/routed", response={200: LotOut, 409: LotOut, 422: Refused})
def route(request: HttpRequest, key: UUID, body: Routed) -> Any:
    """Retain the channel of the rules, or another with its reason."""
    found = _lot(request, key, may_route_lot)
    return _try(None, 200, lambda: actions.route(found, by=request.user, **body.dict()).lot)


@router.post("/{key}/collected", response={200: LotOut, 409: LotOut, 422: Refused})
def collect(request: HttpRequest, key: UUID, body: Body[dict[str, Any]]) -> Any:
    """Note a collection: ``receiver`` (the key of a party), ``kilograms``, ``day``."""
    found = _lot(request, key, may_collect_lot)
    form = CollectForm(typed(body), lot=found)

    def act() -> Lot:
        v = {k: form.cleaned_data[k] for k in ("receiver", "kilograms", "day")}
        party = acting_party(request.user, found.cooperation, v["receiver"], found.holder)
        return actions.collect(found, by=request.user, for_party=party, **v).lot

    return _try(form, 200, act)


@router.post("/{key}/treated", response={200: LotOut, 409: LotOut, 422: Refused})
def treat(request: HttpRequest, key: UUID, body: Body[dict[str, Any]]) -> Any:
    """Note a treatment: ``treatment``, ``kilograms``, ``receiver``, ``day``."""
    found = _lot(request, key, may_treat_lot)
    form = TreatForm(typed(body), lot=found)

    def act() -> Lot:
        v = form.cleaned_data
        party = acting_party(request.user, found.cooperation, found.taker, v["receiver"])
        return actions.treat(found, by=request.user, for_party=party, **v).lot

    return _try(form, 200, act)


def _certificate(kept: Certificate) -> CertificateOut:
    return CertificateOut(
        key=kept.pk, kind=kept.kind, number=kept.number, day=kept.day, issuer=kept.issuer,
        proof=bool(kept.proof),
    )  # fmt: skip


@router.get("/{key}/certificates", response=list[CertificateOut])
def certificates(request: HttpRequest, key: UUID) -> Any:
    """The certificates of a lot that one may read."""
    return [_certificate(x) for x in _lot(request, key).certificates.all()]


@router.post(
    "/{key}/certificates", response={201: CertificateOut, 409: CertificateOut, 422: Refused}
)
def certify(request: HttpRequest, key: UUID, body: Body[dict[str, Any]]) -> Any:
    """Note a certificate: ``kind`` (``erasure`` or ``treatment``), ``number``, ``day``, ``issuer``.

    That of erasure frees the lot, that of treatment ends its life and comes from who took it.
    """
    found = _lot(request, key, may_certify_lot)
    if body.get("kind") == "treatment" and not may_treat_lot(request.user, found):
        raise HttpError(403, "not allowed")
    form = CertificateForm(typed(body), lot=found)
    return kept_or_told(form, lambda: actions.certify(form, by=request.user), _certificate, 201)
