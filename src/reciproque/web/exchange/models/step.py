"""The steps of a chain: who turns one resource into another, between those who grow and those who seek."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from reciproque import kernel
from reciproque.vocabulary import label, unit_of
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.models.base import Tracked
from reciproque.web.shared.templatetags.reciproque import lang


class Step(Tracked):
    """A step of the chain of a cooperation: drying, pressing, packing, refurbishing."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="steps")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="steps")
    title = models.CharField(max_length=120)
    takes = models.CharField(max_length=32)
    gives = models.CharField(max_length=32)
    yields = models.FloatField()
    capacity = models.FloatField(null=True, blank=True)
    cost = models.FloatField(default=0.0, blank=True)
    labels = models.JSONField(default=list, blank=True)
    territory = models.CharField(max_length=32, blank=True)
    longitude = models.FloatField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("edit-step", args=[self.cooperation.slug, self.pk])

    @property
    def unit(self) -> str:
        """The unit of what goes in."""
        return unit_of(self.takes)

    @property
    def turns(self) -> str:
        """What becomes what, in the reader's language."""
        return " → ".join(label("resources", r, lang()) for r in (self.takes, self.gives))

    def for_engine(self) -> kernel.Step:
        """The noun of the engine."""
        values: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("takes", "gives", "yields", "capacity", "longitude", "latitude", "title", "assumed")
        }  # fmt: skip
        return kernel.Step(
            str(self.pk), str(self.actor_id), cost=self.cost or 0.0, labels=tuple(self.labels),
            **values,
        )  # fmt: skip
