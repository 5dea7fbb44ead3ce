"""Patronage: projects that call for support, pots of gifts, what a pot gave, what a gift cost."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from reciproque.web.cooperations.models import Commitment, Record
from reciproque.web.cooperations.models.base import Tracked
from reciproque.web.exchange.models.matching import Proposal
from reciproque.web.exchange.models.wish import Wish

CENT = 0.005  # euros: what rounding to the cent may leave


class Receiving(Tracked):
    """What receives gifts.  ``eligibility`` is what the body says itself of the tax rules: nobody checks it here."""

    eligibility = models.CharField(max_length=12, default="unsaid")
    eligibility_text = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Wishing(models.Model):
    """Where money should go: at least so much of it to projects of some themes, of a territory, or both."""

    at_least = models.FloatField(default=0.0)
    themes = models.JSONField(default=list, blank=True)
    territory = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True

    @property
    def wishes(self) -> bool:
        """Whether it says where it should go."""
        return self.at_least > 0 and bool(self.themes or self.territory)


class SupportCall(Receiving):
    """A project that calls for support; each thing it seeks is a need of its organisation."""

    actor = models.ForeignKey("accounts.Actor", models.PROTECT, related_name="calls")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=2000, blank=True)
    theme = models.CharField(max_length=32)
    territory = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=8, default="open")

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("support-call", args=[self.pk])

    def needs(self) -> list[Wish]:
        """What it seeks, in the order in which it was written."""
        found = Wish.objects.filter(call_line__call=self).select_related("actor")
        return list(found.order_by("created"))


class CallNeed(models.Model):
    """A need that belongs to a call."""

    call = models.ForeignKey(SupportCall, models.CASCADE, related_name="lines")
    wish = models.OneToOneField(Wish, models.CASCADE, related_name="call_line")


class Pot(Receiving, Wishing):
    """Gifts that an organisation holds in common; ``wish`` is the offer that they make together.

    What the pot itself wishes binds all its gifts together.
    """

    actor = models.ForeignKey("accounts.Actor", models.PROTECT, related_name="pots")
    wish = models.OneToOneField(Wish, models.PROTECT, null=True, editable=False, related_name="pot")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=8, default="open")

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pot", args=[self.pk])

    def received(self) -> PotGiftQuerySet:
        """The gifts that came in and stand."""
        return self.gifts.filter(state="received")

    def total(self) -> float:
        """Euros that came in."""
        return float(self.received().aggregate(all=Sum("amount"))["all"] or 0.0)

    def givers(self) -> int:
        """How many people and organisations gave."""
        return int(self.received().aggregate(all=Sum("givers"))["all"] or 0)

    def given(self) -> float:
        """Euros agreed with projects."""
        return self.wish.committed() if self.wish else 0.0

    def left(self) -> float:
        return max(0.0, self.total() - self.given())


class PotGiftQuerySet(models.QuerySet["PotGift"]):
    """Many gifts to pots."""

    def with_agreed(self) -> PotGiftQuerySet:
        """Each with ``agreed``: the euros of it that went to projects."""
        went = Sum("parts__amount", filter=Q(parts__proposal__state="agreed"))
        return self.annotate(agreed=went)

    def concerning(self, person: Any) -> PotGiftQuerySet:
        """Those where someone acts for the holder or for the giver."""
        mine = person.actors()
        return self.filter(Q(pot__actor__in=mine) | Q(giver__in=mine))


class PotGift(Wishing, Tracked):
    """Money put in a pot by so many givers, and what they wish.

    Small givers have no row of their own: how many they are, and how much together.  An organisation
    announces its gift (``giver``); once received it is a record that both confirmed.
    """

    pot = models.ForeignKey(Pot, models.PROTECT, related_name="gifts")
    giver = models.ForeignKey(
        "accounts.Actor", models.PROTECT, null=True, blank=True, related_name="pot_gifts"
    )
    givers = models.PositiveIntegerField(default=1)
    amount = models.FloatField()
    day = models.DateField(default=date.today)
    state = models.CharField(max_length=10, default="received")
    record = models.OneToOneField(
        Record, models.PROTECT, null=True, editable=False, related_name="pot_gift"
    )

    objects: Any = PotGiftQuerySet.as_manager()

    class Meta:
        ordering = ("day", "created")

    def __str__(self) -> str:
        return str(self.giver or self.pot)

    def used(self) -> float:
        """Euros of it agreed with projects."""
        agreed = self.parts.filter(proposal__state="agreed").aggregate(all=Sum("amount"))["all"]
        return float(agreed or 0.0)

    def remaining(self) -> float:
        return max(0.0, self.amount - self.used())


class PotPart(models.Model):
    """How much of a gift goes into a proposal of its pot."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="parts")
    gift = models.ForeignKey(PotGift, models.PROTECT, related_name="parts")
    amount = models.FloatField()


class GiftCost(Tracked):
    """What a unit of skills or goods cost the organisation that gave it, in euros, as it says itself."""

    commitment = models.OneToOneField(Commitment, models.CASCADE, related_name="gift_cost")
    unit_cost = models.FloatField()

    class Meta:
        ordering = ("created",)
