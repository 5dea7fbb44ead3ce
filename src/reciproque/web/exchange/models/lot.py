"""Lots of used equipment, the steps of their life, their certificates."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from reciproque import matching
from reciproque.vocabulary import table
from reciproque.web.cooperations.models import Cooperation, Party, Record
from reciproque.web.cooperations.models.base import Kept, Tracked
from reciproque.web.cooperations.rules import mandates_in

LARGEST_KG = 100_000.0


def proof_name(_proof: object, _name: str) -> str:
    """A random name: that of the file may say whose it is."""
    return f"attestations/{uuid.uuid4()}.pdf"


class LotQuerySet(models.QuerySet["Lot"]):
    """Many lots."""

    def with_sides(self) -> LotQuerySet:
        return self.select_related("cooperation", "holder__actor", "taker__actor")

    def readable_by(self, person: Any, cooperation: Cooperation) -> LotQuerySet:
        """Those of a cooperation that someone may read: see ``Lot.open_to``."""
        held = mandates_in(person, cooperation)
        found = self.filter(cooperation=cooperation) if held else self.none()
        if any(m.role == "facilitator" for m in held):
            return found
        mine = [m.actor_id for m in held]
        own = Q(holder__actor__in=mine) | Q(taker__actor__in=mine)
        on_its_way = Q(stops__round__state__in=("accepted", "done"))
        own |= Q(stops__round__carrier__actor__in=mine) & on_its_way
        return found.filter(own | Q(visibility="parties")).distinct()

    def stage_in(self, *stages: str) -> LotQuerySet:
        return self.filter(stage__in=stages)


class Lot(Tracked):
    """Used equipment that leaves a company: given for reuse, or discarded as waste.

    ``consent`` is the day on which its holder agreed to part with it.  ``channel`` and ``rule`` are
    empty until it is routed; ``override`` says why another channel than that of the rules was taken.
    """

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="lots")
    holder = models.ForeignKey(Party, models.PROTECT, related_name="lots")
    title = models.CharField(max_length=120)
    category = models.CharField(max_length=2)
    state = models.CharField(max_length=12)
    pieces = models.PositiveIntegerField(null=True, blank=True)
    weight = models.FloatField()
    data = models.BooleanField(default=False)
    erased = models.BooleanField(default=False)
    dangerous = models.BooleanField(default=False)
    given = models.BooleanField(default=False)
    waste_code = models.CharField(max_length=6, blank=True)
    consent = models.DateField(default=date.today)
    contact = models.CharField(max_length=120, blank=True)
    territory = models.CharField(max_length=32, blank=True)
    longitude = models.FloatField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    visibility = models.CharField(max_length=8, default="parties")
    stage = models.CharField(max_length=12, default="declared", editable=False)
    channel = models.CharField(max_length=16, blank=True, editable=False)
    rule = models.CharField(max_length=16, blank=True, editable=False)
    override = models.CharField(max_length=300, blank=True, editable=False)
    taker = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="lots_taken", editable=False
    )

    objects: Any = LotQuerySet.as_manager()

    class Meta:
        ordering = ("-created",)
        indexes = (models.Index(fields=["cooperation", "stage"], name="lot_stage"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("lot", args=[self.cooperation.slug, self.pk])

    def sides(self) -> tuple[Party, ...]:
        return (self.holder,)

    def open_to(self, person: Any) -> bool:
        """Its holder, who takes or collects it, who facilitates; and the other parties, as it says."""
        return Lot.objects.readable_by(person, self.cooperation).filter(pk=self.pk).exists()

    def can_become(self, stage: str) -> bool:
        """Whether a step may be noted now, by ``vocabulary/lot_stages``."""
        return self.stage in table("lot_stages")[stage]["after"].split()

    @property
    def waste(self) -> bool:
        """Waste or not: as its channel says, before that as its holder says."""
        return table("channels")[self.channel]["waste"] == "1" if self.channel else not self.given

    @property
    def code(self) -> str:
        """The code of the European list, with its asterisk."""
        return table("waste_codes").get(self.waste_code, {}).get("code", "")

    def for_engine(self) -> matching.Lot:
        return matching.Lot(
            str(self.pk), str(self.holder_id), int(self.category), self.state, self.weight, self.data,
            self.erased, self.dangerous, self.given, self.title, self.assumed,
        )  # fmt: skip

    def wrong(self) -> list[tuple[str, str]]:
        """What its declaration says that cannot stand together: field and key of the sentence."""
        found = []
        dangerous = table("waste_codes").get(self.waste_code, {}).get("dangerous")
        if not (self.weight and 0 < self.weight <= LARGEST_KG):
            found.append(("weight", "lot.wrong_weight"))
        if self.given and self.waste_code:
            found.append(("waste_code", "lot.gift_has_no_code"))
        if dangerous == "0" and self.dangerous:
            found.append(("waste_code", "lot.code_not_dangerous"))
        if dangerous == "1" and not self.dangerous:
            found.append(("dangerous", "lot.code_dangerous"))
        if self.erased and not self.data:
            found.append(("erased", "lot.nothing_to_erase"))
        return found

    def routing(self) -> matching.Routing:
        """The channel that the rules propose, with the rule, its duties and its reasons."""
        return matching.route([self.for_engine()])[0]

    def visit(self) -> Any:
        """The stop of the accepted round that comes for it, or ``None``."""
        coming = self.stops.filter(round__state="accepted") if self.stage == "planned" else None
        return coming.select_related("round__carrier__actor").first() if coming else None

    def collected(self) -> float:
        """Kilograms at the collection, as the ledger has them now."""
        return sum(s.kilograms for s in self.steps.with_records() if s.stage == "collected")

    def treated(self) -> float:
        """Kilograms treated so far, as the ledger has them now."""
        return sum(s.kilograms for s in self.steps.with_records() if s.stage == "treated")

    def left(self) -> float:
        """Kilograms collected and not treated yet."""
        return max(0.0, self.collected() - self.treated())


class LotStepQuerySet(models.QuerySet["LotStep"]):
    """Many steps."""

    def with_records(self) -> LotStepQuerySet:
        return self.select_related("record__correction", "record__receiver__actor")


class LotStep(Kept):
    """What happened to a lot, never changed: the stage it came to, the day, by which party.

    ``record`` is the row of the ledger that holds the kilograms; a correction is made there.
    """

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=12)
    treatment = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    rule = models.CharField(max_length=16, blank=True)
    day = models.DateField(default=date.today)
    note = models.CharField(max_length=300, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    record = models.OneToOneField(Record, models.PROTECT, null=True, related_name="lot_step")

    objects: Any = LotStepQuerySet.as_manager()

    class Meta:
        ordering = ("created",)

    @property
    def kilograms(self) -> float:
        """What the ledger says today: a correction of the record counts here too."""
        record = self.record
        while record is not None and record.replaced:
            record = record.correction
        return record.amount if record else 0.0


class Certificate(Kept):
    """What a certificate says: its number, its day, the organisation that issued it; its PDF or not."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="certificates")
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=60)
    day = models.DateField()
    issuer = models.CharField(max_length=120)
    proof = models.FileField(upload_to=proof_name, blank=True)

    class Meta:
        ordering = ("day", "created")
        constraints = (
            models.UniqueConstraint(fields=["lot", "kind", "number"], name="certificate_once"),
        )

    def __str__(self) -> str:
        return self.number
