"""The yardstick of the honesty bench: ranks by hand, chance at 50 %, and no grouping as evidence."""

import sys
from pathlib import Path

import numpy as np
import pytest

from reciproque.partners._candidates import Candidates
from reciproque.sources import install
from reciproque.territories import load

BENCH = Path(__file__).parents[3] / "bench"


@pytest.fixture
def honesty(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import honesty

    yield honesty
    sys.modules.pop("honesty", None)
    sys.modules.pop("_shared", None)


def test_ranks_by_hand(honesty) -> None:
    scores, pool = np.array([0.9, 0.5, 0.5, 0.1, np.nan]), np.arange(5)
    assert honesty.percentile(scores, pool, 0) == 0.0
    assert honesty.percentile(scores, pool, 1) == pytest.approx(37.5)  # one before, one equal
    assert honesty.percentile(scores, pool, 3) == pytest.approx(75.0)
    assert honesty.percentile(scores, pool, 4) == 100.0
    assert honesty.percentile(scores, np.array([1, 3]), 1) == 0.0


def test_a_score_that_says_nothing_ranks_at_chance(honesty) -> None:
    assert honesty.percentile(np.ones(11), np.arange(11), 4) == pytest.approx(50.0)
    rng = np.random.default_rng(1)
    ranks = [honesty.percentile(rng.random(200), np.arange(200), 7) for _ in range(400)]
    assert np.mean(ranks) == pytest.approx(50.0, abs=4)


def test_partners_share_a_grouping(honesty, registry, shared_data: Path) -> None:
    codes = registry.codes("epci")
    pairs = honesty.partners_of("petr_epci.csv", codes)
    assert sum(map(len, pairs.values())) > 1200
    assert all(a not in others and a in pairs[b] for a, others in pairs.items() for b in others)


def test_the_groupings_under_test_are_no_evidence(own_home, shared_data: Path) -> None:
    """Adding the registers of PETR, pôles and SCoT moves no score of any candidate."""
    before = load()
    seen = Candidates(before, before.territory("248900334"), "epci", ())
    plain = {m: seen.scores(m) for m in ("tied", "near", "alike", "complementary")}
    for name in (
        "petr_epci.csv",
        "poles_metropolitains_epci.csv",
        "scot_porteurs_2023_membres.csv",
    ):
        install(shared_data / "registry" / name)
    after = load()
    assert len(after.codes("petr")) > 100
    again = Candidates(after, after.territory("248900334"), "epci", ())
    for motive, values in plain.items():
        np.testing.assert_array_equal(again.scores(motive), values)
