"""Add and change the things of a cooperation; write, confirm and correct records."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.cooperations import actions
from reciproque.web.cooperations.forms import AnswerForm, CorrectionForm, RecordForm
from reciproque.web.cooperations.models import (
    Answer,
    Cooperation,
    Expectation,
    Meeting,
    Record,
)
from reciproque.web.cooperations.rules import my_parties, readable, writes_for
from reciproque.web.cooperations.things import THINGS
from reciproque.web.cooperations.views.common import may, needs, page
from reciproque.web.shared.editing import told, with_their_version
from reciproque.web.shared.templatetags.reciproque import lang


@needs("take_part")
def thing(
    request: HttpRequest, cooperation: Cooperation, noun: str, key: Any = None
) -> HttpResponse:
    """Add or change one thing; the second of two editors sees the first's change."""
    if noun not in THINGS:
        raise Http404(noun)
    kind = THINGS[noun]
    if not may(request, kind.right, cooperation):
        return page(request, "no_right", cooperation, status=403)
    instance = get_object_or_404(kind.model, pk=key, cooperation=cooperation) if key else None
    if instance and not may(request, "change", instance):
        return page(request, "no_right", cooperation, status=403)
    form = kind.form(
        request.POST or None, instance=instance, cooperation=cooperation, person=request.user
    )
    title, theirs = kind.old if instance else kind.new, None
    if request.method == "POST" and form.is_valid() and _ours(request, form):
        try:
            actions.keep(form, by=request.user)
            messages.success(request, _("C’est noté."))
            return redirect(kind.tab, slug=cooperation.slug)
        except actions.Changed as error:
            theirs, form = error.theirs, with_their_version(form, error.theirs)
    return page(
        request,
        "thing",
        cooperation,
        form=form,
        title=title,
        theirs=told(form, theirs),
        tab=kind.tab,
    )


def _ours(request: HttpRequest, form: Any) -> bool:
    """Whether what was typed binds a party one writes for; says so where it does not."""
    if may(request, "change", form.instance):
        return True
    form.add_error(
        None,
        _(
            "Cela engage d’autres parties que la vôtre : demandez à l’une d’elles, ou à l’animation."
        ),
    )
    return False


@needs("write")
def answer(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Answer another party's expectation."""
    expectation = get_object_or_404(Expectation, pk=key, cooperation=cooperation)
    if not may(request, "read", expectation):
        raise Http404(key)
    form = AnswerForm(
        request.POST or None, instance=Answer(expectation=expectation), cooperation=cooperation, person=request.user
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        actions.keep(form, by=request.user)
        messages.success(request, _("Votre réponse est notée."))
        return redirect("expectations", slug=cooperation.slug)
    return page(
        request,
        "thing",
        cooperation,
        form=form,
        title=_("Répondre"),
        quote=expectation,
        tab="expectations",
    )


def _for_party(request: HttpRequest, cooperation: Cooperation, values: dict[str, Any]) -> Any:
    """The party for which someone writes a record: one of its two sides, or a facilitator's own."""
    mine = my_parties(request.user, cooperation)
    sides = [p for p in mine if p in (values["giver"], values["receiver"])]
    return next(iter(sides or mine), None)


@needs("write")
def new_record(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """What happened; entered by one side, to be confirmed by the other."""
    initial: dict[str, Any] = {}
    promised = readable(request.user, cooperation, cooperation.commitments.all())
    asked = request.GET.get("engagement")
    chosen = next((m for m in promised if str(m.pk) == asked), None) if asked else None
    if chosen:
        initial = {
            name: getattr(chosen, name)
            for name in ("giver", "receiver", "resource", "unit", "quantity", "visibility")
        } | {"commitment": chosen}
    form = RecordForm(
        request.POST or None, cooperation=cooperation, person=request.user, initial=initial
    )
    if request.method == "POST" and form.is_valid() and _ours(request, form):
        values = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        try:
            party = _for_party(request, cooperation, values)
            actions.note_record(cooperation, by=request.user, for_party=party, **values)
            messages.success(request, _("C’est noté. L’autre partie est invitée à confirmer."))
            return redirect("ledger", slug=cooperation.slug)
        except ReciproqueError as error:
            form.say_error("unit" if error.key == "error.unit" else None, error)
    return page(
        request, "thing", cooperation, form=form, title=_("Noter ce qui s’est passé"), tab="ledger"
    )


@needs("write")
@require_POST
def confirm(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """The other side confirms."""
    record = get_object_or_404(Record, pk=key, cooperation=cooperation)
    sides = [p for p in (record.giver, record.receiver) if p != record.entered_by_party]
    if not any(writes_for(request.user, side) for side in sides):
        messages.warning(request, _("C’est à l’autre partie de confirmer."))
    else:
        actions.confirm_record(record, by=request.user)
        messages.success(request, _("C’est confirmé."))
    return redirect("ledger", slug=cooperation.slug)


@needs("write")
def correct(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """A new row in the place of a wrong one."""
    record = get_object_or_404(Record, pk=key, cooperation=cooperation)
    if not any(writes_for(request.user, side) for side in (record.giver, record.receiver)):
        return page(request, "no_right", cooperation, status=403)
    form = CorrectionForm(
        request.POST or None, initial={"quantity": record.quantity, "visibility": record.visibility}
    )
    if request.method == "POST" and form.is_valid():
        party = _for_party(
            request, cooperation, {"giver": record.giver, "receiver": record.receiver}
        )
        try:
            actions.correct_record(record, by=request.user, for_party=party, **form.cleaned_data)
            told = _("La correction est notée ; la ligne d’origine reste lisible.")
            messages.success(request, told)
            return redirect("ledger", slug=cooperation.slug)
        except ReciproqueError as error:
            form.add_error(None, say(error, lang()))
    return page(request, "thing", cooperation, form=form, title=_("Corriger un fait"), tab="ledger")


def _meeting(request: HttpRequest, cooperation: Cooperation, key: Any) -> Meeting:
    found = get_object_or_404(Meeting, pk=key, cooperation=cooperation)
    if not may(request, "read", found):
        raise Http404(key)
    return found


@needs("write")
@require_POST
def sign_up(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Our party comes to a meeting, or does not."""
    meeting = _meeting(request, cooperation, key)
    for party in my_parties(request.user, cooperation):
        actions.sign_up(meeting, party, request.POST.get("venons") == "oui")
    messages.success(request, _("C’est noté."))
    return redirect("meetings", slug=cooperation.slug)


@needs("write")
@require_POST
def attendance(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Who came to a meeting."""
    meeting = _meeting(request, cooperation, key)
    actions.note_attendance(meeting, set(request.POST.getlist("venu")))
    messages.success(request, _("Les présences sont notées."))
    return redirect("meetings", slug=cooperation.slug)
