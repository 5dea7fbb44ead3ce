"""What the partners chose to follow, over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reciproque.web.cooperations.forms import ReadingForm
from reciproque.web.cooperations.models import Cooperation, Followed, Reading
from reciproque.web.cooperations.rules import readable
from reciproque.web.cooperations.views.common import needs, page
from reciproque.web.shared.pictures import series


@dataclass(frozen=True)
class Shown:
    """An indicator with its readings and their picture."""

    followed: Followed
    readings: list[Reading]
    picture: SafeString


def shown(indicators: Iterable[Followed]) -> list[Shown]:
    """Indicators that the reader may read, ready for a page."""
    result = []
    for one in indicators:
        readings = list(one.readings.all())
        points = [(r.day, r.value) for r in readings]
        picture = series(points, one.target, one.name) if points else mark_safe("")
        result.append(Shown(one, readings, picture))
    return result


def _read_by(request: HttpRequest, cooperation: Cooperation) -> Any:
    found = cooperation.followed.prefetch_related("readings")
    return readable(request.user, cooperation, found)


@needs("take_part")
def evaluation(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Questions, indicators, readings."""
    return page(
        request,
        "evaluation",
        cooperation,
        tab="evaluation",
        shown=shown(_read_by(request, cooperation)),
    )


@needs("write")
def reading(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Note a value."""
    followed = get_object_or_404(_read_by(request, cooperation), pk=key)
    form = ReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        Reading.objects.create(followed=followed, by=request.user, **form.cleaned_data)
        messages.success(request, _("C’est noté."))
        return redirect("evaluation", slug=cooperation.slug)
    return page(request, "thing", cooperation, form=form, title=followed.name, tab="evaluation")
