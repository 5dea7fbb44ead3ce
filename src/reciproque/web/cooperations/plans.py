"""Pictures of a cooperation: its plan on a line of time, its two first territories on a map."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reciproque.kernel import ReciproqueError, Territory
from reciproque.web.cooperations.models import Action, Cooperation
from reciproque.web.registry.engine import registry
from reciproque.web.registry.pairs import both_on_ground
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


def where(cooperation: Cooperation) -> tuple[Territory, Territory, SafeString] | None:
    """The territories of the first two parties that are not seated in the same one, on a map."""
    codes = dict.fromkeys(p.actor.territory for p in cooperation.present() if p.actor.territory)
    found = []
    for code in [*codes, *cooperation.perimeter]:
        try:
            territory = registry().territory(code)
        except ReciproqueError:
            continue
        if territory not in found and territory.longitude is not None:
            found.append(territory)
    if len(found) < 2:
        return None
    return found[0], found[1], both_on_ground(registry(), found[0], found[1])
