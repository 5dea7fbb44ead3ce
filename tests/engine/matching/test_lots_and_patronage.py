"""Where a lot goes and what must be done; what a gift may give back in tax."""

from datetime import date

import pytest

from reciproque.kernel import ReciproqueError
from reciproque.matching import Lot, patronage_receipt, route
from reciproque.vocabulary import rows, say, table

TODAY = date(2026, 11, 24)


def lot(category: int = 6, state: str = "works", **more) -> Lot:
    return Lot("l", "firm", category, state, 12.0, **more)


class TestRoutes:
    def test_a_gift_for_reuse_is_not_waste(self) -> None:
        found = route([lot(given=True)])[0]
        assert (found.channel, found.waste, found.duties) == ("gift", False, ())
        assert "pas un déchet" in say(found.reasons[1])

    def test_data_are_erased_before_a_gift_leaves(self) -> None:
        kept, ready = route([lot(given=True, data=True), lot(given=True, data=True, erased=True)])
        assert (kept.channel, kept.duties) == ("hold", ("erase",))
        assert ready.channel == "gift"

    @pytest.mark.parametrize("state", list(table("lot_states")))
    @pytest.mark.parametrize("given", [True, False])
    def test_what_is_dangerous_is_waste_with_contract_and_tracking(self, state, given) -> None:
        found = route([lot(1, state, dangerous=True, given=given)])[0]
        assert found.waste
        assert found.duties == ("contract", "track")

    def test_every_lot_that_can_be_described_has_a_channel_and_waste_a_contract(self) -> None:
        for category in range(1, 8):
            for state in table("lot_states"):
                for flags in range(16):
                    names = ("data", "erased", "dangerous", "given")
                    yes = {n: bool(flags >> i & 1) for i, n in enumerate(names)}
                    found = route([lot(category, state, **yes)])[0]
                    assert ("contract" in found.duties) is found.waste
                    assert ("track" in found.duties) is (
                        found.channel == "classical" and yes["dangerous"]
                    )

    def test_a_broken_computer_is_dismantled_nearby_a_repairable_one_refurbished(self) -> None:
        found = route([lot(6, "broken"), lot(6, "repairable")])
        assert [r.channel for r in found] == ["local_dismantle", "local_refurbish"]

    def test_rules_may_be_one_s_own_and_bad_ones_are_named(self) -> None:
        row = {"id": "x", "channel": "classical", "duties": "", "label_fr": "", "label_en": ""}
        with pytest.raises(ReciproqueError, match=r"route\.bad_rule"):
            route([lot()], [{**row, "conditions": "colour=1"}])
        with pytest.raises(ReciproqueError, match=r"route\.no_rule"):
            route([lot()], [{**row, "conditions": "dangerous=1"}])

    def test_bad_lots_are_refused(self) -> None:
        for bad in ({"category": 8}, {"state": "new"}):
            with pytest.raises(ReciproqueError, match="unknown_row"):
                lot(**bad)
        with pytest.raises(ReciproqueError, match=r"lot\.weight"):
            Lot("l", "firm", 6, "works", 0.0)

    def test_there_are_seven_categories_and_every_rule_names_rows_that_exist(self) -> None:
        assert len(table("waste_categories")) == 7
        for row in rows("routing_rules"):
            assert row["channel"] in table("channels")
            assert set(row["duties"].split()) <= set(table("waste_duties"))


class TestPatronage:
    @pytest.mark.parametrize(
        ("given", "base", "reduction", "carried"),
        [
            (10_000, 500_000, 6_000, 0),
            (30_000, 1_000_000, 12_000, 10_000),  # 20,000 euros are more than 5 per mille
            (30_000, 10_000_000, 18_000, 0),  # 50,000 euros are allowed
            (3_000_000, 1_000_000_000, 1_200_000 + 400_000, 0),  # 40 % above 2 million
        ],
    )
    def test_companies(self, given, base, reduction, carried) -> None:
        found = patronage_receipt("company", given, TODAY, base=base)
        assert (found.reduction, found.carried) == (reduction, carried)
        assert found.until == 2031

    def test_what_was_carried_over_counts_the_next_year(self) -> None:
        found = patronage_receipt("company", 5_000, TODAY, base=1_000_000, carried_in=10_000)
        assert (found.counted, found.reduction, found.carried) == (15_000, 9_000, 0)

    @pytest.mark.parametrize(
        ("day", "cause", "reduction"),
        [
            (TODAY, "", 0.66 * 3000),
            (TODAY, "aid", 0.75 * 2000 + 0.66 * 1000),
            (date(2025, 10, 14), "aid", 0.75 * 2000 + 0.66 * 1000),
            (date(2025, 10, 13), "aid", 0.75 * 1000 + 0.66 * 2000),
        ],
    )
    def test_people_by_the_day_of_the_gift(self, day, cause, reduction) -> None:
        found = patronage_receipt("person", 3000, day, base=50_000, cause=cause)
        assert found.reduction == pytest.approx(reduction)

    @pytest.mark.parametrize(
        ("given", "base", "carried_in", "counted", "reduction", "carried"),
        [
            (
                2_000,
                5_000,
                0,
                2_000,
                1_500,
                0,
            ),  # the ceiling of 1,000 euros does not count the first slice
            (3_500, 5_000, 0, 3_000, 1_500 + 660, 500),
            (500, 5_000, 800, 1_300, 375 + 528, 0),  # what is carried over takes no 75 %
            (2_200, 50_000, 0, 2_200, 1_500 + 132, 0),  # the example of service-public.fr, F426
        ],
    )
    def test_the_first_slice_of_aid_stands_beside_the_ceiling(
        self, given, base, carried_in, counted, reduction, carried
    ) -> None:
        found = patronage_receipt(
            "person", given, TODAY, base=base, cause="aid", carried_in=carried_in
        )
        assert found.counted == counted
        assert found.reduction == pytest.approx(reduction)
        assert found.carried == carried

    def test_companies_keep_sixty_per_cent_for_aid_above_two_millions(self) -> None:
        found = patronage_receipt("company", 3_000_000, TODAY, base=1_000_000_000, cause="aid")
        assert (found.rule, found.reduction) == ("company_aid", 1_800_000)

    @pytest.mark.parametrize(
        ("rule", "rates", "threshold", "ceiling", "since"),
        [
            ("company", (0.60, 0.40), 2_000_000, (20_000, 0.005), "2020-01-01"),
            ("company_aid", (0.60, 0.60), 0, (20_000, 0.005), "2020-01-01"),
            ("person", (0.66, 0.66), 0, (0, 0.20), "2005-01-01"),
            ("person_aid", (0.75, 0.66), 1_000, (0, 0.20), "2020-01-01"),
            ("person_aid_2025", (0.75, 0.66), 2_000, (0, 0.20), "2025-10-14"),
        ],
    )
    def test_each_rule_is_that_of_the_general_tax_code(
        self, rule, rates, threshold, ceiling, since
    ) -> None:
        row = table("patronage_rules")[rule]
        assert (float(row["rate"]), float(row["rate_above"])) == rates
        assert float(row["threshold"]) == threshold
        assert (float(row["ceiling"] or 0), float(row["ceiling_share"])) == ceiling
        assert row["valid_from"] == since
        assert row["basis"].startswith("CGI art. ")
        assert date.fromisoformat(row["checked_on"])

    def test_every_rule_has_its_case_above(self) -> None:
        assert set(table("patronage_rules")) == {
            "company", "company_aid", "person", "person_aid", "person_aid_2025",
        }  # fmt: skip

    def test_it_is_information_and_says_when_it_was_checked(self) -> None:
        note = say(patronage_receipt("company", 1, TODAY, base=1).note)
        assert note.startswith("Information, pas un conseil fiscal")
        checked = date.fromisoformat(table("patronage_rules")["company"]["checked_on"])
        assert f"{checked:%d/%m/%Y}" in note

    def test_what_cannot_be_told_is_refused(self) -> None:
        with pytest.raises(ReciproqueError, match=r"patronage\.ceiling_unknown"):
            patronage_receipt("person", 10, TODAY)
        with pytest.raises(ReciproqueError, match=r"patronage\.no_rule"):
            patronage_receipt("company", 10, date(1999, 1, 1))
        with pytest.raises(ReciproqueError, match=r"patronage\.negative"):
            patronage_receipt("company", -1, TODAY)
