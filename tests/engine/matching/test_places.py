"""A need that names its commune is where the commune is."""

import json

import pytest
from typer.testing import CliRunner

from reciproque.cli import app
from reciproque.kernel import Need, Offer, UnknownTerritory
from reciproque.matching import Problem, pairs, placed, volumes
from reciproque.vocabulary import say

GRENOBLE, VOIRON = "38185", "38563"


def need(**more) -> Need:
    return Need("n", "school", "food", 5.0, "kg", **more)


def test_a_territory_gives_its_centre(registry) -> None:
    found = placed([need(territory=GRENOBLE)], registry)[0]
    centre = registry.territory(GRENOBLE)
    assert (found.longitude, found.latitude) == (centre.longitude, centre.latitude)
    assert found.quantity == 5.0


def test_a_point_that_is_given_stays(registry) -> None:
    found = placed([need(territory=GRENOBLE, longitude=2.0, latitude=48.0)], registry)[0]
    assert (found.longitude, found.latitude) == (2.0, 48.0)


def test_without_a_territory_one_is_nowhere(registry) -> None:
    assert placed([need()], registry)[0].longitude is None


def test_a_code_that_no_register_has_is_refused(registry) -> None:
    with pytest.raises(UnknownTerritory):
        placed([need(territory="99999")], registry)


def test_a_distance_then_counts_and_limits(registry) -> None:
    offer = Offer("o", "farm", "food", 9.0, "kg", territory=VOIRON)

    def answer(within: float):
        wanted = placed([need(territory=GRENOBLE, within_km=within)], registry)
        return pairs(Problem(wanted, placed([offer], registry)))

    assert answer(40).allocations[0].distance_km == pytest.approx(21, abs=4)
    assert not answer(10).allocations
    assert "km" in say(answer(10).refusals[0].reason, "fr")


def test_the_shell_does_so_for_two_tables(registry, tmp_path) -> None:
    needs, offers = tmp_path / "n.csv", tmp_path / "o.csv"
    head = "key,actor,resource,quantity,unit,territory\n"
    needs.write_text(f"{head}n,school,food,5,kg,{GRENOBLE}\n")
    offers.write_text(f"{head}o,farm,food,9,kg,{VOIRON}\n")
    for way in ("pairs", "volumes"):
        told = CliRunner().invoke(app, ["match", str(needs), str(offers), "--as", way, "--json"])
        assert json.loads(told.stdout)["allocations"][0]["distance_km"] > 10
    offers.write_text(f"{head}o,farm,food,9,kg,00000\n")
    wrong = CliRunner().invoke(app, ["match", str(needs), str(offers), "--json"])
    assert wrong.exit_code == 2
    assert "00000" in wrong.stderr


def test_no_proposal_is_without_a_reason_even_where_nothing_is_known() -> None:
    wanted, offered = need(), Offer("o", "farm", "food", 1.5, "t")
    for way in (pairs, volumes):
        found = way(Problem((wanted,), (offered,))).allocations[0]
        assert [r.key for r in found.reasons] == ["match.plain"]
        said = say(found.reasons[0], "fr").replace("\u00a0", " ")
        assert "5,0 kg d’un côté, 1,5 t de l’autre" in said
        assert say(found.reasons[0], "en")
