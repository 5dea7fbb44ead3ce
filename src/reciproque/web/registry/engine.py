"""The one place where pages meet the engine."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404

from reciproque.kernel import ReciproqueError, Territory, UnknownTerritory
from reciproque.territories import Registry, load
from reciproque.web.registry.models import Composition


def registry() -> Registry:
    """The registry of the installed data; the same object until they change."""
    return load()


class Moved(Http404):
    """A code that was merged into another, which an address is answered with."""

    def __init__(self, before: str, now: str) -> None:
        super().__init__(before)
        self.before, self.now = before, now


def territory(code: str) -> Territory:
    """The territory of an address, official or composed; raises ``Http404``, or :class:`Moved`."""
    known = registry()
    if code.startswith("u:"):
        composition = Composition.objects.filter(slug=code.removeprefix("u:")).first()
        if composition is not None:
            return _composed(known, composition)
    try:
        return known.territory(code)
    except UnknownTerritory as error:
        if (now := known.successor(code)) is not None:
            raise Moved(code, now.code) from error
        raise Http404(code) from error


def _composed(known: Registry, composition: Composition) -> Territory:
    try:
        found = known.territory(composition.code)
        if found.members == tuple(composition.members) and found.name == composition.name:
            return found
    except UnknownTerritory:
        pass
    try:
        return known.compose(composition.definition())
    except ReciproqueError as error:
        raise Http404(composition.code) from error


@lru_cache(maxsize=1)
def _everyone(known: Registry) -> dict[str, int]:
    return {kind: len(known.codes(kind)) for kind in known.kinds()}


def counts() -> dict[str, int]:
    """How many territories there are of each kind."""
    return _everyone(registry())
