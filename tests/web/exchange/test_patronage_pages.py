"""Calls, pots, gifts shared out within what givers wish, agreed by both sides, given, told for receipts."""

import csv
import io
import json
import uuid
from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone
from support_gifts import SAINT_NAZAIRE, called, gave, opened
from support_pages import text

from reciproque.web.cooperations.actions import confirm_record, note_record
from reciproque.web.cooperations.models import Record
from reciproque.web.exchange.calls import came_in, funded, sought
from reciproque.web.exchange.models import (
    GiftCost,
    Matching,
    Pot,
    PotGift,
    PotPart,
    Proposal,
    SupportCall,
    Wish,
)
from reciproque.web.exchange.patronage import receive, withdraw
from reciproque.web.exchange.pooling import behind, lies_in
from reciproque.web.exchange.proposals import accept, send
from reciproque.web.exchange.receipts import given_by, lines_of

YEAR = timezone.localdate().year


def asked(p, pot: Pot) -> Matching:
    """Ask for proposals from the page of the pot."""
    pot.refresh_from_db()
    page = p.holder.post(f"/echanges/{pot.wish.pk}/propositions/", {"way": "pools"}, follow=True)
    assert page.status_code == 200
    return Matching.objects.order_by("-created").first()


def shares(m: Matching) -> dict[str, float]:
    return {x.need.actor.name: x.quantity for x in m.proposals.with_sides()}


def agree(m: Matching, p, *clients) -> None:
    """Send all of a run, and have each of some people accept what is proposed to them."""
    send(m.proposals.with_sides(), by=p.holder.person)
    for client in clients:
        for proposal in Proposal.objects.told_to(client.person).filter(state="sent").with_sides():
            accept(proposal, by=client.person)


class TestCalls:
    def test_a_call_publishes_a_need_for_each_thing_sought(self, p) -> None:
        call = called(
            p.cook, p.kitchen, "Repas partagés", money="6 000,50", money_least="2000", days="4",
            skills="comptabilité", goods="3", things="congélateurs",
        )  # fmt: skip
        needs = {w.resource: w for w in call.needs()}
        assert (needs["money"].quantity, needs["money"].smallest) == (6000.5, 2000)
        assert (needs["expertise"].quantity, needs["expertise"].unit) == (4, "day")
        assert needs["expertise"].title == "Repas partagés, comptabilité"
        assert needs["items"].title == "Repas partagés, congélateurs"
        page = text(p.nobody.get(call.get_absolute_url()))
        assert "déclare remplir les conditions" in page
        assert "rien n’est vérifié ni promis" in page
        assert "Repas partagés" in text(p.nobody.get("/echanges/mecenat/"))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"money": "-5"}, "plus grande que zéro"),
            ({"days": "0"}, "plus grande que zéro"),
            ({"money": ""}, "au moins une chose recherchée"),
            ({"money_least": "5000"}, "de zéro à la somme recherchée"),
            ({"money_least": "-1"}, "de zéro à la somme recherchée"),
            ({"place": "Nulle-Part-sur-Rien"}, "Aucun territoire"),
            ({"theme": "magie"}, "magie"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_nothing_is_kept(self, p, change, said) -> None:
        values = {
            "actor": p.kitchen.pk, "title": "Repas", "theme": "revenus", "money": "3000",
            "eligibility": "unsaid", "once": "", **change,
        }  # fmt: skip
        page = p.cook.post("/echanges/mecenat/appels/nouveau/", values)
        assert page.status_code == 200
        assert said in text(page)
        assert not SupportCall.objects.exists()
        assert not Wish.objects.exists()

    def test_many_calls_are_read_twenty_at_a_time(self, p) -> None:
        for n in range(23):
            SupportCall.objects.create(actor=p.kitchen, title=f"Projet {n:02d}", theme="revenus")
        first = text(p.nobody.get("/echanges/mecenat/"))
        assert "23 appels ouverts" in first
        assert first.count("partner-card") == 20
        assert text(p.nobody.get("/echanges/mecenat/?page=2")).count("partner-card") == 3
        assert p.nobody.get("/echanges/mecenat/?page=x").status_code == 200

    def test_sent_twice_it_is_kept_once(self, p) -> None:
        once = str(uuid.uuid4())
        called(p.cook, p.kitchen, "Repas", once=once)
        called(p.cook, p.kitchen, "Repas", once=once)
        assert (SupportCall.objects.count(), Wish.objects.count()) == (1, 1)

    def test_closed_it_is_seen_by_its_own_and_proposed_to_nobody(self, p) -> None:
        call = called(p.cook, p.kitchen, "Repas")
        url = call.get_absolute_url()
        assert p.planter.post(f"{url}etat/", {"etat": "closed"}).status_code == 403
        p.cook.post(f"{url}etat/", {"etat": "closed"})
        assert p.nobody.get(url).status_code == 404
        assert p.cook.get(url).status_code == 200
        assert [w.state for w in call.needs()] == ["closed"]
        p.cook.post(f"{url}etat/", {"etat": "open"})
        assert [w.state for w in call.needs()] == ["open"]

    def test_the_second_of_two_editors_loses_nothing(self, p) -> None:
        call = called(p.cook, p.kitchen, "Repas")
        values = {"actor": p.kitchen.pk, "title": "Repas du soir", "theme": "revenus", "eligibility": "unsaid", "version": "1"}  # fmt: skip
        url = f"{call.get_absolute_url()}modifier/"
        assert p.cook.post(url, values).status_code == 302
        page = p.cook.post(url, {**values, "title": "Repas du midi"})
        assert "Quelqu’un vient de changer" in text(page)
        assert "Repas du midi" in text(page)
        call.refresh_from_db()
        assert call.title == "Repas du soir"
        assert [h.title for h in call.history.all()] == ["Repas du soir", "Repas"]


class TestPots:
    def test_small_gifts_are_a_number_of_givers_and_an_amount(self, started) -> None:
        p, pot, *_ = started
        assert gave(p.holder, pot, "1 250,40", givers="42").status_code == 302
        assert gave(p.holder, pot, "100", givers="1").status_code == 302
        pot.refresh_from_db()
        assert (pot.total(), pot.givers(), pot.left()) == (1350.4, 43, 1350.4)
        assert (pot.wish.quantity, pot.wish.resource, pot.wish.state) == (1350.4, "money", "open")
        page = text(p.nobody.get(pot.get_absolute_url()))
        assert "1 350,40 € reçus" in page
        assert "42 personnes" in page

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"amount": "-10"}, "plus grande que zéro"),
            ({"amount": "0"}, "plus grande que zéro"),
            ({"amount": "beaucoup"}, "nombre"),
            ({"givers": "0"}, "plus grande que zéro"),
            ({"day": "2999-01-01"}, "pas encore venu"),
            ({"percent": "60"}, "à quel sujet ou à quel territoire"),
            ({"percent": "140", "themes": ["revenus"]}, "de 1 à 100"),
            ({"place": "Nulle-Part-sur-Rien"}, "Aucun territoire"),
        ],
    )
    def test_a_gift_that_makes_no_sense_is_refused_in_words(self, started, change, said) -> None:
        p, pot, *_ = started
        page = gave(p.holder, pot, **{"amount": "10", **change})
        assert page.status_code == 200
        assert said in text(page)
        assert not PotGift.objects.exists()

    def test_a_gift_in_a_closed_pot_is_refused_on_the_page_and_in_the_deed(self, started) -> None:
        p, pot, *_ = started
        form_kept_open = gave(p.worker, pot, "500", giver=p.company.pk)
        assert form_kept_open.status_code == 302
        p.holder.post(f"{pot.get_absolute_url()}etat/", {"etat": "closed"})
        page = p.holder.post(pot.get_absolute_url(), {"amount": "10", "givers": "1", "day": "2026-11-20"}, follow=True)  # fmt: skip
        assert "ne reçoit plus de dons" in text(page)
        announced = PotGift.objects.get()
        page = p.holder.post(f"/echanges/mecenat/dons/{announced.pk}/", {"etape": "received"}, follow=True)  # fmt: skip
        assert "ne reçoit plus de dons" in text(page)
        announced.refresh_from_db()
        assert (announced.state, pot.total()) == ("announced", 0)

    def test_the_gift_of_a_company_counts_once_received_as_a_record_of_both(self, started) -> None:
        p, pot, *_ = started
        gave(p.worker, pot, "500", giver=p.company.pk)
        gift = PotGift.objects.get()
        assert (gift.state, gift.giver, pot.total(), Record.objects.count()) == ("announced", p.company, 0, 0)  # fmt: skip
        assert "Atelier-Témoin" in text(p.holder.get("/echanges/mecenat/"))
        for _twice in range(2):
            p.holder.post(f"/echanges/mecenat/dons/{gift.pk}/", {"etape": "received"})
        gift.refresh_from_db()
        record = Record.objects.get()
        assert gift.record == record
        assert (record.giver.actor, record.receiver.actor) == (p.company, p.foundation)
        assert (record.amount, record.confirmed_flag, record.resource) == (500, True, "money")
        assert pot.total() == 500

    def test_who_gave_is_told_to_the_two_sides_alone(self, started) -> None:
        p, pot, *_ = started
        gave(p.worker, pot, "500", giver=p.company.pk)
        receive(PotGift.objects.get(), by=p.holder.person)
        for client, told in (
            (p.holder, True),
            (p.worker, True),
            (p.cook, False),
            (p.nobody, False),
        ):
            page = text(client.get(pot.get_absolute_url()))
            assert ("Atelier-Témoin" in page) is told
            assert "500,00 €" in page

    def test_sent_twice_it_counts_once(self, started) -> None:
        p, pot, *_ = started
        once = str(uuid.uuid4())
        for _twice in range(2):
            gave(p.holder, pot, "100", once=once)
        assert pot.total() == 100

    def test_what_was_noted_by_mistake_is_taken_back_unless_a_project_counts_on_it(self, started) -> None:  # fmt: skip
        p, pot, *_ = started
        gave(p.worker, pot, "500", giver=p.company.pk)
        gift = PotGift.objects.get()
        receive(gift, by=p.holder.person)
        gift.refresh_from_db()
        assert withdraw(gift, by=p.holder.person)
        assert not withdraw(gift, by=p.holder.person)
        assert pot.total() == 0
        assert Record.objects.standing().get().amount == 0
        pot.refresh_from_db()
        assert pot.wish.state == "closed"
        gave(p.holder, pot, "900")
        agree(asked(p, pot), p, p.cook, p.planter)
        kept = PotGift.objects.get(state="received")
        page = p.holder.post(f"/echanges/mecenat/dons/{kept.pk}/", {"etape": "withdrawn"}, follow=True)  # fmt: skip
        assert "déjà convenu avec un projet" in text(page)
        assert pot.total() == 900

    def test_its_offer_is_changed_through_the_pot_alone(self, started, typed) -> None:
        p, pot, *_ = started
        gave(p.holder, pot, "100")
        pot.refresh_from_db()
        values = typed(p.foundation, side="offer", resource="money", unit="eur", quantity="9999", version=str(pot.wish.version))  # fmt: skip
        page = p.holder.post(f"/echanges/{pot.wish.pk}/modifier/", values)
        assert "suit sa cagnotte" in text(page)
        pot.wish.refresh_from_db()
        assert pot.wish.quantity == 100


class TestSharing:
    def test_each_project_receives_the_same_part(self, started) -> None:
        p, pot, *_ = started
        gave(p.holder, pot, "2000")
        m = asked(p, pot)
        assert shares(m) == {"Cuisine-Témoin": 1000, "Haies-Témoin": 1000}
        assert m.result["optimal"]
        assert not PotPart.objects.exclude(proposal__matching=m).exists()

    def test_wishes_by_theme_and_by_territory_are_kept(self, started) -> None:
        """900 to Saint-Nazaire alone; two thirds of 1,500 to income; 600 anywhere: 1,500 each is possible."""
        p, pot, *_ = started
        gave(p.holder, pot, "900", place=SAINT_NAZAIRE)
        gave(p.holder, pot, "1500", themes=["revenus"], percent="66,6")
        gave(p.holder, pot, "600")
        m = asked(p, pot)
        assert shares(m) == {"Cuisine-Témoin": 1500, "Haies-Témoin": 1500}
        parts = {(x.gift.amount, x.proposal.need.actor.name): x.amount for x in PotPart.objects.all()}  # fmt: skip
        assert parts[900, "Haies-Témoin"] == 900
        assert parts[1500, "Cuisine-Témoin"] >= 999
        page = text(p.holder.get(m.get_absolute_url()))
        assert "Souhait respecté : Revenus et inégalités (au moins 67 %)" in page
        assert "Souhait respecté en entier : CA de la Région Nazairienne" in page
        assert "Ce projet reçoit en tout 50 %" in page

    def test_a_gift_that_no_project_answers_waits_and_is_told(self, started) -> None:
        p, pot, *_ = started
        gave(p.holder, pot, "400", themes=["sante"])
        gave(p.holder, pot, "100")
        page = text(p.holder.get(asked(p, pot).get_absolute_url()))
        assert "aucun projet ouvert ne répond au souhait « Santé »" in page
        PotGift.objects.filter(at_least=0).update(state="withdrawn")
        page = text(p.holder.get(asked(p, pot).get_absolute_url()))
        assert "aucun projet ouvert" in page

    def test_what_the_pot_wishes_binds_its_gifts_together(self, started) -> None:
        """A quarter at least to the environment, whatever each gift says: 900 to income alone, 300 to the other."""
        p, _pot, *_ = started
        pot = opened(p.holder, p.foundation, "Avec règle", themes=["environnement"], percent="25")
        gave(p.holder, pot, "2000", themes=["revenus"])
        gave(p.holder, pot, "300")
        m = asked(p, pot)
        assert shares(m) == {"Cuisine-Témoin": 900, "Haies-Témoin": 300}
        page = text(p.holder.get(m.get_absolute_url()))
        assert "Sans le souhait « Revenus et inégalités »" in page
        assert "Au moins 25 % de ce qu’elle donne : Environnement et énergie" in text(
            p.nobody.get(pot.get_absolute_url())
        )
        only = opened(p.holder, p.foundation, "Sans projet", themes=["sante"])
        gave(p.holder, only, "50")
        assert "aucun projet ouvert" in text(p.holder.get(asked(p, only).get_absolute_url()))

    def test_a_gift_may_name_several_themes(self, started) -> None:
        p, pot, *_ = started
        gave(p.holder, pot, "1000", themes=["revenus", "environnement"])
        assert shares(asked(p, pot)) == {"Cuisine-Témoin": 500, "Haies-Témoin": 500}

    def test_a_company_and_a_pot_reach_together_what_a_project_needs_to_start(
        self, p, wish
    ) -> None:
        called(p.cook, p.kitchen, "Camion", money="1000", money_least="1000")
        pot = opened(p.holder, p.foundation)
        gave(p.holder, pot, "400")
        offered = wish(p.company, "offer", "Don", resource="money", quantity=600, unit="eur")
        call = SupportCall.objects.get()
        m = Matching.objects.create(wish=call.needs()[0], way="pools", by=p.cook.person)
        from reciproque.web.exchange.runs import run

        run(m)
        assert {x.offer.pk: x.quantity for x in m.proposals.all()} == {pot_wish(pot): 400, offered.pk: 600}  # fmt: skip
        send(m.proposals.with_sides(), by=p.cook.person)
        for client in (p.holder, p.worker):
            for proposal in Proposal.objects.told_to(client.person).filter(state="sent"):
                assert accept(proposal, by=client.person)
        (line,) = sought(call)
        assert (line.agreed, line.part, line.started) == (1000, 1.0, True)

    def test_days_and_goods_of_others_are_no_matter_of_a_pot(self, started) -> None:
        p, pot, *_ = started
        called(p.cook, p.kitchen, "Tenir ses comptes", money="", days="6", skills="comptabilité")
        gave(p.holder, pot, "100")
        page = text(p.holder.get(asked(p, pot).get_absolute_url()))
        assert "Tenir ses comptes" not in page

    def test_other_ways_of_matching_leave_pots_alone(self, started) -> None:
        p, pot, meals, _hedges = started
        gave(p.holder, pot, "2000")
        m = Matching.objects.create(wish=meals.needs()[0], way="fair", by=p.cook.person)
        from reciproque.web.exchange.runs import run

        run(m)
        assert not m.proposals.exists()

    def test_two_runs_never_give_the_same_euro_twice(self, started) -> None:
        p, pot, *_ = started
        gave(p.holder, pot, "2000")
        first, second = asked(p, pot), asked(p, pot)
        agree(first, p, p.cook, p.planter)
        assert (pot.given(), pot.left()) == (2000, 0)
        page = p.holder.post(
            f"/echanges/propositions/{second.pk}/envoyer/",
            {"proposition": [str(x.pk) for x in second.proposals.all()]}, follow=True,
        )  # fmt: skip
        assert "n’est plus ouvert" in text(page) or "ne suffit plus" in text(page)
        assert pot.given() == 2000

    def test_a_part_of_a_gift_agreed_elsewhere_is_not_agreed_again(self, started) -> None:
        """The pot has enough left, but not of the gift that this proposal draws on."""
        p, pot, *_ = started
        gave(p.holder, pot, "600", themes=["revenus"])
        first, second = asked(p, pot), asked(p, pot)
        agree(first, p, p.cook)
        gave(p.holder, pot, "5000")
        stale = second.proposals.with_sides().get()
        page = p.holder.post(
            f"/echanges/propositions/{second.pk}/envoyer/", {"proposition": [str(stale.pk)]}, follow=True
        )  # fmt: skip
        assert "ne suffit plus" in text(page)

    def test_after_a_refusal_the_rest_goes_first_where_the_giver_wished(self, started) -> None:
        p, pot, *_ = started
        gave(p.holder, pot, "2000", themes=["revenus"], percent="50")
        m = asked(p, pot)
        assert shares(m) == {"Cuisine-Témoin": 1000, "Haies-Témoin": 1000}
        agree(m, p, p.planter)  # the other side has not answered
        Proposal.objects.filter(state="sent").update(state="declined")
        gift = PotGift.objects.get()
        assert behind(gift)
        assert "souhaits sont en retard" in text(p.holder.get(pot.get_absolute_url()))
        assert shares(asked(p, pot)) == {"Cuisine-Témoin": 1000}

    def test_pinned_and_set_apart(self, started) -> None:
        p, pot, *_ = started
        gave(p.holder, pot, "1000")
        m = asked(p, pot)
        meals = m.proposals.get(need__actor=p.kitchen)
        p.holder.post(f"/echanges/propositions/{m.pk}/ajuster/", {f"p-{meals.pk}": "forbid"})
        again = Matching.objects.get(before=m)
        assert shares(again) == {"Haies-Témoin": 1000}
        p.holder.post(f"/echanges/propositions/{m.pk}/ajuster/", {f"p-{meals.pk}": "pin"})
        last = Matching.objects.filter(before=m).exclude(pk=again.pk).get()
        assert shares(last) == {"Cuisine-Témoin": 1000}

    def test_a_place_lies_in_another(self, registry) -> None:
        assert lies_in("44184", SAINT_NAZAIRE)
        assert not lies_in(SAINT_NAZAIRE, "44184")
        assert lies_in("44184", "44184")
        assert not lies_in("nowhere", SAINT_NAZAIRE)


def pot_wish(pot: Pot):
    pot.refresh_from_db()
    return pot.wish.pk


def note(proposal: Proposal, client, quantity: float, day: date | None = None) -> Record:
    """Write what was given, for the giver, in the cooperation of both."""
    c = proposal.commitment
    return note_record(
        c.cooperation, by=client.person, for_party=c.giver, commitment=c, giver=c.giver,
        receiver=c.receiver, resource=c.resource, quantity=quantity, unit=c.unit,
        day=day or timezone.localdate(), note="",
    )  # fmt: skip


@pytest.fixture
def given(started, wish):
    """A company gave 500 to the pot and four days to the kitchen; the pot gave to both projects."""
    p, pot, *_ = started
    called(p.cook, p.kitchen, "Tenir ses comptes", money="", days="6", skills="comptabilité")
    need = SupportCall.objects.get(title="Tenir ses comptes").needs()[0]
    gave(p.worker, pot, "500", giver=p.company.pk)
    receive(PotGift.objects.get(), by=p.holder.person)
    gave(p.holder, pot, "1500")
    agree(asked(p, pot), p, p.cook, p.planter)
    offer = wish(p.company, "offer", "Comptable", resource="expertise", quantity=4, unit="day")
    m = Matching.objects.create(wish=offer, way="total", by=p.worker.person)
    days = Proposal.objects.create(matching=m, need=need, offer=offer, quantity=4, unit="day")
    send([days], by=p.worker.person)
    accept(days, by=p.cook.person)
    for proposal in pot_proposals(pot):
        confirm_record(note(proposal, p.holder, proposal.quantity), by=p.cook.person)
    days.refresh_from_db()
    confirm_record(note(days, p.worker, 4), by=p.cook.person)
    return p, pot, days


def pot_proposals(pot: Pot):
    pot.refresh_from_db()
    return pot.wish.proposals().filter(state="agreed").with_sides()


class TestReceipts:
    def test_what_a_pot_passes_on_is_counted_at_its_givers_alone(self, given) -> None:
        p, pot, _days = given
        (mine,) = [y for y in given_by(p.company, YEAR) if y.giver == p.company]
        assert {(x.receiver.name, x.resource, x.value) for x in mine.lines} == {
            ("Fondation-Témoin", "money", 500.0), ("Cuisine-Témoin", "expertise", None),
        }  # fmt: skip
        assert (mine.total, mine.unvalued) == (500, 1)
        assert {x.giver for x in lines_of(p.foundation, YEAR)} == {p.company}
        assert lines_of(p.hedges, YEAR) == []
        assert sum(f.delivered for f in funded(pot)) == pytest.approx(2000)

    def test_skills_count_at_the_cost_their_giver_says(self, given) -> None:
        p, _pot, days = given
        url = f"/echanges/mecenat/couts/{days.commitment.pk}/"
        assert p.cook.post(url, {"cost": "300"}).status_code == 404
        p.worker.post(url, {"cost": "-3"})
        assert not GiftCost.objects.exists()
        p.worker.post(url, {"cost": "310,50"})
        p.worker.post(url, {"cost": "310,50"})
        (mine,) = [y for y in given_by(p.company, YEAR) if y.giver == p.company]
        assert (mine.total, mine.unvalued) == (500 + 4 * 310.5, 0)
        assert GiftCost.objects.get().history.count() == 1
        page = text(p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}/"))
        assert "1 742,00 €" in page
        assert "Information, pas un conseil fiscal" in page
        assert "CGI art. 238 bis" in page
        assert "60 % jusqu’à 2 000 000 €" in page
        assert "5 pour mille" in page

    def test_the_order_of_magnitude_keeps_no_turnover(self, given) -> None:
        p, *_ = given
        url = f"/echanges/mecenat/recus/{p.company.pk}/?annee={YEAR}&ca=10 000 000"
        page = text(p.worker.get(url))
        assert "réduction de 300,00 € selon cette règle" in page
        assert "Plafond 50 000 €" in page
        assert "selon cette règle" not in text(p.worker.get(url.replace("&ca=10 000 000", "")))

    def test_the_file_carries_rule_basis_date_and_the_body_s_own_word(self, given) -> None:
        p, *_ = given
        answer = p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}.csv?annee={YEAR}")
        assert f"mecenat-{YEAR}.csv" in answer["Content-Disposition"]
        table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert len(table) == 2
        (money,) = [r for r in table if r["quoi"] == "Argent"]
        assert (money["donne"], money["reçoit"], money["valeur en euros"]) == ("Atelier-Témoin", "Fondation-Témoin", "500.00")  # fmt: skip
        assert (money["taux"], money["base légale"], money["vérifiée le"]) == ("0.60", "CGI art. 238 bis", "2026-11-24")  # fmt: skip
        assert "déclare remplir les conditions" in money["ce que déclare la structure qui reçoit"]
        assert "pas un conseil fiscal" in money["à savoir"]
        (days,) = [r for r in table if r["quoi"] != "Argent"]
        assert days["comment la valeur est établie"] == "prix de revient non déclaré"

    def test_what_only_one_side_says_does_not_count(self, given) -> None:
        p, _pot, days = given
        note(days, p.worker, 1)
        (mine,) = [y for y in given_by(p.company, YEAR) if y.giver == p.company]
        assert (mine.unconfirmed, mine.total) == (1, 500)
        assert "à confirmer dans la coopération" in text(p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}/"))  # fmt: skip

    def test_a_year_without_rule_shows_amounts_and_no_rate(self, given) -> None:
        p, *_ = given
        Record.objects.update(day=date(2015, 6, 1))
        page = text(p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}/?annee=2015"))
        assert "500,00 €" in page
        assert "Aucune règle de mécénat" in page
        assert "238 bis" not in page.split("Aucune règle")[0]
        table = p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}.csv?annee=2015").content.decode("utf-8-sig")  # fmt: skip
        assert "Aucune règle de mécénat" in table
        for odd in ("x", "99999", "-1", ""):
            assert p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}/?annee={odd}").status_code == 200  # fmt: skip

    def test_a_kind_of_giver_without_rule_has_no_rate(self, given) -> None:
        p, *_ = given
        p.company.kind = "association"
        p.company.save()
        page = text(p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}/"))
        assert "Aucune règle de mécénat n’est connue ici pour ce genre de structure (association)" in page  # fmt: skip

    def test_a_rule_checked_over_a_year_ago_says_so(self, given, monkeypatch) -> None:
        from reciproque.web.exchange import receipts

        class Later(date):
            @classmethod
            def today(cls) -> date:
                return date(2028, 1, 1)

        p, *_ = given
        monkeypatch.setattr(receipts, "date", Later)
        assert "à vérifier de nouveau" in text(p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}/"))  # fmt: skip

    def test_an_organisation_reads_its_own_figures_alone(self, given) -> None:
        p, *_ = given
        url = f"/echanges/mecenat/recus/{p.company.pk}"
        for client in (p.cook, p.stranger, p.holder):
            assert client.get(f"{url}/").status_code == 404
            assert client.get(f"{url}.csv").status_code == 404
        assert p.nobody.get(f"{url}/").status_code == 302
        assert p.worker.get("/echanges/mecenat/recus/", follow=True).status_code == 200
        assert "Vous n’agissez encore pour aucune structure" in text(p.stranger.get("/echanges/mecenat/recus/"))  # fmt: skip

    def test_a_formula_in_a_name_is_no_formula_in_the_file(self, given) -> None:
        p, *_ = given
        p.kitchen.name = "=1+1"
        p.kitchen.save()
        assert ";=1+1" not in p.worker.get(f"/echanges/mecenat/recus/{p.company.pk}.csv").content.decode()  # fmt: skip


def test_after_an_erasure_pots_and_calls_stand_without_a_name(given, tmp_path) -> None:
    p, pot, _days = given
    person = p.holder.person
    person.name, person.email = "Nom-Témoin", "nom-temoin@example.org"
    person.save()
    gave(p.holder, pot, "10")
    assert p.holder.post("/compte/effacer/").status_code == 302
    path = tmp_path / "all.json"
    call_command("dumpdata", "--all", output=str(path), verbosity=0)
    rows = json.loads(path.read_text())
    kept = {
        "exchange.pot",
        "exchange.potgift",
        "exchange.supportcall",
        "exchange.historicalpotgift",
    }
    assert kept <= {r["model"] for r in rows}
    for word in ("Nom-Témoin", "nom-temoin"):
        assert word not in json.dumps(rows, ensure_ascii=False)
    assert pot.gifts.filter(by=person.key).exists()
    assert pot.total() == 2010


def test_the_page_of_a_pot_adds_up(given) -> None:
    p, pot, _days = given
    rows = came_in(pot, lambda g: True)
    assert sum(r.amount for r in rows) == pot.total() == 2000
    assert sum(r.used for r in rows) == pytest.approx(sum(f.amount for f in funded(pot)))
    page = text(p.nobody.get(pot.get_absolute_url()))
    assert "Repas partagés" in page
    assert "1 000,00 €" in page
