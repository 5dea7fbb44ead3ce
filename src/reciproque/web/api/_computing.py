"""Ask the engine without keeping anything: a matching of what is sent or stored, a coalition around a territory."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, QueryDict
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import HttpError
from ninja.throttling import AuthRateThrottle, BaseThrottle

from reciproque.kernel import ReciproqueError
from reciproque.matching import coalition_as_data, match_of, matching_as_data, pairs, volumes
from reciproque.vocabulary import table
from reciproque.web.api._schemas import Problem
from reciproque.web.api._things import Refused
from reciproque.web.exchange.chains import best_chain, steps_of
from reciproque.web.exchange.engine import best
from reciproque.web.exchange.models import Matching, Wish
from reciproque.web.exchange.rules import may_see
from reciproque.web.registry.coalitions import CoalitionForm
from reciproque.web.registry.engine import registry, territory
from reciproque.web.shared.templatetags.reciproque import lang

computing, territories = Router(), Router()
MOST_ROWS, MOST_PAIRS, SECONDS = 1_000, 200_000, 10.0
HEAVY: list[BaseThrottle] = [AuthRateThrottle("30/m")]
Rows = list[dict[str, Any]]


class Sent(Schema):
    """Needs and offers with the fields of a file that ``reciproque match`` reads, and how to bring them together."""

    need: Rows = Field(max_length=MOST_ROWS)
    offer: Rows = Field(max_length=MOST_ROWS)
    step: Rows = Field(default=[], max_length=100)
    share: Rows = Field(default=[], max_length=100)
    matching: dict[str, Any] = Field(default={})
    way: Literal["pairs", "volumes"] = "pairs"
    how: Literal["total", "stable", "fair"] = "total"
    seconds: float = Field(default=5.0, gt=0, le=SECONDS)


class Stored(Schema):
    """Needs and offers that are kept here, by their keys."""

    wishes: list[UUID] = Field(min_length=2, max_length=MOST_ROWS)
    way: str = "total"
    pin: list[tuple[UUID, UUID]] = Field(default=[])
    forbid: list[tuple[UUID, UUID]] = Field(default=[])


def _bounded(needs: int, offers: int) -> None:
    if needs * offers > MOST_PAIRS:
        raise ReciproqueError("exchange.too_many", pairs=needs * offers, limit=MOST_PAIRS)


@computing.post("/matched", response={200: dict[str, Any], 422: Problem}, throttle=HEAVY)
def matched(request: HttpRequest, body: Sent) -> Any:
    """Bring together what is sent: the answer of ``reciproque match --json``.  Nothing is kept."""
    _bounded(len(body.need), len(body.offer))
    tables = {name: getattr(body, name) for name in ("need", "offer", "step", "share", "matching")}
    problem = match_of(tables, "body").asked()
    if body.way == "volumes":
        return matching_as_data(volumes(problem, body.seconds), lang())
    return matching_as_data(pairs(problem, body.how, body.seconds), lang())


def _stored(request: HttpRequest, keys: list[UUID]) -> list[Wish]:
    """The live ones among them; one that the person may not see is as if it did not exist."""
    found = list(Wish.objects.live().filter(pk__in=keys).select_related("actor"))
    seen = [w for w in found if may_see(request.user, w)]
    if missing := set(keys) - {w.pk for w in seen}:
        raise HttpError(404, f"not found: {', '.join(sorted(map(str, missing)))}")
    return seen


@computing.post("/matched/stored", response={200: dict[str, Any], 422: Problem}, throttle=HEAVY)
def matched_stored(request: HttpRequest, body: Stored) -> Any:
    """Bring together needs and offers kept here, what is agreed already taken off.  Nothing is kept."""
    if table("matching_ways").get(body.way, {}).get("engine") not in ("pairs", "volumes"):
        raise HttpError(422, f"way: one of {', '.join(table('matching_ways'))}")
    wishes = _stored(request, body.wishes)
    sides = [sum(w.side == side for w in wishes) for side in ("need", "offer")]
    _bounded(*sides)
    adjusted = {
        name: [list(map(str, p)) for p in getattr(body, name)] for name in ("pin", "forbid")
    }
    asked = Matching(way=body.way, by=request.user, adjusted=adjusted)
    if asked.chained:
        return matching_as_data(best_chain(asked, wishes, steps_of(asked)), lang())
    return matching_as_data(best(asked, wishes), lang())


class Coalitions(Schema):
    """The filters of the page, by their names there; ``cherche`` may be repeated."""

    cherche: list[str] = Field(default=[], max_length=12)
    objectifs: str = ""
    bornes: str = ""
    habitants_min: str = ""
    habitants_max: str = ""
    au_plus: str = ""
    km: str = ""
    type: str = ""
    tenant: str = ""


@territories.get("/{code}/coalitions", response={200: dict[str, Any], 422: Refused}, throttle=HEAVY)
def coalitions(request: HttpRequest, code: str, asked: Query[Coalitions]) -> Any:
    """The smallest coalition around a territory: the answer of ``reciproque coalition --json``."""
    data = QueryDict(mutable=True)
    for name, value in asked.dict().items():
        if value:
            data.setlist(name, value if isinstance(value, list) else [value])
    known, here = registry(), territory(code)
    form = CoalitionForm(data, known)
    if not form.is_valid():
        fields = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        return Status(422, Refused(detail="not computed", fields=fields))
    return coalition_as_data(form.find(known, here), lang())
