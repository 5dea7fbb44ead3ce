"""What the parties settle together: points of each resource, thresholds of each signal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from reciproque.web.cooperations import actions
from reciproque.web.cooperations.forms import PointsForm, ThresholdsForm
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.views.common import may, needs, page
from reciproque.web.shared.editing import told_values, with_their_version


def _sent(request: HttpRequest, cooperation: Cooperation) -> bool:
    return request.method == "POST" and may(request, "facilitate", cooperation)


@needs("take_part")
def equivalences(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The parties' own table of points; each new one is a version, earlier ones stay readable."""
    latest, theirs, sent = cooperation.equivalences.first(), [], _sent(request, cooperation)
    form = PointsForm(
        request.POST if sent else None, resources=_used(cooperation),
        points=latest.points if latest else {}, number=latest.number if latest else 0,
    )  # fmt: skip
    if sent and form.is_valid():
        read = form.cleaned_data["version"] or 0
        try:
            actions.agree_equivalences(cooperation, form.numbers(), by=request.user, expected=read)
            messages.success(request, _("La table est gardée."))
            return redirect("equivalences", slug=cooperation.slug)
        except actions.Changed as error:
            form = with_their_version(form, error.theirs)
            theirs = told_values(form, error.theirs.points)
    past = cooperation.equivalences.all()
    return page(
        request, "equivalences", cooperation, tab="ledger", form=form, theirs=theirs, past=past
    )


def _used(cooperation: Cooperation) -> list[str]:
    """The resources promised or given that all the parties know of."""
    used = {*cooperation.commitments.shown().values_list("resource", flat=True)}
    given = cooperation.records.shown().order_by().values_list("resource", flat=True)
    return sorted(used | set(given.distinct()))


@needs("take_part")
def thresholds(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The rules of the signals, which a cooperation may change."""
    theirs, sent = [], _sent(request, cooperation)
    form = ThresholdsForm(
        request.POST if sent else None, thresholds=cooperation.thresholds,
        version=cooperation.version,
    )  # fmt: skip
    if sent and form.is_valid():
        try:
            actions.note_thresholds(
                cooperation, form.changed(), expected=form.cleaned_data["version"] or 0
            )
            messages.success(request, _("Les seuils sont gardés."))
            return redirect("thresholds", slug=cooperation.slug)
        except actions.Changed as error:
            form = with_their_version(form, error.theirs)
            theirs = told_values(form, ThresholdsForm.standing(error.theirs.thresholds))
    return page(request, "thresholds", cooperation, tab="overview", form=form, theirs=theirs)
