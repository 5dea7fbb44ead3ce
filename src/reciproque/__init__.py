"""Réciproque: see what links territories, find partners with reasons.

In a notebook::

    import reciproque as rq

    france = rq.load()
    here = france.find("selestat")
    rq.portrait(france, here)             # a frame: every indicator beside the median of its peers
    rq.links(france, here)                # a frame: what goes both ways
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
    from reciproque.flows import between, links
    from reciproque.partners import compare, partners
    from reciproque.reciprocity import balance, forms, nash, read_case, shapley, signals
    from reciproque.sources import install, installed, remove
    from reciproque.territories import Registry, load, portrait
    from reciproque.vocabulary import indicators, say

_HOMES = {
    "Registry": "territories",
    "between": "flows",
    "compare": "partners",
    "indicators": "vocabulary",
    "install": "sources",
    "installed": "sources",
    "links": "flows",
    "load": "territories",
    "balance": "reciprocity",
    "forms": "reciprocity",
    "nash": "reciprocity",
    "partners": "partners",
    "portrait": "territories",
    "read_case": "reciprocity",
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
    "Measure",
    "Membership",
    "Partner",
    "Reason",
    "ReciproqueError",
    "Registry",
    "State",
    "Territory",
    "UnknownTerritory",
    "balance",
    "between",
    "compare",
    "forms",
    "indicators",
    "install",
    "installed",
    "links",
    "load",
    "nash",
    "partners",
    "portrait",
    "read_case",
    "remove",
    "say",
    "shapley",
    "signals",
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
