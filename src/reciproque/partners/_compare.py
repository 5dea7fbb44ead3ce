"""Two territories side by side: what links them, and where one has what the other lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reciproque.flows import between
from reciproque.kernel import Flow, Indicator, Measure, Reason, ReciproqueError, Territory
from reciproque.partners._alike import alike_from, filled, scale, theme_weights
from reciproque.partners._complementary import exchanges
from reciproque.partners._reasons import exchange_reason
from reciproque.territories import Registry
from reciproque.vocabulary import indicators

MOST = 3  # exchanges told in each direction


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


def _exchanges(
    registry: Registry, a: Territory, b: Territory, themes: tuple[str, ...]
) -> tuple[tuple[Reason, ...], float]:
    one, other = registry.profile_arrays(a), registry.profile_arrays(b)
    found = exchanges(one.values[0], np.asarray(other.values), one.ids, themes)
    reasons = tuple(
        exchange_reason(registry, found.rows[e], one, other, 0, key, strength)
        for key, e, strength in found.strongest(0, MOST)
    )
    return reasons, float(found.score()[0])


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
    reasons, complementary = _exchanges(registry, first, second, themes)
    query = scale(registry).apply(registry.profile_arrays(first).values)[0]
    theirs = scale(registry).apply(np.asarray(registry.profile_arrays(second).values))
    score, _ = alike_from(query, *filled(theirs), theme_weights(registry, themes))
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
