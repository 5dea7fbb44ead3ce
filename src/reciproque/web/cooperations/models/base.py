"""What every kept thing has: a random key, who wrote it, a version against lost edits, a history."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords


class Kept(models.Model):
    """A thing of a cooperation; ``once`` is the mark of the form, so that it is kept one time."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    once = models.UUIDField(unique=True, null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(
        "accounts.Person", models.PROTECT, null=True, related_name="+", editable=False
    )
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    assumed = models.BooleanField(default=False, editable=False)

    # the fields that name the parties for whom a private thing is; none, it is for its author
    KEEPERS: ClassVar[tuple[str, ...]] = ()
    private_to: ClassVar[str] = "own"  # of the table of privacies

    class Meta:
        abstract = True

    def keepers(self) -> tuple[Any, ...]:
        """The parties that read this when it is private."""
        return tuple(party for name in self.KEEPERS if (party := getattr(self, name)) is not None)

    def sides(self) -> tuple[Any, ...]:
        """The parties whose word this is; empty, it belongs to all who write."""
        return ()


class Tracked(Kept):
    """A thing that changes, with every change kept: who, when, what stood before."""

    history = HistoricalRecords(inherit=True, excluded_fields=["once", "changed"])

    class Meta:
        abstract = True
