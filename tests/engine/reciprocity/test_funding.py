"""A funding plan, worked by hand."""

import pytest

from reciproque.reciprocity import Cost, Source, cost_of, plan
from reciproque.vocabulary import say

COSTS = [
    Cost("Études", 10_000, 20),
    Cost("Travaux", 50_000, 20, vat_recovered=True),
    Cost("Frais généraux", flat_rate=10),
    Cost("Repas", 1_000, 10, eligible=False),
]
# 12,000 + 50,000 + 1,100 = 63,100 ; a tenth of it for overheads: 6,310


def test_vat_flat_rates_and_eligibility() -> None:
    assert cost_of(COSTS[0], 0) == pytest.approx(12_000)
    assert cost_of(COSTS[1], 0) == 50_000
    found = plan(COSTS, [])
    assert found.costs == pytest.approx(69_410)
    assert found.eligible == pytest.approx(69_410 - 1_100)


def test_the_own_share_is_counted_on_public_money_alone() -> None:
    sources = [
        Source("Département", 40_000),
        Source("Nous", 10_000, own=True),
        Source("Mécène", 19_410, public=False),
    ]
    found = plan(COSTS, sources)
    assert found.own_share == pytest.approx(20.0)  # 10,000 of 50,000
    assert [r.key for r in found.remarks] == ["funding.own_share_ok"]
    assert found.aid_rate == pytest.approx(100 * 40_000 / 68_310)
    short = plan(COSTS, [Source("Département", 40_001), *sources[1:]])
    assert [r.key for r in short.remarks] == ["funding.own_share_low", "funding.over_funded"]
    assert "20 %" in say(short.remarks[0]).replace("\u00a0", " ")


def test_what_is_missing_is_said() -> None:
    found = plan([Cost("Études", 100)], [Source("Nous", 60, own=True)])
    assert [r.key for r in found.remarks] == ["funding.own_share_ok", "funding.not_balanced"]
    assert found.remarks[1].figures["gap"] == 40
    assert (
        plan([Cost("x", 10)], [Source("État", 50)], investment=False).remarks[-1].key
        == "funding.over_eligible"
    )
    assert plan([], []).own_share is None
