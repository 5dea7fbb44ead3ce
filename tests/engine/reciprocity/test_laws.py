"""What must hold of any ledger, any gain and any record of facts: laws, not examples."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from math import isclose

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from reciproque.kernel import (
    Action,
    Actor,
    Agreement,
    Commitment,
    Cooperation,
    Expectation,
    Party,
    ReciproqueError,
    Record,
)
from reciproque.reciprocity import (
    Cost,
    Source,
    balance,
    balance_of,
    cost_of,
    facts_of,
    forms,
    in_own_unit,
    nash,
    occurrences,
    plan,
    review_due,
    shapley,
    signals,
    unit_of,
    units_for,
)
from reciproque.vocabulary import rows, table

DAY = date(2026, 11, 24)
PARTIES = ("a", "b", "c", "d")
RESOURCES = ("expertise", "lentils", "grant")
SIDES = [(a, b) for a in PARTIES for b in PARTIES if a != b]


@st.composite
def ledgers(draw) -> list[Record]:
    found = []
    for n in range(draw(st.integers(1, 12))):
        giver, receiver = draw(st.sampled_from(SIDES))
        resource = draw(st.sampled_from(RESOURCES))
        found.append(
            Record(
                str(n),
                giver,
                receiver,
                resource,
                draw(st.integers(1, 500)),
                unit_of(resource),
                DAY - timedelta(days=draw(st.integers(-20, 400))),
                confirmed=draw(st.booleans()),
            )
        )
    return found


@given(rows=ledgers())
def test_what_all_gave_is_what_all_received(rows) -> None:
    found = balance([], rows)
    for resource in found.resources:
        moved = [(g, r) for p in found.parties for x, g, r in found.of(p) if x == resource]
        given_, received = (sum(side) for side in zip(*moved, strict=True))
        assert given_ == received == sum(r.quantity for r in rows if r.resource == resource)


@given(rows=ledgers())
def test_what_a_party_gave_is_the_sum_of_its_pairs(rows) -> None:
    found = balance([], rows)
    for party in found.parties:
        for resource, gave, got in found.of(party):
            assert gave == sum(found.amount(party, o, resource) for o in PARTIES)
            assert got == sum(found.amount(o, party, resource) for o in PARTIES)


@given(rows=ledgers(), scale=st.sampled_from([0.5, 2, 8, 1024]))
def test_ten_times_as_much_on_both_sides_is_as_fair(rows, scale) -> None:
    before = balance([], rows)
    after = balance([], [replace(r, quantity=r.quantity * scale) for r in rows])
    points = dict.fromkeys(RESOURCES, 3.0)
    for resource in before.resources:
        assert after.returned(resource) == before.returned(resource)
    assert isclose(after.overall(points), before.overall(points))
    assert [p.dominant for p in after.pairs()] == [p.dominant for p in before.pairs()]


@given(rows=ledgers(), scale=st.sampled_from([0.5, 2, 8]))
def test_points_worth_ten_times_as_much_change_no_share(rows, scale) -> None:
    points = {"expertise": 20.0, "lentils": 300.0, "grant": 1.0}
    found = balance([], rows)
    before = found.overall(points)
    assert isclose(found.overall({r: p * scale for r, p in points.items()}), before)
    assert 0 <= before <= 1


@given(rows=ledgers())
def test_the_unit_in_which_it_was_written_changes_nothing(rows) -> None:
    def written(r: Record, n: int) -> Record:
        choices = units_for(r.resource)
        unit = choices[n % len(choices)]
        return replace(r, unit=unit, quantity=r.quantity / in_own_unit(1, unit, r.resource))

    ours = balance([], rows)
    theirs = balance([], [written(r, n) for n, r in enumerate(rows)])
    for line, other in zip(ours.lines, theirs.lines, strict=True):
        assert isclose(line.delivered, other.delivered, abs_tol=1e-9)
        assert isclose(line.unconfirmed, other.unconfirmed, abs_tol=1e-9)


@given(rows=ledgers())
def test_confirming_moves_a_figure_and_adds_none(rows) -> None:
    before, after = balance([], rows), balance([], [replace(r, confirmed=True) for r in rows])
    assert [before.given(x) for x in before.lines] == [x.delivered for x in after.lines]
    assert not any(x.unconfirmed for x in after.lines)
    sure = balance_of(before.lines, with_unconfirmed=False)
    for line in before.lines:
        assert sure.given(line) <= before.given(line)


@given(rows=ledgers(), days=st.integers(0, 400))
def test_what_was_given_by_a_day_only_grows(rows, days) -> None:
    early = balance([], rows, DAY - timedelta(days=days))
    late = balance([], rows, DAY)
    for line in early.lines:
        key = (line.giver, line.receiver, line.resource)
        assert early.amount(*key) <= late.amount(*key)


@given(rows=ledgers(), quantity=st.integers(1, 99))
def test_a_chain_of_corrections_counts_its_last_row_alone(rows, quantity) -> None:
    first = rows[0]
    second = replace(first, key="x", quantity=quantity + 1, corrects=first.key)
    third = replace(first, key="y", quantity=quantity, corrects="x")
    chained = balance([], [*rows, second, third])
    assert chained.lines == balance([], [replace(first, quantity=quantity), *rows[1:]]).lines
    assert len(rows) + 2 == len({r.key for r in [*rows, second, third]})  # nothing is taken away


@given(rows=ledgers())
def test_between_two_the_share_returned_is_the_lesser_over_the_mean(rows) -> None:
    two = [r for r in rows if {r.giver, r.receiver} == {"a", "b"} and r.resource == "expertise"]
    found = balance([], two)
    there, back = found.amount("a", "b", "expertise"), found.amount("b", "a", "expertise")
    share = found.returned("expertise")
    assert share is None if not two else isclose(share, 2 * min(there, back) / (there + back))


@pytest.mark.parametrize("resource", table("resources"))
def test_a_resource_is_counted_in_every_unit_of_its_dimension_and_no_other(resource) -> None:
    fitting = units_for(resource)
    assert fitting[0] == unit_of(resource)
    assert in_own_unit(3, fitting[0], resource) == 3
    for unit in table("units"):
        if unit in fitting:
            assert in_own_unit(1, unit, resource) > 0
        else:
            with pytest.raises(ReciproqueError, match=r"error\.unit"):
                in_own_unit(1, unit, resource)


@pytest.mark.parametrize("quantity", [1.0000001e12, -1e13, float("inf"), float("nan")])
def test_a_quantity_beyond_all_measure_is_refused(quantity) -> None:
    with pytest.raises(ReciproqueError, match=r"error\.too_much"):
        in_own_unit(quantity, "h", "expertise")
    assert in_own_unit(1e12, "h", "expertise") == 1e12


# how often


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 1500),
    every=st.sampled_from(["month", "quarter", "year"]), by=st.integers(-400, 2000),
)  # fmt: skip
def test_what_has_fallen_due_grows_to_the_whole_and_no_further(start, days, every, by) -> None:
    due = start + timedelta(days=days)
    promised = Commitment("c", "a", "b", "expertise", 1, "h", start, due, every)
    total, until = occurrences(promised), start + timedelta(days=by)
    found = occurrences(promised, until)
    assert 0 <= found <= total
    assert found <= occurrences(promised, until + timedelta(days=1))
    assert occurrences(promised, due) == total
    assert occurrences(promised, start - timedelta(days=1)) == 0
    months = int(table("rhythms")[every]["months"])
    assert start + relativedelta(months=months * (total - 1)) <= due
    assert start + relativedelta(months=months * total) >= due


@pytest.mark.parametrize("every", ["month", "quarter", "year"])
def test_the_end_of_the_calendar_is_an_end(every) -> None:
    promised = Commitment("c", "a", "b", "expertise", 1, "h", date(9995, 1, 1), date.max, every)
    assert occurrences(promised) == 60 // int(table("rhythms")[every]["months"])
    assert occurrences(promised, date(9995, 12, 31)) == 12 // int(table("rhythms")[every]["months"])


# the lightest form


def cooperation(*commitments: Commitment, **more: object) -> Cooperation:
    return Cooperation(
        "Rives",
        actors=(
            Actor("a", "A", "epci"), Actor("b", "B", "association"), Actor("c", "C", "commune"),
            Actor("d", "D", "foundation"),
        ),
        parties=tuple(Party(p) for p in PARTIES),
        commitments=commitments,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2026, 1, 1), date(2027, 12, 31), 2),
        (date(2026, 1, 1), date(2027, 12, 30), 1),
        (date(2023, 1, 1), date(2024, 12, 31), 2),  # over a leap year
        (date(2024, 2, 29), date(2026, 2, 28), 2),
        (date(2026, 3, 1), date(2027, 2, 28), 1),
        (date(2026, 3, 1), date(2026, 3, 1), 0),
        (date(9998, 1, 1), date.max, 1),
    ],
)
def test_years_are_those_of_the_calendar_both_days_counted(first, last, years) -> None:
    promised = Commitment("c", "a", "b", "expertise", 1, "h", first, last)
    assert facts_of(cooperation(promised), DAY)["years"] == years


def test_two_calendar_years_of_mutual_commitments_call_for_a_framework() -> None:
    there = Commitment("1", "a", "b", "expertise", 1, "h", date(2026, 1, 1), date(2027, 12, 31))
    back = replace(there, key="2", giver="b", receiver="a")
    assert forms(facts_of(cooperation(there, back), DAY))[0].rule == "r04"
    short = replace(there, due=date(2027, 12, 30)), replace(back, due=date(2027, 12, 30))
    assert forms(facts_of(cooperation(*short), DAY))[0].form == "charter"


def granted(giver: str, receiver: str, quantity: float, every: str = "once") -> Commitment:
    start, due = (None, None) if every == "once" else (date(2026, 1, 1), date(2028, 12, 31))
    return Commitment(
        f"{giver}{receiver}{quantity}", giver, receiver, "grant", quantity, "eur", start, due, every
    )


@pytest.mark.parametrize(
    ("grants", "largest"),
    [
        ((granted("a", "b", 12_000), granted("a", "d", 12_000)), 12_000),  # two bodies
        ((granted("a", "b", 12_000), granted("c", "b", 12_000)), 12_000),  # two givers
        ((granted("a", "b", 12_000), granted("a", "b", 11_001)), 23_001),
        ((granted("a", "b", 2_000, "month"),), 24_000),
        ((granted("a", "b", 5_750, "quarter"),), 23_000),
        ((granted("a", "b", 10_000, "year"),), 10_000),
        ((granted("a", "c", 50_000),), 0),  # a commune is no private body
        ((replace(granted("a", "b", 50_000), state="proposed"),), 0),
        ((replace(granted("a", "b", 50_000), state="ended"),), 0),
        ((), 0),
    ],
)
def test_a_grant_is_counted_by_the_year_and_by_the_body_that_receives_it(grants, largest) -> None:
    facts = facts_of(cooperation(*grants), DAY)
    assert facts["grant_to_private"] == largest
    assert ("grant" in [p.form for p in forms(facts)]) is (largest > 23_000)


FACTS = sorted(row["id"] for row in rows("facts"))


@settings(max_examples=200)
@given(
    facts=st.dictionaries(
        st.sampled_from([*FACTS, "commitments", "mutual", "axes", "years"]),
        st.sampled_from([0.0, 1.0, 2.0, 19.9, 23_001.0, 100_001.0]),
    )
)
def test_whatever_the_facts_there_is_a_form_with_its_reason_and_each_form_once(facts) -> None:
    found = forms(facts)
    assert found
    assert len({p.form for p in found}) == len(found)
    assert [p.weight for p in found] == sorted((p.weight for p in found), reverse=True)
    for proposal in found:
        assert proposal.reason.key == f"form.{proposal.rule}"
        assert proposal.reason.source == table("forms")[proposal.form]["basis"]
    assert forms({**facts, "something_else": 1.0})[0].form == found[0].form


# a stated joint gain


@st.composite
def games(draw):
    n = draw(st.integers(2, 4))
    parties = PARTIES[:n]
    gain = {
        frozenset(group): float(draw(st.integers(0, 100)))
        for size in range(1, n + 1)
        for group in combinations(parties, size)
    }
    return parties, gain


@given(game=games(), more=st.integers(0, 50))
def test_what_a_party_brings_to_every_coalition_is_its_own(game, more) -> None:
    parties, gain = game
    richer = {g: v + (more if parties[0] in g else 0) for g, v in gain.items()}
    before, after = shapley(parties, gain), shapley(parties, richer)
    for party in parties:
        grown = more if party == parties[0] else 0
        assert isclose(after[party], before[party] + grown, abs_tol=1e-6)


@given(game=games(), scale=st.sampled_from([0.5, 3.0, 100.0]))
def test_two_gains_are_shared_as_their_sum_and_names_count_for_nothing(game, scale) -> None:
    parties, gain = game
    once, more = shapley(parties, gain), shapley(parties, {g: v * scale for g, v in gain.items()})
    both = shapley(parties, {g: v * (1 + scale) for g, v in gain.items()})
    for party in parties:
        assert isclose(once[party] + more[party], both[party], abs_tol=1e-6)
    other = dict(zip(parties, reversed(parties), strict=True))
    renamed = shapley(parties, {frozenset(other[p] for p in g): v for g, v in gain.items()})
    for party in parties:
        assert isclose(renamed[other[party]], once[party], abs_tol=1e-6)


@given(
    alone=st.lists(st.integers(0, 50), min_size=2, max_size=5), surplus=st.integers(1, 100),
    power=st.lists(st.integers(1, 9), min_size=5, max_size=5),
)  # fmt: skip
def test_by_nash_nobody_loses_and_all_is_shared(alone, surplus, power) -> None:
    without = {f"p{n}": float(v) for n, v in enumerate(alone)}
    weights = dict(zip(without, map(float, power), strict=False))
    gain = sum(alone) + surplus
    found = nash(gain, without, weights)
    assert isclose(sum(found.values()), gain)
    assert all(found[p] > without[p] for p in without)
    for p, q in combinations(without, 2):  # the surplus follows the power
        assert isclose((found[p] - without[p]) * weights[q], (found[q] - without[q]) * weights[p])
    with pytest.raises(ReciproqueError, match=r"nash\.no_gain"):
        nash(sum(alone), without)


# money

COSTS = st.builds(
    Cost, st.just("x"), st.integers(0, 10_000).map(float), st.sampled_from([0.0, 5.5, 10.0, 20.0]),
    st.booleans(), st.one_of(st.none(), st.sampled_from([7.0, 15.0])), st.booleans(),
)  # fmt: skip
SOURCES = st.builds(
    Source, st.just("x"), st.integers(0, 10_000).map(float), st.booleans(), st.booleans()
)


@given(costs=st.lists(COSTS, max_size=6), sources=st.lists(SOURCES, max_size=6))
def test_a_plan_adds_up_and_says_its_gap(costs, sources) -> None:
    found = plan(costs, sources)
    real = sum(cost_of(c, 0.0) for c in costs if c.flat_rate is None)
    assert isclose(found.costs, sum(cost_of(c, real) for c in costs), abs_tol=1e-6)
    assert found.eligible <= found.costs + 1e-6
    assert found.own + found.public_aid <= found.sources + 1e-6
    told = {r.key for r in found.remarks}
    gap = round(found.costs - found.sources, 2)
    assert ("funding.not_balanced" in told) is (gap > 0)
    assert ("funding.over_funded" in told) is (gap < 0)
    assert ("funding.over_eligible" in told) is (found.public_aid > found.eligible + 1e-9)


# signals

QUIET = cooperation(
    started=DAY - timedelta(days=30),
    themes=("eau", "bois"),
    expectations=(Expectation("e", "a", "hopes", "x", DAY - timedelta(days=400)),),
    agreement=Agreement("charter", DAY - timedelta(days=400), review_months=12),
    actions=(Action("1", "x", lead="a"),),
)


@pytest.mark.parametrize(
    ("ends", "told"),
    [(None, True), (1, True), (0, True), (-1, False), (-300, False)],
)
def test_past_its_end_a_cooperation_is_left_in_peace(ends, told) -> None:
    last = None if ends is None else DAY + timedelta(days=ends)
    what = replace(QUIET, agreement=replace(QUIET.agreement, ends=last))
    assert bool(signals(what, DAY)) is told


@pytest.mark.parametrize(("days", "due"), [(-1, False), (0, True), (1, True)])
def test_no_review_falls_due_past_the_end(days, due) -> None:
    when = review_due(QUIET)
    assert when == QUIET.agreement.signed + relativedelta(months=12)
    ends = when + timedelta(days=days)
    ended = replace(QUIET, agreement=replace(QUIET.agreement, ends=ends))
    assert bool(review_due(ended)) is due


@pytest.mark.parametrize("rule", table("signals"))
def test_a_threshold_out_of_reach_silences_its_rule_and_no_other(rule) -> None:
    fired = {s.rule for s in signals(QUIET, DAY)}
    far = -1e9 if rule in ("closed_circle", "mandate_ends") else 1e9
    assert {s.rule for s in signals(QUIET, DAY, {rule: far})} == fired - {rule}


@given(days=st.integers(0, 2000))
def test_whatever_the_day_each_signal_has_its_row_and_names_a_party_that_is_there(days) -> None:
    found = signals(QUIET, DAY + timedelta(days=days))
    order = list(table("signals"))
    assert [s.rule for s in found] == sorted((s.rule for s in found), key=order.index)
    assert {s.party for s in found} <= {"", *PARTIES}
