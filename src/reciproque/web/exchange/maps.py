"""Needs and offers on a map, and the proposals between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.kernel import ReciproqueError
from reciproque.web.exchange.models import Proposal, Wish
from reciproque.web.registry.engine import registry
from reciproque.web.registry.ties import ground
from reciproque.web.shared.pictures import Link, Mark, places_map

SIDE = {"offer": "a", "need": "b"}
LARGEST = 25.0  # degrees: what is farther from the first mark is left to the table


def place_name(code: str) -> str:
    """The name of a territory, or its code when it is not known here."""
    try:
        return registry().territory(code).name
    except ReciproqueError:
        return code


def _marks(wishes: Iterable[Wish]) -> list[Mark]:
    found: list[Mark] = []
    for w in wishes:
        if w.longitude is None or w.latitude is None:
            continue
        mark = Mark(place_name(w.territory), w.longitude, w.latitude, SIDE[w.side])
        if not found or (
            abs(mark.longitude - found[0].longitude) < LARGEST
            and abs(mark.latitude - found[0].latitude) < LARGEST
        ):
            found.append(mark)
    return found


def drawn(marks: list[Mark], links: Sequence[Link], title: str, said: str) -> SafeString | None:
    """Marks and links on the ground around them; ``None`` without a mark."""
    if not marks:
        return None
    lons, lats = [m.longitude for m in marks], [m.latitude for m in marks]
    shapes = ground(
        registry(), (min(lons) - 0.3, min(lats) - 0.3, max(lons) + 0.3, max(lats) + 0.3)
    )
    return places_map(marks, links, shapes, title, said)


def wishes_map(wishes: Iterable[Wish]) -> SafeString | None:
    """Where the wishes are; ``None`` when no place is known."""
    said = _("Un rond par lieu d’où vient une offre, un losange par lieu d’où vient un besoin.")
    return drawn(_marks(wishes), [], _("Où sont les besoins et les offres"), said)


def proposals_map(proposals: Sequence[Proposal]) -> SafeString | None:
    """A thick arrow for a large share of the need, from who could give to who would receive."""
    marks = _marks(w for p in proposals for w in (p.offer, p.need))
    known = {(m.longitude, m.latitude) for m in marks}
    links = []
    for p in proposals:
        start = (p.offer.longitude, p.offer.latitude)
        end = (p.need.longitude, p.need.latitude)
        if start in known and end in known:
            links.append(Link(start, end, p.quantity / p.need.quantity))
    said = _(
        "Chaque flèche va de qui peut donner à qui recevrait ; le tableau dit les mêmes choses."
    )
    return drawn(marks, links, _("Les propositions sur une carte"), said)
