"""Who gives, who receives: small cases worked by hand, and what holds whatever the figures."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproque.kernel import Commitment, Line, ReciproqueError, Record
from reciproque.reciprocity import (
    Balance,
    balance,
    balance_of,
    in_own_unit,
    lines,
    occurrences,
    say_quantity,
    units_for,
)
from reciproque.vocabulary import say, table

DAY = date(2026, 6, 30)


def gift(key: str, giver: str, receiver: str, quantity: float, **more: object) -> Record:
    values = {"resource": "expertise", "unit": "h", "day": date(2026, 1, 1), "confirmed": True}
    return Record(key, giver, receiver, quantity=quantity, **{**values, **more})  # type: ignore[arg-type]


def promise(giver: str, receiver: str, quantity: float, **more: object) -> Commitment:
    values = {"key": f"{giver}-{receiver}", "resource": "expertise", "unit": "h"}
    return Commitment(giver=giver, receiver=receiver, quantity=quantity, **{**values, **more})  # type: ignore[arg-type]


def test_four_hours_against_two_return_two_thirds() -> None:
    found = balance([], [gift("1", "a", "b", 4), gift("2", "b", "a", 2)])
    assert found.returned("expertise") == pytest.approx(2 * 2 / 6)


def test_three_parties_in_a_ring_return_nothing_pair_by_pair() -> None:
    ring = [gift("1", "a", "b", 5), gift("2", "b", "c", 5), gift("3", "c", "a", 5)]
    assert balance([], ring).returned("expertise") == 0.0


def test_what_each_party_gave_and_received_in_all() -> None:
    ring = [gift("1", "a", "b", 5), gift("2", "b", "c", 4), gift("3", "c", "b", 2, confirmed=False)]
    found = balance([], ring)
    assert found.of("b") == [("expertise", 4, 7)]
    assert balance([], ring, with_unconfirmed=False).of("b") == [("expertise", 4, 5)]
    assert found.of("nobody") == []


def test_nothing_moved_is_no_share_at_all() -> None:
    assert balance([promise("a", "b", 3)], []).returned("expertise") is None


def test_days_and_hours_add_up_in_hours_and_kilos_of_money_are_refused() -> None:
    found = balance([], [gift("1", "a", "b", 2, unit="day"), gift("2", "a", "b", 1)])
    assert found.amount("a", "b", "expertise") == 15
    with pytest.raises(ReciproqueError) as caught:
        in_own_unit(5, "kg", "money")
    assert caught.value.key == "error.unit"
    assert "kg" in say(caught.value, "fr")
    with pytest.raises(ReciproqueError, match="unknown_row"):
        in_own_unit(5, "kg", "gold")


def test_every_resource_can_be_counted_in_its_own_unit() -> None:
    for resource, row in table("resources").items():
        assert units_for(resource)[0] == row["unit"]
        assert in_own_unit(3, row["unit"], resource) == 3
        assert row["theme"] in table("themes")


def test_unconfirmed_deliveries_can_be_left_out() -> None:
    rows = [gift("1", "a", "b", 4, confirmed=False), gift("2", "b", "a", 4)]
    assert balance([], rows).returned("expertise") == 1.0
    assert balance([], rows, with_unconfirmed=False).returned("expertise") == 0.0


def test_a_correction_takes_the_place_of_the_row_it_corrects() -> None:
    rows = [gift("1", "a", "b", 40), gift("2", "a", "b", 4, corrects="1")]
    assert balance([], rows).amount("a", "b", "expertise") == 4
    cancelled = [*rows, gift("3", "a", "b", 0, corrects="2")]
    assert balance([], cancelled).amount("a", "b", "expertise") == 0


def test_a_proposal_is_not_yet_a_promise() -> None:
    assert lines([promise("a", "b", 3, state="proposed")], []) == []


def test_what_is_done_after_the_day_is_not_counted_yet() -> None:
    late = gift("1", "a", "b", 4, day=date(2026, 7, 1))
    assert balance([], [late], DAY).amount("a", "b", "expertise") == 0


@pytest.mark.parametrize(
    ("every", "start", "due", "day", "total", "by_then"),
    [
        ("once", None, None, DAY, 1, 1),
        ("once", None, date(2026, 7, 1), DAY, 1, 0),
        ("year", date(2024, 7, 1), date(2027, 6, 30), DAY, 3, 2),
        ("year", date(2024, 7, 1), date(2027, 6, 30), date(2026, 6, 29), 3, 1),
        ("year", date(2024, 7, 1), date(2027, 6, 30), date(2027, 6, 30), 3, 3),
        ("quarter", date(2026, 1, 1), date(2026, 12, 31), DAY, 4, 2),
        ("month", date(2026, 1, 31), date(2026, 4, 30), date(2026, 3, 1), 3, 1),
        ("month", date(2026, 1, 15), date(2026, 1, 20), DAY, 1, 1),
    ],
)
def test_how_often_a_commitment_has_fallen_due(every, start, due, day, total, by_then) -> None:
    one = promise("a", "b", 1, every=every, start=start, due=due)
    assert (occurrences(one), occurrences(one, day)) == (total, by_then)


def test_kept_is_the_mean_of_the_lines_each_at_most_whole() -> None:
    promised = [
        promise("a", "b", 10, due=date(2026, 1, 1)),
        promise("a", "b", 100, resource="money", unit="eur", key="m", due=date(2026, 1, 1)),
    ]
    rows = [gift("1", "a", "b", 5), gift("2", "a", "b", 300, resource="money", unit="eur")]
    found = balance(promised, rows, DAY)
    assert found.kept("a") == pytest.approx((0.5 + 1) / 2)
    assert found.kept("b") is None


def test_dominance_is_giving_more_in_every_resource() -> None:
    rows = [
        gift("1", "a", "b", 4),
        gift("2", "b", "a", 1),
        gift("3", "a", "b", 2, resource="data", unit="dataset"),
    ]
    (pair,) = balance([], rows).pairs()
    assert (pair.dominant, pair.a_more, pair.b_more) == ("a", ("data", "expertise"), ())
    mixed = [*rows, gift("4", "b", "a", 1, resource="rooms", unit="day")]
    assert balance([], mixed).pairs()[0].dominant == ""
    even = balance([], [gift("1", "a", "b", 1), gift("2", "b", "a", 1)]).pairs()[0]
    assert (even.dominant, even.even) == ("", ("expertise",))


def test_no_total_is_invented_without_equivalences_for_all_that_moved() -> None:
    rows = [gift("1", "a", "b", 4), gift("2", "b", "a", 2, resource="data", unit="dataset")]
    found = balance([], rows)
    assert found.overall({}) is None
    assert found.overall({"expertise": 1}) is None
    # 4 h x 1 point against 2 datasets x 1.5 points: 2 x 3 / 7
    assert found.overall({"expertise": 1, "data": 1.5}) == pytest.approx(6 / 7)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda: promise("a", "a", 1), "error.same_side"),
        (lambda: promise("a", "b", 0), "error.quantity"),
        (lambda: promise("a", "b", float("nan")), "error.quantity"),
        (lambda: promise("a", "b", 1, start=DAY, due=date(2026, 1, 1)), "error.dates"),
        (lambda: promise("a", "b", 1, every="year"), "error.repeated_without_dates"),
        (lambda: gift("1", "a", "b", -1), "error.quantity"),
        (lambda: gift("1", "a", "b", 0), "error.quantity"),
        (lambda: gift("1", "a", "a", 1), "error.same_side"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(make, key) -> None:
    with pytest.raises(ReciproqueError) as caught:
        make()
    assert caught.value.key == key
    assert say(caught.value, "fr") != say(caught.value, "en")


party = st.sampled_from("abc")
moved = st.lists(
    st.tuples(party, party, st.floats(0.01, 1e6)).filter(lambda t: t[0] != t[1]), max_size=12
)


def found_of(rows: list[tuple[str, str, float]]) -> Balance:
    return balance([], [gift(str(i), a, b, q) for i, (a, b, q) in enumerate(rows)])


@given(moved)
def test_the_share_returned_lies_between_nothing_and_all(rows) -> None:
    share = found_of(rows).returned("expertise")
    assert share is None or -1e-12 <= share <= 1 + 1e-9


@given(moved)
def test_swapping_givers_and_receivers_changes_no_share(rows) -> None:
    share = found_of(rows).returned("expertise")
    swapped = found_of([(b, a, q) for a, b, q in rows]).returned("expertise")
    assert share == (None if swapped is None else pytest.approx(swapped))


@given(moved)
def test_giving_back_all_that_was_received_returns_everything(rows) -> None:
    share = found_of([*rows, *((b, a, q) for a, b, q in rows)]).returned("expertise")
    assert share == (None if not rows else pytest.approx(1.0))


@given(moved)
def test_lines_added_up_elsewhere_say_the_same(rows) -> None:
    found = found_of(rows)
    again = balance_of(
        [Line(x.giver, x.receiver, x.resource, delivered=x.delivered) for x in found.lines]
    )
    assert again.returned("expertise") == found.returned("expertise")


def test_quantities_are_said_as_people_say_them() -> None:
    assert say_quantity(92, "t") == "92\u00a0t"
    assert say_quantity(1.5, "day") == "1,5\u00a0jour"
    assert say_quantity(1.5, "day", "en") == "1.5\u00a0days"
    assert say_quantity(2, "event") == "2\u00a0rencontres"


@given(moved)
def test_the_order_in_which_things_are_noted_changes_nothing(rows) -> None:
    there, back = found_of(rows), found_of(list(reversed(rows)))
    for line, other in zip(there.lines, back.lines, strict=True):
        assert (line.giver, line.receiver, line.resource) == (
            other.giver, other.receiver, other.resource
        )  # fmt: skip
        assert line.delivered == pytest.approx(other.delivered)
    for resource in there.resources:
        assert there.returned(resource) == pytest.approx(back.returned(resource))


@given(moved)
def test_a_row_corrected_by_itself_changes_no_figure(rows) -> None:
    once = [gift(str(i), a, b, q) for i, (a, b, q) in enumerate(rows) if a != b]
    again = [gift(f"{r.key}-bis", r.giver, r.receiver, r.quantity, corrects=r.key) for r in once]
    plain, corrected = balance([], once), balance([], [*once, *again])
    assert [x.delivered for x in plain.lines] == pytest.approx(
        [x.delivered for x in corrected.lines]
    )
    assert [x.records for x in plain.lines] == [x.records for x in corrected.lines]


@given(moved)
def test_what_is_cancelled_by_a_zero_was_never_there(rows) -> None:
    once = [gift(str(i), a, b, q) for i, (a, b, q) in enumerate(rows) if a != b]
    none = [gift(f"{r.key}-bis", r.giver, r.receiver, 0, corrects=r.key) for r in once]
    assert balance([], [*once, *none]).lines == ()
