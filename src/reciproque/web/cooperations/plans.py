"""The plan of actions as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reciproque.web.cooperations.models import Action
from reciproque.web.shared.pictures import Bar, timeline


def plan_picture(actions: Sequence[Action]) -> SafeString:
    """The dated actions on a line of time; empty when none is dated."""
    today = timezone.localdate()
    bars = [
        Bar(a.title[:70], start, a.done or a.due or max(today, start), a.state)
        for a in actions
        if a.state != "dropped" and (start := a.start or a.due or a.done)
    ]
    bars = [Bar(b.label, min(b.start, b.end), b.end, b.css) for b in bars]
    if not bars:
        return mark_safe("")
    return timeline(bars, today, _("Les actions sur une ligne de temps"))
