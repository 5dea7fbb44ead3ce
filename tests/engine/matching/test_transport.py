"""Whole-number transport with a labelled share: beside a linear programme, however few suppliers are tried first."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reciproque.matching import _transport, transport


@dataclass(frozen=True)
class Case:
    supply: np.ndarray
    demand: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    km: np.ndarray
    labelled: np.ndarray
    share: np.ndarray

    def solved(self, scale: int = 1) -> np.ndarray | None:
        return transport(
            self.supply,
            self.demand,
            self.tail,
            self.head,
            self.km,
            self.labelled,
            self.share,
            scale,
        )


def case(seed: int, m: int, n: int, density: float, plenty: float, share: float) -> Case:
    """Suppliers and demands in a square, in tens so that shares of a tenth are whole."""
    dice = np.random.default_rng(seed)
    demand = 10.0 * dice.integers(1, 9, n)
    supply = np.ceil(plenty * demand.sum() * dice.dirichlet(np.ones(m))) + 1
    km = np.round(dice.uniform(0, 50, (m, n)), 2)
    tail, head = np.nonzero(dice.random((m, n)) < density)
    mixed = dice.permutation(len(tail))
    tail, head = tail[mixed], head[mixed]
    return Case(supply, demand, tail, head, km[tail, head], dice.random(m) < 0.5, np.full(n, share))


def least(what: Case) -> float | None:
    """The same programme by SciPy's HiGHS: least kilometres, or ``None``."""
    m, n, e = len(what.supply), len(what.demand), len(what.tail)
    if not e:
        return None
    out, into = np.zeros((m, e)), np.zeros((n, e))
    out[what.tail, np.arange(e)] = 1.0
    into[what.head, np.arange(e)] = 1.0
    found = linprog(
        what.km, np.vstack([out, -into * what.labelled[what.tail]]),
        np.concatenate([what.supply, -what.share * what.demand]), into, what.demand,
    )  # fmt: skip
    return float(found.fun) if found.status == 0 else None


def check(what: Case) -> None:
    flow, best = what.solved(), least(what)
    assert (flow is None) == (best is None)
    if flow is None:
        return
    m, n = len(what.supply), len(what.demand)
    assert (flow >= 0).all()
    assert (np.bincount(what.tail, flow, m) <= what.supply).all()
    assert np.bincount(what.head, flow, n) == pytest.approx(what.demand)
    good = what.labelled[what.tail]
    assert (np.bincount(what.head[good], flow[good], n) >= what.share * what.demand - 1e-9).all()
    assert flow @ what.km == pytest.approx(best, abs=1e-6)


cases = st.builds(
    case,
    st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 7), st.floats(0.2, 1.0),
    st.sampled_from([0.9, 1.05, 1.5, 4.0]), st.sampled_from([0.0, 0.2, 0.5, 1.0]),
)  # fmt: skip


@pytest.mark.parametrize("each", [1, 2, 10])
def test_least_kilometres_as_a_linear_programme_finds_them(
    each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one supplier tried first for each demand, prices must bring in all the others that matter."""
    monkeypatch.setattr(_transport, "EACH", each)

    @settings(max_examples=150, deadline=None)
    @given(cases)
    def beside(what: Case) -> None:
        check(what)

    beside()


@pytest.mark.parametrize("seed", range(6))
def test_larger_ones_scarce_and_plenty(seed: int) -> None:
    check(case(seed, 40, 60, 0.6, 1.05 if seed % 2 else 2.0, 0.3))


def test_a_supplier_beyond_the_nearest_is_brought_in_by_its_price(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both demands are nearest to a, which has enough for one: who goes to b is who loses least by it.

    a: 1 and 2 km; b: 10 and 3 km.  The first to a, the second to b: 10 x 1 + 10 x 3.
    """
    monkeypatch.setattr(_transport, "EACH", 1)
    tail, head = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    what = Case(
        np.array([10.0, 20.0]), np.array([10.0, 10.0]), tail, head, np.array([1.0, 2.0, 10.0, 3.0]),
        np.array([False, False]), np.zeros(2),
    )  # fmt: skip
    assert what.solved().tolist() == [10, 0, 0, 10]


def test_prices_are_those_of_what_is_scarce() -> None:
    """a is full with the second demand, which would lose 1.5 km at b: what saves the first demand more comes in.

    Without its way to a (1 km), the first demand pays 3 km at b; at a it would pay 1 km and the price of a, 1.5.
    """
    tail, head = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    km, room, wanted = np.array([1.0, 3.0, 2.0, 3.5]), np.array([10, 30]), np.array([10, 10, 0, 0])
    arcs = _transport._arcs(tail, head, km, np.zeros(2, bool), wanted, room)
    assert arcs.cost.tolist() == [100, 300, 200, 350]
    some = np.array([1, 2, 3])
    assert _transport._cheapest(arcs, some).tolist() == [10, 10, 0]
    assert _transport._cheaper(arcs, some, np.array([10, 10, 0])).tolist() == [
        True,
        False,
        False,
        False,
    ]
    everything = np.arange(4)
    assert _transport._cheapest(arcs, everything).tolist() == [10, 0, 0, 10]


def test_the_nearest_do_not_suffice_but_all_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_transport, "EACH", 1)
    what = Case(
        np.array([4.0, 4.0, 4.0]), np.array([10.0]), np.array([0, 1, 2]), np.array([0, 0, 0]),
        np.array([1.0, 2.0, 3.0]), np.zeros(3, bool), np.zeros(1),
    )  # fmt: skip
    assert what.solved().tolist() == [4, 4, 2]


def test_nobody_to_take_from_or_nothing_to_take() -> None:
    none = np.empty(0, np.int64)
    alone = Case(
        np.array([5.0]), np.array([3.0]), none, none, np.empty(0), np.array([True]), np.zeros(1)
    )
    assert alone.solved() is None
    tail, head = np.array([0]), np.array([0])
    idle = Case(
        np.array([5.0]), np.array([0.0]), tail, head, np.ones(1), np.array([True]), np.ones(1)
    )
    assert idle.solved().tolist() == [0]


def test_the_same_flow_every_time() -> None:
    what = case(3, 12, 20, 0.8, 1.3, 0.2)
    assert what.solved().tolist() == what.solved().tolist()


@pytest.mark.parametrize(("scale", "sent"), [(1, 4.0), (10, 3.3), (1000, 3.3)])
def test_fractions_are_kept_to_the_scale_and_the_share_rounded_up(scale: int, sent: float) -> None:
    """A third of 10 must be labelled: 3.33 at a hundredth; rounded up, so that the rule always holds."""
    tail, head = np.array([0, 1]), np.array([0, 0])
    what = Case(
        np.array([20.0, 20.0]), np.array([10.0]), tail, head, np.array([1.0, 9.0]),
        np.array([False, True]), np.array([0.33]),
    )  # fmt: skip
    assert what.solved(scale).tolist() == pytest.approx([10 - sent, sent])
