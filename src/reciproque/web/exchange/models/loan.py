"""Things lent, and the loans of each: kits, rooms, tools."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from reciproque.web.cooperations.models.base import Tracked

if TYPE_CHECKING:
    from reciproque.web.accounts.models import Person

HOLDING = ("agreed", "out")


class Item(Tracked):
    """A thing that an organisation lends, one loan at a time."""

    actor = models.ForeignKey("accounts.Actor", models.PROTECT, related_name="items")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=2000, blank=True)
    resource = models.CharField(max_length=32, default="kits")
    territory = models.CharField(max_length=32, blank=True)
    condition = models.CharField(max_length=8, default="good")
    most_days = models.PositiveSmallIntegerField(default=30)
    lent = models.BooleanField(default=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("item", args=[self.pk])

    def taken(self, start: date, end: date) -> Any:
        """The loans that hold it on some day from ``start`` to ``end``; one that is late does until today."""
        today = timezone.localdate()
        held = Q(start__lte=end, end__gte=start)
        if start <= today:
            held |= Q(state="out", end__lt=today, start__lte=end)
        return self.loans.filter(held, state__in=HOLDING)


class LoanQuerySet(models.QuerySet["Loan"]):
    """Many loans."""

    def overdue(self, day: date | None = None) -> LoanQuerySet:
        """Out, and due back before a day (today)."""
        return self.filter(state="out", end__lt=day or timezone.localdate())

    def concerning(self, person: Person) -> LoanQuerySet:
        """Those where someone acts for the lender or the borrower."""
        mine = person.actors()
        return self.filter(Q(item__actor__in=mine) | Q(borrower__in=mine))


class Loan(Tracked):
    """An organisation takes a thing from a day to a day, and brings it back."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="loans")
    borrower = models.ForeignKey("accounts.Actor", models.PROTECT, related_name="borrowings")
    start = models.DateField()
    end = models.DateField()
    use = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, default="asked")
    out = models.DateField(null=True)
    condition_out = models.CharField(max_length=8, blank=True)
    back = models.DateField(null=True)
    condition_back = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=300, blank=True)
    told_late = models.DateField(null=True, editable=False)

    objects: Any = LoanQuerySet.as_manager()

    class Meta:
        ordering = ("start", "created")

    def __str__(self) -> str:
        return f"{self.item.title}, {self.borrower.name}"

    @property
    def late(self) -> bool:
        """Out, and due back before today."""
        return self.state == "out" and self.end < timezone.localdate()

    @property
    def days_late(self) -> int:
        return (timezone.localdate() - self.end).days if self.late else 0
