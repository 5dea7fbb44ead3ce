"""Réciproque: see what links territories, find partners with reasons.

In a notebook::

    import reciproque as rq

    france = rq.load()
    here = france.find("selestat")
    rq.portrait(france, here)             # a frame: every indicator beside the median of its peers
    rq.links(france, here)                # a frame: what goes both ways
    rq.interdependence(france, here).row  # in, out, self-containment, reach, what the file sees
    rq.matrix(france, "commuting", "epci").flows   # sparse, from EPCI to EPCI
    for partner in rq.partners(france, here, n=5):
        print(partner.territory.name, [rq.say(reason) for reason in partner.reasons])

Nothing here needs Django.  Results are polars frames and frozen nouns (:mod:`reciproque.kernel`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from reciproque.kernel import (
    AmbiguousTerritory,
    Definition,
    Flow,
    Indicator,
    Measure,
    Membership,
    Partner,
    Reason,
    ReciproqueError,
    State,
    Territory,
    UnknownTerritory,
)

if TYPE_CHECKING:
    from reciproque.flows import (
        LivingAreas,
        aggregate_trips,
        between,
        common_part,
        dependence,
        goodness,
        inside,
        interdependence,
        links,
        living_areas,
        matrix,
        measures,
        outlook,
        pairs,
        read_scenario,
    )
    from reciproque.matching import Problem, coalition, read_match, rounds, volumes, why_not
    from reciproque.partners import compare, partners
    from reciproque.reciprocity import balance, forms, nash, read_case, shapley, signals
    from reciproque.sources import install, installed, read_od, remove
    from reciproque.territories import Registry, load, portrait
    from reciproque.vocabulary import indicators, say

_HOMES = {
    "Problem": "matching",
    "coalition": "matching",
    "read_match": "matching",
    "rounds": "matching",
    "volumes": "matching",
    "why_not": "matching",
    "Registry": "territories",
    "aggregate_trips": "flows",
    "between": "flows",
    "compare": "partners",
    "indicators": "vocabulary",
    "install": "sources",
    "installed": "sources",
    "links": "flows",
    "living_areas": "flows",
    "LivingAreas": "flows",
    "common_part": "flows",
    "dependence": "flows",
    "goodness": "flows",
    "inside": "flows",
    "interdependence": "flows",
    "matrix": "flows",
    "measures": "flows",
    "pairs": "flows",
    "load": "territories",
    "balance": "reciprocity",
    "forms": "reciprocity",
    "nash": "reciprocity",
    "outlook": "flows",
    "partners": "partners",
    "portrait": "territories",
    "read_case": "reciprocity",
    "read_od": "sources",
    "read_scenario": "flows",
    "remove": "sources",
    "say": "vocabulary",
    "shapley": "reciprocity",
    "signals": "reciprocity",
}

__all__ = [
    "AmbiguousTerritory",
    "Definition",
    "Flow",
    "Indicator",
    "LivingAreas",
    "Measure",
    "Membership",
    "Partner",
    "Problem",
    "Reason",
    "ReciproqueError",
    "Registry",
    "State",
    "Territory",
    "UnknownTerritory",
    "aggregate_trips",
    "balance",
    "between",
    "coalition",
    "common_part",
    "compare",
    "dependence",
    "forms",
    "goodness",
    "indicators",
    "inside",
    "install",
    "installed",
    "interdependence",
    "links",
    "living_areas",
    "load",
    "matrix",
    "measures",
    "nash",
    "outlook",
    "pairs",
    "partners",
    "portrait",
    "read_case",
    "read_match",
    "read_od",
    "read_scenario",
    "remove",
    "rounds",
    "say",
    "shapley",
    "signals",
    "volumes",
    "why_not",
]


def _keep_compiled() -> None:
    """Compiled loops are kept beside their source; where that is read-only, with the data."""
    if os.access(Path(__file__).parent, os.W_OK) or "NUMBA_CACHE_DIR" in os.environ:
        return
    from reciproque.sources import home

    os.environ["NUMBA_CACHE_DIR"] = str(home() / "compiled")


_keep_compiled()


def __getattr__(name: str) -> object:
    """Open a package only when one of its names is asked for: the shell starts faster so."""
    if name not in _HOMES:
        raise AttributeError(f"module 'reciproque' has no attribute {name!r}")
    from importlib import import_module

    home = import_module(f"reciproque.{_HOMES[name]}")
    # a package that bears the name of its function answers as it does
    return home if name == _HOMES[name] else getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
