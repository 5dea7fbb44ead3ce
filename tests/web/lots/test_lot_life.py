"""The life of a lot: each step on record, each weight in the ledger, nothing out of its turn."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import rows, table
from reciproque.web.cooperations.actions import correct_record
from reciproque.web.cooperations.models import Record
from reciproque.web.cooperations.overview import Overview
from reciproque.web.exchange import lots
from reciproque.web.exchange.forms import CertificateForm
from reciproque.web.exchange.lot_figures import figures
from reciproque.web.exchange.models import Lot, LotStep

DAY = date(2026, 11, 20)


@pytest.fixture
def act(world, fresh):
    """Take the steps of a lot by their names."""

    class Act:
        def route(self, lot, **more):
            return lots.route(fresh(lot), by=world.lead.person, **more)

        def collect(self, lot, kilograms=118.5, receiver=None):
            return lots.collect(
                fresh(lot), receiver=receiver or world.workshop, kilograms=kilograms, day=DAY,
                by=world.crew.person, for_party=world.workshop,
            )  # fmt: skip

        def treat(self, lot, treatment, kilograms, receiver=None, once=None):
            return lots.treat(
                fresh(lot), treatment=treatment, kilograms=kilograms,
                receiver=receiver or world.other, day=DAY, by=world.crew.person,
                for_party=world.workshop, once=once,
            )  # fmt: skip

        def certify(self, lot, kind="treatment", number="T-1"):
            typed = {"kind": kind, "number": number, "day": DAY, "issuer": "Atelier-Témoin"}
            form = CertificateForm(typed, lot=fresh(lot))
            assert form.is_valid(), form.errors
            return lots.certify(form, by=world.crew.person)

    return Act()


def refused(step, *args, **more) -> str:
    with pytest.raises(ReciproqueError) as error:
        step(*args, **more)
    return error.value.key


def test_from_declared_to_certified_each_step_is_a_row_and_each_weight_a_record(
    world, lot, act, fresh
) -> None:
    one = lot(data=True, erased=True)
    act.route(one)
    act.collect(one)
    act.treat(one, "refurbished", 80)
    act.treat(one, "dismantled", 38.5, receiver=world.firm)
    act.certify(one)
    one = fresh(one)
    assert (one.stage, one.channel, one.rule, one.taker) == (
        "certified", "local_refurbish", "r4", world.workshop,
    )  # fmt: skip
    assert [s.stage for s in one.steps.all()] == [
        "declared", "routed", "collected", "treated", "treated", "certified",
    ]  # fmt: skip
    kept = Record.objects.order_by("created")
    assert [(r.giver, r.receiver, r.resource, r.amount) for r in kept] == [
        (world.firm, world.workshop, "waste_equipment", 118.5),
        (world.workshop, world.other, "refurbished_equipment", 80.0),
        (world.workshop, world.firm, "waste_treatment", 38.5),
    ]
    lanes = {(x.giver, x.receiver): x.given for x in Overview(world.c).lanes}
    assert "118" in lanes["Entreprise 1", "Atelier-Témoin"]
    assert [h.stage for h in one.history.order_by("history_date")][-1] == "certified"


def test_a_gift_is_told_from_waste_in_its_channel_and_in_the_ledger(world, lot, act, fresh) -> None:
    gift = lot(title="Dix écrans plats", category="2", state="works", given=True)
    waste = lot(title="Dix autres", category="2", state="works")
    for one in (gift, waste):
        act.route(one)
        act.collect(one, 50)
    assert (fresh(gift).waste, fresh(waste).waste) == (False, True)
    resources = {r.note: r.resource for r in Record.objects.all()}
    assert resources == {"Dix écrans plats": "reuse_equipment", "Dix autres": "waste_equipment"}
    found = figures(Lot.objects.all())
    assert (found.given, found.collected) == (50.0, 100.0)


def test_what_bears_data_is_given_only_once_they_are_erased(world, lot, act, fresh) -> None:
    one = lot(data=True, given=True, state="works")
    assert refused(act.route, one) == "error.lot_hold"
    assert refused(act.route, one, channel="gift", reason="pressé") == "error.lot_given_data"
    assert refused(act.route, one, channel="classical", reason="x") == "error.lot_gift_waste"
    act.certify(one, "erasure", "E-7")
    act.route(one)
    assert (fresh(one).channel, fresh(one).erased) == ("gift", True)
    # told too late that it bears data: the collection is refused all the same
    Lot.objects.filter(pk=one.pk).update(erased=False)
    assert refused(act.collect, one) == "error.lot_given_data"
    assert not Record.objects.exists()


def test_nothing_that_bears_data_is_put_back_to_use_before_erasure(lot, act) -> None:
    one = lot(data=True)
    act.route(one)
    act.collect(one)
    for treatment in ("refurbished", "reused"):
        assert refused(act.treat, one, treatment, 10) == "error.lot_reuse_data"
    act.treat(one, "dismantled", 10)  # taken apart, it serves no more
    act.certify(one, "erasure", "E-1")
    act.treat(one, "refurbished", 10)


def test_another_channel_than_that_of_the_rules_has_its_reason_kept(lot, act, fresh) -> None:
    one = lot()
    assert refused(act.route, one, channel="local_dismantle") == "error.lot_reason"
    act.route(one, channel="local_dismantle", reason="Cartes mères grillées")
    assert (fresh(one).channel, fresh(one).rule, fresh(one).override) == (
        "local_dismantle", "r4", "Cartes mères grillées",
    )  # fmt: skip
    assert refused(act.route, one, channel="gift", reason="Autant le donner") == (
        "error.lot_gift_waste"
    )
    act.route(one)  # back to the rules
    assert (fresh(one).channel, fresh(one).override) == ("local_refurbish", "")
    risky = lot(dangerous=True, state="broken")
    assert refused(act.route, risky, channel="local_dismantle", reason="x") == "error.lot_dangerous"


@pytest.mark.parametrize("weight", [0, -3, float("nan"), float("inf"), 1e9])
def test_a_weight_that_makes_no_sense_is_refused(lot, act, weight) -> None:
    one = lot()
    act.route(one)
    assert refused(act.collect, one, weight) == "error.lot_weight"
    assert not Record.objects.exists()


def test_steps_out_of_their_turn_are_refused_and_leave_nothing(world, lot, act, fresh) -> None:
    one = lot()
    assert refused(act.collect, one) == "error.lot_stage"
    assert refused(act.treat, one, "dismantled", 1) == "error.lot_stage"
    assert refused(act.certify, one) == "error.lot_certificate"
    act.route(one)
    assert refused(act.collect, one, 10, world.firm) == "error.lot_same"
    act.collect(one)
    assert refused(act.collect, one) == "error.lot_stage"  # weighed twice
    assert refused(act.route, one) == "error.lot_stage"
    assert refused(act.treat, one, "dismantled", 118.6) == "error.lot_too_much"
    assert refused(act.treat, one, "dismantled", 5, world.workshop) == "error.lot_same"
    assert (fresh(one).stage, Record.objects.count(), LotStep.objects.count()) == (
        "collected",
        1,
        3,
    )


def test_the_same_treatment_sent_twice_is_kept_once(lot, act) -> None:
    import uuid

    one, once = lot(), uuid.uuid4()
    act.route(one)
    act.collect(one)
    first = act.treat(one, "dismantled", 50, once=once)
    assert act.treat(one, "dismantled", 50, once=once) == first
    assert Record.objects.filter(resource="waste_treatment").count() == 1


def test_a_correction_in_the_ledger_counts_in_the_figures(world, lot, act, fresh) -> None:
    one = lot()
    act.route(one)
    record = act.collect(one, 118.5).record
    correct_record(
        record, by=world.crew.person, for_party=world.workshop, quantity=100, note="tare"
    )
    assert fresh(one).left() == 100
    assert figures([fresh(one)]).collected == 100
    assert refused(act.treat, one, "dismantled", 110) == "error.lot_too_much"


def test_a_lot_withdrawn_goes_nowhere(world, lot, act, fresh) -> None:
    one = lot()
    lots.withdraw(fresh(one), by=world.boss.person, reason="Nous le gardons")
    assert fresh(one).steps.last().note == "Nous le gardons"
    assert refused(act.route, one) == "error.lot_stage"
    assert figures([fresh(one)]).channels == ()


def test_figures_worked_by_hand(world, lot, act, fresh) -> None:
    """100 kg given and reused; 100 kg of waste: 50 refurbished, 30 dismantled, 20 left."""
    gift, waste = lot(given=True, state="works", weight=90), lot(weight=110)
    waiting = lot(weight=7)
    for one in (gift, waste):
        act.route(one)
        act.collect(one, 100)
    act.treat(gift, "reused", 100)
    act.treat(waste, "refurbished", 50)
    act.treat(waste, "dismantled", 30)
    found = figures([fresh(x) for x in (gift, waste, waiting)])
    assert [(x.channel, x.waste, x.lots, x.announced, x.collected) for x in found.channels] == [
        ("gift", False, 1, 90, 100), ("local_refurbish", True, 1, 110, 100), ("", None, 1, 7, 0),
    ]  # fmt: skip
    assert found.treated == (("refurbished", 50), ("reused", 100), ("dismantled", 30))
    assert found.reuse == pytest.approx(150 / 180)
    assert (found.left, found.done) == (20, 180)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.lists(st.floats(0.1, 80), min_size=1, max_size=6), weight=st.floats(1, 200))
def test_never_more_is_treated_than_was_collected(world, lot, act, fresh, parts, weight) -> None:
    one = lot()
    act.route(one)
    act.collect(one, weight)
    kept = 0.0
    for part in parts:
        if kept + part > weight + 1e-6:
            assert refused(act.treat, one, "dismantled", part) == "error.lot_too_much"
        else:
            act.treat(one, "dismantled", part)
            kept += part
    assert fresh(one).treated() == pytest.approx(kept)
    assert kept <= weight + 1e-5
    assert fresh(one).left() == pytest.approx(max(0, weight - kept))


def test_the_tables_of_the_life_of_a_lot_hold_together() -> None:
    stages, resources = table("lot_stages"), table("resources")
    for row in stages.values():
        assert set(row["after"].split()) <= set(stages)
    for row in rows("certificate_kinds"):
        assert set(row["stages"].split()) <= set(stages)
    for row in (*rows("lot_treatments"), *rows("channels")):
        assert not row["resource"] or resources[row["resource"]]["unit"] == "kg"
    for row in rows("waste_codes"):
        assert (row["dangerous"] == "1") is row["code"].endswith("*")
        assert row["code"].replace(" ", "").rstrip("*") == row["id"]
        assert row["source"]
        assert date.fromisoformat(row["checked_on"])
    gifts = {k for k, r in table("channels").items() if r["waste"] == "0" and r["resource"]}
    assert gifts == {"gift"}
