"""What holds for any territory and any question: bounds, symmetry, order, filters, reasons."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reciproque.kernel import Definition
from reciproque.partners import DEFAULT_WEIGHTS, MOTIVES, WHERE, compare, partners
from reciproque.partners._candidates import Candidates
from reciproque.partners._partners import overall
from reciproque.partners._tied import belonging, tie
from reciproque.vocabulary import say, themes

QUICK = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SOME = ("200040715", "246700967", "200069680", "67462", "DE:08316", "200049286", "75056", "DEP-67")
PLACES = st.sampled_from(SOME)
THEMES = st.lists(st.sampled_from(sorted(themes())), max_size=3, unique=True).map(tuple)
KINDS = st.lists(
    st.sampled_from(["epci", "petr", "departement"]), min_size=1, max_size=3, unique=True
).map(tuple)
WEIGHTS = st.none() | st.fixed_dictionaries({m: st.floats(0.01, 100) for m in MOTIVES})
QUESTIONS = st.fixed_dictionaries(
    {},
    optional={
        "seeking": st.sampled_from(("all", *MOTIVES)),
        "themes": THEMES,
        "kinds": KINDS,
        "where": st.sampled_from(WHERE),
        "within_km": st.floats(60, 1500),
        "beyond_km": st.floats(0, 60),
        "population": st.tuples(
            st.none() | st.integers(0, 30_000), st.none() | st.integers(30_000, 10**7)
        ),
        "weights": WEIGHTS,
        "n": st.integers(1, 25),
    },
)


@QUICK
@given(PLACES, QUESTIONS)
def test_every_answer_obeys_the_question(registry, code, asked) -> None:
    here = registry.territory(code)
    mine = set(registry.units_of(here).tolist())
    found = partners(registry, here, **asked)
    assert len(found) <= asked.get("n", 20)
    scores = [p.score for p in found]
    assert scores == sorted(scores, reverse=True)
    assert len({p.territory.code for p in found}) == len(found)
    for p in found:
        assert p.territory.kind in asked.get("kinds", ("epci",))
        assert not mine & set(registry.units_of(p.territory).tolist())
        assert set(p.scores) <= set(MOTIVES)
        assert all(0.0 <= score <= 1.0 for score in p.scores.values())
        if "within_km" in asked:
            assert p.distance_km <= asked["within_km"]
        if "beyond_km" in asked:
            assert p.distance_km >= asked["beyond_km"]
        low, high = asked.get("population", (None, None))
        if low is not None or high is not None:
            assert (low or 0) <= p.territory.population <= (high or 10**12)


@QUICK
@given(PLACES, QUESTIONS)
def test_the_same_question_has_the_same_answer_however_its_choices_are_ordered(
    registry, code, asked
) -> None:
    first = partners(registry, code, **asked)
    assert first == partners(registry, code, **asked)
    turned = {
        **asked,
        **{name: tuple(reversed(asked[name])) for name in ("kinds", "themes") if name in asked},
    }
    again = partners(registry, code, **turned)
    assert [(p.territory.code, p.score) for p in again] == [
        (p.territory.code, p.score) for p in first
    ]


@QUICK
@given(PLACES, QUESTIONS)
def test_every_reason_can_be_said_has_its_figures_and_a_strength_in_bounds(
    registry, code, asked
) -> None:
    for p in partners(registry, code, **{**asked, "n": 5}):
        assert p.reasons or not p.scores
        for reason in p.reasons:
            for lang in ("fr", "en"):
                text = say(reason, lang)
                assert text
                assert "nan" not in text.split()
                assert "?" not in text
            assert 0.0 <= reason.strength <= 1.0 + 1e-9
            assert reason.motive in MOTIVES


@QUICK
@given(st.sampled_from(SOME[:3]), st.floats(0.001, 1000))
def test_weights_are_relative_a_tenfold_of_all_changes_nothing(registry, code, times) -> None:
    scaled = {motive: times * weight for motive, weight in DEFAULT_WEIGHTS.items()}
    usual = partners(registry, code, n=15)
    again = partners(registry, code, n=15, weights=scaled)
    assert [p.territory.code for p in again] == [p.territory.code for p in usual]
    for one, other in zip(usual, again, strict=True):
        assert other.score == pytest.approx(one.score, abs=1e-7)


@pytest.mark.parametrize("motive", MOTIVES)
def test_all_the_weight_on_one_motive_is_seeking_that_motive(registry, motive) -> None:
    alone = {m: float(m == motive) for m in MOTIVES}
    weighted = partners(registry, "200040715", weights=alone, n=10)
    sought = partners(registry, "200040715", seeking=motive, n=10)
    assert [p.territory.code for p in weighted] == [p.territory.code for p in sought]


@pytest.mark.parametrize("population", [(10**400, None), (None, 10**400), (0, 0), (5, 4)])
def test_any_number_of_inhabitants_may_be_asked_for(registry, population) -> None:
    found = partners(registry, "67462", population=population, n=5)
    assert bool(found) is (population == (None, 10**400))


def test_no_kind_no_partner_and_a_negative_number_is_none(registry) -> None:
    assert partners(registry, "67462", kinds=()) == []
    assert partners(registry, "67462", n=-3) == []


def test_a_kind_asked_twice_counts_once(registry) -> None:
    assert partners(registry, "67462", kinds=("petr", "petr"), n=30) == partners(
        registry, "67462", kinds=("petr",), n=30
    )


@pytest.fixture(scope="module")
def pairs(registry):
    """Eight pairs of EPCI drawn once, near and far."""
    rng = np.random.default_rng(3)
    codes = np.array(registry.codes("epci"))
    return [tuple(rng.choice(codes, 2, replace=False)) for _ in range(8)]


def test_alike_and_complementary_are_the_same_from_either_side(registry, pairs) -> None:
    for a, b in pairs:
        there, back = compare(registry, a, b), compare(registry, b, a)
        assert there.complementary == pytest.approx(back.complementary)
        assert there.alike == pytest.approx(back.alike, abs=1e-5)
        assert 0 <= there.alike <= 1
        assert 0 <= there.complementary <= 1
        assert (there.contact, there.overlap) == (back.contact, back.overlap)
        assert there.distance_km == pytest.approx(back.distance_km)


def test_what_they_give_us_is_what_we_receive_seen_from_them(registry, pairs) -> None:
    """Complementarity is told in both directions, and each side reads the other's."""
    swapped = {"partner.they_give": "partner.we_give", "partner.we_give": "partner.they_give"}
    for a, b in pairs:
        there = {(r.key, r.figures["indicator"]) for r in compare(registry, a, b).reasons}
        back = {(r.key, r.figures["indicator"]) for r in compare(registry, b, a).reasons}
        assert {(swapped[key], name) for key, name in there} == back


def test_the_figures_of_a_reason_are_those_of_the_two_profiles(registry, pairs) -> None:
    for a, b in pairs[:10]:
        one, other = registry.profile(a), registry.profile(b)
        for reason in compare(registry, a, b).reasons:
            name = reason.figures["indicator"]
            assert reason.figures["mine"] == pytest.approx(one[name].value)
            assert reason.figures["theirs"] == pytest.approx(other[name].value)
            assert (reason.source, reason.year) == registry.origins[name]


def test_a_full_comparison_lists_every_indicator_once_with_the_median_of_all_epci(registry) -> None:
    found = compare(registry, "200040715", "246700967")
    assert [m.indicator.id for m in found.measures] == list(registry.indicator_ids)
    medians = registry.medians(registry.codes("epci"))
    for m in found.measures:
        assert m.median == medians.get(m.indicator.id)
        assert m.known is (m.a.value is not None and m.b.value is not None)


@pytest.mark.parametrize("code", SOME)
def test_ties_and_belonging_are_shares_and_nearness_fades(registry, code) -> None:
    here = Candidates(registry, registry.territory(code), "epci", ())
    assert np.all((here.near >= 0) & (here.near <= 1))
    assert np.all((here.tied >= 0) & (here.tied <= 1 + 1e-9))
    shared = belonging(registry, here.territory, "epci")
    assert np.all((shared >= 0) & (shared <= 1 + 1e-9))
    apart = np.isfinite(here.km) & ~here.contact
    order = np.argsort(here.km[apart])
    assert np.all(np.diff(here.near[apart][order]) <= 1e-12)


def test_touching_is_worth_fifteen_hundredths_at_the_same_distance(registry) -> None:
    here = Candidates(registry, registry.territory("246700967"), "epci", ())
    fade = 0.85 * np.exp(-here.km * 1.3 / 80.0)
    np.testing.assert_allclose(here.near[here.contact] - fade[here.contact], 0.15)
    far = ~here.contact & np.isfinite(here.km)
    np.testing.assert_allclose(here.near[far], fade[far])


def test_a_tie_seen_from_either_side_has_the_same_score(registry) -> None:
    codes = registry.codes("epci")
    a, b = "200040715", "200018166"
    one = tie(registry, registry.territory(a), "commuting", "epci")
    other = tie(registry, registry.territory(b), "commuting", "epci")
    i, j = codes.index(b), codes.index(a)
    assert one.score[i] == pytest.approx(other.score[j], rel=0.02)
    assert one.incoming[i] == pytest.approx(other.outgoing[j], rel=1e-6)
    assert one.outgoing[i] == pytest.approx(other.incoming[j], rel=1e-6)


def test_a_flow_that_no_file_tells_is_no_tie(registry) -> None:
    assert tie(registry, registry.territory("67462"), "moves", "epci") is None


def test_a_union_of_one_has_the_very_partners_of_its_only_member(registry) -> None:
    registry.compose(Definition("u:seul", "Seul", ("246700967",)))
    try:
        alone = partners(registry, "u:seul", n=15)
    finally:
        registry.forget("u:seul")
    member = partners(registry, "246700967", n=15)
    assert [p.territory.code for p in alone] == [p.territory.code for p in member]
    for one, other in zip(alone, member, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-6)


SCORES = st.lists(
    st.tuples(*[st.floats(0, 1) | st.just(float("nan")) for _ in MOTIVES]), min_size=1, max_size=12
)


@given(SCORES, st.fixed_dictionaries({m: st.floats(0.01, 9) for m in MOTIVES}), st.randoms())
def test_the_mean_lies_between_what_is_known_and_does_not_depend_on_the_order_of_rows(
    rows, weights, random
) -> None:
    table = np.array(rows)
    found = overall(dict(zip(MOTIVES, table.T, strict=True)), weights)
    known = np.isfinite(table)
    for i, row in enumerate(table):
        if known[i].any():
            assert np.nanmin(row) - 1e-9 <= found[i] <= np.nanmax(row) + 1e-9
        else:
            assert found[i] == 0.0
    order = list(range(len(table)))
    random.shuffle(order)
    again = overall(dict(zip(MOTIVES, table[order].T, strict=True)), weights)
    np.testing.assert_allclose(again, found[order])


@given(SCORES)
def test_a_motive_of_no_weight_does_not_count_even_where_it_is_known(rows) -> None:
    table = np.array(rows)
    weights = {"tied": 1.0}
    found = overall(dict(zip(MOTIVES, table.T, strict=True)), weights)
    tied = table[:, MOTIVES.index("tied")]
    np.testing.assert_allclose(found, np.nan_to_num(tied))
