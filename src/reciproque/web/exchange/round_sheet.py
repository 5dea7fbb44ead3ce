"""A round on a map, vehicle by vehicle, and as the sheet that is filled by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.vocabulary import label, rows
from reciproque.web.exchange.maps import drawn, place_name
from reciproque.web.exchange.models import CollectionRound, Lot, RoundStop
from reciproque.web.registry.typesetting import Dossier, Picture, Section, compile_dossier
from reciproque.web.shared.pictures import Link, Mark
from reciproque.web.shared.templatetags.reciproque import day, exact, kilograms, lang


@dataclass(frozen=True)
class Tour:
    """One vehicle: what it carries at most, its stops in order, its kilometres, when it is back."""

    vehicle: int
    capacity: float
    stops: tuple[RoundStop, ...]
    km: float
    leaves: str
    back: str

    @property
    def weight(self) -> float:
        """Kilograms announced."""
        return sum(stop.weight for stop in self.stops)

    @property
    def duties(self) -> list[Mapping[str, str]]:
        """What the load asks of its carrier: rows of ``vocabulary/transport_rules``; a gift is no waste."""
        waste = [x for s in self.stops for x in s.lots.all() if x.waste]
        load = {flag: sum(x.weight for x in waste if x.dangerous == (flag == "1")) for flag in "01"}
        return [r for r in rows("transport_rules") if load[r["dangerous"]] > float(r["above_kg"])]


def _hour(minutes: float) -> str:
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def tours(found: CollectionRound) -> list[Tour]:
    """The vehicles that drive, each with its stops."""
    stops = list(found.ordered())
    return [
        Tour(
            int(one["vehicle"]), found.capacities[int(one["vehicle"]) - 1],
            tuple(s for s in stops if s.vehicle == int(one["vehicle"])), one["km"],
            _hour(one["leaves"]), _hour(one["back"]),
        )
        for one in found.result.get("rounds", [])
    ]  # fmt: skip


def round_map(found: CollectionRound) -> SafeString | None:
    """From the depot to each stop in turn, and back."""
    if found.longitude is None or found.latitude is None:
        return None
    depot = (found.longitude, found.latitude)
    marks, links = [Mark(place_name(found.territory), *depot, "b")], []
    for tour in tours(found):
        at = depot
        for stop in tour.stops:
            here = (stop.longitude, stop.latitude)
            marks.append(Mark(place_name(stop.territory), *here, "a"))
            links.append(Link(at, here, 1.0))
            at = here
        links.append(Link(at, depot, 1.0))
    said = _(
        "Le losange est le dépôt, chaque rond un arrêt ; les flèches suivent l’ordre des passages."
    )
    return drawn(marks, links, _("La tournée sur une carte"), said)


def _said(lot: Lot) -> str:
    """Gift or waste, with its code; what must be watched."""
    nature = (
        _("déchet %s") % (lot.code or _("(code à préciser)"))
        if lot.waste
        else _("don pour réemploi")
    )
    parts = [lot.title, nature]
    if lot.dangerous:
        parts.append(_("dangereux"))
    if lot.data and not lot.erased:
        parts.append(_("données à effacer"))
    return " · ".join(parts)


def _row(stop: RoundStop, first: bool, lot: Lot) -> list[str]:
    office = "\n".join([stop.holder.actor.name, place_name(stop.territory), *stop.offices])
    return [
        f"{stop.position}" if first else "", stop.hour if first else "", office if first else "",
        _said(lot), kilograms(lot.weight), "\n\n", "",
    ]  # fmt: skip


def _needed(row: Mapping[str, str]) -> str:
    words = label("transport_rules", row["id"], lang())
    return _("Il faut : %(duty)s (%(basis)s).") % {"duty": words, "basis": row["basis"]}


def _section(tour: Tour) -> Section:
    return Section(
        _("Véhicule %(n)s : %(kg)s au plus, départ à %(from)s, retour vers %(to)s")
        % {"n": tour.vehicle, "kg": kilograms(tour.capacity), "from": tour.leaves, "to": tour.back},
        columns=["n°", _("Vers"), _("Où, quel bureau"), _("Lot"), _("annoncé"), _("kg pesés"),
                 _("Signature de qui remet")],
        widths=[0.35, 0.65, 1.7, 2.2, 0.8, 1, 1.6], right=[4], boxes=[5, 6],
        rows=[
            _row(stop, n == 0, lot)
            for stop in tour.stops
            for n, lot in enumerate(sorted(stop.lots.all(), key=lambda x: x.title))
        ],
        source=" ".join([
            _("%(km)s km estimés, %(kg)s annoncés.")
            % {"km": exact(tour.km), "kg": kilograms(tour.weight)},
            *(_needed(row) for row in tour.duties),
        ]),
    )  # fmt: skip


def round_dossier(found: CollectionRound) -> Dossier:
    """All the words of the round sheet: stops in order, boxes for weights and signatures."""
    svg = round_map(found)
    driver = Section(
        _("Au retour"), columns=[_("kg en tout"), _("Signature de qui conduit"), _("Signature de qui reçoit")],
        widths=[1, 2, 2], boxes=[0, 1, 2], rows=[["\n\n\n", "", ""]],
        source=_("Les poids se saisissent ensuite en une fois sur la page de la tournée."),
    )  # fmt: skip
    where = []
    if svg:
        said = _("Le dépôt et les arrêts, dans l’ordre des tableaux qui suivent.")
        where = [Section(_("Le trajet"), pictures=[Picture(str(svg), said, width=70)])]
    lead = _("%(who)s, au départ de %(depot)s.") % {
        "who": found.carrier.actor.name, "depot": place_name(found.territory),
    }  # fmt: skip
    sections = [*(_section(tour) for tour in tours(found)), driver, *where]
    title = _("Feuille de tournée du %s") % day(found.day)
    name = found.cooperation.name
    return Dossier(title, name, lead, lang(), name, sections)


def round_pdf(found: CollectionRound) -> bytes:
    """The round sheet as PDF/A-3a and PDF/UA-1."""
    return compile_dossier(round_dossier(found))
