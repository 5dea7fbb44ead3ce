"""Whom a thing is for, decided in one place: its own parties, the parties, everyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django.db import models
from django.db.models import Q

VISIBLE = [("private", "private"), ("parties", "parties"), ("public", "public")]
WIDTH = {key: i for i, (key, _) in enumerate(VISIBLE)}
# what a circle of readers is shown; what is private counts in no figure that several people read
CIRCLES: Mapping[str, tuple[str, ...]] = {"public": ("public",), "parties": ("public", "parties")}


def visibility(default: str = "parties") -> models.CharField:
    """The switch that stands on each thing."""
    return models.CharField(max_length=8, choices=VISIBLE, default=default)


class GuardedQuerySet(models.QuerySet[Any]):
    """Many things that each say whom they are for."""

    def shown(self, circle: str = "parties", also: Iterable[Any] = ()) -> Self:
        """What everyone or the parties may read; ``also`` what these parties keep to themselves."""
        seen = Q(visibility__in=CIRCLES[circle])
        return self.filter(seen | self._kept_by(also)) if also else self.filter(seen)

    def read_by(self, person: Any, parties: Iterable[Any]) -> Self:
        """What someone who acts for these parties may read."""
        mine = Q(visibility__in=CIRCLES["parties"]) | self._kept_by(parties)
        return self.filter(mine | self._unkept(person))

    def _kept_by(self, parties: Iterable[Any]) -> Q:
        found = Q(pk__in=())
        for name in self.model.KEEPERS:
            found |= Q(visibility="private", **{f"{name}__in": list(parties)})
        return found

    def _unkept(self, person: Any) -> Q:
        """What belongs to no party is private to who wrote it."""
        nobody = {f"{name}__isnull": True for name in self.model.KEEPERS}
        return Q(visibility="private", by=person.pk, **nobody)
