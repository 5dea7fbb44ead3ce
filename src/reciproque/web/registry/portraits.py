"""Assemble what a portrait tells, from the engine's results; pages and dossiers share it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.flows import Inside, Summary, inside, links, summary
from reciproque.kernel import Indicator, Measure, Partner, State, Territory
from reciproque.partners import MOTIVES, partners
from reciproque.territories import Registry
from reciproque.vocabulary import indicators, label, say, say_number, say_round, themes
from reciproque.web.shared.pictures import peer
from reciproque.web.shared.templatetags.reciproque import kind_of, lang

SHOWN_TIES = 8
FACTS = 6
FLOW_KINDS = ("commuting", "moves")


@dataclass(frozen=True)
class Fact:
    """One figure beside the median of its peers, with its picture."""

    indicator: Indicator
    measure: Measure
    source: str
    year: str
    median: float | None
    picture: SafeString


def lead(registry: Registry, territory: Territory, commuting: Summary) -> str:
    """Two or three sentences that an elected official could say aloud."""
    parts = []
    if territory.population is not None:
        people = say_round(territory.population, lang())
        if territory.communes > 1:
            parts.append(
                _("%(people)s habitants, %(count)s communes.")
                % {"people": people, "count": say_number(territory.communes, lang())}
            )
        else:
            parts.append(_("%(people)s habitants.") % {"people": people})
    rural = registry.profile(territory).get("share_under_2000")
    if (
        rural is not None
        and rural.value is not None
        and territory.communes > 1
        and rural.value >= 50
    ):
        parts.append(
            _("%(share)s habitants vivent dans une commune de moins de 2 000 habitants.")
            % {"share": _share(rural.value / 100)}
        )
    parts.append(_commuting_sentence(commuting))
    return " ".join(part for part in parts if part)


def _share(share: float) -> str:
    tens = round(share * 10)
    return _("%(n)s sur 10") % {"n": tens}


def _commuting_sentence(commuting: Summary) -> str:
    leaving, coming = commuting.outgoing, commuting.incoming
    if min(leaving, coming) < 1:
        return ""
    estimated = _(" (estimation)") if commuting.state is State.ESTIMATED else ""
    figures = {
        "leaving": say_round(leaving, lang()),
        "coming": say_round(coming, lang()),
        "estimated": estimated,
    }
    if coming > 1.15 * leaving:
        text = _(
            "Le matin, plus d’actifs y entrent (%(coming)s) qu’ils n’en sortent (%(leaving)s)%(estimated)s."
        )
    elif leaving > 1.15 * coming:
        text = _(
            "Le matin, plus d’actifs en sortent (%(leaving)s) qu’ils n’y entrent (%(coming)s)%(estimated)s."
        )
    else:
        text = _(
            "Le matin, il y entre à peu près autant d’actifs (%(coming)s) qu’il n’en sort (%(leaving)s)%(estimated)s."
        )
    return text % figures


def facts(registry: Registry, territory: Territory) -> tuple[Fact, ...]:
    """The key figures that are known: one for each rank, the most recent file first."""
    profile, known = registry.profile(territory), indicators()
    peers = registry.peers(territory)
    medians = registry.medians(peers)
    ranked = [known[name] for name in registry.indicator_ids if known[name].key_figure]
    ranked.sort(
        key=lambda row: (row.dataset == "embedded", -int("0" + registry.origins[row.id][1][-4:]))
    )
    chosen: dict[int, Indicator] = {}
    spare: list[Indicator] = []
    for row in ranked:
        if profile[row.id].value is None:
            continue
        if row.key_figure in chosen:
            spare.append(row)
        else:
            chosen[row.key_figure] = row
    found = [*(chosen[rank] for rank in sorted(chosen)), *spare][:FACTS]
    return tuple(_fact(registry, row, profile[row.id], peers, medians.get(row.id)) for row in found)


def _fact(
    registry: Registry,
    row: Indicator,
    measure: Measure,
    peers: tuple[str, ...],
    median: float | None,
) -> Fact:
    value = float(measure.value or 0.0)
    picture = peer(value, median, *_range(registry, peers, row.id, value))
    return Fact(row, measure, *registry.origins[row.id], median, picture)


def by_theme(registry: Registry, territory: Territory) -> list[tuple[str, list[Fact]]]:
    """Every indicator, known or not, grouped by theme in the order of the themes."""
    profile, known = registry.profile(territory), indicators()
    medians = registry.medians(registry.peers(territory))
    found: dict[str, list[Fact]] = {theme: [] for theme in themes()}
    for name, measure in profile.items():
        if (row := known[name]).theme:
            fact = Fact(row, measure, *registry.origins[name], medians.get(name), SafeString(""))
            found[row.theme].append(fact)
    return [(theme, rows) for theme, rows in found.items() if rows]


def _range(
    registry: Registry, peers: tuple[str, ...], name: str, value: float
) -> tuple[float, float]:
    """The span of the axis: nine peers in ten, and the value itself."""
    table = registry.profiles(registry.territory(peers[0]).kind)
    values = np.asarray(table.values[_rows(registry, peers), table.column(name)], float)
    values = values[np.isfinite(values)]
    if not len(values):
        return value - 1, value + 1
    low, high = np.quantile(values, [0.05, 0.95])
    return float(min(low, value)), float(max(high, value))


@lru_cache(maxsize=64)
def _rows(registry: Registry, peers: tuple[str, ...]) -> np.ndarray:
    """Where the peers stand in the profiles of their kind."""
    codes = registry.codes(registry.territory(peers[0]).kind)
    return np.flatnonzero(np.isin(np.array(codes, str), np.array(peers, str)))


def best_by_motive(registry: Registry, territory: Territory) -> list[tuple[str, Partner]]:
    """For each motive, the EPCI that comes first for it."""
    result = []
    for motive in MOTIVES:
        found = partners(registry, territory, seeking=motive, n=1)
        if found:
            result.append((motive, found[0]))
    return result


def first_reason(partner: Partner, motive: str) -> str:
    """The sentence that says why, for the motive it came first for."""
    for reason in partner.reasons:
        if reason.motive == motive:
            return say(reason, lang())
    return ""


def peers_name(registry: Registry, territory: Territory) -> str:
    """ "les métropoles", "les communes": those whose median stands beside each figure."""
    table = "natures" if territory.nature else "kinds"
    kind = territory.nature or (territory.kind if territory.kind in registry.kinds() else "epci")
    return label(table, kind, lang(), "plural")


def flows_known(registry: Registry, territory: Territory) -> list[str]:
    """The kinds of flow that can be shown for a territory."""
    return [
        f
        for f in FLOW_KINDS
        if f == "commuting" or not links(registry, territory, f, n=1).is_empty()
    ]


def title_of(territory: Territory) -> str:
    """ "Sélestat, commune": a territory told apart from its homonyms."""
    return f"{territory.name}, {kind_of(territory)}"


def commuting_of(registry: Registry, territory: Territory) -> Summary:
    """A territory's commuting as a whole."""
    return summary(registry, territory)


MOST_MEMBERS = 40


@lru_cache(maxsize=256)
def held_together(registry: Registry, territory: Territory) -> Inside | None:
    """How the members of a union are tied to each other; not for a département's communes."""
    if not 2 <= len(territory.members) <= MOST_MEMBERS:
        return None
    return inside(registry, territory)
