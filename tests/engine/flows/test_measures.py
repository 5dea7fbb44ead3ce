"""Interdependence measured: by hand on four zones, whatever the flows, and on France."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.sparse import csr_array
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.flows import inside, measures, pair_measures, summary

FOUR = csr_array(
    np.array([[50.0, 10, 20, 0], [5, 30, 0, 5], [0, 0, 40, 0], [0, 0, 8, 0]])
)  # zones 0 and 1 are group A, 2 is B, 3 is C


def test_four_zones_in_three_groups_by_hand() -> None:
    found = {row["group"]: row for row in measures(FOUR, ["A", "A", "B", "C"]).to_dicts()}
    a, b, c = found["A"], found["B"], found["C"]
    assert (a["zones"], a["residents"], a["jobs"], a["internal"]) == (2, 120, 95, 95)
    assert (a["out"], a["in"], a["net"], a["reach"]) == (25, 0, -25, 2)
    assert a["stay"] == pytest.approx(95 / 120)
    assert a["held"] == 1.0
    # 20 go to B and 5 to C: shares 0.8 and 0.2
    assert a["entropy"] == pytest.approx(-(0.8 * np.log2(0.8) + 0.2 * np.log2(0.2)))
    assert (b["out"], b["stay"], b["entropy"], b["net"]) == (0, 1.0, 0.0, 28)
    assert b["held"] == pytest.approx(40 / 68)
    assert (c["internal"], c["stay"], c["held"]) == (0, 0.0, 0.0)


def test_a_group_without_anyone_has_no_share() -> None:
    (row,) = measures(csr_array(np.zeros((1, 1))), ["A"]).to_dicts()
    assert (row["stay"], row["held"], row["entropy"]) == (None, None, 0.0)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        measures(FOUR, ["A", "B"])
    with pytest.raises(ValueError, match="do not fit"):
        measures(csr_array(np.zeros((2, 3))), ["A", "B"])


square = hnp.arrays(
    float, st.shared(st.integers(1, 6), key="n").map(lambda n: (n, n)), elements=st.floats(0, 1e4)
)
labels = st.shared(st.integers(1, 6), key="n").flatmap(
    lambda n: st.lists(st.sampled_from("ABC"), min_size=n, max_size=n)
)


@given(square, labels)
def test_what_leaves_somewhere_arrives_elsewhere(flows, groups) -> None:
    found = measures(csr_array(flows), groups)
    assert found["out"].sum() == pytest.approx(found["in"].sum(), abs=1e-6)
    assert found["residents"].sum() == pytest.approx(flows.sum(), abs=1e-6)
    assert found["net"].sum() == pytest.approx(0, abs=1e-6)
    for column in ("stay", "held"):
        kept = found[column].drop_nulls()
        assert ((kept >= -1e-9) & (kept <= 1 + 1e-9)).all()


@given(square, labels)
def test_merging_groups_never_loosens_self_containment(flows, groups) -> None:
    apart = measures(csr_array(flows), groups)
    whole = measures(csr_array(flows), ["all"] * len(groups))
    assert whole["internal"][0] >= apart["internal"].sum() - 1e-6
    assert whole["out"][0] == pytest.approx(0, abs=1e-6)


def test_a_pair_by_hand() -> None:
    assert pair_measures(30, 10, 300, 50) == {
        "a_depends": 0.1, "b_depends": 0.2, "reciprocity": pytest.approx(1 / 3), "asymmetry": 0.5,
    }  # fmt: skip
    assert set(pair_measures(0, 0, 0, 0).values()) == {None}


def test_the_members_of_a_petr_hold_together_and_add_up(registry) -> None:
    found = inside(registry, "200069680")
    assert found.frame.height == 4
    assert found.frame["to_union"].sum() == pytest.approx(found.frame["from_union"].sum())
    whole = summary(registry, "200069680")
    assert found.frame["residents"].sum() == pytest.approx(whole.workers, rel=1e-6)
    total = found.frame["internal"].sum() + found.frame["to_union"].sum()
    assert total == pytest.approx(whole.internal, rel=1e-6)
    assert found.frame["tie"].is_sorted()
    assert inside(registry, "67462") is None


def test_the_shell_says_who_depends_on_whom(registry) -> None:
    answer = CliRunner().invoke(app, ["flows", "200069680", "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert found["net"] == pytest.approx(found["in"] - found["out"])
    assert len(found["members"]) == 4
    assert found["state"] == "estimated"
    pair = json.loads(
        CliRunner().invoke(app, ["flows", "67462", "--with", "68066", "--json"]).stdout
    )
    assert 0 < pair["a_depends"] < 1
    assert 0 < pair["reciprocity"] <= 1
    words = CliRunner().invoke(app, ["flows", "200069680"]).stdout
    assert "estimé" in words
    assert CliRunner().invoke(app, ["flows", "nulle part du tout"]).exit_code == 2
