"""Two territories side by side."""

import pytest

from reciproque.kernel import Definition, ReciproqueError, State, UnknownTerritory
from reciproque.partners import compare, partners
from reciproque.vocabulary import say

GRENOBLE, GRESIVAUDAN, SELESTAT_CC, EMMENDINGEN = "200040715", "200018166", "246700967", "DE:08316"


def test_neighbours_side_by_side(registry) -> None:
    found = compare(registry, GRENOBLE, GRESIVAUDAN)
    assert found.contact
    assert not found.overlap
    assert found.distance_km == pytest.approx(registry.distance_km(GRENOBLE, GRESIVAUDAN))
    assert [(f.origin, f.destination) for f in found.flows[:2]] == [
        (GRENOBLE, GRESIVAUDAN),
        (GRESIVAUDAN, GRENOBLE),
    ]
    population = next(m for m in found.measures if m.indicator.id == "population")
    assert population.known
    assert population.a.value == registry.territory(GRENOBLE).population
    assert population.median < population.a.value


def test_the_scores_are_those_of_the_ranked_list(registry) -> None:
    for p in partners(registry, GRENOBLE, n=6):
        found = compare(registry, GRENOBLE, p.territory)
        assert found.alike == pytest.approx(p.scores["alike"], abs=1e-4)
        assert found.complementary == pytest.approx(p.scores["complementary"], abs=1e-6)


def test_swapping_the_sides_swaps_the_figures(registry) -> None:
    one, other = (
        compare(registry, GRENOBLE, "200067445"),
        compare(registry, "200067445", GRENOBLE),
    )
    assert one.alike == pytest.approx(other.alike, abs=1e-5)
    assert one.complementary == pytest.approx(other.complementary)
    for mine, theirs in zip(one.measures, other.measures, strict=True):
        assert (mine.a, mine.b) == (theirs.b, theirs.a)
    flipped = {"partner.they_give": "partner.we_give", "partner.we_give": "partner.they_give"}
    assert {(flipped[r.key], r.figures["indicator"]) for r in one.reasons} == {
        (r.key, r.figures["indicator"]) for r in other.reasons
    }
    assert one.reasons
    for reason in one.reasons:
        assert reason.source
        assert "{" not in say(reason, "en")


def test_across_the_border_what_is_known_is_compared(registry) -> None:
    found = compare(registry, "200034270", EMMENDINGEN)
    known = [m.indicator.id for m in found.measures if m.known]
    assert {"population", "largest_commune"} <= set(known)
    unknown = [m for m in found.measures if not m.known]
    assert all(State.MISSING in (m.a.state, m.b.state) for m in unknown)
    assert found.distance_km < 60
    assert all(f.state is State.ESTIMATED for f in found.flows)


def test_themes_keep_their_own_figures(registry) -> None:
    found = compare(registry, GRENOBLE, GRESIVAUDAN, ("mobilite",))
    assert {m.indicator.theme for m in found.measures} <= {"mobilite"}


def test_what_overlaps_has_no_flows_with_itself(registry) -> None:
    union = registry.compose(Definition("u:compare", "Les deux", (GRENOBLE, GRESIVAUDAN)))
    try:
        found = compare(registry, union, GRENOBLE)
        assert found.overlap
        assert found.flows == ()
    finally:
        registry.forget("u:compare")


def test_comparing_with_oneself_or_with_nobody_is_refused(registry) -> None:
    with pytest.raises(ReciproqueError) as caught:
        compare(registry, GRENOBLE, GRENOBLE)
    assert caught.value.key == "error.same_territory"
    with pytest.raises(UnknownTerritory):
        compare(registry, GRENOBLE, "000000000")
