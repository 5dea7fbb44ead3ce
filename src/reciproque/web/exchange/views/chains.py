"""The chain of a cooperation: its steps, and asking what would pass through them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from rules import has_perm

from reciproque.web.cooperations.actions import Changed, keep
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.forms import ChainStepForm
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import Step
from reciproque.web.exchange.views.common import page, refused
from reciproque.web.shared.editing import told, with_their_version


def _cooperation(request: HttpRequest, slug: str, right: str) -> Cooperation | None:
    """The cooperation when the reader has the right; who may not see it learns nothing."""
    found = get_object_or_404(Cooperation, slug=slug)
    if has_perm(f"cooperations.{right}", request.user, found):
        return found
    if not has_perm("cooperations.see", request.user, found):
        raise Http404(slug)
    return None


@login_required
def chain(request: HttpRequest, slug: str) -> HttpResponse:
    """The steps of a cooperation, for those who take part."""
    found = _cooperation(request, slug, "take_part")
    if found is None:
        return refused(request, visible=True)
    steps = [
        (s, place_name(s.territory)) for s in found.steps.select_related("actor", "cooperation")
    ]
    may_write = has_perm("cooperations.write", request.user, found)
    return page(request, "chain", c=found, steps=steps, may_write=may_write)


@login_required
def edit(request: HttpRequest, slug: str, key: Any = None) -> HttpResponse:
    """Add a step, or change one; the second of two editors loses nothing."""
    c = _cooperation(request, slug, "write")
    if c is None:
        return refused(request, visible=True)
    found = get_object_or_404(Step, pk=key, cooperation=c) if key else None
    form = ChainStepForm(request.POST or None, instance=found, cooperation=c)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            place(form.instance)
            keep(form, by=request.user)
            messages.success(request, _("C’est noté."))
            return redirect("chain", slug=slug)
        except Changed as error:
            theirs, form = error.theirs, with_their_version(form, error.theirs)
    return page(request, "edit_step", form=form, step=found, c=c, theirs=told(form, theirs))


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, key: Any) -> HttpResponse:
    """Take a step out of the chain; what was agreed stands."""
    c = _cooperation(request, slug, "write")
    if c is None:
        return refused(request, visible=True)
    get_object_or_404(Step, pk=key, cooperation=c).delete()
    messages.success(request, _("L’étape est retirée. Ce qui était convenu demeure."))
    return redirect("chain", slug=slug)
