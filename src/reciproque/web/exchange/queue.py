"""Submissions of the public form and reports, in the queue of whoever administers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reciproque.web.exchange import actions
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import Submission, WishReport
from reciproque.web.exchange.search import alike
from reciproque.web.shared.queues import Queue, offer


def _submissions() -> Any:
    """Those whose address is confirmed, with where each stands and what it resembles."""
    found = list(Submission.objects.exclude(confirmed=None).select_related("wish", "person"))
    for one in found:
        one.place, one.near = place_name(one.wish.territory), alike(one.wish)
    return found


def _settle_submission(request: HttpRequest) -> None:
    found = get_object_or_404(Submission, pk=request.POST.get("annonce"), confirmed__isnull=False)
    actions.settle(found, "publier" in request.POST, by=request.user)


def _reports() -> Any:
    return WishReport.objects.filter(settled=None).select_related("wish__actor")


def _settle_report(request: HttpRequest) -> None:
    found = get_object_or_404(WishReport, pk=request.POST.get("signalement"), settled=None)
    hidden = "retirer" in request.POST
    if hidden:
        actions.close(found.wish)
    found.outcome, found.settled = "hidden" if hidden else "filed", timezone.now()
    found.by = request.user
    found.save(update_fields=["outcome", "settled", "by"])


offer(Queue("annonces", "exchange/_submissions.html", _submissions, _settle_submission))
offer(Queue("annonces-signalees", "exchange/_reports.html", _reports, _settle_report))
