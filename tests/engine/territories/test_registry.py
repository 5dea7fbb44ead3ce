"""The registry on the embedded data of all France."""

from datetime import date

import numpy as np
import pytest

from reciproque.kernel import Definition, ReciproqueError, State, UnknownTerritory
from reciproque.territories import dumps, loads, slug
from reciproque.vocabulary import indicators


def test_all_of_france_is_there(registry) -> None:
    count = {
        kind: len(registry.codes(kind)) for kind in ("commune", "epci", "departement", "region")
    }
    assert count == {"commune": 34875, "epci": 1253, "departement": 101, "region": 18}


def test_a_union_of_all_regions_has_everybody(registry) -> None:
    france = np.nansum(registry.units.population[registry.units.country == "FR"])
    regions = registry.frame("region")["population"].sum()
    assert regions == france
    assert 65_000_000 < france < 70_000_000


def test_areas_agree_with_the_national_institute_of_geography(registry) -> None:
    assert registry.territory("DEP-38").area_km2 == pytest.approx(7882, rel=0.003)
    assert registry.territory("75056").area_km2 == pytest.approx(105.4, rel=0.01)


def test_a_territory_touches_its_neighbours_and_not_itself(registry) -> None:
    near = registry.contact("200040715", "epci")
    assert "200018166" in near  # Le Grésivaudan
    assert "200040715" not in near
    assert all("200040715" in registry.contact(code, "epci") for code in near)


def test_a_pair_of_epci_is_a_territory_like_any_other(registry) -> None:
    pair = registry.compose(
        Definition("u:test-pair", "Grenoble et Grésivaudan", ("200040715", "200018166"))
    )
    parts = [registry.territory(c) for c in pair.members]
    assert pair.population == sum(p.population for p in parts)
    assert pair.communes == sum(p.communes for p in parts)
    profile = registry.profile(pair)
    assert profile["density"].value == pytest.approx(pair.population / pair.area_km2)
    assert profile["compactness"].value == pytest.approx(
        float(registry.profile_arrays(pair).values[0, registry.indicator_ids.index("compactness")])
    )
    assert registry.geometry(pair.code).area == pytest.approx(
        sum(registry.geometry(c).area for c in pair.members), rel=1e-6
    )
    assert registry.find("grenoble et grésivaudan").code == "u:test-pair"
    registry.forget(pair.code)
    with pytest.raises(UnknownTerritory):
        registry.territory(pair.code)


def test_members_that_overlap_count_once(registry) -> None:
    union = registry.compose(Definition("u:twice", "Deux fois", ("200040715", "38185", "38185")))
    assert union.population == registry.territory("200040715").population
    registry.forget("u:twice")


def test_an_unknown_member_is_named(registry) -> None:
    with pytest.raises(ReciproqueError) as caught:
        registry.compose(Definition("u:wrong", "Faux", ("200040715", "99999")))
    assert caught.value.key == "error.definition_unknown_member"
    assert caught.value.figures["member"] == "99999"


def test_the_profile_of_a_union_is_that_of_its_communes_counted_by_hand(registry) -> None:
    code = "246700967"
    at = registry.units_of(code)
    people = registry.units.population[at]
    share = registry.profile(code)["share_under_2000"].value
    assert share == pytest.approx(100 * people[people < 2000].sum() / people.sum())
    assert registry.profile(code)["largest_commune"].value == people.max()


def test_at_least_twenty_indicators_come_from_the_embedded_data_alone(registry) -> None:
    known = [m for m in registry.profile("246700967").values() if m.value is not None]
    embedded = [m for m in known if indicators()[m.indicator].dataset == "embedded"]
    assert len(embedded) >= 20


def test_a_default_that_all_town_halls_share_is_no_answer(registry) -> None:
    assert registry.profile("67462")["townhall_accessible"].state is State.MISSING


def test_the_border_is_near_in_alsace_and_far_in_berry(registry) -> None:
    assert registry.profile("67482")["distance_border"].value < 10  # Strasbourg
    assert registry.profile("67482")["share_near_border"].value == 100
    assert registry.profile("18033")["distance_border"].value > 200  # Bourges
    assert registry.profile("29019")["share_near_coast"].value == 100  # Brest
    assert registry.profile("06088")["distance_border"].value < 25  # Nice: Italy, not the sea
    assert registry.profile("59183")["share_near_coast"].value == 100  # Dunkerque


def test_peers_are_of_the_same_kind_and_nature(registry) -> None:
    peers = registry.peers(registry.territory("200040715"))
    assert len(peers) == 22
    assert {registry.territory(c).nature for c in peers} == {"ME"}
    medians = registry.medians(peers)
    assert medians["population"] == np.median([registry.territory(c).population for c in peers])


def test_a_commune_belongs_to_its_epci_departement_and_region_since_a_date(registry) -> None:
    groups = [t.code for t in registry.groups_of("67462")]
    assert groups[0] == "246700967"
    assert {"DEP-67", "REG-44"} <= set(groups)
    now = registry.memberships("67462", on=date(2026, 6, 1))
    assert {"246700967", "DEP-67"} <= {m.group for m in now}
    assert not [
        m for m in registry.memberships("67462", on=date(1990, 1, 1)) if m.group == "246700967"
    ]


def test_distances_are_symmetric_and_plausible(registry) -> None:
    there, back = registry.distance_km("67482", "75056"), registry.distance_km("75056", "67482")
    assert there == back == pytest.approx(397, abs=5)


def test_the_eight_communes_without_outline_are_placed_and_their_area_is_missing(registry) -> None:
    lost = np.isnan(registry.units.area_km2) & (registry.units.country == "FR")
    assert lost.sum() == 8
    assert (
        np.isfinite(registry.units.lon[lost]).all() or np.isfinite(registry.units.lon[lost]).any()
    )


def test_a_definition_survives_its_file() -> None:
    definition = Definition(
        slug("Pays de l'Ourcq"),
        "Pays de l'Ourcq",
        ("200040715", "67462"),
        kind="pays",
        valid_from=date(2026, 1, 1),
        source="charte",
    )
    assert loads(dumps(definition)) == definition


@pytest.mark.parametrize(
    "text", ["name = ", 'name = "x"', 'name = "x"\nmembers = "67"', 'members = ["67462"]', "\x00"]
)
def test_a_bad_definition_says_what_is_wrong(text) -> None:
    with pytest.raises(ReciproqueError):
        loads(text, "pays.toml")


def test_a_merged_commune_has_a_successor_and_is_found_by_its_former_code(registry) -> None:
    assert registry.successor("49001").code == "49050"
    assert registry.successor("49050") is None
    assert registry.successor("00001") is None
    assert [t.code for t in registry.search("49001", 1)] == ["49050"]
    with pytest.raises(UnknownTerritory) as caught:
        registry.find("49001")
    assert [t.code for t in caught.value.candidates] == ["49050"]
    assert caught.value.key == "error.former_commune"
