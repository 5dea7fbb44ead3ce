"""The plant chain in the pages: what passes, what holds back, what each hand then promises."""

import pytest
from support_pages import text
from support_people import acting

from reciproque.matching import read_match
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.models import Commitment
from reciproque.web.exchange.chains import used
from reciproque.web.exchange.examples import FOLDER, load
from reciproque.web.exchange.models import Matching, Proposal, Step, Wish

pytestmark = pytest.mark.django_db
FILE = FOLDER / "04-vegetalpes.toml"


@pytest.fixture
def plants(registry):
    return load(read_match(FILE))


@pytest.fixture
def petr(plants):
    return acting("petr", Actor.objects.get(kind="petr"), "facilitator")


def asked_by(client, cooperation, **more) -> Matching:
    client.post("/echanges/propositions/", {"way": "chain", "cooperation": cooperation.pk, **more})
    return Matching.objects.order_by("-created").first()


def test_what_passes_is_what_the_file_expects(plants, petr) -> None:
    expected = read_match(FILE).expected
    asked = asked_by(petr, plants)
    assert (asked.state, asked.result["optimal"]) == ("done", True)
    supplied = sum(p.quantity for p in asked.proposals.all())
    assert supplied == pytest.approx(expected["supplied"])
    assert sum(asked.result["unmet"].values()) == pytest.approx(expected["unmet"])
    page = text(petr.get(asked.get_absolute_url()))
    assert expected["missing_link"] in page
    assert "Ce qui débloquerait le plus" in page
    assert "Passe par" in page


def test_the_dryer_is_full_and_packing_loses_a_tenth(plants, petr) -> None:
    asked = asked_by(petr, plants)
    dryer, packing = used(asked, list(asked.proposals.all()))
    assert (dryer.step.title, dryer.quantity) == ("Séchoir collectif", pytest.approx(1600))
    assert dryer.share == pytest.approx(1.0)
    assert (packing.quantity, packing.share) == (pytest.approx(400), None)


def test_a_dryer_twice_as_large_is_tried_then_compared(plants, petr) -> None:
    """3,200 kg make 720 kg: all 550 kg that are sought."""
    first = asked_by(petr, plants)
    dryer = Step.objects.get(title="Séchoir collectif")
    petr.post(f"{first.get_absolute_url()}ajuster/", {f"s-{dryer.pk}": "2"})
    again = Matching.objects.get(before=first)
    assert sum(p.quantity for p in again.proposals.all()) == pytest.approx(550)
    compared = text(petr.get(f"{again.get_absolute_url()}comparer/?avec={first.pk}"))
    assert "100 %" in compared
    petr.post(f"{again.get_absolute_url()}ajuster/", {f"s-{dryer.pk}": "0"})
    without = Matching.objects.get(before=again)
    assert not without.proposals.exists()
    assert petr.get(without.get_absolute_url()).status_code == 200


def test_both_ends_accept_and_each_hand_is_a_commitment(plants, petr) -> None:
    asked = asked_by(petr, plants)
    chosen = asked.proposals.order_by("-quantity").first()
    petr.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": [chosen.pk]})
    chosen.refresh_from_db()
    assert (chosen.state, chosen.need_accepted, chosen.offer_accepted) == ("sent", None, None)
    seller = acting("seller", chosen.offer.actor)
    buyer = acting("buyer", chosen.need.actor)
    page = text(seller.get(chosen.get_absolute_url()))
    assert "De main en main" in page
    assert "Une association d’agriculture biologique" in page
    seller.post(chosen.get_absolute_url(), {})
    buyer.post(chosen.get_absolute_url(), {})
    chosen.refresh_from_db()
    assert chosen.state == "agreed"
    assert chosen.cooperation == plants
    made = {c.resource: c for c in Commitment.objects.filter(cooperation=plants)}
    assert {r: c.state for r, c in made.items()} == dict.fromkeys(
        ("plants", "organic_food"), "proposed"
    )
    # drying and packing are in the same hands: nobody promises themselves anything
    assert petr.get("/cooperations/vegetalpes/faits/").status_code == 200
    assert chosen.commitment == made["organic_food"]
    assert made["plants"].quantity == pytest.approx(chosen.quantity / 0.9 / 0.25)
    assert made["plants"].giver.actor == chosen.offer.actor
    assert made["organic_food"].receiver.actor == chosen.need.actor
    offer = Wish.objects.get(pk=chosen.offer_id)
    assert offer.quantity - offer.remaining() == pytest.approx(made["plants"].quantity)


def test_what_is_agreed_is_no_longer_there_for_the_next(plants, petr) -> None:
    asked = asked_by(petr, plants)
    drafts = list(asked.proposals.all())
    everyone = [
        acting(f"p{n}", a)
        for n, a in enumerate({w.actor for p in drafts for w in (p.need, p.offer)})
    ]
    petr.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": [p.pk for p in drafts]})
    for client in everyone:
        for p in Proposal.objects.filter(state="sent"):
            client.post(p.get_absolute_url(), {})
    assert set(Proposal.objects.values_list("state", flat=True)) == {"agreed"}
    again = asked_by(petr, plants)
    needed = sum(w.remaining() for w in Wish.objects.filter(side="need"))
    assert needed == pytest.approx(190)
    assert not again.proposals.exists()  # the dryer is full of what is agreed


def test_a_dryer_that_is_only_dreamt_of_promises_nothing(plants, petr) -> None:
    first = asked_by(petr, plants)
    dryer = Step.objects.get(title="Séchoir collectif")
    petr.post(f"{first.get_absolute_url()}ajuster/", {f"s-{dryer.pk}": "2"})
    again = Matching.objects.get(before=first)
    largest = again.proposals.order_by("-quantity").first()
    assert largest.through[0]["quantity"] > 1600 / 2
    drafts = list(again.proposals.all())
    said = petr.post(
        f"{again.get_absolute_url()}envoyer/", {"proposition": [p.pk for p in drafts]}, follow=True
    )
    for p in Proposal.objects.filter(state="sent"):
        for n, actor in enumerate((p.need.actor, p.offer.actor)):
            acting(f"q{n}{p.pk}", actor).post(p.get_absolute_url(), {})
    into = sum(p.through[0]["quantity"] for p in Proposal.objects.filter(state="agreed"))
    assert into <= 1600 * 1.00001
    assert "n’a pas la place" in text(said) or Proposal.objects.filter(state="sent").exists()


def test_a_step_removed_in_the_meantime_is_said(plants, petr) -> None:
    asked = asked_by(petr, plants)
    chosen = asked.proposals.first()
    dryer = Step.objects.get(title="Séchoir collectif")
    petr.post(f"/echanges/filieres/vegetalpes/etape/{dryer.pk}/retrait/")
    said = petr.post(
        f"{asked.get_absolute_url()}envoyer/", {"proposition": [chosen.pk]}, follow=True
    )
    assert "a été retirée entre-temps" in text(said)
    assert petr.get(chosen.get_absolute_url()).status_code == 200


def test_who_asks_a_price_is_not_proposed_to_who_pays_none(plants, petr) -> None:
    asked = asked_by(petr, plants)
    chosen = asked.proposals.first()
    Wish.objects.filter(pk=chosen.need_id).update(terms="gift")
    petr.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": [chosen.pk]})
    chosen.refresh_from_db()
    assert chosen.state == "draft"


def typed(**change) -> dict:
    base = {
        "title": "Distillerie mobile", "takes": "plants", "gives": "food", "yields": "0,02",
        "capacity": "1 200", "place": "",
    }  # fmt: skip
    return {**base, **change}


def test_a_step_is_described_and_changed(plants, petr) -> None:
    holder = Actor.objects.get(name__startswith="Une association")
    add = "/echanges/filieres/vegetalpes/etape/"
    assert petr.post(add, typed(actor=holder.pk)).status_code == 302
    kept = Step.objects.get(title="Distillerie mobile")
    assert (kept.yields, kept.capacity, kept.territory) == (0.02, 1200, holder.territory)
    assert kept.longitude is not None
    assert "Distillerie mobile" in text(petr.get("/echanges/filieres/vegetalpes/"))
    assert (
        petr.post(
            kept.get_absolute_url(), typed(actor=holder.pk, yields="0,03", version=1)
        ).status_code
        == 302
    )
    lost = petr.post(kept.get_absolute_url(), typed(actor=holder.pk, yields="0,9", version=1))
    assert lost.status_code == 200
    kept.refresh_from_db()
    assert kept.yields == 0.03


@pytest.mark.parametrize(
    "wrong",
    [{"yields": "0"}, {"yields": "beaucoup"}, {"gives": "plants"}, {"capacity": "-3"}, {"place": "Nulle-Part-Les-Bains"}],
)  # fmt: skip
def test_a_senseless_step_is_refused_in_words(plants, petr, wrong) -> None:
    holder = Actor.objects.get(name__startswith="Une association")
    page = petr.post("/echanges/filieres/vegetalpes/etape/", typed(actor=holder.pk, **wrong))
    assert "errorlist" in text(page)
    assert Step.objects.count() == 2


def test_who_may_read_and_who_may_write_the_chain(plants, client) -> None:
    grower = Actor.objects.get(name__startswith="Petits")
    reader, stranger = acting("reader", grower, "reader"), acting("stranger", None)
    step = Step.objects.first()
    pages = ("/echanges/filieres/vegetalpes/", step.get_absolute_url())
    assert [reader.get(p).status_code for p in pages] == [200, 403]
    assert [stranger.get(p).status_code for p in pages] == [403, 403]
    plants.visibility = "parties"
    plants.save()
    assert [stranger.get(p).status_code for p in pages] == [404, 404]
    assert [client.get(p).status_code for p in pages] == [302, 302]
    reader.post(f"{step.get_absolute_url()}retrait/")
    assert Step.objects.filter(pk=step.pk).exists()


def test_a_chain_that_turns_in_a_circle_says_so(plants, petr) -> None:
    holder = Actor.objects.get(name__startswith="Une association")
    Step.objects.create(
        cooperation=plants,
        actor=holder,
        title="À rebours",
        takes="organic_food",
        gives="plants",
        yields=1,
    )
    asked = asked_by(petr, plants)
    assert asked.state == "failed"
    assert "errorlist" in text(petr.get(asked.get_absolute_url()))


def test_a_refusal_is_not_proposed_again(plants, petr) -> None:
    asked = asked_by(petr, plants)
    drafts = list(asked.proposals.all())
    petr.post(f"{asked.get_absolute_url()}envoyer/", {"proposition": [drafts[0].pk]})
    seller = acting("seller", drafts[0].offer.actor)
    seller.post(f"{drafts[0].get_absolute_url()}refus/")
    sent = Proposal.objects.exclude(state="draft")
    assert len({p.pair for p in sent}) == sent.count()


def test_the_page_of_a_chain_says_why_no_pair_is_imposed_and_what_to_do_instead(
    plants, petr
) -> None:
    asked = asked_by(petr, plants)
    page = text(petr.get(asked.get_absolute_url()))
    assert "s’y mélange" in page
    assert "étape par étape" in page
    assert "garder tel quel" not in page
    petr.post("/echanges/propositions/", {"way": "total", "cooperation": plants.pk})
    straight = Matching.objects.order_by("-created").first()
    assert "s’y mélange" not in text(petr.get(straight.get_absolute_url()))
