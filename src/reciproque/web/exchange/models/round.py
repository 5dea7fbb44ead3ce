"""Collection rounds: who drives, from which depot, to which stops; proposed, accepted, done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse

from reciproque import kernel
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.cooperations.models.base import Kept, Tracked
from reciproque.web.exchange.models.lot import Lot
from reciproque.web.exchange.models.matching import as_reason


class CollectionRound(Tracked):
    """The vehicles of a day, from one depot and back.

    ``territory`` is where the depot is, ``capacities`` are kilograms, one a vehicle; ``result`` what the engine found, as data: kilometres
    and CO2 of the rounds and of everyone driving alone, the lots left out with the reason.
    """

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="rounds")
    carrier = models.ForeignKey(Party, models.PROTECT, related_name="rounds")
    day = models.DateField(default=date.today)
    territory = models.CharField(max_length=32)
    longitude = models.FloatField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    leaves = models.TimeField()
    back = models.TimeField()
    capacities = models.JSONField(default=list)
    result = models.JSONField(default=dict, editable=False)
    state = models.CharField(max_length=8, default="draft", editable=False)

    class Meta:
        ordering = ("-day", "-created")

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.cooperation.slug, self.pk])

    def ordered(self) -> Any:
        """Its stops in the order of the vehicles and of each one's way."""
        return self.stops.select_related("holder__actor").prefetch_related("lots")

    def notes(self) -> list[kernel.Reason]:
        return [as_reason(r) for r in self.result.get("notes", [])]

    def left_out(self) -> list[tuple[Lot, kernel.Reason]]:
        """The lots that no vehicle takes, each with the reason."""
        found = self.result.get("unserved", [])
        known = {str(lot.pk): lot for lot in Lot.objects.filter(pk__in=[k for k, _r in found])}
        return [(known[k], as_reason(r)) for k, r in found if k in known]


class RoundStop(Kept):
    """One line of a round sheet: a place where a party hands over its lots.

    ``arrival`` in minutes since midnight, ``load`` in kilograms on board when leaving, ``km`` since
    the line before.
    """

    round = models.ForeignKey(CollectionRound, models.CASCADE, related_name="stops")
    holder = models.ForeignKey(Party, models.PROTECT, related_name="+")
    lots = models.ManyToManyField(Lot, related_name="stops")
    vehicle = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    territory = models.CharField(max_length=32)
    longitude = models.FloatField()
    latitude = models.FloatField()
    arrival = models.FloatField()
    load = models.FloatField()
    km = models.FloatField()

    class Meta:
        ordering = ("vehicle", "position")

    @property
    def weight(self) -> float:
        """Kilograms announced."""
        return sum(lot.weight for lot in self.lots.all())

    @property
    def hour(self) -> str:
        """When the vehicle comes, to the minute."""
        minutes = round(self.arrival)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    @property
    def offices(self) -> list[str]:
        """Which offices hand the lots over; never a person."""
        return list(dict.fromkeys(lot.contact for lot in self.lots.all() if lot.contact))
