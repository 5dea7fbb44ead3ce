"""A need or an offer, the moderated way in, and the searches that people follow."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from reciproque import kernel
from reciproque.reciprocity import in_own_unit
from reciproque.vocabulary import table
from reciproque.web.cooperations.models.base import Tracked

if TYPE_CHECKING:
    from reciproque.web.accounts.models import Person

NOUN = {"need": kernel.Need, "offer": kernel.Offer}


class WishQuerySet(models.QuerySet["Wish"]):
    """Many needs and offers."""

    def public(self) -> WishQuerySet:
        """Those that everyone may see: open, and about no minor."""
        return self.filter(state="open", age__isnull=True)

    def visible_to(self, person: Any) -> WishQuerySet:
        """The public ones, and all those of the organisations one acts for.

        What concerns a minor is seen by the organisation that answers for them, and by nobody else.
        """
        if not person.is_authenticated:
            return self.public()
        return self.filter(Q(state="open", age__isnull=True) | Q(actor__in=person.actors()))

    def of(self, person: Person) -> WishQuerySet:
        """Those of the organisations one acts for."""
        return self.filter(actor__in=person.actors())

    def live(self, day: date | None = None) -> WishQuerySet:
        """Open, and not over yet on a day (today)."""
        day = day or timezone.localdate()
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), state="open")

    def erase(self) -> None:
        """Delete them with all that the history kept of them."""
        keys = list(self.values_list("pk", flat=True))
        self.delete()
        Wish.history.filter(key__in=keys).delete()


class Wish(Tracked):
    """What an organisation seeks or can bring.

    A pupil has no row of their own: the organisation writes "Pupil A", and keeps identity and consent.
    Of an adult's vetting the day, the check and the organisation that made it are kept, nothing else.
    """

    side = models.CharField(max_length=8)
    actor = models.ForeignKey("accounts.Actor", models.PROTECT, null=True, related_name="wishes")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=2000, blank=True)
    resource = models.CharField(max_length=32)
    quantity = models.FloatField()
    unit = models.CharField(max_length=12)
    terms = models.CharField(max_length=12, default="gift")
    cost = models.FloatField(default=0.0, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    labels = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    slots = models.JSONField(default=list, blank=True)
    territory = models.CharField(max_length=32, blank=True)
    longitude = models.FloatField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    within_km = models.FloatField(null=True, blank=True)
    smallest = models.FloatField(default=0.0, blank=True)
    counterparts = models.PositiveSmallIntegerField(null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    consent = models.DateField(null=True, blank=True)
    vetted = models.DateField(null=True, blank=True)
    vetting = models.CharField(max_length=16, blank=True)
    vetted_by = models.ForeignKey(
        "accounts.Actor", models.PROTECT, null=True, blank=True, related_name="+"
    )
    setting = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=8, default="open")

    objects: Any = WishQuerySet.as_manager()

    class Meta:
        ordering = ("-created",)
        indexes = (models.Index(fields=["state", "side", "resource"], name="wish_open"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("wish", args=[self.pk])

    @property
    def theme(self) -> str:
        return table("resources").get(self.resource, {}).get("theme", "")

    @property
    def concerns_a_minor(self) -> bool:
        return self.age is not None

    def _in_own(self, quantity: float, unit: str) -> float:
        own = in_own_unit(1.0, self.unit, self.resource)
        return in_own_unit(quantity, unit, self.resource) / own

    def committed(self) -> float:
        """How much of it is agreed already, in its own unit."""
        agreed = self.proposals().filter(state="agreed").select_related("offer")
        return sum(self._in_own(*self.part_of(proposal)) for proposal in agreed)

    def part_of(self, proposal: Any) -> tuple[float, str]:
        """What a proposal takes of it: through a chain, more goes in than comes out."""
        if self.side == "offer":
            return proposal.given()
        return proposal.quantity, proposal.unit

    def remaining(self) -> float:
        """What is not agreed yet, in its own unit."""
        return max(0.0, self.quantity - self.committed())

    def remaining_in(self, unit: str) -> float:
        """The same in another unit of the same dimension."""
        return self.remaining() / self._in_own(1.0, unit)

    def proposals(self) -> Any:
        """The proposals in which it stands."""
        return getattr(self, f"{self.side}_proposals")

    def safeguard(self) -> kernel.Safeguard | None:
        """What protects a minor; ``None`` where nothing was said of it."""
        if self.age is None and self.vetted is None and not self.setting:
            return None
        return kernel.Safeguard(
            age=self.age, consent=self.consent is not None, vetted=self.vetted, check=self.vetting,
            checked_by=str(self.vetted_by_id or ""), setting=self.setting,
        )  # fmt: skip

    def for_engine(self, quantity: float | None = None, **more: Any) -> kernel.Wish:
        """The noun of the engine; ``quantity`` is what remains of it, ``more`` what a run adjusts."""
        values: dict[str, Any] = {
            "key": str(self.pk), "actor": str(self.actor_id), "resource": self.resource,
            "quantity": self.quantity if quantity is None else quantity, "unit": self.unit,
            "attributes": self.attributes, "start": self.start, "end": self.end,
            "slots": tuple(kernel.Slot(*s) for s in self.slots), "territory": self.territory,
            "longitude": self.longitude, "latitude": self.latitude, "within_km": self.within_km,
            "smallest": self.smallest or 0.0, "counterparts": self.counterparts,
            "languages": tuple(self.languages), "labels": tuple(self.labels),
            "safeguard": self.safeguard(), "cost": self.cost or 0.0, "title": self.title,
            "assumed": self.assumed,
        }  # fmt: skip
        return NOUN[self.side](**{**values, **more})


class Submission(models.Model):
    """A need or an offer that came through the public form: who sent it, for which organisation.

    It goes once the wish is published or refused.  Only the hash of the letter's secret is kept.
    """

    wish = models.OneToOneField(Wish, models.CASCADE, related_name="submission")
    person = models.ForeignKey("accounts.Person", models.CASCADE, related_name="submissions")
    organisation = models.CharField(max_length=200)
    kind = models.CharField(max_length=32)
    secret_hash = models.CharField(max_length=64)
    sent = models.DateTimeField(auto_now_add=True)
    confirmed = models.DateTimeField(null=True)

    class Meta:
        ordering = ("sent",)

    @classmethod
    def forget(cls, person: Person) -> None:
        """Who is erased takes back what was not published yet: it may bear their name."""
        Wish.objects.filter(submission__person=person).erase()


class FollowedSearch(models.Model):
    """A search whose new results come by letter; ``query`` is that of its page."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("accounts.Person", models.CASCADE, related_name="followed_searches")
    query = models.CharField(max_length=500)
    label = models.CharField(max_length=200)
    seen = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created",)
        constraints = (
            models.UniqueConstraint(fields=["person", "query"], name="search_followed_once"),
        )

    @classmethod
    def forget(cls, person: Person) -> None:
        """Who is erased follows nothing any more."""
        cls.objects.filter(person=person).delete()
