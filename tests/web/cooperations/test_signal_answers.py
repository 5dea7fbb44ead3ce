"""Answers to signals of before one said about what: kept where it can only have been one thing."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Commitment, Expectation, Party, SignalAnswer

say_about_what = import_module(
    "reciproque.web.cooperations.migrations.0005_signal_answers_about"
).say_about_what
DAY = date(2026, 10, 1)


def answered(world, rule: str, party: str) -> SignalAnswer:
    return SignalAnswer.objects.create(
        cooperation=world.c, rule=rule, party_key=party, text="Vu", day=DAY
    )


def about(answer: SignalAnswer) -> str:
    say_about_what(apps, None)
    answer.refresh_from_db()
    return answer.about


def test_the_only_late_promise_is_what_was_answered(promised) -> None:
    answer = answered(promised, "late", str(promised.a.pk))
    others = {"cooperation": promised.c, "resource": "expertise", "quantity": 1, "unit": "h"}
    there, back = (
        {"giver": promised.a, "receiver": promised.b},
        {"giver": promised.b, "receiver": promised.a},
    )
    Commitment.objects.create(
        title="due later", due=date(2026, 11, 1), state="agreed", **there, **others
    )
    Commitment.objects.create(title="over", due=date(2026, 6, 1), state="ended", **there, **others)
    Commitment.objects.create(
        title="theirs", due=date(2026, 6, 1), state="agreed", **back, **others
    )
    assert about(answer) == str(promised.m.pk)


def test_of_two_late_promises_neither_is_hidden(promised) -> None:
    Commitment.objects.create(
        cooperation=promised.c, title="Prêt", giver=promised.a, receiver=promised.b,
        resource="rooms", quantity=2, unit="day", due=date(2026, 9, 1), state="agreed",
    )  # fmt: skip
    assert about(answered(promised, "late", str(promised.a.pk))) == ""


@pytest.mark.parametrize(("since", "found"), [(date(2026, 5, 1), True), (date(2026, 10, 2), False)])
def test_the_only_expectation_without_an_answer_then(world, since, found) -> None:
    e = Expectation.objects.create(
        cooperation=world.c, party=world.a, kind="hopes", text="Des salles", since=since
    )
    old = Expectation.objects.create(
        cooperation=world.c, party=world.a, kind="fears", text="Trop", since=date(2026, 2, 1)
    )
    old.answers.create(party=world.b, text="Non", day=date(2026, 3, 1))
    e.answers.create(party=world.b, text="Dès mars", day=date(2026, 11, 1))
    answer = answered(world, "unanswered", str(world.a.pk))
    assert about(answer) == (str(e.pk) if found else "")


def test_between_two_parties_the_other_side_and_among_three_nobody(world) -> None:
    answer = answered(world, "one_sided", str(world.a.pk))
    assert about(answer) == str(world.b.pk)
    Party.objects.create(
        cooperation=world.c, actor=Actor.objects.create(name="Île", kind="commune")
    )
    assert about(answered(world, "one_sided", str(world.b.pk))) == ""


@pytest.mark.parametrize("party", ["", "71014", "x" * 40])
@pytest.mark.parametrize("rule", ["late", "forgotten", "closed_circle"])
def test_an_answer_about_no_party_stays_as_it_is(promised, rule, party) -> None:
    assert about(answered(promised, rule, party)) == ""
