"""Where patronage meets the engine: pots and other gifts go in, one proposal for each giver and project comes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from reciproque import kernel
from reciproque.kernel import ReciproqueError
from reciproque.matching import GroupShare, Problem, pools
from reciproque.vocabulary import label
from reciproque.web.exchange.engine import LEAST, apart, noun
from reciproque.web.exchange.maps import place_name
from reciproque.web.exchange.models import Matching, Pot, PotGift, PotPart, Wish
from reciproque.web.exchange.models.patronage import Wishing
from reciproque.web.registry.engine import registry
from reciproque.web.shared.templatetags.reciproque import lang

TOLERANCE = 1e-4  # of a part: what cents may leave
# of each pair (need, offer): the gifts of a pot that make it up, in euros
Parts = dict[tuple[str, str], list[tuple[Any, float]]]


@cache
def lies_in(code: str, other: str) -> bool:
    """Whether a territory lies wholly in another, or is it."""
    if code == other:
        return True
    try:
        inner, outer = (set(registry().units_of(registry().territory(c))) for c in (code, other))
    except ReciproqueError:
        return False
    return bool(inner) and inner <= outer


def concerns(gift: Wishing, need: Wish) -> bool:
    """Whether a project answers what a gift, or a pot, wishes."""
    call = getattr(need, "call_line", None)
    theme = call.call.theme if call else need.theme
    place = call.call.territory if call else need.territory
    return (not gift.themes or theme in gift.themes) and (
        not gift.territory or lies_in(place, gift.territory)
    )


def said(gift: Wishing) -> str:
    """What a gift, or a pot, wishes, in a few words."""
    words = [label("themes", theme, lang()) for theme in gift.themes]
    return ", ".join([*words, place_name(gift.territory)] if gift.territory else words)


@dataclass
class Gathered:
    """Offers and shares for the engine, the wish behind each offer, and what can go nowhere."""

    offers: list[Any] = field(default_factory=list)
    shares: list[GroupShare] = field(default_factory=list)
    wish_of: dict[str, str] = field(default_factory=dict)
    gift_of: dict[str, PotGift] = field(default_factory=dict)
    notes: list[kernel.Reason] = field(default_factory=list)


def _of_gift(gathered: Gathered, wish: Wish, gift: PotGift, needs: Sequence[Wish]) -> None:
    left = round(gift.remaining(), 2)
    if left < 0.01:
        return
    key = f"gift-{gift.pk}"
    if gift.wishes and not _share(gathered, wish, gift, (key,), needs):
        return
    gathered.offers.append(noun(wish, left, key=key, smallest=0.0, counterparts=None))
    gathered.wish_of[key], gathered.gift_of[key] = str(wish.pk), gift


def _share(
    gathered: Gathered, wish: Wish, thing: Wishing, givers: tuple[str, ...], needs: Sequence[Wish]
) -> bool:
    """What a gift or a pot wishes, as a share; ``False``, and a note, where no project answers it."""
    inside, what = tuple(str(n.pk) for n in needs if concerns(thing, n)), said(thing)
    if not inside:
        figures = {"what": what, "pot": wish.title}
        gathered.notes.append(kernel.Reason("pool.no_project", "unmet", figures))
        return False
    least = 1.0 if behind(thing) else thing.at_least
    key = f"share-{len(gathered.shares)}"
    gathered.shares.append(GroupShare(key, least, givers, needs=inside, title=what))
    return True


def kept(thing: Wishing) -> float | None:
    """Of what is agreed of a gift or a pot, the part that went where it wishes; ``None`` where nothing tells."""
    if not thing.wishes:
        return None
    mine = {"gift__pot": thing} if isinstance(thing, Pot) else {"gift": thing}
    agreed = PotPart.objects.filter(**mine, proposal__state="agreed")
    parts = list(agreed.select_related("proposal__need__call_line__call"))
    whole = sum(p.amount for p in parts)
    there = sum(p.amount for p in parts if concerns(thing, p.proposal.need))
    return there / whole if whole else None


def behind(thing: Wishing) -> bool:
    """Whether less went where it wishes than it wishes, some proposals having been refused: the rest goes there."""
    part = kept(thing)
    return part is not None and part + TOLERANCE < thing.at_least


def _of_pot(gathered: Gathered, wish: Wish, needs: Sequence[Wish]) -> None:
    """The gifts of a pot, and what the pot wishes of them together."""
    before = len(gathered.offers)
    for gift in wish.pot.received().select_related("giver"):
        _of_gift(gathered, wish, gift, needs)
    keys = tuple(o.key for o in gathered.offers[before:])
    if keys and wish.pot.wishes and not _share(gathered, wish, wish.pot, keys, needs):
        del gathered.offers[before:]
        gathered.shares = [s for s in gathered.shares if not set(s.givers) & set(keys)]


def _gathered(wishes: Sequence[Wish], needs: Sequence[Wish]) -> Gathered:
    gathered = Gathered()
    for wish in wishes:
        if wish.side != "offer":
            continue
        if hasattr(wish, "pot"):
            _of_pot(gathered, wish, needs)
        elif (left := wish.remaining()) > LEAST * wish.quantity:
            key = str(wish.pk)
            gathered.offers.append(noun(wish, left, smallest=min(wish.smallest or 0.0, left)))
            gathered.wish_of[key] = key
    return gathered


def _need(wish: Wish) -> Any:
    """What remains of a need; its least counts what was agreed already."""
    left = wish.remaining()
    if left <= LEAST * wish.quantity:
        return None
    least = max(0.0, (wish.smallest or 0.0) - wish.committed())
    return noun(wish, left, smallest=min(least, left))


def _listed(
    asked: Matching, name: str, gathered: Gathered, needs: set[str]
) -> set[tuple[str, str]]:
    """Pairs of wishes that people pinned or set apart, as pairs of the engine."""
    listed = asked.pairs(name)
    pairs = ((n, key, wish) for n, _o in listed for key, wish in gathered.wish_of.items())
    return {(n, key) for n, key, wish in pairs if n in needs and (n, wish) in listed}


def pooled(asked: Matching, wishes: list[Wish]) -> tuple[kernel.Matching, Parts]:
    """The matching of what remains of gifts and projects, and the gifts behind each proposal of a pot.

    Raises ``ReciproqueError`` in words.
    """
    projects = [w for w in wishes if w.side == "need"]
    known = {str(w.pk): w for w in wishes}
    needs = tuple(n for w in projects if (n := _need(w)) is not None)
    gathered = _gathered(wishes, [known[n.key] for n in needs])
    if gathered.notes and not gathered.offers:
        raise ReciproqueError(gathered.notes[0].key, **gathered.notes[0].figures)
    keys = {n.key for n in needs}
    forbidden = _listed(asked, "forbid", gathered, keys)
    forbidden |= {
        (n.key, o.key) for n in needs for o in gathered.offers
        if n.resource == o.resource and apart(known[n.key], known[gathered.wish_of[o.key]])
    }  # fmt: skip
    pinned = _listed(asked, "pin", gathered, keys) - forbidden
    problem = Problem(
        needs, tuple(gathered.offers), pinned=frozenset(pinned), forbidden=frozenset(forbidden)
    )
    found = pools(problem, tuple(gathered.shares))
    return _joined(found, gathered)


def _joined(found: kernel.Matching, gathered: Gathered) -> tuple[kernel.Matching, Parts]:
    """The gifts of a pot for one project are one proposal."""
    parts: Parts = {}
    together: dict[tuple[str, str], list[kernel.Allocation]] = defaultdict(list)
    for a in found.allocations:
        pair = a.need, gathered.wish_of[a.offer]
        together[pair].append(a)
        if gift := gathered.gift_of.get(a.offer):
            parts.setdefault(pair, []).append((gift.pk, a.quantity))
    made = tuple(_sum(pair, of) for pair, of in together.items())
    unused: dict[str, float] = defaultdict(float)
    for key, left in found.unused.items():
        unused[gathered.wish_of[key]] += left
    refusals = {
        (r.need, gathered.wish_of[r.offer]): replace(r, offer=gathered.wish_of[r.offer])
        for r in found.refusals
    }
    apart_alone = tuple(r for pair, r in refusals.items() if pair not in together)
    notes = (*gathered.notes, *found.notes)
    return replace(found, allocations=made, unused=unused, refusals=apart_alone, notes=notes), parts


def _sum(pair: tuple[str, str], of: list[kernel.Allocation]) -> kernel.Allocation:
    """One allocation of several; money to the cent, each reason once."""
    total = sum(a.quantity for a in of)
    quantity = round(total, 2) if of[0].unit == "eur" else total
    reasons = {(r.key, str(sorted(r.figures.items()))): r for a in of for r in a.reasons}
    told = sorted(reasons.values(), key=lambda r: r.key)
    return replace(of[0], need=pair[0], offer=pair[1], quantity=quantity, reasons=tuple(told))
