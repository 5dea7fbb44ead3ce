"""What goes between territories: by hand on three communes, then on France and on Isère."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.flows import between, gravity, links, margins, matrix, summary
from reciproque.kernel import Definition, State
from reciproque.sources import install
from reciproque.territories import load

GRENOBLE, GRESIVAUDAN = "200040715", "200018166"


def test_the_margins_of_two_communes_by_hand() -> None:
    sizes = margins(np.array([1000.0, 100.0]))
    workers = np.array([402.0, 40.2])
    mass = np.array([1000.0**1.15, 100.0**1.15])
    jobs = mass * 442.2 / mass.sum()
    np.testing.assert_allclose(sizes.workers, workers)
    np.testing.assert_allclose(sizes.jobs, jobs)
    np.testing.assert_allclose(sizes.stay, 0.25 * np.minimum(workers, jobs))


def test_three_communes_on_a_line_by_hand() -> None:
    """The middle one sends its leavers in proportion to jobs x exp(-decay d), itself included."""
    km = np.pi / 180 * 6371.0072
    lon, lat = np.array([0.0, 10 / km, 30 / km]), np.zeros(3)
    people, area = np.array([5000.0, 3000.0, 20000.0]), np.array([10.0, 20.0, 30.0])
    sizes = margins(people)
    flows = gravity(lon, lat, area, sizes, smallest=0.0).toarray()
    km = np.abs(np.subtract.outer([0.0, 10.0, 30.0], [0.0, 10.0, 30.0]))
    np.fill_diagonal(km, 0.5 * np.sqrt(area / np.pi))
    slower = (np.exp(-0.155 * km) @ sizes.jobs) ** -0.075
    decay = 0.155 * slower / np.average(slower, weights=sizes.workers)
    pull = sizes.jobs * np.exp(-np.sqrt(decay[1] * decay) * km[1])
    rest = sizes.workers[1] - sizes.stay[1]
    expected = rest * pull / pull.sum()
    expected[1] += sizes.stay[1]
    np.testing.assert_allclose(flows[1], expected, rtol=1e-4)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(45, 46), st.floats(0, 1e5)), min_size=2, max_size=25
    )
)
def test_every_worker_goes_somewhere(places) -> None:
    lon, lat, people = (np.array(c) for c in zip(*places, strict=True))
    flows = gravity(lon, lat, np.full(len(lon), 12.0), margins(people))
    np.testing.assert_allclose(flows.sum(axis=1), margins(people).workers, rtol=1e-4, atol=1e-3)
    assert flows.nnz == 0 or flows.data.min() >= 0


def test_a_commune_without_place_or_people_sends_nobody() -> None:
    flows = gravity(
        np.array([0.0, np.nan, 0.1]),
        np.array([45.0, 45.0, 45.0]),
        np.ones(3),
        margins(np.array([10.0, 10.0, np.nan])),
    )
    assert flows[[1, 2]].nnz == 0
    assert flows[:, [1, 2]].nnz == 0


def test_without_any_file_links_are_estimated_and_called_so(registry) -> None:
    found = links(registry, GRENOBLE)
    assert set(found["state"]) == {"estimated"}
    assert found["name"][0] in ("Le Grésivaudan", "CA du Pays Voironnais")
    assert (found["incoming"] + found["outgoing"]).is_sorted(descending=True)
    assert GRENOBLE not in found["code"].to_list()


def test_flows_of_a_union_are_those_of_its_parts_less_what_goes_between_them(registry) -> None:
    union = registry.compose(Definition("u:flows", "Les deux", (GRENOBLE, GRESIVAUDAN)))
    whole = summary(registry, union)
    a, b = summary(registry, GRENOBLE), summary(registry, GRESIVAUDAN)
    there, back = (f.value for f in between(registry, GRENOBLE, GRESIVAUDAN))
    assert whole.workers == pytest.approx(a.workers + b.workers, rel=1e-4)
    assert whole.internal == pytest.approx(a.internal + b.internal + there + back, rel=1e-4)
    registry.forget("u:flows")


def test_what_one_receives_the_other_sends(registry) -> None:
    mine = links(registry, GRENOBLE).filter(pl.col("code") == GRESIVAUDAN)
    theirs = links(registry, GRESIVAUDAN).filter(pl.col("code") == GRENOBLE)
    assert mine["incoming"][0] == pytest.approx(theirs["outgoing"][0], rel=1e-4)
    assert mine["outgoing"][0] == pytest.approx(theirs["incoming"][0], rel=1e-4)


def test_the_matrix_of_all_epci_agrees_with_the_links_of_one(registry) -> None:
    every = matrix(registry, "commuting", "epci")
    i, j = every.codes.index(GRENOBLE), every.codes.index(GRESIVAUDAN)
    mine = links(registry, GRENOBLE).filter(pl.col("code") == GRESIVAUDAN)
    assert every.flows[i, j] == pytest.approx(mine["outgoing"][0], rel=1e-4)
    assert every.covered.all()


def test_a_neighbour_across_the_border_has_estimated_links(registry) -> None:
    flows = between(registry, "200069680", "DE:08316")
    assert [f.state for f in flows] == [State.ESTIMATED, State.ESTIMATED]
    assert all(f.value > 0 for f in flows)


def test_moves_of_home_are_absent_until_their_file_is_there(registry) -> None:
    assert links(registry, GRENOBLE, "moves").is_empty()
    assert matrix(registry, "moves", "epci") is None


def test_isere_as_published_is_found_again_pair_by_pair(own_home, shared_data: Path) -> None:
    path = shared_data / "flows/base-flux-mobilite-domicile-lieu-travail-2017-isere.csv"
    install(path)
    registry = load()
    raw = pl.read_csv(path, separator=";", infer_schema_length=0).with_columns(
        pl.col("NBFLUX_C17_ACTOCC15P").cast(pl.Float64)
    )
    codes = {c: set(registry.units.code[registry.units_of(c)]) for c in (GRENOBLE, GRESIVAUDAN)}
    expected = raw.filter(
        pl.col("CODGEO").is_in(list(codes[GRESIVAUDAN]))
        & pl.col("DCLT").is_in(list(codes[GRENOBLE]))
    )["NBFLUX_C17_ACTOCC15P"].sum()
    found = links(registry, GRENOBLE)
    row = found.row(by_predicate=pl.col("code") == GRESIVAUDAN, named=True)
    assert row["state"] == "observed"
    assert row["incoming"] == pytest.approx(expected, rel=0.002)  # communes that merged since
    assert round(row["incoming"]) == 19619
    assert round(row["outgoing"]) == 10501
    beyond = found.filter(pl.col("state") == "estimated")
    assert not beyond.is_empty()  # Savoie, Drôme: the file stops at the edge
    assert summary(registry, GRENOBLE).coverage["names"] == "Isère"
    savoie = summary(registry, "200069110")  # Grand Chambéry is not in the file
    assert savoie.state is State.ESTIMATED
