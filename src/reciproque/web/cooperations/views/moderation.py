"""What readers report, and what whoever administers decides."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import user_passes_test
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_ratelimit.decorators import ratelimit

from reciproque.web.cooperations import actions
from reciproque.web.cooperations.models import Cooperation, Report
from reciproque.web.cooperations.views.common import needs


@needs("see")
@ratelimit(key="ip", rate="10/h", block=True)
@require_POST
def report(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Anyone who reads the page says what is wrong; no account is needed."""
    text = request.POST.get("texte", "").strip()[:1000]
    if text:
        Report.objects.create(cooperation=cooperation, text=text)
        messages.success(request, _("Merci. La personne qui administre ce site va regarder."))
    return redirect("public", slug=cooperation.slug)


@user_passes_test(lambda person: person.is_authenticated and person.is_staff)
def queue(request: HttpRequest) -> HttpResponse:
    """Open reports, oldest first; settle one: file it, or take the page back to its parties."""
    if request.method == "POST":
        found = get_object_or_404(Report, pk=request.POST.get("signalement"), settled=None)
        outcome = "hidden" if "retirer" in request.POST else "filed"
        actions.settle_report(found, outcome, by=request.user)
        messages.success(request, _("C’est noté."))
        return redirect("moderation")
    waiting = Report.objects.filter(settled=None).select_related("cooperation")
    return render(
        request, "cooperations/moderation.html", {"reports": waiting, "nav": "cooperations"}
    )
