"""Two territories side by side: what links them, and where one has what the other lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reciproque.flows import between
from reciproque.kernel import Flow, Indicator, Measure, Reason, ReciproqueError, Territory
from reciproque.partners._alike import alike_from, scale, theme_weights
from reciproque.partners._complementary import exchanges
from reciproque.territories import Registry
from reciproque.vocabulary import indicators


@dataclass(frozen=True)
class Beside:
    """One indicator of both, with the median of all EPCI (``None`` where not known)."""

    indicator: Indicator
    a: Measure
    b: Measure
    median: float | None

    @property
    def known(self) -> bool:
        return self.a.value is not None and self.b.value is not None


@dataclass(frozen=True)
class Comparison:
    """What links ``a`` and ``b``: distance in km, contact, flows both ways, figures, reasons.

    ``alike`` and ``complementary`` are scores in 0..1, ``None`` where too little is known.
    """

    a: Territory
    b: Territory
    distance_km: float | None
    contact: bool
    overlap: bool
    flows: tuple[Flow, ...]
    measures: tuple[Beside, ...]
    alike: float | None
    complementary: float
    reasons: tuple[Reason, ...]


def _touch(registry: Registry, a: Territory, b: Territory) -> bool:
    return b.code in registry.contact(a, b.kind) if b.kind in registry.kinds() else False


def _reasons(
    registry: Registry, a: Territory, b: Territory, themes: tuple[str, ...]
) -> tuple[tuple[Reason, ...], float]:
    one, other = registry.profile_arrays(a), registry.profile_arrays(b)
    found = exchanges(one.values[0], np.asarray(other.values), one.ids, themes)
    result = []
    for key, strength in (
        ("partner.they_give", found.they_give[0]),
        ("partner.we_give", found.we_give[0]),
    ):
        for e in np.argsort(-strength, kind="stable")[:3]:
            if strength[e] <= 0:
                continue
            row, column = found.rows[e], int(found.columns[e])
            source, year = registry.origins[row.id]
            figures = {
                "indicator": row.id,
                "label_fr": row.label_fr,
                "label_en": row.label_en,
                "exchange_fr": row.exchange_fr,
                "exchange_en": row.exchange_en,
                "mine": float(one.values[0, column]),
                "theirs": float(other.values[0, column]),
                "unit": row.unit,
                "decimals": row.decimals,
            }
            estimated = 1 in (int(one.state[0, column]), int(other.state[0, column]))
            result.append(
                Reason(key, "complementary", figures, source, year, estimated, float(strength[e]))
            )
    return tuple(result), float(found.score()[0])


def compare(
    registry: Registry, a: Territory | str, b: Territory | str, themes: tuple[str, ...] = ()
) -> Comparison:
    """Put two territories side by side; ``themes`` restrict figures and exchanges.

    Works with foreign territories too, for what is known of them.  Raises
    :class:`ReciproqueError` when both are the same.
    """
    first, second = (registry.territory(t) if isinstance(t, str) else t for t in (a, b))
    if first.code == second.code:
        raise ReciproqueError("error.same_territory")
    one, other = registry.profile(first), registry.profile(second)
    medians = registry.medians(registry.codes("epci"))
    rows = [indicators()[name] for name in registry.indicator_ids]
    measures = tuple(
        Beside(row, one[row.id], other[row.id], medians.get(row.id))
        for row in rows
        if not themes or row.theme in themes
    )
    units = registry.units_of(first), registry.units_of(second)
    overlap = bool(len(np.intersect1d(*units)))
    reasons, complementary = _reasons(registry, first, second, themes)
    query = scale(registry).apply(registry.profile_arrays(first).values)[0]
    theirs = scale(registry).apply(np.asarray(registry.profile_arrays(second).values))
    known = np.isfinite(theirs).astype(np.float32)
    matrix = np.where(known > 0, theirs, 0.0).astype(np.float32)
    score, _ = alike_from(query, matrix, known, theme_weights(registry, themes))
    return Comparison(
        first,
        second,
        registry.distance_km(first, second),
        _touch(registry, first, second),
        overlap,
        () if overlap else tuple(between(registry, first, second)),
        measures,
        float(score[0]) if np.isfinite(score[0]) else None,
        complementary,
        reasons,
    )
