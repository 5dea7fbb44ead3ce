"""Who may meet whom: each condition by hand, then the fast search against all pairs, one by one."""

from dataclasses import replace
from datetime import date
from math import asin, cos, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.kernel import Need, Offer, ReciproqueError, Safeguard, Slot
from reciproque.matching import (
    Problem,
    Settings,
    check,
    eligible,
    first_failed,
    kilometres,
    sides,
    why_not,
)
from reciproque.vocabulary import rows, say, table

DAY = date(2026, 11, 24)
MINOR = Safeguard(age=15, consent=True, setting="group")
ADULT = Safeguard(vetted=date(2026, 9, 10), check="bulletin n° 3", checked_by="Mission locale")


def need(**changes) -> Need:
    return replace(Need("n", "school", "mentoring", 10, "h"), **changes)


def offer(**changes) -> Offer:
    return replace(Offer("o", "company", "mentoring", 10, "h"), **changes)


def refused(one: Need, other: Offer) -> str:
    found = why_not(one, other, DAY)
    if found is None:
        return ""
    for lang in ("fr", "en"):
        assert say(found, lang)
    return found.key.removeprefix("refusal.")


def test_two_that_agree_on_all_may_meet() -> None:
    assert refused(need(), offer()) == ""


MON, TUE = Slot(0, 600, 660), Slot(1, 600, 660)
PARIS = {"longitude": 2.3522, "latitude": 48.8566}
LYON = {"longitude": 4.8357, "latitude": 45.7640}


@pytest.mark.parametrize(
    ("condition", "mine", "theirs"),
    [
        ("resource", {}, {"resource": "training"}),
        ("attributes", {"attributes": {"field": "law"}}, {"attributes": {"field": "art"}}),
        ("place", {**PARIS, "within_km": 10}, {}),
        ("distance", {**PARIS, "within_km": 391}, LYON),
        ("distance", PARIS, {**LYON, "within_km": 391}),
        ("same_actor", {}, {"actor": "school"}),
        ("excluded", {"excluded": ("company",)}, {}),
        ("excluded", {}, {"excluded": ("school",)}),
        ("youngest", {"safeguard": replace(MINOR, age=13)}, {"safeguard": ADULT}),
        ("consent", {"safeguard": replace(MINOR, consent=False)}, {"safeguard": ADULT}),
        ("adult", {"safeguard": MINOR}, {"safeguard": replace(ADULT, age=17)}),
        ("vetted", {"safeguard": MINOR}, {}),
        ("vetted", {"safeguard": MINOR}, {"safeguard": replace(ADULT, vetted=date(2025, 11, 23))}),
        ("vetted", {"safeguard": MINOR}, {"safeguard": replace(ADULT, vetted=date(2026, 11, 25))}),
        ("setting", {"safeguard": replace(MINOR, setting="")}, {"safeguard": ADULT}),
        ("setting", {"safeguard": MINOR}, {"safeguard": replace(ADULT, setting="private")}),
        ("dates", {"end": date(2026, 5, 1)}, {"start": date(2026, 5, 2)}),
        ("slots", {"slots": (MON,)}, {"slots": (TUE, Slot(0, 660, 720))}),
        ("languages", {"languages": ("fr",)}, {"languages": ("de", "en")}),
        ("labels", {"labels": ("organic", "aop")}, {"labels": ("organic",)}),
        ("lot", {"smallest": 5}, {"quantity": 4}),
        ("lot", {"quantity": 4}, {"smallest": 5}),
    ],
)
def test_a_condition_alone_refuses_and_says_so(condition, mine, theirs) -> None:
    assert refused(need(**mine), offer(**theirs)) == condition


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({**PARIS, "within_km": 393}, LYON),
        ({"safeguard": MINOR}, {"safeguard": ADULT}),
        ({"safeguard": replace(MINOR, setting="")}, {"safeguard": replace(ADULT, setting="group")}),
        ({"safeguard": Safeguard(age=18)}, {}),
        ({"end": date(2026, 5, 1)}, {"start": date(2026, 5, 1)}),
        ({"slots": (MON,)}, {"slots": (Slot(0, 659, 720),)}),
        ({"slots": (MON,)}, {}),
        ({"languages": ("fr",)}, {"languages": ("de", "fr")}),
        ({"labels": ("siqo",)}, {"labels": ("aop",)}),
        ({"smallest": 5}, {"quantity": 5}),
    ],
)
def test_a_condition_that_is_just_met_lets_pass(mine, theirs) -> None:
    assert refused(need(**mine), offer(**theirs)) == ""


def test_lentils_are_pulses_but_pulses_may_not_be_lentils() -> None:
    lentils, pulses = {"product": "lentils"}, {"product": "pulses"}
    assert refused(need(attributes=pulses), offer(attributes=lentils)) == ""
    assert refused(need(attributes=lentils), offer(attributes=pulses)) == "attributes"
    assert refused(need(), offer(attributes=lentils)) == ""


def test_a_vetting_counts_up_to_its_last_day() -> None:
    last = replace(ADULT, vetted=date(2025, 11, 24))
    assert refused(need(safeguard=MINOR), offer(safeguard=last)) == ""


def test_the_smallest_lot_is_compared_across_units() -> None:
    one = Need("n", "canteen", "food", 800, "kg", smallest=600)
    assert why_not(one, Offer("o", "farm", "food", 1, "t")) is None
    found = why_not(one, Offer("o", "farm", "food", 0.5, "t"))
    assert found is not None
    assert "500,0 kg" in say(found, "fr").replace("\u00a0", " ")


def test_the_distance_is_that_of_the_great_circle() -> None:
    s = sides(Problem((need(**PARIS),), (offer(**LYON),)))
    zero = np.array([0])
    a, b = radians(48.8566), radians(45.7640)
    half = sin((a - b) / 2) ** 2 + cos(a) * cos(b) * sin(radians(4.8357 - 2.3522) / 2) ** 2
    assert kilometres(s, zero, zero)[0] == pytest.approx(2 * 6371.0088 * asin(sqrt(half)), rel=1e-9)


def test_every_condition_of_the_table_has_its_check_its_words_and_its_turn() -> None:
    from reciproque.matching import _conditions

    assert list(_conditions.CHECKS) == [row["id"] for row in rows("conditions")]
    families = [row["family"] for row in rows("conditions")]
    assert families == sorted(families, key=["class", "place", "edge"].index)


@pytest.mark.parametrize("name", ["products", "labels"])
def test_a_hierarchy_has_no_orphan_and_no_circle(name) -> None:
    for key, row in table(name).items():
        seen = {key}
        while row["parent"]:
            assert row["parent"] in table(name), row["parent"]
            assert row["parent"] not in seen
            seen.add(row["parent"])
            row = table(name)[row["parent"]]


@pytest.mark.parametrize(
    "name", ["conditions", "criteria", "products", "labels", "settings", "safeguard_rules"]
)
def test_every_row_is_worded_in_both_languages(name) -> None:
    for row in rows(name):
        assert row["label_fr"], row["id"]
        assert row["label_en"], row["id"]


places = st.one_of(
    st.just({}),
    st.builds(lambda x, y: {"longitude": x, "latitude": y}, st.floats(-5, 8), st.floats(42, 51)),
)
slots = st.lists(
    st.builds(
        lambda d, a, k: Slot(d, a, a + k),
        st.integers(0, 6),
        st.integers(0, 1380),
        st.integers(1, 60),
    ),
    max_size=4,
).map(tuple)
guards = st.one_of(
    st.none(),
    st.builds(
        Safeguard,
        age=st.one_of(st.none(), st.integers(10, 20)),
        consent=st.booleans(),
        vetted=st.one_of(st.none(), st.dates(date(2025, 6, 1), date(2027, 1, 1))),
        setting=st.sampled_from(["", "group", "public_place", "private"]),
    ),
)
wishes = st.fixed_dictionaries(
    {
        "actor": st.sampled_from("abcdef"),
        "resource": st.sampled_from(["food", "food", "mentoring"]),
        "quantity": st.floats(1, 100),
        "attributes": st.sampled_from(
            [{}, {}, {"product": "food"}, {"product": "pulses"}, {"product": "lentils"}]
        ),
        "within_km": st.sampled_from([None, None, 5.0, 80.0, 400.0, 20000.0]),
        "smallest": st.sampled_from([0.0, 0.0, 10.0]),
        "languages": st.sampled_from([(), ("fr",), ("de", "en"), ("fr", "de")]),
        "labels": st.sampled_from([(), (), ("organic",), ("siqo",), ("aop", "organic")]),
        "excluded": st.sampled_from([(), (), ("a",), ("b", "c")]),
        "slots": slots,
        "safeguard": guards,
        "start": st.sampled_from([None, date(2026, 1, 1), date(2026, 6, 1)]),
        "end": st.sampled_from([None, date(2026, 7, 1)]),
    }
)


def built(kind, prefix):
    def one(number, given, place):
        unit = "h" if given["resource"] == "mentoring" else "kg"
        return kind(key=f"{prefix}{number}", unit=unit, **given, **place)

    return st.lists(st.tuples(wishes, places), min_size=1, max_size=8).map(
        lambda found: tuple(one(k, *pair) for k, pair in enumerate(found))
    )


problems = st.builds(
    Problem, built(Need, "n"), built(Offer, "o"), settings=st.just(Settings(day=DAY))
)


@settings(max_examples=1000, deadline=None)
@given(problems)
def test_the_fast_search_finds_what_all_pairs_one_by_one_find(problem) -> None:
    s = sides(problem)
    n, m = len(problem.needs), len(problem.offers)
    i, j = (found.ravel() for found in np.indices((n, m)))
    failed = first_failed(s, i, j)
    edges = eligible(s)
    good = failed == -1
    assert edges.need.tolist() == i[good].tolist()
    assert edges.offer.tolist() == j[good].tolist()
    counts = {row["id"]: int((failed == k).sum()) for k, row in enumerate(rows("conditions"))}
    assert dict(edges.refused) == counts


def is_safe(one: Need, other: Offer) -> bool:
    """The rule again, in plain words and without the engine."""
    mine, theirs = one.safeguard or Safeguard(), other.safeguard or Safeguard()
    if mine.age is None or mine.age >= 18:
        return True
    named = {mine.setting, theirs.setting} - {""}
    return (
        mine.age >= 14
        and mine.consent
        and (theirs.age is None or theirs.age >= 18)
        and theirs.vetted is not None
        and date(2025, 11, 24) <= theirs.vetted <= DAY
        and bool(named)
        and "private" not in named
    )


@settings(max_examples=1000, deadline=None)
@given(problems)
def test_no_unsafe_pair_ever(problem) -> None:
    edges = eligible(sides(problem))
    for i, j in zip(edges.need, edges.offer, strict=True):
        assert is_safe(problem.needs[i], problem.offers[j])


def test_what_does_not_hold_together_is_refused_with_the_row() -> None:
    one, other = need(), offer()
    cases = [
        (Problem((), (other,)), "match.no_needs"),
        (Problem((one,), ()), "match.no_offers"),
        (Problem((one, one), (other,)), "match.row"),
        (Problem((need(unit="kg"),), (other,)), "match.row"),
        (Problem((need(resource="wisdom"),), (other,)), "match.row"),
        (Problem((need(labels=("best",)),), (other,)), "match.row"),
        (Problem((one,), (other,), settings=Settings(pinned=(("n", "x"),))), "match.unknown_pair"),
        (
            Problem(
                (one,), (other,), settings=Settings(pinned=(("n", "o"),), forbidden=(("n", "o"),))
            ),
            "match.pinned_and_forbidden",
        ),
    ]
    for problem, key in cases:
        with pytest.raises(ReciproqueError) as error:
            check(problem)
        assert error.value.key == key
        assert say(error.value, "fr") != say(error.value, "en")


def test_windows_that_never_meet_say_which() -> None:
    one, other = need(end=date(2026, 5, 1)), offer(start=date(2026, 6, 1))
    found = why_not(one, other, DAY)
    assert found is not None
    assert "2026-05-01" in say(found, "fr")
    assert "2026-06-01" in say(found, "fr")
