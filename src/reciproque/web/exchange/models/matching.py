"""What the engine proposed, with reasons; what each side answered; what was agreed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from reciproque import kernel
from reciproque.reciprocity import in_own_unit
from reciproque.vocabulary import table
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Commitment, Cooperation
from reciproque.web.cooperations.models.base import Kept
from reciproque.web.exchange.models.wish import Wish


class Matching(Kept):
    """A run of the engine on one wish, one theme or the parties of a cooperation.

    ``adjusted`` holds what people asked: pairs forbidden, pinned and weighed, as
    ``[need, offer]`` or ``[need, offer, weight]``; ``result`` what the engine found, as data.
    """

    wish = models.ForeignKey(Wish, models.CASCADE, null=True, related_name="matchings")
    theme = models.CharField(max_length=32, blank=True)
    cooperation = models.ForeignKey(
        Cooperation, models.CASCADE, null=True, related_name="matchings"
    )
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="matchings")
    before = models.ForeignKey("self", models.SET_NULL, null=True, related_name="after")
    way = models.CharField(max_length=16)
    adjusted = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="waiting")
    failure = models.JSONField(default=dict)

    class Meta:
        ordering = ("-created",)

    def get_absolute_url(self) -> str:
        return reverse("matching", args=[self.pk])

    @property
    def pooled(self) -> bool:
        """Whether gifts are put in common, rather than pairs formed."""
        return table("matching_ways").get(self.way, {}).get("engine") == "pools"

    def pairs(self, name: str) -> set[tuple[str, str]]:
        """The pairs forbidden or pinned."""
        return {(p[0], p[1]) for p in self.adjusted.get(name, [])}

    @property
    def chained(self) -> bool:
        """Whether volumes are brought through the steps of a chain, rather than pairs formed."""
        return table("matching_ways").get(self.way, {}).get("engine") == "volumes"

    def factors(self) -> dict[str, float]:
        """How many times its capacity each step is tried with; 0 without it."""
        return dict(self.adjusted.get("steps", []))

    def weights(self) -> dict[tuple[str, str], float]:
        """The weight people gave a pair, 1 when they gave none."""
        return {(n, o): w for n, o, w in self.adjusted.get("weigh", [])}


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Many proposals."""

    def told_to(self, person: Any) -> ProposalQuerySet:
        """Those sent to an organisation one acts for."""
        mine = person.actors()
        sides = Q(need__actor__in=mine) | Q(offer__actor__in=mine)
        return self.exclude(state="draft").filter(sides)

    def with_sides(self) -> ProposalQuerySet:
        return self.select_related("need__actor", "offer__actor", "matching", "cooperation")


class Proposal(Kept):
    """Who could give how much to whom, and what each side says of it."""

    matching = models.ForeignKey(Matching, models.CASCADE, related_name="proposals")
    need = models.ForeignKey(Wish, models.CASCADE, related_name="need_proposals")
    offer = models.ForeignKey(Wish, models.CASCADE, related_name="offer_proposals")
    quantity = models.FloatField()
    unit = models.CharField(max_length=12)
    score = models.FloatField(default=1.0)
    distance_km = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    through = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="draft")
    sent = models.DateTimeField(null=True)
    reminded = models.DateTimeField(null=True)
    need_accepted = models.DateTimeField(null=True)
    offer_accepted = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    procedure = models.CharField(max_length=16, blank=True)
    cooperation = models.ForeignKey(
        Cooperation, models.SET_NULL, null=True, related_name="proposals"
    )
    commitment = models.OneToOneField(
        Commitment, models.SET_NULL, null=True, related_name="proposal"
    )

    objects: Any = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-score", "created")

    def __str__(self) -> str:
        return f"{self.offer.actor}, {self.need.actor}"

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    @property
    def pair(self) -> tuple[str, str]:
        return str(self.need_id), str(self.offer_id)

    @property
    def sourcing(self) -> bool:
        """Whether a public body would buy: then a purchase procedure comes before any agreement."""
        buyer, seller = self.need.actor, self.offer.actor
        public = buyer.sector in ("public", "state")
        bought = self.offer.terms == "price" or self.offer.cost > 0
        farm = seller.kind == "farm" and self.offer.terms not in ("gift", "loan")
        return public and seller.sector not in ("public", "state") and (bought or farm)

    def given(self) -> tuple[float, str]:
        """What the offer gives for it: of a chain, what goes into the first step, in the offer's unit."""
        if not self.through:
            return self.quantity, self.unit
        unit, resource = self.offer.unit, self.offer.resource
        return self.through[0]["quantity"] / in_own_unit(1.0, unit, resource), unit

    @property
    def pooled(self) -> bool:
        """Whether it came of gifts put in common, where a need's least counts all givers together."""
        return self.matching.pooled

    def told_reasons(self) -> list[kernel.Reason]:
        return [as_reason(r) for r in self.reasons]


def as_reason(kept: dict[str, Any]) -> kernel.Reason:
    """A reason kept as data, ready to be said."""
    return kernel.Reason(**kept)
