"""Who may be brought together, and the first condition that the others fail."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.kernel import Need, Offer, ReciproqueError, Safeguard, Slot
from reciproque.matching import Problem, candidates, why_not
from reciproque.vocabulary import phrases, say, table

TODAY = date(2026, 11, 24)
VETTED = Safeguard(vetted=date(2026, 1, 15), check="b3", checked_by="club", setting="group")
PUPIL = Safeguard(age=15, consent=True, setting="public_place")


def need(**more) -> Need:
    return Need(
        **{
            "key": "n",
            "actor": "lycee",
            "resource": "mentoring",
            "quantity": 10,
            "unit": "h",
            **more,
        }
    )


def offer(**more) -> Offer:
    return Offer(
        **{
            "key": "o",
            "actor": "club",
            "resource": "mentoring",
            "quantity": 10,
            "unit": "h",
            **more,
        }
    )


def refused(one: Need, other: Offer, **more) -> str:
    """The condition that fails first, checked both one by one and among all pairs."""
    problem = Problem((one,), (other,), today=TODAY, **more)
    found, told = candidates(problem), why_not(problem, "n", "o")
    assert (len(found) == 0) == (told is not None)
    if told is None:
        return ""
    for lang in ("fr", "en"):
        assert say(told.reason, lang)
    return told.reason.key.removeprefix("match.not_")


@pytest.mark.parametrize(
    ("mine", "theirs", "first"),
    [
        ({}, {}, ""),
        ({}, {"resource": "training"}, "resource"),
        ({}, {"actor": "lycee"}, "actor"),
        ({"excluded": ("club",)}, {}, "excluded"),
        ({}, {"excluded": ("lycee",)}, "excluded"),
        ({"attributes": {"product": "schooling"}}, {"attributes": {"product": "job_search"}}, "product"),
        ({"attributes": {"product": "support"}}, {"attributes": {"product": "job_search"}}, ""),
        ({"attributes": {"product": "job_search"}}, {"attributes": {"product": "support"}}, "product"),
        ({"labels": ("organic",)}, {}, "labels"),
        ({"labels": ("organic",)}, {"labels": ("organic", "hve")}, ""),
        ({"languages": ("de",)}, {"languages": ("fr",)}, "languages"),
        ({"languages": ("de",)}, {}, ""),
        ({"end": date(2026, 1, 1)}, {"start": date(2026, 1, 2)}, "window"),
        ({"end": date(2026, 1, 2)}, {"start": date(2026, 1, 2)}, ""),
        ({"slots": (Slot(0, 0, 60),)}, {"slots": (Slot(0, 60, 120),)}, "slots"),
        ({"slots": (Slot(0, 0, 61),)}, {"slots": (Slot(0, 60, 120),)}, ""),
        ({"smallest": 11}, {}, "smallest"),
        ({"smallest": 10}, {}, ""),
    ],
)  # fmt: skip
def test_each_condition_refuses_and_one_step_further_accepts(mine, theirs, first) -> None:
    assert refused(need(**mine), offer(**theirs)) == first


def test_distance_is_judged_on_the_stricter_of_the_two_limits() -> None:
    here, there = (
        {"longitude": 0.0, "latitude": 48.0},
        {"longitude": 0.0, "latitude": 48.18},
    )  # 20.0 km
    assert refused(need(**here, within_km=19), offer(**there, within_km=50)) == "distance"
    assert refused(need(**here, within_km=50), offer(**there, within_km=19)) == "distance"
    assert refused(need(**here, within_km=21), offer(**there)) == ""
    assert refused(need(**here, within_km=1), offer()) == ""  # an unknown place refuses nobody


@pytest.mark.parametrize(
    ("pupil", "mentor", "first"),
    [
        (PUPIL, VETTED, ""),
        (replace(PUPIL, age=10), VETTED, "age"),
        (replace(PUPIL, age=11), VETTED, ""),
        (replace(PUPIL, consent=False), VETTED, "consent"),
        (PUPIL, None, "vetting"),
        (PUPIL, replace(VETTED, vetted=date(2023, 11, 1)), "vetting"),
        (PUPIL, replace(VETTED, vetted=date(2027, 1, 1)), "vetting"),
        (replace(PUPIL, setting=""), replace(VETTED, setting="private"), "setting"),
        (PUPIL, replace(VETTED, setting="private"), "setting"),
        (replace(PUPIL, setting="private"), VETTED, "setting"),
        (PUPIL, replace(PUPIL, vetted=TODAY), "vetting"),
        (replace(PUPIL, age=18, consent=False), None, ""),
        (None, None, ""),
    ],
)
def test_a_minor_is_protected_by_construction(pupil, mentor, first) -> None:
    assert refused(need(safeguard=pupil), offer(safeguard=mentor)) == first


def test_a_young_helper_is_protected_too() -> None:
    assert refused(need(safeguard=None), offer(safeguard=PUPIL)) == "vetting"
    assert refused(need(safeguard=VETTED), offer(safeguard=PUPIL)) == ""


def test_many_different_slots_are_worked_out_only_where_asked(monkeypatch) -> None:
    from reciproque.matching import _features

    needs = tuple(need(key=f"n{k}", slots=(Slot(k % 7, 10 * k, 10 * k + 30),)) for k in range(20))
    offers = tuple(
        offer(key=f"o{k}", slots=(Slot(k % 7, 10 * k + 15, 10 * k + 60),)) for k in range(20)
    )
    problem = Problem(needs, offers, today=TODAY)
    whole = candidates(problem)
    monkeypatch.setattr(_features, "LAID_OUT", 0)
    lazily = candidates(problem)
    assert len(whole) > 0
    assert (whole.need == lazily.need).all()
    assert (whole.score == lazily.score).all()


def test_what_makes_no_sense_says_what_to_change() -> None:
    for wrong, key in (
        ({"needs": (), "offers": (offer(),)}, "match.no_needs"),
        ({"needs": (need(),), "offers": ()}, "match.no_offers"),
        ({"needs": (need(), need()), "offers": (offer(),)}, "case.doubled"),
        ({"needs": (need(unit="kg"),), "offers": (offer(),)}, "error.unit"),
        ({"needs": (need(),), "offers": (offer(),), "pinned": frozenset({("n", "x")})}, "match.unknown_pair"),
        ({"needs": (need(),), "offers": (offer(),), "weights": {"charm": 1}}, "match.weights"),
    ):  # fmt: skip
        with pytest.raises(ReciproqueError) as error:
            Problem(**wrong)
        assert error.value.key == key
        assert say(error.value, "fr")
        assert say(error.value, "en")


def test_every_condition_has_its_words() -> None:
    assert {f"match.not_{name}" for name in table("match_conditions")} <= set(phrases())


places = st.floats(0, 1)
wishes = st.lists(
    st.tuples(places, places, st.sampled_from([5.0, 20.0, None]), st.sampled_from([None, 12, 16, 30])),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(wishes, wishes)
def test_all_pairs_at_once_agree_with_each_pair_alone(mine, theirs) -> None:
    def made(kind, rows, actor):
        return tuple(
            kind(
                str(k), f"{actor}{k % 3}", "mentoring", 1 + k, "h", longitude=x, latitude=47 + y, within_km=km,
                safeguard=None if age is None else Safeguard(age, age % 4 == 0, None if age < 18 else TODAY, setting="group"),
            )
            for k, (x, y, km, age) in enumerate(rows)
        )  # fmt: skip

    problem = Problem(made(Need, mine, "a"), made(Offer, theirs, "b"), today=TODAY)
    found = candidates(problem)
    pairs = {
        (problem.needs[i].key, problem.offers[j].key)
        for i, j in zip(found.need, found.offer, strict=True)
    }
    alone = {
        (n.key, o.key) for n in problem.needs for o in problem.offers if why_not(problem, n.key, o.key) is None
    }  # fmt: skip
    assert pairs == alone
    assert len(found) + sum(found.refused.values()) == len(problem.needs) * len(problem.offers)
    assert ((found.score >= 0) & (found.score <= 1)).all()
    assert np.isfinite(found.score).all()
