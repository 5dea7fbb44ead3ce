"""What the partners chose to follow: a question, an indicator of their own, its readings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from reciproque.web.cooperations.models.base import Tracked
from reciproque.web.cooperations.models.cooperation import Cooperation
from reciproque.web.cooperations.models.guarded import GuardedQuerySet, visibility


class Followed(Tracked):
    """An indicator of the partners' own, with the evaluation question it answers."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="followed")
    question = models.CharField(max_length=300)
    name = models.CharField(max_length=160)
    unit = models.CharField(max_length=40, blank=True)
    target = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=160)
    visibility = visibility("public")

    private_to = "author"
    objects: Any = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ("created",)

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """Someone says that something public should not stand there; whoever administers settles it."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="reports")
    text = models.TextField(max_length=1000)
    created = models.DateTimeField(auto_now_add=True)
    settled = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("created",)


class Reading(Tracked):
    """A value of an indicator on a day, with where it comes from."""

    followed = models.ForeignKey(Followed, models.CASCADE, related_name="readings")
    day = models.DateField(default=date.today)
    value = models.FloatField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("day", "created")

    def __str__(self) -> str:
        return f"{self.followed.name}, {self.day}"

    @property
    def cooperation(self) -> Cooperation:
        return self.followed.cooperation
