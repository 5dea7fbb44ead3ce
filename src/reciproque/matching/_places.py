"""Where needs and offers are, for those that name a territory and no point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from reciproque.kernel import Wish
from reciproque.territories import Registry

W = TypeVar("W", bound=Wish)


def placed(wishes: Iterable[W], registry: Registry) -> tuple[W, ...]:
    """The same needs or offers, at the centre of their territory where they give no longitude and latitude.

    One without a territory stays nowhere: its distance is not known, and limits nothing.  Raises
    :class:`reciproque.kernel.UnknownTerritory` for a code that no register has.
    """
    return tuple(_placed(wish, registry) for wish in wishes)


def _placed(wish: W, registry: Registry) -> W:
    if wish.longitude is not None or not wish.territory:
        return wish
    found = registry.territory(wish.territory)
    return replace(wish, longitude=found.longitude, latitude=found.latitude)
