"""What is planned, paid for, talked over and decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from reciproque import kernel
from reciproque.reciprocity import Cost, Source
from reciproque.web.cooperations.models.base import Tracked
from reciproque.web.cooperations.models.cooperation import Cooperation, Party
from reciproque.web.cooperations.models.guarded import GuardedQuerySet, visibility


class Action(Tracked):
    """Something planned, with a lead and dates."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="actions")
    title = models.CharField(max_length=160)
    axis = models.CharField(max_length=80, blank=True)
    lead = models.ForeignKey(Party, models.PROTECT, related_name="leads")
    partners = models.ManyToManyField(Party, blank=True, related_name="joins")
    theme = models.CharField(max_length=32, blank=True)
    start = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    done = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, default="planned")
    visibility = visibility()

    KEEPERS = ("lead",)
    objects: Any = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ("axis", "start", "created")

    def __str__(self) -> str:
        return self.title

    def for_engine(self) -> kernel.Action:
        return kernel.Action(
            str(self.key), self.title, self.axis, str(self.lead_id),
            tuple(str(p.pk) for p in self.partners.all()),
            self.start, self.due, self.done, self.state, self.theme, self.assumed,
        )  # fmt: skip


class CostLine(Tracked):
    """A cost of the funding plan."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="costs")
    label = models.CharField(max_length=160)
    nature = models.CharField(max_length=16, default="study")
    excluding_vat = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    vat_rate = models.DecimalField(max_digits=4, decimal_places=1, default=20)
    vat_recovered = models.BooleanField(default=False)
    eligible = models.BooleanField(default=True)
    flat_rate = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    engaged = models.DateField(null=True, blank=True)
    acknowledged = models.DateField(null=True, blank=True)
    visibility = visibility()

    private_to = "author"
    objects: Any = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ("created",)

    def __str__(self) -> str:
        return self.label

    def for_engine(self) -> Cost:
        rate = None if self.flat_rate is None else float(self.flat_rate)
        return Cost(
            self.label, float(self.excluding_vat), float(self.vat_rate), self.eligible, rate,
            self.vat_recovered,
        )  # fmt: skip

    def expense(self) -> kernel.Expense:
        return kernel.Expense(self.label, self.engaged, self.acknowledged, key=str(self.key))


class FundingSource(Tracked):
    """Who pays."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="sources")
    label = models.CharField(max_length=160)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    public = models.BooleanField(default=True)
    own = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default="requested")
    aid_basis = models.CharField(max_length=120, blank=True)
    deadline = models.DateField(null=True, blank=True)
    visibility = visibility()

    private_to = "author"
    objects: Any = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ("created",)

    def __str__(self) -> str:
        return self.label

    def for_engine(self) -> Source:
        return Source(
            self.label, float(self.amount), self.public, self.own, self.state, self.aid_basis
        )


class Meeting(Tracked):
    """A time together."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="meetings")
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=24, default="steering")
    day = models.DateField()
    hour = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=160, blank=True)
    lead = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="calls")
    agenda = models.TextField(max_length=4000, blank=True)
    visibility = visibility()

    KEEPERS = ("lead",)
    objects: Any = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ("day", "hour")

    def __str__(self) -> str:
        return self.title

    def for_engine(self) -> kernel.Meeting:
        came = tuple(str(a.party_id) for a in self.attendances.all() if a.came)
        return kernel.Meeting(
            str(self.key), self.title, self.day, self.kind, str(self.lead_id or ""), came
        )


class Attendance(models.Model):
    """A party at a meeting: expected, and then came or not."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    party = models.ForeignKey(Party, models.CASCADE, related_name="attendances")
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    coming = models.BooleanField(null=True)
    came = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["meeting", "party"], name="attendance_once"),
        )


class Decision(Tracked):
    """What a body decided."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="decisions")
    meeting = models.ForeignKey(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="decisions"
    )
    party = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="deliberations"
    )
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=40, blank=True)
    day = models.DateField(default=date.today)
    way = models.CharField(max_length=12, default="consent")
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(null=True, blank=True)
    objections = models.TextField(max_length=1000, blank=True)
    proxies = models.CharField(max_length=300, blank=True)
    withdrew = models.CharField(max_length=300, blank=True)
    transmitted = models.DateField(null=True, blank=True)
    executory = models.DateField(null=True, blank=True)
    visibility = visibility()

    KEEPERS = ("party",)
    objects: Any = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-created")

    def __str__(self) -> str:
        return self.title

    def sides(self) -> tuple[Party, ...]:
        """The deliberation of a party's own body is that party's."""
        return (self.party,) if self.party else ()

    def for_engine(self) -> kernel.Decision:
        return kernel.Decision(str(self.key), self.title, self.day, self.body, self.executory)
