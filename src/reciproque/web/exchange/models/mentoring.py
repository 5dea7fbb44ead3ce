"""An accompaniment that was agreed: its sessions, its review, its end; and what went wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from reciproque.web.cooperations.models import Record
from reciproque.web.cooperations.models.base import Kept, Tracked
from reciproque.web.exchange.models.matching import Proposal


class Mentoring(Tracked):
    """A pair from its first meeting to its end.  Its hours are records of its commitment."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="mentoring")
    start = models.DateField(default=date.today)
    review = models.DateField(null=True, blank=True)
    review_note = models.CharField(max_length=600, blank=True)
    end = models.DateField(null=True, blank=True)
    end_note = models.CharField(max_length=600, blank=True)

    class Meta:
        ordering = ("-start",)

    def __str__(self) -> str:
        return self.proposal.need.title

    def get_absolute_url(self) -> str:
        return reverse("mentoring", args=[self.pk])

    @property
    def cooperation(self) -> Any:
        return self.proposal.cooperation

    def sessions(self) -> Any:
        """The hours noted, the latest first; those that a later row corrects are left out."""
        found = Record.objects.filter(commitment=self.proposal.commitment).standing()
        return found.select_related("entered_by_party__actor", "giver__actor", "receiver__actor")

    @property
    def review_due(self) -> bool:
        return bool(self.review and not self.end and self.review <= timezone.localdate())


class Incident(Kept):
    """Something went wrong.  Whoever facilitates the cooperation reads it, and nobody else."""

    mentoring = models.ForeignKey(Mentoring, models.CASCADE, related_name="incidents")
    text = models.TextField(max_length=2000)
    day = models.DateField(default=date.today)
    handled = models.DateField(null=True)
    handled_note = models.CharField(max_length=600, blank=True)

    class Meta:
        ordering = ("-day", "-created")
