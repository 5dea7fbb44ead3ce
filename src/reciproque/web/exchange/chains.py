"""Volumes through the steps of a chain: what a run asks of the engine, and what each link then commits to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from reciproque import kernel
from reciproque.kernel import ReciproqueError
from reciproque.matching import Problem, volumes
from reciproque.vocabulary import in_own_unit, table, unit_of
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Commitment, Cooperation, Party
from reciproque.web.exchange.engine import apart, remaining_sides
from reciproque.web.exchange.models import Matching, Proposal, Step, Wish

SECONDS = 10.0
LEAST = 1e-6  # of a step's room: what is left below is nothing
CHAINED = [way for way, row in table("matching_ways").items() if row["engine"] == "volumes"]


def steps_of(asked: Matching) -> list[Step]:
    """The steps of the cooperation of a run; for one wish, those of the cooperations of its organisation."""
    if asked.cooperation is not None:
        found = asked.cooperation.steps.all()
    elif asked.wish is not None:
        found = Step.objects.filter(
            cooperation__parties__actor=asked.wish.actor, cooperation__parties__until=None
        )
    else:
        return []
    return list(found.select_related("actor", "cooperation").distinct())


def agreed_in(steps: Sequence[Step]) -> dict[str, float]:
    """How much is agreed already to go into each step, by its key, in own units of what it takes."""
    found = dict.fromkeys((str(s.pk) for s in steps), 0.0)
    agreed = Proposal.objects.filter(state="agreed", matching__way__in=CHAINED)
    for row in (row for rows in agreed.values_list("through", flat=True) for row in rows):
        if row["step"] in found:
            found[row["step"]] += row["quantity"]
    return found


def _tried(steps: Sequence[Step], factors: dict[str, float]) -> tuple[kernel.Step, ...]:
    """The steps with the room that people try: without one (0), or with several times its capacity."""
    made, taken = [], agreed_in(steps)
    for step in steps:
        key = str(step.pk)
        factor, noun = factors.get(key, 1.0), step.for_engine()
        if noun.capacity is not None:
            left = noun.capacity * factor - taken[key]
            noun = replace(noun, capacity=left)
            factor = min(factor, left if left > LEAST * step.capacity else 0.0)
        if factor > 0:
            made.append(noun)
    return tuple(made)


def best_chain(asked: Matching, wishes: list[Wish], steps: Sequence[Step]) -> kernel.Matching:
    """As much as possible of what remains, straight or through the steps; raises ``ReciproqueError`` in words."""
    known = {str(w.pk): w for w in wishes}
    needs, offers = remaining_sides(asked, wishes)
    pairs = {(n.key, o.key) for n in needs for o in offers if n.resource == o.resource}
    barred = {p for p in pairs if apart(known[p[0]], known[p[1]]) is not None}
    forbidden = frozenset(barred | asked.pairs("forbid") & pairs)
    problem = Problem(needs, offers, _tried(steps, asked.factors()), forbidden=forbidden)
    return volumes(problem, SECONDS)


def through(found: kernel.Allocation, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """What goes into each step for one allocation, first step first: ``step``, ``quantity`` in own units of what it takes."""
    if not found.through:
        return []
    known = {str(s.pk): s for s in steps}
    amount = in_own_unit(found.quantity, found.unit, known[found.through[-1]].gives)
    told: list[dict[str, Any]] = []
    for key in reversed(found.through):
        amount /= known[key].yields
        told.insert(0, {"step": key, "quantity": amount})
    return told


@dataclass(frozen=True)
class Link:
    """One link of a chain: who hands what to whom, in the resource's own unit; ``step`` receives it, the need where none."""

    giver: Actor
    receiver: Actor
    resource: str
    quantity: float
    unit: str
    step: Step | None


def links(proposal: Proposal) -> list[Link]:
    """The links of a proposal, from who offers to who seeks; one where it passes through no step.

    Raises ``ReciproqueError`` when a step is gone since it was computed.
    """
    keys = [row["step"] for row in proposal.through]
    known = {str(s.pk): s for s in Step.objects.filter(pk__in=keys).select_related("actor")}
    if missing := [k for k in keys if k not in known]:
        raise ReciproqueError("exchange.step_gone", count=len(missing))
    found, giver, resource = [], proposal.offer.actor, proposal.offer.resource
    for row in proposal.through:
        step = known[row["step"]]
        found.append(Link(giver, step.actor, resource, row["quantity"], unit_of(resource), step))
        giver, resource = step.actor, step.gives
    need = proposal.need
    last = Link(giver, need.actor, need.resource, proposal.quantity, proposal.unit, None)
    return [*found, last]


def check_room(proposal: Proposal) -> None:
    """Refuse what no longer fits into a step, or passes through one that is gone; raises ``ReciproqueError``.

    A run that tried a step larger than it is proposes what the step cannot take yet.
    """
    if reason := apart(proposal.need, proposal.offer):  # who asks a price of who pays none
        raise ReciproqueError(reason.key, **reason.figures)
    steps = [link.step for link in links(proposal) if link.step]
    taken = agreed_in(steps)
    for step, row in zip(steps, proposal.through, strict=True):
        room = None if step.capacity is None else step.capacity - taken[str(step.pk)]
        if room is not None and row["quantity"] > room + LEAST * step.capacity:
            raise ReciproqueError("exchange.step_full", what=step.title)


@dataclass(frozen=True)
class Used:
    """What a run sends into a step, in own units of what it takes; ``share`` of its room, ``None`` without a limit."""

    step: Step
    quantity: float
    factor: float

    @property
    def capacity(self) -> float | None:
        """The room the run counted on."""
        return self.step.capacity and self.step.capacity * self.factor

    @property
    def share(self) -> float | None:
        return self.quantity / self.capacity if self.capacity else None


def used(asked: Matching, proposals: Sequence[Proposal]) -> list[Used]:
    """How much goes into each step of a run, the fullest first."""
    into: dict[str, float] = {}
    for row in (row for p in proposals for row in p.through):
        into[row["step"]] = into.get(row["step"], 0.0) + row["quantity"]
    factors = asked.factors()
    found = [
        Used(s, into.get(str(s.pk), 0.0), factors.get(str(s.pk), 1.0)) for s in steps_of(asked)
    ]
    return sorted(found, key=lambda u: (-(u.share or 0.0), -u.quantity))


def party_for(cooperation: Cooperation, actor: Actor) -> Party:
    """The party of an organisation; who holds a step and has left cannot be bound."""
    found = cooperation.present().filter(actor=actor).first()
    if found is None:
        raise ReciproqueError("exchange.step_left", who=actor.name)
    return found


def commit(proposal: Proposal, cooperation: Cooperation, **common: Any) -> Commitment:
    """A commitment for each link; the last one, to who seeks, is returned.

    What binds an organisation that holds a step and did not answer is proposed to it, not agreed in its name.
    """
    answered = {proposal.offer.actor_id, proposal.need.actor_id}
    made: Commitment | None = None
    for link in links(proposal):
        if link.giver == link.receiver:  # from one step to the next in the same hands
            continue
        sure = {link.giver.pk, link.receiver.pk} <= answered
        made = Commitment.objects.create(
            cooperation=cooperation, giver=party_for(cooperation, link.giver),
            receiver=party_for(cooperation, link.receiver), resource=link.resource, quantity=link.quantity,
            unit=link.unit, state="agreed" if sure else "proposed", **common,
        )  # fmt: skip
    assert made is not None
    return made
