"""The agreement: versions in a chain, signatures, reviews; and what is said of signals."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from reciproque.web.cooperations.models.cooperation import Cooperation, Expectation, Party
from reciproque.web.cooperations.models.ledger import Commitment
from reciproque.web.cooperations.models.work import Decision


class Version(models.Model):
    """A text of the agreement, never changed; each holds the hash of the one before.

    The chain proves that no text was changed afterwards.  It is no electronic signature.
    """

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    form = models.CharField(max_length=24)
    text = models.TextField()
    second_text = models.TextField(blank=True)
    second_language = models.CharField(max_length=5, blank=True)
    kind = models.CharField(max_length=12, default="first")
    created = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    before_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["cooperation", "number"], name="version_once"),
        )

    def __str__(self) -> str:
        return f"{self.cooperation.name}, {self.number}"

    def computed_hash(self) -> str:
        """SHA-256 of the text with its number, form, time, author's key and the hash before."""
        said = [
            self.number, self.form, self.kind, self.text, self.created.isoformat(),
            str(self.by_id or ""), self.before_hash, self.second_language, self.second_text,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def signed_on(self) -> date | None:
        """The day of the last signature, once every party there on its day has signed.

        Who comes later signs the next version, and does not undo this one.
        """
        days = {s.party_id: s.day for s in self.signatures.all()}
        day = timezone.localdate(self.created)
        wanted = {p.pk for p in self.cooperation.present(day) if p.since <= day}
        return max(days.values()) if wanted and wanted <= set(days) else None


class Signature(models.Model):
    """A party signs a version.  Name and function stay: it is an executed act."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=120)
    day = models.DateField()
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="+")
    scan = models.FileField(upload_to="scans/", blank=True)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("day", "pk")
        constraints = (models.UniqueConstraint(fields=["version", "party"], name="signature_once"),)

    @property
    def irregular(self) -> bool:
        """Signed before the deliberation was transmitted (or without its transmission noted)."""
        if self.decision is None:
            return False
        return self.decision.transmitted is None or self.day < self.decision.transmitted


class Review(models.Model):
    """The agreement comes back on the table; closed once a next version or none came of it."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="reviews")
    opened = models.DateField(default=date.today)
    closed = models.DateField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-opened", "-pk")


class RatingQuerySet(models.QuerySet["Rating"]):
    """Many ratings."""

    def shown(self) -> RatingQuerySet:
        """Those of what all the parties may read."""
        hidden = Q(expectation__visibility="private") | Q(commitment__visibility="private")
        return self.exclude(hidden)

    def by_thing(self) -> dict[Any, list[Rating]]:
        """Ratings by what they rate."""
        found: dict[Any, list[Rating]] = {}
        for rating in self.select_related("party__actor"):
            found.setdefault(rating.expectation_id or rating.commitment_id, []).append(rating)
        return found


class Rating(models.Model):
    """A party's word on an expectation or a commitment: met, partly, not, no longer wanted."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="ratings")
    party = models.ForeignKey(Party, models.CASCADE, related_name="ratings")
    expectation = models.ForeignKey(Expectation, models.CASCADE, null=True, related_name="ratings")
    commitment = models.ForeignKey(Commitment, models.CASCADE, null=True, related_name="ratings")
    value = models.CharField(max_length=12)
    change = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    objects: Any = RatingQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)


class SignalAnswer(models.Model):
    """What was answered to a signal, and until when it sleeps.

    A signal is known by its rule, its party and what it is about.
    """

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="signal_answers")
    rule = models.CharField(max_length=24)
    party_key = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=600, blank=True)
    asleep_until = models.DateField(null=True)
    day = models.DateField(default=date.today)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-day", "-pk")
