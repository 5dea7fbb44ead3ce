"""From a proposal to a commitment: sent, answered by both sides, agreed; or offered to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import label, say
from reciproque.web.accounts.models import Person
from reciproque.web.cooperations import actions as cooperations
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.exchange import letters
from reciproque.web.exchange.chains import check_room, commit
from reciproque.web.exchange.engine import check_pair
from reciproque.web.exchange.models import Matching, Proposal, Step, Wish
from reciproque.web.exchange.rules import rank_for
from reciproque.web.shared.templatetags.reciproque import lang

SLACK = 1e-9


def sides_of(person: Person, proposal: Proposal) -> list[str]:
    """``need`` and ``offer``: the sides for which someone may answer."""
    return [s for s in ("need", "offer") if rank_for(person, getattr(proposal, s).actor) >= 2]


def _check(proposal: Proposal) -> None:
    """Refuse what stands otherwise since it was computed; raises ``ReciproqueError``."""
    for wish in (proposal.need, proposal.offer):
        if wish.state != "open":
            raise ReciproqueError("error.wish_closed", what=wish.title)
    if proposal.through:
        check_room(proposal)
    else:
        check_pair(proposal.need, proposal.offer, proposal.pooled)
    for wish in (proposal.need, proposal.offer):
        quantity, unit = wish.part_of(proposal)
        left = wish.remaining_in(unit)
        if left + SLACK < quantity:
            raise ReciproqueError("error.wish_used", what=wish.title, left=left, unit=unit)
    for part in proposal.parts.select_related("gift"):
        if part.gift.state != "received" or part.gift.remaining() + SLACK < part.amount:
            raise ReciproqueError("error.wish_used", what=proposal.offer.title, unit=proposal.unit)


@transaction.atomic
def send(chosen: Iterable[Proposal], *, by: Person) -> int:
    """Propose to both sides; whoever proposes has accepted for the sides they write for."""
    sent, now = 0, timezone.now()
    for proposal in chosen:
        if proposal.state != "draft":
            continue
        _check(proposal)
        proposal.state, proposal.sent = "sent", now
        for side in sides_of(by, proposal):
            if side == "offer" or not proposal.sourcing:
                setattr(proposal, f"{side}_accepted", now)
        proposal.save()
        if not _agreed(proposal, by):
            letters.proposed(proposal)
        sent += 1
    return sent


@transaction.atomic
def accept(
    proposal: Proposal, *, by: Person, procedure: str = "", within: Cooperation | None = None
) -> bool:
    """Accept for the sides one writes for; returns whether it is agreed on both.

    A purchase by a public body is not accepted for its side before its procedure is named.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state != "sent":
        return proposal.state == "agreed"
    for key in sorted((proposal.need_id, proposal.offer_id)):  # the same order for everybody
        Wish.objects.select_for_update().get(pk=key)
    _check(proposal)
    for side in sides_of(by, proposal):
        if side == "need" and proposal.sourcing:
            if not procedure:
                raise ReciproqueError("error.no_procedure", what=proposal.need.title)
            proposal.procedure = procedure
        setattr(
            proposal, f"{side}_accepted", getattr(proposal, f"{side}_accepted") or timezone.now()
        )
    proposal.cooperation = within or proposal.cooperation
    proposal.save()
    return _agreed(proposal, by)


@transaction.atomic
def decline(proposal: Proposal, *, by: Person) -> bool:
    """Refuse for one's side; returns whether anything changed."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    sides = sides_of(by, proposal)
    if proposal.state != "sent" or not sides:
        return False
    proposal.state, proposal.declined_by = "declined", getattr(proposal, sides[0]).actor
    proposal.save()
    return True


def common(proposal: Proposal) -> list[Cooperation]:
    """The cooperations in which both sides take part today."""
    return together(proposal.need.actor_id, proposal.offer.actor_id)


def together(a: Any, b: Any) -> list[Cooperation]:
    """The cooperations in which two organisations (keys) take part today."""
    both = Cooperation.objects.filter(parties__actor=a).filter(parties__actor=b).distinct()
    return [c for c in both if c.present().filter(actor__in=(a, b)).count() == 2]


def _cooperation(proposal: Proposal, by: Person) -> Cooperation:
    """The one chosen, one of both, or a light new one."""
    if proposal.through:  # the chain is that of one cooperation
        return Step.objects.get(pk=proposal.through[0]["step"]).cooperation
    if proposal.cooperation and proposal.cooperation in (known := common(proposal)):
        return proposal.cooperation
    if known := common(proposal):
        return known[0]
    mine, other = (proposal.need.actor, proposal.offer.actor)
    if rank_for(by, mine) < 2:
        mine, other = other, mine
    made = cooperations.start(
        by=by, actor=mine, name=f"{mine.name}, {other.name}"[:160], subject=_title(proposal),
        why=" ".join(say(r, lang()) for r in proposal.told_reasons())[:2000],
    )  # fmt: skip
    Party.objects.create(cooperation=made, actor=other, since=made.started, by=by)
    return made


def _title(proposal: Proposal) -> str:
    """What others of the cooperation read; of a minor, the resource alone."""
    need = proposal.need
    return label("resources", need.resource, lang()) if need.concerns_a_minor else need.title


def _agreed(proposal: Proposal, by: Person) -> bool:
    """Once both sides accepted: a commitment, agreed, in a cooperation of both."""
    if not (proposal.need_accepted and proposal.offer_accepted):
        return False
    made = _cooperation(proposal, by)
    days = [w.start for w in (proposal.need, proposal.offer) if w.start]
    ends = [w.end for w in (proposal.need, proposal.offer) if w.end]
    proposal.cooperation = made
    proposal.commitment = commit(
        proposal, made, title=_title(proposal), start=max(days, default=None),
        due=min(ends, default=None), by=by,
        procedure=label("procedures", proposal.procedure, lang()) if proposal.procedure else "",
    )  # fmt: skip
    proposal.state = "agreed"
    proposal.save()
    for wish in (proposal.need, proposal.offer):
        if wish.remaining() <= SLACK * wish.quantity:
            Wish.objects.filter(pk=wish.pk).update(state="met", changed=timezone.now())
    letters.agreed(proposal)
    return True


def lapse(key: Any) -> bool:
    """Nobody answered, even reminded; returns whether it still waited."""
    changed = Proposal.objects.filter(pk=key, state="sent").update(
        state="lapsed", changed=timezone.now()
    )
    return bool(changed)


def still_looking(proposal: Proposal) -> Wish:
    """The wish to offer to the next: of the side that had accepted, else the need."""
    accepted_offer = proposal.offer_accepted and not proposal.need_accepted
    return proposal.offer if accepted_offer else proposal.need


def offered_next(proposal: Proposal, person: Person) -> Any:
    """What was proposed in its place, as far as someone may read it."""
    same = Q(need=proposal.need) | Q(offer=proposal.offer)
    found = Proposal.objects.told_to(person).filter(same, matching__before=proposal.matching)
    return found.exclude(state="draft").with_sides()


def tried_pairs(wish: Wish) -> list[tuple[str, str]]:
    """The pairs of a wish that were proposed already, whatever came of it."""
    tried = wish.proposals().exclude(state="draft")
    return sorted({(str(n), str(o)) for n, o in tried.values_list("need", "offer")})


def passed_pairs(wish: Wish) -> list[tuple[str, str]]:
    """Those tried, and those with all that whoever left one unanswered has: another organisation is next."""
    other = "offer" if wish.side == "need" else "need"
    silent = wish.proposals().filter(state="lapsed").values_list(f"{other}__actor", flat=True)
    theirs = Wish.objects.filter(side=other, state="open", actor__in=set(silent))
    keys = ((str(wish.pk), str(key)) for key in theirs.values_list("pk", flat=True))
    return sorted({*tried_pairs(wish), *(k if other == "offer" else k[::-1] for k in keys)})


@transaction.atomic
def send_next(asked: Matching, accepted: Any) -> bool:
    """Propose the best of a run to both sides; the side still looking has accepted already, or not."""
    tried = set(passed_pairs(asked.wish))  # what goes through a chain is not barred by the engine
    fresh = [p for p in asked.proposals.with_sides() if p.pair not in tried]
    if not fresh:
        return False
    found = fresh[0]
    try:
        _check(found)
    except ReciproqueError:
        return False
    found.state, found.sent = "sent", timezone.now()
    side = asked.wish.side
    if accepted and (side == "offer" or not found.sourcing):
        setattr(found, f"{side}_accepted", accepted)
    found.save()
    letters.proposed(found)
    return True


def remind(proposal: Proposal) -> None:
    """Once, to whoever has not answered."""
    proposal.reminded = timezone.now()
    proposal.save(update_fields=["reminded", "changed"])
    letters.reminded(proposal)
