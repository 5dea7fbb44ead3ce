"""Who promised what, and what really happened: an append-only ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Max, Sum

from reciproque import kernel
from reciproque.vocabulary import label, table
from reciproque.web.cooperations.models.base import Kept, Tracked
from reciproque.web.cooperations.models.cooperation import Cooperation, Party
from reciproque.web.cooperations.models.guarded import WIDTH, GuardedQuerySet, visibility


class CommitmentQuerySet(GuardedQuerySet):
    """Many commitments."""

    def for_engine(self) -> list[kernel.Commitment]:
        """Only what the engine reads: two thousand rows without their history's columns."""
        rows = self.values_list(
            "key", "giver_id", "receiver_id", "resource", "quantity", "unit", "start", "due",
            "every", "state", "title", "assumed",
        )  # fmt: skip
        return [kernel.Commitment(str(k), str(g), str(r), *rest) for k, g, r, *rest in rows]


class Commitment(Tracked):
    """A party gives another so much of a resource, once or repeatedly."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="commitments")
    title = models.CharField(max_length=160)
    giver = models.ForeignKey(Party, models.PROTECT, related_name="gives")
    receiver = models.ForeignKey(Party, models.PROTECT, related_name="receives")
    resource = models.CharField(max_length=32)
    quantity = models.FloatField()
    unit = models.CharField(max_length=12)
    every = models.CharField(max_length=12, default="once")
    start = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, default="proposed")
    procedure = models.CharField(max_length=200, blank=True)
    visibility = visibility()

    KEEPERS, private_to = ("giver", "receiver"), "both"
    objects: Any = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ("due", "created")

    def __str__(self) -> str:
        return self.title

    def sides(self) -> tuple[Party, ...]:
        return (self.giver, self.receiver)

    def for_engine(self) -> kernel.Commitment:
        return kernel.Commitment(
            str(self.key), str(self.giver_id), str(self.receiver_id), self.resource, self.quantity,
            self.unit, self.start, self.due, self.every, self.state, self.title, self.assumed,
        )  # fmt: skip


class RecordQuerySet(GuardedQuerySet):
    """Many records."""

    def standing(self) -> RecordQuerySet:
        """Those that no later row corrects."""
        return self.filter(replaced=False)

    def narrow(self, visible: str) -> int:
        """None of them is for more people than its commitment; returns how many changed."""
        wider = [key for key, width in WIDTH.items() if width > WIDTH[visible]]
        return self.filter(visibility__in=wider).update(visibility=visible)

    def for_engine(self, day: date | None = None) -> list[kernel.Record]:
        """Alike rows added up by the database, in each resource's own unit."""
        rows = self.standing().filter(amount__gt=0)
        if day:
            rows = rows.filter(day__lte=day)
        sums = (
            rows.order_by()
            .values_list(
                "giver", "receiver", "resource", "commitment", "entered_by_party", "confirmed_flag"
            )
            .annotate(total=Sum("amount"), last=Max("day"), rows=Count("*"))
        )
        units = {key: row["unit"] for key, row in table("resources").items()}
        return [
            kernel.Record(
                key=str(i), giver=str(giver), receiver=str(receiver), resource=resource,
                quantity=total, unit=units[resource], day=last, commitment=str(commitment or ""),
                confirmed=confirmed, entered_by=str(entered or ""), count=n,
            )
            for i, (giver, receiver, resource, commitment, entered, confirmed, total, last, n)
            in enumerate(sums)
        ]  # fmt: skip


class Record(Kept):
    """What really happened.  Never changed: a correction is a new row that names this one.

    ``amount`` is the quantity in the resource's own unit.  ``confirmed_flag`` turns true when the
    other side confirms, ``replaced`` when a correction names the row, and ``visibility`` follows a
    correction or a commitment that is for fewer people; nothing else ever changes.
    """

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="records")
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, null=True, blank=True, related_name="records"
    )
    giver = models.ForeignKey(Party, models.PROTECT, related_name="given")
    receiver = models.ForeignKey(Party, models.PROTECT, related_name="received")
    resource = models.CharField(max_length=32)
    quantity = models.FloatField()
    unit = models.CharField(max_length=12)
    amount = models.FloatField(editable=False)
    day = models.DateField(default=date.today)
    place = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
    visibility = visibility()
    entered_by_party = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="+", editable=False
    )
    replaced = models.BooleanField(default=False, editable=False)
    confirmed_flag = models.BooleanField(default=False, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    confirmed_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, null=True, related_name="+", editable=False
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="correction", editable=False
    )

    KEEPERS, private_to = ("giver", "receiver"), "both"
    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-created")
        indexes = (
            models.Index(
                fields=["cooperation", "giver", "receiver", "resource", "commitment",
                        "entered_by_party", "confirmed_flag", "replaced", "visibility", "day", "amount"],
                name="record_balance",
            ),
        )  # fmt: skip

    def sides(self) -> tuple[Party, ...]:
        return (self.giver, self.receiver)

    def __str__(self) -> str:
        return self.note or label("resources", self.resource)


class Equivalences(models.Model):
    """The parties' own table of points for one unit of each resource; a new one replaces it."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="equivalences")
    number = models.PositiveIntegerField()
    points = models.JSONField()
    day = models.DateField(default=date.today)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["cooperation", "number"], name="equivalences_once"),
        )

    @property
    def version(self) -> int:
        """What a form names that read this table."""
        return self.number
