"""How close the estimate comes to what a file observed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from reciproque.flows._store import COMMUTING, Layer, layers
from reciproque.kernel import State
from reciproque.territories import Registry


def common_part(one: csr_array, other: csr_array) -> float:
    """Common part of commuters of two (n, n) matrices of flows: 0 nothing alike, 1 the same.

    2 sum min(a_ij, b_ij) / (sum a + sum b) (Gargiulo, Lenormand, Huet and Baqueiro Espinosa 2012,
    *JASSS* 15(2) 6; Lenormand, Huet, Gargiulo and Deffuant 2012, *PLoS ONE* 7(10) e45985): the
    Sørensen index of flows.  nan where nobody moves in either.

    >>> common_part(csr_array([[8.0, 2.0], [0.0, 5.0]]), csr_array([[6.0, 4.0], [0.0, 5.0]]))
    0.8666666666666667
    """
    total = float(one.sum() + other.sum())
    return 2.0 * float(one.minimum(other).sum()) / total if total else float("nan")


def _off_diagonal(flows: csr_array) -> csr_array:
    rows, columns = flows.nonzero()
    away = rows != columns
    values = np.asarray(flows[rows[away], columns[away]]).ravel()
    return csr_array((values, (rows[away], columns[away])), shape=flows.shape)


@dataclass(frozen=True)
class Goodness:
    """The estimate beside one observed file, on the pairs that have both ends in it.

    ``everywhere`` and ``between``: common part of commuters (0 to 1) on all pairs, and without those
    who work in their own commune; ``observed`` and ``estimated``: workers on those pairs in each;
    ``units``: communes; ``names``: where, in words; ``source`` and ``year`` of the observed file,
    ``estimate`` and ``estimate_year`` of the estimate.  ``key`` and ``figures`` make the sentence.
    """

    everywhere: float
    between: float
    observed: float
    estimated: float
    units: int
    names: str
    source: str
    year: str
    estimate: str
    estimate_year: str
    key: str = "flows.goodness"

    @property
    def figures(self) -> dict[str, object]:
        """What fills the phrase ``key``."""
        return {
            "names": self.names,
            "year": self.year,
            "share": 100 * self.everywhere,
            "share_between": 100 * self.between,
        }


def _of(seen: Layer, guess: Layer) -> Goodness:
    at = np.flatnonzero(seen.covered)
    one, other = csr_array(seen.flows[at][:, at]), csr_array(guess.flows[at][:, at])
    return Goodness(
        common_part(other, one),
        common_part(_off_diagonal(other), _off_diagonal(one)),
        float(one.sum()),
        float(other.sum()),
        len(at),
        str(seen.coverage.get("names", "")),
        seen.source,
        seen.year,
        guess.source,
        guess.year,
    )


@lru_cache(maxsize=4)
def goodness(registry: Registry) -> tuple[Goodness, ...]:
    """The estimate beside each installed file of commuting between communes; empty without one.

    Nothing of these files enters the estimate, so this tells how far it may be trusted where no
    file is (docs/methode-liens.md says where its parameters come from).
    """
    *observed, guess = layers(registry)
    return tuple(
        _of(layer, guess)
        for layer in observed
        if layer.flow == COMMUTING and layer.zones is None and layer.state is State.OBSERVED
    )
