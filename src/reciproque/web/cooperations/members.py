"""The territories of a perimeter that are no party themselves: are they seen anywhere?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from text_unidecode import unidecode

from reciproque.kernel import ReciproqueError
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.registry.engine import registry


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in unidecode(text).lower()).split())


def _named(codes: list[str]) -> dict[str, str]:
    found = {}
    for code in codes:
        try:
            found[code] = registry().territory(code).name
        except ReciproqueError:
            continue
    return found


def _places(c: Cooperation, day: date, circle: str) -> list[tuple[str, date]]:
    """Where something took place, or what an action names, with the last day."""
    records = c.records.shown(circle).standing().exclude(place="").filter(day__lte=day).order_by()
    met = c.meetings.shown(circle).exclude(place="").filter(day__lte=day).order_by()
    found = list(records.values("place").annotate(last=Max("day")).values_list("place", "last"))
    found += met.values("place").annotate(last=Max("day")).values_list("place", "last")
    for action in c.actions.shown(circle):
        when = action.done or action.start
        if when and when <= day:
            found.append((action.title, when))
    return found


def watched(
    c: Cooperation, parties: list[Any], day: date, circle: str = "parties"
) -> dict[str, Any]:
    """The facts of the signal on forgotten members: ``members`` (code: name), ``seen`` (code: day)."""
    own = {p.actor.territory for p in parties}
    members = _named([code for code in c.perimeter if code not in own])
    if not members:
        return {}
    places = [(f" {_plain(text)} ", last) for text, last in _places(c, day, circle)]
    seen = {}
    for code, name in members.items():
        days = [last for text, last in places if f" {_plain(name)} " in text]
        if days:
            seen[code] = max(days)
    return {"members": members, "seen": seen}


def with_said(found: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is seen together with the facts said by hand, which keep a day as a text."""
    members = {**found.get("members", {}), **said.get("members", {})}
    if not members:
        return dict(said)
    seen = {code: date.fromisoformat(day) for code, day in said.get("seen", {}).items()}
    for code, day in found.get("seen", {}).items():
        seen[code] = max(day, seen.get(code, day))
    return {**said, "members": members, "seen": seen}
