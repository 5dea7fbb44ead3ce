"""What keeps serves a later month: by hand, beside a linear programme over time, and what always holds."""

import calendar
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reciproque.kernel import Need, Offer, ReciproqueError, Step
from reciproque.matching import Problem, Share, pairs, read_tables, volumes
from reciproque.matching._eligibility import DAYS_A_MONTH
from reciproque.vocabulary import say, table

TODAY = date(2026, 1, 1)


def month(number: int) -> dict:
    """The first and the last day of a month of 2026, counted from 1, into the next year."""
    year, at = 2026 + (number - 1) // 12, (number - 1) % 12 + 1
    return {"start": date(year, at, 1), "end": date(year, at, calendar.monthrange(year, at)[1])}


def need(at: int, quantity: float, key: str = "", resource: str = "lentils", **more) -> Need:
    unit = table("resources")[resource]["unit"]
    return Need(key or f"n{at}", "canteen", resource, quantity, unit, **month(at), **more)


def offer(at: int, quantity: float, key: str = "", resource: str = "lentils", **more) -> Offer:
    unit, key = table("resources")[resource]["unit"], key or f"o{at}"
    return Offer(key, f"farm {key}", resource, quantity, unit, **month(at), **more)


def solved(needs, offers, **more):
    return volumes(Problem(tuple(needs), tuple(offers), today=TODAY, **more))


def sent(matching) -> dict[tuple[str, str], float]:
    return {(a.offer, a.need): pytest.approx(a.quantity) for a in matching.allocations}


def test_a_harvest_feeds_the_months_after_it_and_none_before() -> None:
    """12 t of lentils in August: 3 t a month from September to November, nothing for July."""
    found = solved([need(m, 3) for m in (7, 9, 10, 11)], [offer(8, 12)])
    assert sent(found) == {("o8", "n9"): 3, ("o8", "n10"): 3, ("o8", "n11"): 3}
    assert found.unmet == {"n7": pytest.approx(3)}
    assert found.unused == {"o8": pytest.approx(3)}


def test_what_does_not_keep_serves_its_own_month_alone() -> None:
    found = solved([need(m, 3, resource="food") for m in (8, 9)], [offer(8, 12, resource="food")])
    assert sent(found) == {("o8", "n8"): 3}


def test_an_offer_says_how_long_its_own_product_keeps() -> None:
    """Food as such does not keep; these potatoes do for two months. And these lentils do not, whatever lentils do."""
    kept = offer(8, 12, resource="food", attributes={"keeps_months": "2"})
    found = solved([need(m, 3, resource="food") for m in (8, 9, 10, 11)], [kept])
    assert sent(found) == {("o8", "n8"): 3, ("o8", "n9"): 3, ("o8", "n10"): 3}
    fresh = offer(8, 12, attributes={"keeps_months": "0"})
    assert sent(solved([need(9, 3)], [fresh])) == {}


@pytest.mark.parametrize("text", ["long", "-1", "inf", "nan", "2 mois"])
def test_what_is_no_number_of_months_is_refused_in_words(text: str) -> None:
    with pytest.raises(ReciproqueError) as error:
        solved(
            [need(9, 3)], [offer(8, 12, title="Ferme du Lac", attributes={"keeps_months": text})]
        )
    assert error.value.key == "match.keeps"
    for lang in ("fr", "en"):
        said = say(error.value, lang)
        assert "Ferme du Lac" in said
        assert text in said


def test_a_comma_is_read_as_people_write_it() -> None:
    """Half a month: from the end of August to the first of September it keeps, to October it does not."""
    half = offer(8, 12, resource="food", attributes={"keeps_months": "0,5"})
    found = solved([need(9, 3, resource="food"), need(10, 3, resource="food")], [half])
    assert sent(found) == {("o8", "n9"): 3}


def test_longer_than_it_keeps_is_too_late() -> None:
    """Twelve months after August 2026 is August 2027; September is one too many."""
    found = solved([need(20, 3), need(21, 3)], [offer(8, 12)])
    assert sent(found) == {("o8", "n20"): 3}


def test_scarce_storable_supply_goes_where_nothing_else_can() -> None:
    """o1 keeps, o2 comes later: January takes o1, February o2; greedy the other way round would lose 5 t."""
    found = solved([need(1, 5), need(2, 5)], [offer(1, 5), offer(2, 5)])
    assert sent(found) == {("o1", "n1"): 5, ("o2", "n2"): 5}
    assert found.objective == pytest.approx(10)


def test_at_equal_volume_and_kilometres_the_least_is_kept_in_store() -> None:
    """Two harvests could serve March; the later one waits less."""
    found = solved([need(3, 4)], [offer(1, 4), offer(2, 4)])
    assert sent(found) == {("o2", "n3"): 4}


def test_kilometres_come_before_storing() -> None:
    place = {"longitude": 2.0, "latitude": 48.0}
    near, far = offer(1, 4, **place), offer(3, 4, longitude=3.0, latitude=48.0)
    assert sent(solved([need(3, 4, **place)], [near, far])) == {("o1", "n3"): 4}


def test_how_long_it_was_stored_is_among_the_reasons() -> None:
    found = solved([need(8, 1), need(10, 1)], [offer(8, 12)])
    told = {a.need: list(a.reasons) for a in found.allocations}
    assert [r.key for r in told["n8"]] == ["match.plain"]
    assert [say(r, "fr") for r in told["n10"]] == ["Stocké 1,0 mois avant d’être livré."]
    assert [say(r, "en") for r in told["n10"]] == ["Stored 1.0 months before delivery."]


def test_the_missing_link_counts_on_what_can_be_kept() -> None:
    """Twice the August harvest would also feed December: the whole 6 t missing, not only those of August."""
    found = solved([need(8, 6), need(12, 6)], [offer(8, 6)])
    freed = [say(r, "en") for r in found.missing_links if r.key == "match.link_supply"]
    assert len(freed) == 1
    assert "6.0" in freed[0]


def test_pairs_do_not_wait() -> None:
    """Storing is a matter of volumes: two people who never meet are not brought together."""
    assert pairs(Problem((need(9, 3),), (offer(8, 3),), today=TODAY)).allocations == ()


def test_a_share_of_certified_counts_what_comes_from_store() -> None:
    """Half must be organic; October has only the organic August harvest in store, and its own ordinary one."""
    found = solved(
        [need(10, 8)], [offer(8, 3, labels=("organic",)), offer(10, 20)],
        shares=(Share("half", 0.5, ("organic",), by="quantity"),),
    )  # fmt: skip
    assert sent(found) == {("o8", "n10"): 3, ("o10", "n10"): 3}


def test_steps_take_in_and_give_at_any_time() -> None:
    """A step has no dates: what it makes may be given whenever; this is said among the limits."""
    drying = Step("d", "dryer", "plants", "food", 0.5)
    found = solved(
        [need(12, 5, resource="food")], [offer(8, 10, resource="plants")], steps=(drying,)
    )
    assert sent(found) == {("o8", "n12"): 5}


def test_a_column_of_a_table_says_how_long(tmp_path) -> None:
    needs, offers = tmp_path / "needs.csv", tmp_path / "offers.csv"
    needs.write_text(
        "key;actor;resource;quantity;unit;start;end\nn;canteen;food;3;kg;2026-10-01;2026-10-31\n"
    )
    offers.write_text(
        "key;actor;resource;quantity;unit;start;end;keeps_months\n"
        "o;farm;food;9;kg;2026-08-01;2026-08-31;3\np;other;food;9;kg;2026-08-01;2026-08-31;\n"
    )
    assert sent(volumes(read_tables(needs, offers).asked())) == {("o", "n"): 3}


def test_every_resource_that_keeps_says_a_number_of_months_and_is_goods() -> None:
    kept = {key: row for key, row in table("resources").items() if row["keeps_months"]}
    assert "lentils" in kept
    for row in kept.values():
        assert float(row["keeps_months"]) > 0
        assert row["nature"] == "goods"


rows = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 9), st.integers(0, 4)), min_size=1, max_size=6
)


@settings(max_examples=150, deadline=None)
@given(rows, rows)
def test_as_much_as_stocks_from_month_to_month_allow(wanted, given_) -> None:
    """Beside another model of the same: stock of each harvest month after month, by SciPy."""
    needs = [need(at, q, key=f"n{k}") for k, (at, q, _) in enumerate(wanted)]
    offers = [
        offer(at, q, key=f"o{k}", attributes={"keeps_months": str(keeps)})
        for k, (at, q, keeps) in enumerate(given_)
    ]
    found = solved(needs, offers)
    by_need, by_offer = {n.key: n for n in needs}, {o.key: o for o in offers}
    for a in found.allocations:
        n, o = by_need[a.need], by_offer[a.offer]
        waited = max((n.start - o.end).days, 0)
        assert o.start <= n.end, "nothing is delivered before it is there"
        assert waited <= float(o.attributes["keeps_months"]) * DAYS_A_MONTH
        assert any(r.key == "match.stored" for r in a.reasons) == (waited / DAYS_A_MONTH >= 0.05)
    for n in needs:
        got = sum(a.quantity for a in found.allocations if a.need == n.key)
        assert got + found.unmet.get(n.key, 0.0) == pytest.approx(n.quantity, abs=1e-4)
    for o in offers:
        gone = sum(a.quantity for a in found.allocations if a.offer == o.key)
        assert gone + found.unused.get(o.key, 0.0) == pytest.approx(o.quantity, abs=1e-4)
    assert found.objective == pytest.approx(_by_stocks(wanted, given_), abs=1e-4)


def _by_stocks(wanted, given_) -> float:
    """Each harvest is a stock: carried from month to month while it keeps, sold on the way; the most that can be sold.

    Columns: carried[k, t] into month t, sold[k, t] in month t.
    """
    months, lots = 13, len(given_)
    size = lots * months
    sold_in = np.zeros((months, 2 * size))
    balance, left = np.zeros((size, 2 * size)), np.zeros(size)
    upper = np.full(2 * size, np.inf)
    for k, (at, quantity, keeps) in enumerate(given_):
        for t in range(months):
            here = k * months + t
            balance[here, here] = -1.0
            balance[here, size + here] = 1.0
            if t + 1 < months:
                balance[here, here + 1] = 1.0
            left[here] = quantity if t == at else 0.0
            # sold in its own month, or in one that begins no later than it keeps (a month after keeps for 30.4 days)
            late = (month(max(t, 1))["start"] - month(at)["end"]).days
            if t < at or late > keeps * DAYS_A_MONTH:
                upper[size + here] = 0.0
            sold_in[t, size + here] = 1.0
        upper[k * months] = 0.0
    asked = np.zeros(months)
    for at, quantity, _ in wanted:
        asked[at] += quantity
    found = linprog(
        np.append(np.zeros(size), -np.ones(size)), np.vstack([balance, sold_in]),
        np.concatenate([left, asked]), bounds=list(zip(np.zeros(2 * size), upper, strict=True)),
    )  # fmt: skip
    return float(-found.fun)
