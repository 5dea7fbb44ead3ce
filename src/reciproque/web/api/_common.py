"""What endpoints share: the cooperation one has a right on, its parties."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja.errors import HttpError

from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.cooperations.rules import may_see


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
