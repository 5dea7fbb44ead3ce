"""Measures of a territory and of a pair, with what their file sees: against the raw rows, and beyond."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.sparse import csr_array
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.flows import (
    Coverage,
    dependence,
    inside,
    interdependence,
    measures,
    pair_measures,
    pairs,
    summary,
)
from reciproque.flows._measures import spread
from reciproque.kernel import Definition, State
from reciproque.sources import install
from reciproque.territories import load
from reciproque.vocabulary import say, say_source

GRENOBLE, GRESIVAUDAN, VOIRON = "200040715", "200018166", "243800984"
ISERE = "flows/base-flux-mobilite-domicile-lieu-travail-2017-isere.csv"
WORKERS = "NBFLUX_C17_ACTOCC15P"

square = hnp.arrays(
    float, st.shared(st.integers(1, 6), key="n").map(lambda n: (n, n)), elements=st.floats(0, 1e4)
)
labels = st.shared(st.integers(1, 6), key="n").flatmap(
    lambda n: st.lists(st.sampled_from("ABC"), min_size=n, max_size=n)
)


def test_destinations_spread_by_hand() -> None:
    reach, bits, even = spread(np.array([50.0, 25.0, 25.0, 0.0]))
    assert (reach, bits) == (3, 1.5)
    assert even == pytest.approx(1.5 / np.log2(3))
    assert spread(np.array([10.0])) == (1, 0.0, None)
    assert spread(np.zeros(3)) == (0, 0.0, None)
    assert spread(np.array([0.6, 0.4]))[0] == 0  # nobody whole


@given(hnp.arrays(float, st.integers(1, 30), elements=st.floats(0, 1e5)))
def test_entropy_lies_between_one_place_and_all_alike(sent) -> None:
    _, bits, even = spread(sent)
    assert 0 <= bits <= np.log2(len(sent)) + 1e-9
    assert even is None or 0 <= even <= 1


def test_three_groups_of_a_partition_by_hand() -> None:
    flows = csr_array(np.array([[50.0, 10, 0], [30, 60, 8], [0, 0, 40]]))
    found = pairs(flows, ["A", "B", "C"]).to_dicts()
    assert [(row["a"], row["b"]) for row in found] == [("A", "B"), ("B", "C")]
    first = found[0]
    assert (first["there"], first["back"]) == (10, 30)
    assert first["a_depends"] == pytest.approx(10 / 60)
    assert first["b_depends"] == pytest.approx(30 / 98)
    assert first["reciprocity"] == pytest.approx(1 / 3)
    assert first["asymmetry"] == pytest.approx(-0.5)
    assert (found[1]["reciprocity"], found[1]["asymmetry"]) == (0, 1)
    whole = {row["group"]: row["asymmetry"] for row in measures(flows, "ABC").to_dicts()}
    assert whole == {"A": 20 / 40, "B": pytest.approx(-28 / 48), "C": 1.0}


@given(square, labels)
def test_measuring_a_partition_is_measuring_what_it_adds_up_to(flows, groups) -> None:
    """Zones added up first, then measured one by one, say what the partition says."""
    names = list(dict.fromkeys(groups))
    member = np.array([[float(g == name) for g in groups] for name in names])
    added = csr_array(member @ flows @ member.T)
    one, other = measures(csr_array(flows), groups), measures(added, names)
    for column in ("residents", "jobs", "internal", "out", "in", "stay", "held", "entropy"):
        np.testing.assert_allclose(
            one[column].cast(pl.Float64).to_numpy(),
            other[column].cast(pl.Float64).to_numpy(),
            rtol=1e-6,
            atol=1e-6,
        )


@given(square, labels)
def test_turning_every_journey_round_swaps_sides(flows, groups) -> None:
    there, back = measures(csr_array(flows), groups), measures(csr_array(flows.T), groups)
    for one, other in (("out", "in"), ("residents", "jobs"), ("stay", "held")):
        np.testing.assert_allclose(
            there[one].cast(pl.Float64).to_numpy(), back[other].cast(pl.Float64).to_numpy(),
            rtol=1e-6, atol=1e-6,
        )  # fmt: skip
    np.testing.assert_allclose(there["net"].to_numpy(), -back["net"].to_numpy(), atol=1e-6)


@given(*[st.floats(0, 1e5)] * 4)
def test_a_pair_seen_from_the_other_side(there, back, one, other) -> None:
    mine, theirs = pair_measures(there, back, one, other), pair_measures(back, there, other, one)
    assert mine["reciprocity"] == theirs["reciprocity"]
    assert mine["a_depends"] == theirs["b_depends"]
    if there + back > 0:
        assert 0 <= mine["reciprocity"] <= 1
        assert mine["asymmetry"] == pytest.approx(-theirs["asymmetry"])
        assert -1 <= mine["asymmetry"] <= 1


def test_grenoble_as_its_raw_rows_tell(own_home, shared_data: Path) -> None:
    """Dependence, self-containment and entropy recomputed with plain sums over the published rows."""
    install(shared_data / ISERE)
    registry = load()
    raw = pl.read_csv(shared_data / ISERE, separator=";", infer_schema_length=0).with_columns(
        pl.col(WORKERS).cast(pl.Float64)
    )
    units = registry.units
    epci = dict(zip(units.code.tolist(), units.epci.tolist(), strict=True))
    ends = [
        (epci.get(home, ""), epci.get(work, ""), workers)
        for home, work, workers in raw.select("CODGEO", "DCLT", WORKERS).iter_rows()
    ]
    lives = sum(w for a, _, w in ends if a == GRENOBLE)
    works = sum(w for _, b, w in ends if b == GRENOBLE)
    both = sum(w for a, b, w in ends if a == b == GRENOBLE)
    there = sum(w for a, b, w in ends if (a, b) == (GRENOBLE, GRESIVAUDAN))
    back = sum(w for a, b, w in ends if (a, b) == (GRESIVAUDAN, GRENOBLE))
    theirs = sum(w for a, _, w in ends if a == GRESIVAUDAN)

    found = interdependence(registry, GRENOBLE)
    assert found.state is State.OBSERVED
    assert found.residents == pytest.approx(lives, rel=0.002)  # a few communes merged since
    assert found.jobs == pytest.approx(works, rel=0.002)
    assert found.stay == pytest.approx(both / lives, rel=0.002)
    assert found.held == pytest.approx(both / works, rel=0.002)
    assert found.asymmetry == pytest.approx((works - lives) / (works + lives - 2 * both), rel=0.005)
    away: dict[str, float] = {}
    for a, b, w in ends:
        if a == GRENOBLE != b and b:
            away[b] = away.get(b, 0.0) + w
    shares = np.array(list(away.values())) / sum(away.values())
    assert found.entropy == pytest.approx(-(shares * np.log2(shares)).sum(), rel=0.01)
    assert found.reach == sum(w >= 1 for w in away.values())

    pair = dependence(registry, GRENOBLE, GRESIVAUDAN)
    assert pair.a_depends == pytest.approx(there / lives, rel=0.002)
    assert pair.b_depends == pytest.approx(back / theirs, rel=0.002)
    assert round(pair.a_depends, 3) == 0.059
    assert round(pair.b_depends, 3) == 0.482
    assert pair.reciprocity == pytest.approx(there / back, rel=0.002)
    assert pair.asymmetry == pytest.approx((there - back) / (there + back), rel=0.005)


def test_what_the_file_of_isere_sees(own_home, shared_data: Path) -> None:
    """Against the census where it is added, else against the estimate: both say its edge leaks."""
    install(shared_data / ISERE)
    by_estimate = interdependence(load(), "DEP-38").coverage
    assert by_estimate.by == "estimate"
    install(shared_data / "profiles/base_cc_comparateur_csv.zip")
    registry = load()
    isere = interdependence(registry, "DEP-38").coverage
    assert isere.by == "census"
    assert "comparateur" in isere.source
    assert "comparison of territories" in say("flows.seen", "en", name="Isère", **isere.figures)
    assert "comparison of territories" in say_source(summary(registry, "DEP-73").source, "en")
    assert isere.residents == pytest.approx(444656 / 530497, abs=0.002)
    assert by_estimate.residents == pytest.approx(isere.residents, abs=0.08)
    centre = interdependence(registry, GRENOBLE).coverage
    assert centre.residents > isere.residents  # the edge is far from Grenoble
    assert not isere.whole
    union = registry.compose(Definition("u:seen", "Les deux", (GRENOBLE, GRESIVAUDAN)))
    seen = interdependence(registry, union)
    assert seen.coverage.residents < 1
    assert inside(registry, union).coverage == seen.coverage
    registry.forget("u:seen")


def test_a_file_is_whole_when_next_to_nothing_escapes_it() -> None:
    def whole(residents: float | None, jobs: float | None) -> bool:
        return Coverage(residents, jobs, "census", "INSEE", "2018").whole

    assert whole(0.995, 1.0)
    assert whole(1.0, None)  # no job to see
    assert not whole(0.0, 1.0)
    assert not whole(1.0, 0.84)


def test_a_pair_across_the_edge_has_both_totals_from_one_source(
    own_home, shared_data: Path
) -> None:
    install(shared_data / ISERE)
    registry = load()
    pair = dependence(registry, GRENOBLE, "200069110")  # Grand Chambéry is in Savoie
    assert pair.state is State.ESTIMATED
    assert pair.a_coverage is None
    assert summary(registry, GRENOBLE).state is State.OBSERVED
    from reciproque.flows._select import through
    from reciproque.flows._store import layers

    last = len(layers(registry)) - 1
    _, _, leaving, _ = through(registry, last, registry.units_of(GRENOBLE))
    assert pair.a_depends == pytest.approx(pair.there / leaving.sum())


def test_an_estimated_union_adds_up_and_has_no_coverage_of_its_own(registry) -> None:
    found = interdependence(registry, "200069680")
    assert found.coverage is None
    assert found.net == pytest.approx(found.incoming - found.outgoing)
    whole = summary(registry, "200069680")
    assert (found.residents, found.internal) == (whole.workers, whole.internal)
    row = found.row
    assert row["in"] - row["out"] == pytest.approx(row["net"])
    assert row["stay"] == found.internal / found.residents


def test_the_shell_says_what_the_file_sees_and_how_well_the_estimate_fits(
    own_home, shared_data: Path
) -> None:
    install(shared_data / ISERE)
    run = CliRunner().invoke
    told = run(app, ["flows", GRENOBLE]).stdout
    assert "le fichier voit" in told
    assert "entropie" in told
    found = json.loads(run(app, ["flows", GRENOBLE, "--json"]).stdout)
    assert found["seen"]["by"] == "estimate"
    assert 0 < found["seen"]["residents"] < 1
    assert found["goodness"] == []
    beyond = run(app, ["flows", "200069110"]).stdout
    assert "Sur le fichier Isère (2017), l’estimation place bien" in beyond
    pair = json.loads(run(app, ["flows", GRENOBLE, "--with", GRESIVAUDAN, "--json"]).stdout)
    assert pair["asymmetry"] < 0
    assert len(pair["seen_said"]) == 2
    said = run(app, ["flows", GRENOBLE, "--with", GRESIVAUDAN]).stdout
    assert "asymétrie" in said
    assert "−0,30" in said
