"""Early warning: for each rule a situation that fires it, and the same a unit below."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reciproque.kernel import (
    Action,
    Actor,
    Agreement,
    Commitment,
    Cooperation,
    Expectation,
    Expense,
    Mandate,
    Meeting,
    Party,
    Record,
)
from reciproque.reciprocity import explain_signal, review_due, signals, todo_of_signal
from reciproque.vocabulary import table

DAY = date(2026, 11, 24)
NAMES = {"a": "Rive A", "b": "Rive B", "c": "Rive C"}


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def record(
    giver: str, receiver: str, quantity: float = 1, days: int = 10, **more: object
) -> Record:
    values = {"key": f"{giver}{receiver}{quantity}{more}", "resource": "expertise", "unit": "h"}
    return Record(
        giver=giver, receiver=receiver, quantity=quantity, day=ago(days), confirmed=True,
        **{**values, **more},  # type: ignore[arg-type]
    )  # fmt: skip


def promise(giver: str, receiver: str, quantity: float, days: int = 5) -> Commitment:
    return Commitment(
        f"{giver}{receiver}", giver, receiver, "expertise", quantity, "h", None, ago(days)
    )


QUIET = Cooperation(
    "Rives",
    started=ago(30),
    themes=("eau", "bois"),
    actors=(Actor("a", "Rive A", "epci"), Actor("b", "Rive B", "association")),
    parties=(Party("a", since=ago(30)), Party("b", since=ago(30))),
)


def two_lines(ours: float, theirs: float) -> Cooperation:
    return replace(
        QUIET,
        commitments=(promise("a", "b", 10), promise("b", "a", 10)),
        records=(record("a", "b", ours), record("b", "a", theirs)),
    )


def signed(days: int, **more: object) -> Cooperation:
    agreement = Agreement("charter", ago(days), review_months=0)
    return replace(QUIET, agreement=agreement, **more)  # type: ignore[arg-type]


def led(mine: int, theirs: int) -> Cooperation:
    leads = ["a"] * mine + ["b"] * theirs
    return replace(
        QUIET, actions=tuple(Action(str(i), "x", lead=lead) for i, lead in enumerate(leads))
    )


def last_seen(days: int) -> Cooperation:
    parties = (Party("a", since=ago(900)), Party("b", since=ago(900)))
    return replace(
        QUIET, started=ago(900), parties=parties,
        meetings=(Meeting("1", "COPIL", ago(3), lead="a"), Meeting("2", "COPIL", ago(days), lead="b")),
    )  # fmt: skip


def circle(kind: str) -> Cooperation:
    actors = (Actor("a", "Rive A", "epci"), Actor("b", "Rive B", kind))
    meeting = (Meeting("1", "COPIL", ago(3), lead="a", attended=("b",)),)
    return replace(QUIET, started=ago(400), actors=actors, meetings=meeting)


def reviewed(late: int) -> Cooperation:
    last = date(DAY.year - 1, DAY.month, DAY.day) - timedelta(days=late)
    done = (Action("1", "x", done=ago(3)),)
    agreement = Agreement("charter", last, review_months=12)
    return replace(QUIET, agreement=agreement, actions=done)


def granted(days: int) -> Cooperation:
    grant = record("a", "b", 9000, resource="grant", unit="eur")
    photo = record("b", "a", 1, resource="promotion", unit="day")
    return signed(days, records=(grant, photo))


def waiting(days: int) -> Cooperation:
    return replace(QUIET, expectations=(Expectation("1", "a", "hopes", "Des salles", ago(days)),))


def mandate(days: int) -> Cooperation:
    return replace(QUIET, mandates=(Mandate("b", DAY + timedelta(days=days)),))


def expense(days: int) -> Cooperation:
    return replace(QUIET, expenses=(Expense("Panneaux", ago(50), ago(50 - days)),))


SITUATIONS = {
    "one_sided": (two_lines(9, 5), two_lines(9, 5.1)),
    "nothing_done": (signed(180), signed(179)),
    "late": (
        replace(
            QUIET,
            commitments=(promise("a", "b", 10, 30),),
            records=(record("a", "b", 9), record("b", "a")),
        ),
        replace(
            QUIET,
            commitments=(promise("a", "b", 10, 29),),
            records=(record("a", "b", 9), record("b", "a")),
        ),
    ),
    "overload": (led(6, 4), led(5, 4)),
    "forgotten": (last_seen(365), last_seen(364)),
    "closed_circle": (circle("epci"), circle("association")),
    "review_overdue": (reviewed(30), reviewed(29)),
    "grant_and_photo": (granted(365), granted(364)),
    "unanswered": (waiting(90), waiting(89)),
    "mandate_ends": (mandate(60), mandate(61)),
    "early_expense": (expense(1), expense(0)),
}


def test_each_rule_has_its_situation() -> None:
    assert list(SITUATIONS) == list(table("signals"))


def test_a_quiet_cooperation_has_no_signal() -> None:
    assert signals(QUIET, DAY) == []


@pytest.mark.parametrize("rule", SITUATIONS)
def test_a_rule_fires_on_its_threshold_and_not_a_unit_below(rule) -> None:
    firing, below = SITUATIONS[rule]
    (signal,) = [s for s in signals(firing, DAY) if s.rule == rule]
    for lang in ("fr", "en"):
        assert explain_signal(signal, NAMES, lang)
        assert todo_of_signal(signal, NAMES, lang)
    assert rule not in {s.rule for s in signals(below, DAY)}


def test_a_cooperation_may_change_a_threshold() -> None:
    assert "unanswered" in {s.rule for s in signals(waiting(20), DAY, {"unanswered": 20})}


def test_a_side_that_promised_nothing_and_gave_nothing_is_said_otherwise() -> None:
    what = replace(QUIET, commitments=(promise("a", "b", 10),), records=(record("a", "b", 10),))
    (signal,) = [s for s in signals(what, DAY) if s.rule == "one_sided"]
    assert signal.party == "b"
    assert explain_signal(signal, NAMES).startswith("Rive B n’a rien promis")


def test_rotation_is_proposed_to_whoever_carries_least() -> None:
    what = replace(
        led(8, 1), actors=(*QUIET.actors, Actor("c", "Rive C", "company")),
        parties=(*QUIET.parties, Party("c", since=ago(30))),
    )  # fmt: skip
    (signal,) = [s for s in signals(what, DAY) if s.rule == "overload"]
    assert "Rive C" in todo_of_signal(signal, NAMES)


def test_a_party_that_left_is_no_longer_awaited() -> None:
    what = waiting(200)
    gone = replace(what, parties=(Party("a", until=ago(1)), what.parties[1]))
    assert "unanswered" not in {s.rule for s in signals(gone, DAY)}


@pytest.mark.parametrize(("left", "late"), [(29, True), (30, True), (31, False)])
def test_who_left_is_late_for_what_fell_due_before_its_last_day_alone(left, late) -> None:
    gone = Party("a", since=ago(400), until=ago(left))
    what = replace(
        QUIET, parties=(gone, QUIET.parties[1]), commitments=(promise("a", "b", 10, 30),),
        records=(record("a", "b", 9),),
    )  # fmt: skip
    assert ("late" in {s.rule for s in signals(what, DAY)}) is late


def test_a_commune_of_a_member_can_be_forgotten_too() -> None:
    what = replace(QUIET, started=ago(400), facts={"members": {"67462": "Sélestat"}})
    told = [explain_signal(s, NAMES) for s in signals(what, DAY) if s.party == "67462"]
    assert told[0].startswith("Sélestat n’apparaît")


@pytest.mark.parametrize(("days", "forgotten"), [(365, True), (364, False)])
def test_a_member_where_something_took_place_is_not_forgotten(days, forgotten) -> None:
    facts = {"members": {"67462": "Sélestat"}, "seen": {"67462": ago(days)}}
    what = replace(QUIET, started=ago(900), facts=facts)
    assert ("67462" in {s.party for s in signals(what, DAY)}) is forgotten


def test_a_review_falls_due_on_a_day_that_exists() -> None:
    what = replace(QUIET, agreement=Agreement("charter", date(2024, 2, 29), review_months=12))
    assert review_due(what) == date(2025, 2, 28)
    assert review_due(QUIET) is None


def told(what: Cooperation, rule: str) -> list[tuple[str, str]]:
    return [(s.party, s.about) for s in signals(what, DAY) if s.rule == rule]


def test_signals_of_one_rule_on_one_party_are_told_apart_by_what_they_are_about() -> None:
    again = replace(promise("a", "b", 10, 200), key="again")
    late = replace(QUIET, commitments=(promise("a", "b", 10, 300), again))
    assert told(late, "late") == [("a", "ab"), ("a", "again")]
    hopes = tuple(Expectation(k, "a", "hopes", "x", ago(400)) for k in ("e1", "e2"))
    assert told(replace(QUIET, expectations=hopes), "unanswered") == [("a", "e1"), ("a", "e2")]
    costs = tuple(Expense("Halle", ago(9), key=k) for k in ("x1", "x2"))
    assert told(replace(QUIET, expenses=costs), "early_expense") == [("", "x1"), ("", "x2")]
    ends = tuple(Mandate("a", ago(-days)) for days in (3, 4))
    days = [("a", ago(-3).isoformat()), ("a", ago(-4).isoformat())]
    assert told(replace(QUIET, mandates=ends), "mandate_ends") == days


def test_one_side_is_told_of_each_other_side_apart() -> None:
    three = replace(
        QUIET,
        actors=(*QUIET.actors, Actor("c", "Rive C", "epci")),
        parties=(*QUIET.parties, Party("c", since=ago(30))),
        commitments=(promise("b", "a", 10), promise("c", "a", 10)),
        records=(record("b", "a"), record("c", "a")),
    )
    assert sorted(told(three, "one_sided")) == [("a", "b"), ("a", "c")]


def test_what_is_about_the_whole_cooperation_is_about_nothing_else() -> None:
    assert told(signed(4000), "nothing_done") == [("", "")]
