"""A cooperation, its parties, what each hopes for, and its stages."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from reciproque import kernel
from reciproque.web.cooperations.models.base import Tracked
from reciproque.web.cooperations.models.guarded import GuardedQuerySet, visibility

if TYPE_CHECKING:
    from reciproque.web.accounts.models import Person


def _of(person: Any) -> Q:
    """Where someone acts: for an organisation everywhere, or in one cooperation alone."""
    alone = person.mandates.current().exclude(only_in=None).values("only_in")
    return Q(parties__actor__in=person.actors()) | Q(pk__in=alone)


class CooperationQuerySet(models.QuerySet["Cooperation"]):
    """Many cooperations."""

    def visible_to(self, person: Any) -> CooperationQuerySet:
        """Those that someone may see: public ones, and those where they act for a party."""
        public = Q(visibility="public")
        if not person.is_authenticated:
            return self.filter(public)
        if person.is_staff:
            return self
        return self.filter(public | _of(person)).distinct()

    def of(self, person: Person) -> CooperationQuerySet:
        """Those in which someone takes part."""
        return self.filter(_of(person)).distinct()


class Cooperation(Tracked):
    """A joint project of two parties or more."""

    slug = models.SlugField(max_length=80, unique=True, editable=False)
    name = models.CharField(max_length=160)
    subject = models.CharField(max_length=300, blank=True)
    why = models.TextField(max_length=2000, blank=True)
    started = models.DateField(default=date.today)
    stage = models.CharField(max_length=16, default="spot")
    themes = models.JSONField(default=list, blank=True)
    perimeter = models.JSONField(default=list, blank=True)
    visibility = visibility()
    fictional = models.BooleanField(default=False, editable=False)
    lesson = models.TextField(max_length=2000, blank=True)
    review_months = models.PositiveSmallIntegerField(default=12)
    facts = models.JSONField(default=dict, blank=True)
    thresholds = models.JSONField(default=dict, blank=True)
    ended = models.DateField(null=True, blank=True)

    objects: Any = CooperationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cooperation", args=[self.slug])

    def present(self, day: date | None = None) -> Any:
        """The parties that take part on a day (today)."""
        day = day or timezone.localdate()
        here = Q(until__isnull=True) | Q(until__gte=day)
        return self.parties.filter(here).select_related("actor")


class Party(Tracked):
    """An organisation in a cooperation; who left keeps its row, with the day it left."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="parties")
    actor = models.ForeignKey("accounts.Actor", models.PROTECT, related_name="parties")
    role = models.CharField(max_length=16, default="partner")
    since = models.DateField(default=date.today)
    until = models.DateField(null=True, blank=True)
    farewell = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ("created",)
        constraints = (models.UniqueConstraint(fields=["cooperation", "actor"], name="party_once"),)

    def __str__(self) -> str:
        return self.actor.name

    def for_engine(self) -> kernel.Party:
        return kernel.Party(str(self.key), self.role, self.since, self.until)


class Invitation(models.Model):
    """A link to join for a party.  Only the hash of its secret is kept; it expires."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="invitations")
    person = models.ForeignKey("accounts.Person", models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=16, default="contributor")
    secret_hash = models.CharField(max_length=64)
    sent = models.DateTimeField(auto_now_add=True)
    reminded = models.DateTimeField(null=True)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)
    by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-sent",)

    @classmethod
    def forget(cls, person: Person) -> None:
        """No letter leaves any more for someone who asked to be forgotten."""
        waiting = cls.objects.filter(person=person, accepted=None, withdrawn=None)
        waiting.update(withdrawn=timezone.now())

    @property
    def open(self) -> bool:
        return not (self.accepted or self.withdrawn) and self.expires > timezone.now()


class StageChange(models.Model):
    """A step forward or back, on record."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="stage_changes")
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    day = models.DateField(default=date.today)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("day", "pk")


class Expectation(Tracked):
    """What a party hopes for, brings, fears, cannot do or finds difficult."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="expectations")
    party = models.ForeignKey(Party, models.CASCADE, related_name="expectations")
    kind = models.CharField(max_length=16)
    text = models.TextField(max_length=600)
    since = models.DateField(default=date.today)
    visibility = visibility()

    KEEPERS = ("party",)
    objects: Any = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ("since", "created")

    def sides(self) -> tuple[Party, ...]:
        return (self.party,)

    def for_engine(self) -> kernel.Expectation:
        answers = len(self.answers.all())
        return kernel.Expectation(
            str(self.key), str(self.party_id), self.kind, self.text, self.since, answers
        )


class Answer(Tracked):
    """What another party answers."""

    expectation = models.ForeignKey(Expectation, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.CASCADE, related_name="answers")
    text = models.TextField(max_length=600)
    day = models.DateField(default=date.today)

    class Meta:
        ordering = ("day", "created")

    @property
    def cooperation(self) -> Cooperation:
        return self.expectation.cooperation
