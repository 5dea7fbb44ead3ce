"""What a territory's journeys tell: every measure in words, with what the file behind it sees."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reciproque.flows import Dependence, Interdependence, dependence, interdependence
from reciproque.kernel import State, Territory
from reciproque.territories import Registry
from reciproque.vocabulary import say, say_number, say_round, say_share, say_source
from reciproque.web.shared.templatetags.reciproque import lang, percent


@dataclass(frozen=True)
class Figure:
    """One measure: what it is called, its value in large, and what it means in plain words."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Told:
    """The measures of one territory, where they come from, and what the file behind them sees."""

    figures: tuple[Figure, ...]
    state: State
    source: str
    seen: str


def _seen(found: Interdependence) -> str:
    if found.coverage is None:
        return ""
    return say("flows.seen", lang(), name=found.name, **found.coverage.figures)


def told(registry: Registry, territory: Territory, kind: str = "epci") -> Told:
    """Every measure of a territory's commuting, in the order one asks the questions."""
    found = interdependence(registry, territory, kind)
    count = say_number if found.state is State.OBSERVED else say_round
    figures = [
        Figure(
            _("Sortent"),
            count(found.outgoing, lang()),
            _("actifs y habitent et travaillent ailleurs"),
        ),
        Figure(
            _("Entrent"),
            count(found.incoming, lang()),
            _("actifs y travaillent et habitent ailleurs"),
        ),
        Figure(
            _("Sur place"), count(found.internal, lang()), _("actifs y habitent et y travaillent")
        ),
    ]
    figures += _shares(found) + _spread(found)
    return Told(
        tuple(figures),
        found.state,
        f"{say_source(found.source, lang())}, {found.year}",
        _seen(found),
    )


def _shares(found: Interdependence) -> list[Figure]:
    shares = []
    if found.stay is not None:
        meaning = _("de ses actifs travaillent sur place (autonomie des habitants)")
        shares.append(Figure(_("Restent"), percent(found.stay), meaning))
    if found.held is not None:
        meaning = _("de ses emplois sont tenus par ses habitants (autonomie des emplois)")
        shares.append(Figure(_("Emplois tenus sur place"), percent(found.held), meaning))
    if found.asymmetry is not None:
        meaning = _(
            "de −1 (on ne fait qu’en sortir) à 1 (on ne fait qu’y entrer) ; 0 : autant d’un sens que de l’autre"
        )
        shares.append(Figure(_("Asymétrie"), say_number(found.asymmetry, lang(), 2), meaning))
    return shares


def _spread(found: Interdependence) -> list[Figure]:
    if not found.reach:
        return []
    reach = Figure(
        _("Portée"),
        say_number(found.reach, lang()),
        _("territoires reçoivent au moins une personne qui habite ici"),
    )
    if found.evenness is None:
        return [reach]
    meaning = _(
        "dispersion des destinations, de 0 (toutes au même endroit) à 1 (également réparties) ; entropie : %(bits)s bits"
    ) % {"bits": say_number(found.entropy, lang(), 1)}
    return [reach, Figure(_("Dispersion"), say_number(found.evenness, lang(), 2), meaning)]


def leaning(registry: Registry, a: Territory, b: Territory) -> tuple[Dependence, list[str]]:
    """Who depends on whom in a pair, and the sentences that say so, with what their file sees."""
    found = dependence(registry, a, b)
    lines = []
    for share, one, other in ((found.a_depends, a, b), (found.b_depends, b, a)):
        if share:
            lines.append(
                _("%(share)s actifs de %(one)s travaillent dans l’autre territoire, %(other)s.")
                % {
                    "share": say_share(share, lang()).capitalize(),
                    "one": one.name,
                    "other": other.name,
                }
            )
    if found.reciprocity is not None and found.asymmetry is not None:
        lines.append(
            _(
                "Réciprocité des trajets : %(share)s (100 %% : autant dans chaque sens). Asymétrie : %(asymmetry)s."
            )
            % {
                "share": percent(found.reciprocity),
                "asymmetry": say_number(found.asymmetry, lang(), 2),
            }
        )
    for seen, territory in ((found.a_coverage, a), (found.b_coverage, b)):
        if seen is not None and not seen.whole:
            lines.append(say("flows.seen", lang(), name=territory.name, **seen.figures))
    return found, lines
