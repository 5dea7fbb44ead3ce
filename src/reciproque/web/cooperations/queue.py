"""Reports on public pages of cooperations, in the queue of whoever administers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from reciproque.web.cooperations import actions
from reciproque.web.cooperations.models import Report
from reciproque.web.shared.queues import Queue, offer


def _waiting() -> Any:
    return Report.objects.filter(settled=None).select_related("cooperation")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _settle(request: HttpRequest) -> None:
    """File it, or take the page back to its parties."""
    found = get_object_or_404(_waiting(), pk=_number(request.POST.get("signalement", "")))
    outcome = "hidden" if "retirer" in request.POST else "filed"
    actions.settle_report(found, outcome, by=request.user)


offer(Queue("signalements", "cooperations/_reports.html", _waiting, _settle))
