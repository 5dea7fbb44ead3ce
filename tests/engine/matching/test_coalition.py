"""Coalitions of real territories, with the embedded data."""

import doctest
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.kernel import Reason, ReciproqueError
from reciproque.matching import (
    _coalition,
    _goals,
    _highs,
    bounds_of,
    coalition,
    parse_goals,
    population_goals,
)
from reciproque.vocabulary import rows, say

ROCHEFORT, KOCHERSBERG = "200041762", "200034635"


def test_the_members_reach_the_goals_as_the_registry_counts_them(registry) -> None:
    from reciproque.kernel import Definition

    here = registry.territory(KOCHERSBERG)
    goals = parse_goals("population>=300000, density<=400, largest_commune>=100000")
    found = coalition(registry, here, goals, within_km=80)
    assert found.complete
    assert found.optimal
    codes = (here.code, *(ally.territory.code for ally in found.members))
    union = registry.compose(Definition("u:essai-coalition", "Essai", codes))
    profile = registry.profile(union)
    assert profile["population"].value >= 300_000
    assert profile["density"].value <= 400
    assert profile["largest_commune"].value >= 100_000
    for reached in found.goals:
        assert reached.together == pytest.approx(profile[reached.goal.indicator].value)
        assert reached.reached
    registry.forget(union.code)


def test_no_single_partner_would_do_when_two_are_proposed(registry) -> None:
    here = registry.territory(ROCHEFORT)
    goals = population_goals(140_000, 150_000)
    found = coalition(registry, here, goals, within_km=100)
    assert (found.complete, found.optimal) == (True, True)
    total = here.population + sum(ally.territory.population for ally in found.members)
    assert 140_000 <= total <= 150_000
    near = [
        registry.territory(code).population
        for code in registry.codes("epci")
        if code != here.code and (registry.distance_km(here, code) or 1e9) <= 100
    ]
    if len(found.members) > 1:
        assert not any(140_000 <= here.population + (p or 0) <= 150_000 for p in near)


def test_in_one_piece_when_asked(registry) -> None:
    here = registry.territory(ROCHEFORT)
    found = coalition(registry, here, parse_goals("population>=150000;area>=2500"), contiguous=True)
    assert found.complete
    inside, left = {here.code}, {ally.territory.code for ally in found.members}
    while left:
        touching = {c for c in left if registry.contact(c, "epci") & inside}
        assert touching
        inside, left = inside | touching, left - touching


def test_fair_shares_add_up_to_what_is_covered_and_equal_members_share_alike(registry) -> None:
    here = registry.territory(ROCHEFORT)
    found = coalition(registry, here, parse_goals("population>=300000,communes>=100"))
    assert sum(ally.share for ally in found.members) == pytest.approx(1.0)
    from reciproque.matching._cover import Cover

    question = Cover(np.array([[4.0, 4.0, 8.0]]), np.array([8.0]), np.zeros(3), 3)
    # by hand, over six orders: the first brings half when nobody covers before it (3 times), and so on
    shares = _coalition._shares(question, np.array([0, 1, 2]))
    assert shares[0] == shares[1] == pytest.approx(1 / 4)
    assert shares[2] == pytest.approx(1 / 2)


def test_already_enough_alone(registry) -> None:
    found = coalition(registry, registry.territory(ROCHEFORT), parse_goals("population>=10"))
    assert (found.members, found.complete, found.optimal) == ((), True, True)


def test_an_impossible_goal_is_named_with_what_is_nearest(registry) -> None:
    here = registry.territory(ROCHEFORT)
    goals = parse_goals("population>=15000000, communes>=60")
    found = coalition(registry, here, goals, most=3, within_km=100)
    assert not found.complete
    assert [note.key for note in found.notes if note.key != "coalition.not_known"] == [
        "coalition.impossible"
    ]
    people, communes = found.goals
    assert not people.reached
    assert communes.reached
    assert people.together <= people.best < 15_000_000


def test_goals_that_quarrel_are_said_to(registry) -> None:
    here = registry.territory(ROCHEFORT)
    found = coalition(registry, here, parse_goals("population>=400000, density<=30"), within_km=60)
    if not found.complete:
        assert found.notes[-1].key in ("coalition.conflict", "coalition.impossible")
    assert found.seconds < 10


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("popultion>=5", "goal.unknown_indicator"),
        ("population", "goal.unreadable"),
        ("population>=beaucoup", "goal.unreadable"),
        ("population:surplus", "goal.no_exchange"),
        ("land_per_1000:trop", "goal.sense"),
        ("land_per_1000:at_least", "goal.value"),
        ("compactness>=3", "goal.shape"),
        (" , ", "goal.none"),
    ],
)
def test_a_goal_that_cannot_be_is_refused_in_words(text, key) -> None:
    with pytest.raises(ReciproqueError) as caught:
        parse_goals(text)
    assert caught.value.key == key
    assert say(caught.value, "fr") != say(caught.value, "en")


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"most": 0}, "coalition.most"),
        ({"most": 13}, "coalition.most"),
        ({"within_km": -4}, "coalition.within"),
        ({"within_km": 0.001}, "coalition.nobody"),
    ],
)
def test_limits_that_leave_nothing_are_refused(registry, settings, key) -> None:
    with pytest.raises(ReciproqueError) as caught:
        coalition(
            registry, registry.territory(ROCHEFORT), parse_goals("population>=9e5"), **settings
        )
    assert caught.value.key == key
    assert say(caught.value)


def test_bounds_are_rows_and_say_that_they_are_a_default() -> None:
    assert bounds_of("leader") == (10_000, 150_000)
    for row in rows("population_bounds"):
        assert row["basis_fr"]
        assert row["checked_on"]
        assert not row["assumed"] or (row["note_fr"] and row["note_en"])
    with pytest.raises(ReciproqueError, match="unknown_bounds"):
        bounds_of("feder")
    with pytest.raises(ReciproqueError, match="bounds"):
        population_goals(5, 4)


def test_every_reason_can_be_said_in_both_languages(registry) -> None:
    here = registry.territory(ROCHEFORT)
    goals = parse_goals("population>=200000,density<=200,land_per_1000:surplus,land_per_1000:lack")
    found = coalition(registry, here, goals)
    reasons = [reason for ally in found.members for reason in ally.reasons]
    assert reasons
    for reason in reasons:
        assert isinstance(reason, Reason)
        assert say(reason, "fr") != say(reason, "en")


def test_the_shell_answers_in_json_and_in_words(registry) -> None:
    runner = CliRunner()
    asked = ["coalition", ROCHEFORT, "--goals", "population>=150000", "--max", "3"]
    answer = json.loads(runner.invoke(app, [*asked, "--json"]).stdout)
    assert answer["complete"]
    assert answer["optimal"]
    assert answer["gap"] == 0
    assert answer["bound"]["size"] == len(answer["members"])
    words = runner.invoke(app, asked)
    assert words.exit_code == 0
    assert answer["members"][0]["name"] in words.stdout
    refused = runner.invoke(app, ["coalition", ROCHEFORT, "--goals", "popultion>=1"])
    assert refused.exit_code == 2
    missed = runner.invoke(app, [*asked[:3], "population>=20000000", "--within", "50"])
    assert missed.exit_code == 1


@pytest.mark.parametrize("module", [_goals, _highs, _coalition])
def test_the_examples_run(module) -> None:
    assert doctest.testmod(module).failed == 0
