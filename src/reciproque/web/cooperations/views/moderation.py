"""What readers report, and what whoever administers decides."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_ratelimit.decorators import ratelimit

from reciproque.web.cooperations.models import Cooperation, Report
from reciproque.web.cooperations.views.common import needs
from reciproque.web.shared.queues import queues
from reciproque.web.shared.written import written


@needs("see")
@ratelimit(key="ip", rate="10/h", block=True)
@require_POST
def report(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Anyone who reads the page says what is wrong; no account is needed."""
    text = written(request, "texte", 1000)
    if text:
        Report.objects.create(cooperation=cooperation, text=text)
        messages.success(request, _("Merci. La personne qui administre ce site va regarder."))
    return redirect("public", slug=cooperation.slug)


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, for every application; settle one.

    Who does not administer the site does not learn that the page exists.
    """
    if not request.user.is_staff:
        raise Http404
    found = queues()
    if request.method == "POST":
        asked = found.get(request.POST.get("file", "signalements"))
        if asked is None:
            raise Http404
        asked.settle(request)
        messages.success(request, _("C’est noté."))
        return redirect("moderation")
    shown = [(q.template, list(q.waiting())) for q in found.values()]
    context = {
        "queues": shown,
        "empty": not any(rows for _template, rows in shown),
        "nav": "cooperations",
    }
    return render(request, "cooperations/moderation.html", context)
