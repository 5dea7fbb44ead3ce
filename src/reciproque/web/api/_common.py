"""What endpoints share: the cooperation one has a right on, its parties, words of a table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja.errors import HttpError

from reciproque.vocabulary import table
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.cooperations.rules import may_see, writes_for


def cooperation_for(request: HttpRequest, slug: str, right: Any) -> Cooperation:
    """The cooperation, when the person has the right; who may not see it learns nothing."""
    found = get_object_or_404(Cooperation, slug=slug)
    if not right(request.user, found):
        if may_see(request.user, found):
            raise HttpError(403, "not allowed")
        raise HttpError(404, "not found")
    return found


def party_of(cooperation: Cooperation, key: UUID) -> Party:
    """A party that takes part today; 422 otherwise."""
    found = cooperation.present().filter(pk=key).first()
    if found is None:
        raise HttpError(422, f"{key} is not a party of this cooperation")
    return found


def acting_for(request: HttpRequest, c: Cooperation, key: UUID, right: Any = writes_for) -> Party:
    """A party of the cooperation that the person acts for; 403 otherwise."""
    party = party_of(c, key)
    if not right(request.user, party):
        raise HttpError(403, "you do not act for that party")
    return party


def one_of(value: str, name: str) -> str:
    """A word of a vocabulary table; 422 tells those there are."""
    if value not in table(name):
        raise HttpError(422, f"{value}: one of {', '.join(table(name))}")
    return value
