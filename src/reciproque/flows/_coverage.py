"""What share of a territory's workers and jobs the file behind its measures sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reciproque.flows._margins import Margins, census, margins_of
from reciproque.flows._store import Layer, layers
from reciproque.kernel import State
from reciproque.territories import Registry
from reciproque.vocabulary import say_source

CENSUS, ESTIMATE = "census", "estimate"


@dataclass(frozen=True)
class Coverage:
    """How much of a territory's commuting a file sees, in shares of 0 to 1.

    ``residents``: of the workers who live there; ``jobs``: of the jobs that are there; None where
    there are none.  ``by``: ``census`` (the file's workers over those that the census counts, at
    most 1; the two may be a year or an age group apart) or ``estimate`` (the part of estimated
    journeys with both ends in the file).  ``source`` and ``year`` of that yardstick.
    """

    residents: float | None
    jobs: float | None
    by: str
    source: str
    year: str

    @property
    def whole(self) -> bool:
        """Whether next to nothing (under 1 %) escapes the file."""
        return all(share is None or share >= 0.99 for share in (self.residents, self.jobs))

    @property
    def figures(self) -> dict[str, object]:
        """What fills the phrase ``flows.seen``."""
        return {
            "residents": 100 * (self.residents or 0.0),
            "jobs": 100 * (self.jobs or 0.0),
            "source_fr": self.source,
            "source_en": say_source(self.source, "en"),
            "year": self.year,
        }


@lru_cache(maxsize=4)
def _counted(registry: Registry) -> Margins:
    return margins_of(registry)


def _share(part: float, whole: float) -> float | None:
    return min(part / whole, 1.0) if whole > 0 else None


def coverage_of(
    registry: Registry, layer: Layer, units: np.ndarray, residents: float, jobs: float
) -> Coverage | None:
    """What a layer sees of a set of units where it tells ``residents`` and ``jobs``; None if estimated."""
    if layer.state is State.ESTIMATED:
        return None
    known = census()
    if known:
        sizes = _counted(registry)
        whole = float(sizes.workers[units].sum()), float(sizes.jobs[units].sum())
        source = f"{known.source}, {known.label_fr[:1].lower()}{known.label_fr[1:]}"
        return Coverage(
            _share(residents, whole[0]), _share(jobs, whole[1]), CENSUS, source, known.year
        )
    guess = layers(registry)[-1]
    leaving = np.asarray(guess.flows[units].sum(axis=0)).ravel()
    coming = np.asarray(guess.back[units].sum(axis=0)).ravel()
    return Coverage(
        _share(float(leaving[layer.covered].sum()), float(leaving.sum())),
        _share(float(coming[layer.covered].sum()), float(coming.sum())),
        ESTIMATE,
        guess.source,
        guess.year,
    )
