"""The ten cooperations of the catalogue, and their places on the map of France."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.kernel import Territory, UnknownTerritory
from reciproque.territories import Registry
from reciproque.vocabulary import rows
from reciproque.web.registry.engine import registry
from reciproque.web.shared.pictures import Pin, france_map
from reciproque.web.shared.templatetags.reciproque import lang

OVERSEAS = ("REG-01", "REG-02", "REG-03", "REG-04", "REG-06")


@dataclass(frozen=True)
class Cooperation:
    """One of the ten, as the home page lists it."""

    number: str
    title: str
    line: str
    carrier: Territory
    partners: tuple[Territory, ...]


def _territories(known: Registry, codes: str) -> tuple[Territory, ...]:
    found = []
    for code in codes.split():
        try:
            found.append(known.territory(code))
        except UnknownTerritory:
            continue
    return tuple(found)


def cooperations() -> list[Cooperation]:
    """The ten cooperations, with the territories that carry them."""
    known = registry()
    return [
        Cooperation(
            row["id"],
            row["title"],
            row[f"line_{lang()}"],
            known.territory(row["carrier"]),
            _territories(known, row["partners"]),
        )
        for row in rows("cooperations")
    ]


@lru_cache(maxsize=4)
def _france(known: Registry, language: str) -> SafeString:
    mainland = [known.geometry(c) for c in known.codes("departement") if not c.startswith("DEP-97")]
    overseas = [(known.territory(c).name, known.geometry(c)) for c in OVERSEAS]
    petr = [known.geometry(c) for c in known.codes("petr")]
    pins = [
        Pin(
            c.number,
            c.carrier.longitude or 0.0,
            c.carrier.latitude or 0.0,
            tuple((p.longitude, p.latitude) for p in c.partners if p.longitude and p.latitude),
        )
        for c in cooperations()
    ]
    return france_map(
        mainland,
        overseas,
        petr,
        pins,
        _("Les dix coopérations du catalogue en France"),
        _(
            "Dix points numérotés, de la Bretagne aux Alpes ; un trait relie ceux dont le partenaire est ailleurs."
        ),
    )


def france() -> SafeString:
    """The map of France with the ten cooperations."""
    return _france(registry(), lang())
