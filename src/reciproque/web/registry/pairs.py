"""Assemble what two territories side by side tell; pages and dossiers share it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.flows import between, summary
from reciproque.kernel import Flow, State, Territory
from reciproque.partners import Beside, Comparison, compare
from reciproque.territories import Registry
from reciproque.vocabulary import say, say_number, say_round, say_source
from reciproque.web.registry.engine import registry as open_registry
from reciproque.web.registry.ties import ground
from reciproque.web.shared.pictures import Lane, lane, peer, plain_map
from reciproque.web.shared.templatetags.reciproque import lang

SHOWCASE = ("200040715", "200018166")
AXES = 10


@dataclass(frozen=True)
class Ribbon:
    """One lane of ribbons with the words around it."""

    flow: str
    there: Flow
    back: Flow
    words: str
    picture: SafeString

    @property
    def observed(self) -> bool:
        return self.there.state is State.OBSERVED


@dataclass(frozen=True)
class Axis:
    """One indicator of both, on one axis."""

    row: Beside
    picture: SafeString


def ribbons(flows: tuple[Flow, ...] | list[Flow], a: Territory, b: Territory) -> list[Ribbon]:
    """The lanes between two territories, one for each kind of flow."""
    result = []
    for there, back in zip(flows[::2], flows[1::2], strict=True):
        words = _(
            "%(flow)s : %(there)s %(unit)s de %(a)s vers %(b)s, %(back)s dans l’autre sens. %(source)s, %(year)s."
        ) % {
            "flow": say(f"flow.{there.kind}", lang()),
            "there": say_number(there.value, lang()),
            "back": say_number(back.value, lang()),
            "unit": say(f"unit.{there.unit}", lang()),
            "a": a.name,
            "b": b.name,
            "source": say_source(there.source, lang()),
            "year": there.year,
        }
        drawn = Lane(there.kind, there.value, back.value, there.state is State.OBSERVED, words)
        result.append(Ribbon(there.kind, there, back, words, lane(drawn)))
    return result


def axes(registry: Registry, comparison: Comparison) -> list[Axis]:
    """The indicators where the two differ most, exchangeable ones first, each on its axis."""
    table = registry.profiles("epci")
    found = []
    for row in comparison.measures:
        if not row.known or row.indicator.aggregation == "sum" or row.median is None:
            continue
        values = np.asarray(table.values[:, table.column(row.indicator.id)], float)
        values = values[np.isfinite(values)]
        low, high = np.quantile(values, [0.03, 0.97])
        a, b = float(row.a.value or 0), float(row.b.value or 0)
        spread = float(high - low) or 1.0
        if abs(a - b) < 0.05 * spread:
            continue
        gap = abs(a - b) / spread + (1.0 if row.indicator.exchangeable else 0.0)
        picture = peer(a, row.median, min(float(low), a, b), max(float(high), a, b), b)
        found.append((gap, row.indicator.label(lang()), Axis(row, picture)))
    found.sort(key=lambda item: (-item[0], item[1]))
    seen: set[str] = set()
    result = []
    for _gap, _label, axis in found:
        about = axis.row.indicator.exchange_en or axis.row.indicator.id
        if about not in seen:
            seen.add(about)
            result.append(axis)
    return result[:AXES]


def headlines(registry: Registry, comparison: Comparison) -> list[tuple[str, str]]:
    """Up to three (large words, sentence) that the ribbons tell."""
    if not comparison.flows:
        return []
    a, b = comparison.a, comparison.b
    there, back = comparison.flows[0], comparison.flows[1]
    found = []
    for giver, taker, flow in ((b, a, back), (a, b, there)):
        workers = summary(registry, giver).workers
        if workers > 0 and flow.value / workers >= 0.005:
            found.append(
                (
                    say("pair.share_workers", lang(), share=flow.value / workers),
                    _(
                        "C’est la part des actifs de %(giver)s qui travaillent dans l’autre territoire, %(taker)s : %(count)s personnes sur %(all)s%(mark)s."
                    )
                    % {
                        "giver": giver.name,
                        "taker": taker.name,
                        "count": say_round(flow.value, lang()),
                        "all": say_round(workers, lang()),
                        "mark": "" if flow.state is State.OBSERVED else _(", en estimation"),
                    },
                )
            )
    for one, other in zip(comparison.flows[2::2], comparison.flows[3::2], strict=True):
        net = one.value - other.value
        winner = b if net > 0 else a
        found.append(
            (
                _("%(n)s habitants de plus") % {"n": say_round(abs(net), lang())},
                _(
                    "C’est ce que %(name)s gagne en un an sur l’autre, déménagements comptés dans les deux sens."
                )
                % {"name": winner.name},
            )
        )
    return found[:3]


def lead(comparison: Comparison) -> str:
    """What the page tells, in one or two sentences."""
    a, b = comparison.a, comparison.b
    where = ""
    if comparison.overlap:
        return _("%(a)s et %(b)s se recouvrent : on ne compte pas de flux entre eux.") % {
            "a": a.name,
            "b": b.name,
        }
    if comparison.contact:
        where = _("%(a)s et %(b)s se touchent.") % {"a": a.name, "b": b.name}
    elif comparison.distance_km is not None:
        where = _("%(km)s km séparent %(a)s et %(b)s.") % {
            "km": say_number(comparison.distance_km, lang()),
            "a": a.name,
            "b": b.name,
        }
    if not comparison.flows:
        return where
    there, back = comparison.flows[0], comparison.flows[1]
    if there.value + back.value < 20:
        return (
            where
            + " "
            + _(
                "Presque personne ne va travailler de l’un à l’autre : on compare sans se faire concurrence."
            )
        )
    more = a if back.value > there.value else b
    if min(there.value, back.value) > 0.7 * max(there.value, back.value):
        return where + " " + _("Les actifs circulent dans les deux sens, presque à égalité.")
    return (
        where
        + " "
        + _("Les actifs circulent dans les deux sens ; %(name)s en reçoit davantage.")
        % {"name": more.name}
    )


def picture(registry: Registry, comparison: Comparison) -> SafeString:
    """Both territories on their ground."""
    return both_on_ground(registry, comparison.a, comparison.b, lead(comparison))


def both_on_ground(
    registry: Registry, one: Territory, other: Territory, text: str = ""
) -> SafeString:
    """Two territories on their ground: the first in green, the second in ochre."""
    a, b = (registry.geometry(t.code) for t in (one, other))
    named = [
        (t.name, t.longitude, t.latitude)
        for t in (one, other)
        if t.longitude is not None and t.latitude is not None
    ]
    boxes = [g.bounds for g in (a, b) if g is not None] + [(x, y, x, y) for _name, x, y in named]
    if not boxes:
        return SafeString("")
    found = np.array(boxes)
    bounds = (*found[:, :2].min(axis=0), *found[:, 2:].max(axis=0))
    title = f"{one.name}, {other.name}"
    return plain_map(a, b, ground(registry, bounds), named, title, text)


@dataclass(frozen=True)
class Showcase:
    """The one picture of the home page."""

    a: Territory
    b: Territory
    ribbon: Ribbon
    text: str


def showcase() -> Showcase | None:
    """Two real neighbours and what goes to work between them."""
    known = open_registry()
    a, b = (known.territory(code) for code in SHOWCASE)
    flows = between(known, a, b)
    found = ribbons(flows, a, b)
    if not found:
        return None
    comparison = compare(known, a, b)
    said = headlines(known, comparison)
    text = " ".join(
        f"{big[:1].upper()}{big[1:]} : {small[:1].lower()}{small[1:]}" for big, small in said[:2]
    )
    return Showcase(a, b, found[0], text)
