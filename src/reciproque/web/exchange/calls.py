"""What a call and a pot amount to, as pages and programs read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.safestring import SafeString

from reciproque.reciprocity import in_own_unit
from reciproque.web.cooperations.models import Record
from reciproque.web.exchange.models import Pot, PotGift, Proposal, SupportCall, Wish
from reciproque.web.exchange.models.patronage import CENT
from reciproque.web.exchange.pooling import behind, kept, said
from reciproque.web.shared.pictures import score_bar


@dataclass(frozen=True)
class Sought:
    """A need of a call: asked, agreed, delivered (all in its unit); whether its least is reached."""

    wish: Wish
    agreed: float
    delivered: float
    bar: SafeString

    @property
    def part(self) -> float:
        return min(1.0, self.agreed / self.wish.quantity)

    @property
    def started(self) -> bool:
        """Whether what is agreed reaches what it needs to start; without such a least, always."""
        return self.agreed + CENT >= (self.wish.smallest or 0.0)


@dataclass(frozen=True)
class Short:
    """A need that a refusal leaves below what it needs to start: agreed and awaited, in its unit."""

    wish: Wish
    call: SupportCall | None
    agreed: float
    awaited: float

    @property
    def least(self) -> float:
        return float(self.wish.smallest or 0.0)

    @property
    def missing(self) -> float:
        """What nobody has agreed to, nor been asked for."""
        return self.least - self.agreed - self.awaited


def short(wish: Wish) -> Short | None:
    """What a refusal (or no answer) leaves of a need; ``None`` where its least stays within reach, or nothing stands."""
    asked = wish.proposals()
    if not asked.filter(state__in=("declined", "lapsed")).exists():
        return None
    line, own = getattr(wish, "call_line", None), in_own_unit(1.0, wish.unit, wish.resource)
    sent = sum(in_own_unit(p.quantity, p.unit, wish.resource) for p in asked.filter(state="sent"))
    found = Short(wish, line.call if line else None, wish.committed(), sent / own)
    stands = found.agreed + found.awaited > CENT
    return found if stands and found.missing > CENT else None


def delivered(proposals: Iterable[Proposal]) -> float:
    """What records say of the commitments of proposals, in the resource's own unit."""
    commitments = [p.commitment_id for p in proposals if p.commitment_id]
    found = Record.objects.filter(commitment__in=commitments).standing()
    return float(found.aggregate(all=Sum("amount"))["all"] or 0.0)


def sought(call: SupportCall) -> list[Sought]:
    """Each need of a call with what came of it."""
    rows = []
    for wish in call.needs():
        agreed = wish.committed()
        own = in_own_unit(1.0, wish.unit, wish.resource)
        came = delivered(wish.proposals().filter(state="agreed")) / own
        rows.append(Sought(wish, agreed, came, score_bar(agreed / wish.quantity)))
    return rows


@dataclass(frozen=True)
class CameIn:
    """A line of what came into a pot: a gift that the reader may see, or those of organisations together."""

    gift: PotGift | None
    givers: int
    amount: float
    used: float
    wish: str
    at_least: float
    kept: float | None
    bar: SafeString


def came_in(pot: Pot, may_read: Any) -> list[CameIn]:
    """What came into a pot; gifts that the reader may not see one by one stand in one line."""
    total, rows, others = pot.total() or 1.0, [], []
    for gift in (
        pot.received()
        .with_agreed()
        .order_by("day", "created")
        .select_related("giver", "pot__actor")
    ):
        if not may_read(gift):
            others.append(gift)
            continue
        bar, used = score_bar(gift.amount / total), float(gift.agreed or 0.0)
        rows.append(
            CameIn(gift, gift.givers, gift.amount, used, said(gift), gift.at_least, kept(gift), bar)
        )
    if others:
        amount, used = sum(g.amount for g in others), sum(float(g.agreed or 0.0) for g in others)
        rows.append(
            CameIn(None, len(others), amount, used, "", 0.0, None, score_bar(amount / total))
        )
    return rows


@dataclass(frozen=True)
class Funded:
    """A project that a pot supports: agreed and delivered, in euros."""

    proposal: Proposal
    call: SupportCall | None
    amount: float
    delivered: float
    bar: SafeString


def funded(pot: Pot) -> list[Funded]:
    """What a pot funds, the most first."""
    if pot.wish is None:
        return []
    total = pot.total() or 1.0
    agreed = pot.wish.proposals().filter(state="agreed").with_sides()
    found = [
        Funded(
            p, getattr(getattr(p.need, "call_line", None), "call", None), p.quantity, delivered([p]),
            score_bar(p.quantity / total),
        )
        for p in agreed.select_related("need__call_line__call")
    ]  # fmt: skip
    return sorted(found, key=lambda f: -f.amount)


def behind_wishes(pot: Pot) -> list[PotGift]:
    """The gifts of which less went where they wish than they wish."""
    return [g for g in pot.received() if behind(g)]


def short_of(pot: Pot) -> list[Short]:
    """The projects that a pot has agreed to support, or was proposed to, and that a refusal leaves short."""
    if pot.wish is None:
        return []
    stands = pot.wish.proposals().filter(state__in=("agreed", "sent"))
    needs = Wish.objects.filter(pk__in=stands.values("need")).select_related("actor")
    return [found for w in needs.order_by("created") if (found := short(w))]
