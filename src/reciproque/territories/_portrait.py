"""A territory's figures as a table, each beside the median of its peers."""

from __future__ import annotations

import polars as pl

from reciproque.kernel import Territory
from reciproque.territories._registry import Registry
from reciproque.vocabulary import indicators, label


def portrait(registry: Registry, territory: Territory | str, lang: str = "fr") -> pl.DataFrame:
    """Every indicator of a territory, known or not.

    Columns: ``indicator`` (id), ``label``, ``theme``, ``value``, ``unit``, ``median`` (of its
    peers: same kind and nature), ``state`` (observed, estimated, missing, secret), ``coverage``
    (0 to 1), ``source``, ``year``.
    """
    found = registry.territory(territory) if isinstance(territory, str) else territory
    medians = registry.medians(registry.peers(found))
    known = indicators()
    return pl.DataFrame(
        [
            {
                "indicator": name,
                "label": known[name].label(lang),
                "theme": known[name].theme,
                "value": measure.value,
                "unit": label("indicator_units", known[name].unit, lang),
                "median": medians.get(name),
                "state": str(measure.state),
                "coverage": measure.coverage,
                "source": measure.source,
                "year": measure.year,
            }
            for name, measure in registry.profile(found).items()
        ],
        schema_overrides={"value": pl.Float64, "median": pl.Float64, "coverage": pl.Float64},
    )
