"""Legal notices and the register of processing: a first text, which the administrator completes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from reciproque.web.accounts.models import Notice
from reciproque.web.shared.written import written

PAGES = ("mentions-legales", "registre-des-traitements")


def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """The text kept, or the first one; whoever administers may change it here."""
    if slug not in PAGES:
        raise Http404(slug)
    kept = Notice.objects.filter(slug=slug).first()
    text = kept.text if kept else render_to_string(f"accounts/notices/{slug}.md")
    may_edit = request.user.is_authenticated and request.user.is_staff
    if request.method == "POST" and may_edit:
        text = written(request, "texte", 40_000)
        if not text:
            return redirect("notice", slug=slug)
        Notice.objects.update_or_create(slug=slug, defaults={"text": text, "by": request.user})
        messages.success(request, _("La page est gardée."))
        return redirect("notice", slug=slug)
    context = {"text": text, "may_edit": may_edit, "kept": kept, "slug": slug}
    return render(request, "accounts/notice.html", context)
