"""What already links: the score by hand, from either side, and what zones cannot see."""

from pathlib import Path

import numpy as np
import pytest

from reciproque.flows import links, summary, unseen
from reciproque.partners._tied import Tie, belonging, positions, tie, tied
from reciproque.sources import install
from reciproque.territories import load

GRENOBLE, GRESIVAUDAN, MARSEILLE = "200040715", "200018166", "200054807"


def flat(score: list[float], known: list[float]) -> Tie:
    empty = np.zeros(len(score))
    names = np.full(len(score), "", object)
    return Tie(
        "commuting", empty, empty, empty, 1.0, np.array(score), np.array(known), empty, names, names
    )


def test_flows_count_for_what_is_known_of_them() -> None:
    ties = (flat([0.8, 0.8, 0.8], [1, 1, 1]), flat([0.4, 0.0, 0.0], [1, 0.5, 0]))
    found = tied(ties, np.array([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(found, [0.8 * 0.6, 0.8 * 0.8 / 1.5, 0.8 * 0.8 + 0.2])


def test_without_any_flow_only_the_institutions_in_common_are_left() -> None:
    np.testing.assert_allclose(tied((), np.array([0.0, 1.0])), [0.0, 0.2])


def test_the_score_of_commuting_by_its_formula(registry) -> None:
    found = tie(registry, registry.territory(GRENOBLE), "commuting", "epci")
    at = positions(registry, "epci")[GRESIVAUDAN]
    frame = links(registry, GRENOBLE)
    row = dict(zip(frame["code"], frame.iter_rows(named=True), strict=True))[GRESIVAUDAN]
    here, there = summary(registry, GRENOBLE), summary(registry, GRESIVAUDAN)
    sizes = np.sqrt((here.workers + here.jobs) * (there.workers + there.jobs))
    share = (row["incoming"] + row["outgoing"]) / sizes
    assert found.score[at] == pytest.approx(np.sqrt(min(share / 0.25, 1.0)), rel=1e-4)
    assert found.theirs[at] == pytest.approx(row["incoming"] / there.workers, rel=1e-4)
    assert found.estimated[at]


def test_the_tie_is_the_same_from_either_side(registry) -> None:
    at = positions(registry, "epci")
    for a, b in ((GRENOBLE, GRESIVAUDAN), (GRENOBLE, MARSEILLE)):
        there = tie(registry, registry.territory(a), "commuting", "epci").score[at[b]]
        back = tie(registry, registry.territory(b), "commuting", "epci").score[at[a]]
        assert there == pytest.approx(back, rel=1e-4)
        shared = [
            belonging(registry, registry.territory(x), "epci")[at[y]] for x, y in ((a, b), (b, a))
        ]
        assert shared[0] == pytest.approx(shared[1])


def test_belonging_is_full_in_the_same_departement_and_half_in_the_same_region(registry) -> None:
    at = positions(registry, "epci")
    found = belonging(registry, registry.territory(GRENOBLE), "epci")
    assert found[at[GRESIVAUDAN]] == pytest.approx(1.0)
    assert found[at["200069110"]] == pytest.approx(0.5)  # Grand Chambéry, Savoie
    assert found[at[MARSEILLE]] == 0.0
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-9


def test_every_score_lies_between_0_and_1(registry) -> None:
    found = tie(registry, registry.territory(GRENOBLE), "commuting", "epci")
    assert 0 <= found.score.min() <= found.score.max() <= 1
    assert found.score[positions(registry, "epci")[GRENOBLE]] == 0


def test_moves_of_home_are_not_known_without_their_file(registry) -> None:
    assert tie(registry, registry.territory(GRENOBLE), "moves", "epci") is None


def test_two_communes_of_one_living_area_have_moves_that_nobody_counted(
    own_home, shared_data: Path
) -> None:
    install(shared_data / "registry/zonages_communes_2024.csv.gz")
    install(shared_data / "flows/residential_moves_bassins_de_vie_2021.parquet")
    registry = load()
    at = positions(registry, "commune")
    hidden = unseen(registry, registry.territory("67462"), "moves", "commune")  # Sélestat
    assert hidden[at["67311"]] == pytest.approx(1.0)  # Muttersholtz, same living area
    assert hidden[at["67281"]] == pytest.approx(0.0)  # Marckolsheim, its own
    found = tie(registry, registry.territory("67462"), "moves", "commune")
    assert found.known[at["67311"]] == pytest.approx(0.0)
    assert found.incoming[at["67281"]] > 0
    epci = tie(registry, registry.territory(GRENOBLE), "moves", "epci")
    assert epci.score[positions(registry, "epci")[GRESIVAUDAN]] > 0.2
