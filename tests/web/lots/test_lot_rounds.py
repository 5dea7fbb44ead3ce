"""A collection round: proposed by the engine, accepted, printed, weighed in one form; never twice."""

import json
import re
from dataclasses import asdict
from datetime import date, time, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone
from support_pages_of_lots import text

from reciproque.kernel import ReciproqueError
from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.models import Record
from reciproque.web.exchange import lots, rounds
from reciproque.web.exchange.models import CollectionRound, Lot, LotStep
from reciproque.web.exchange.round_sheet import round_dossier, round_pdf, tours
from reciproque.web.shared.templatetags.reciproque import day

TODAY = timezone.localdate()
ROUNDS = "/echanges/tournees/pole/"


@pytest.fixture
def asked(world, routed):
    """What the form sends for a round of all lots."""

    def values(**change) -> dict[str, object]:
        base = {
            "lots": [x.pk for x in routed], "carrier": world.workshop.pk, "day": TODAY,
            "place": "67462", "leaves": "08:00", "back": "18:00", "capacity_1": "300",
            "capacity_2": "300", "capacity_3": "", "once": "",
        }  # fmt: skip
        return {k: v for k, v in {**base, **change}.items() if v is not None}

    return values


@pytest.fixture
def proposed(world, asked) -> CollectionRound:
    world.lead.post(f"{ROUNDS}nouvelle/", asked())
    return CollectionRound.objects.get()


@pytest.fixture
def accepted(world, proposed, fresh) -> CollectionRound:
    rounds.accept(proposed, by=world.lead.person)
    return fresh(proposed)


def weights(routed, *kilograms, **more) -> dict[str, object]:
    said = {f"kg-{x.pk}": kg for x, kg in zip(routed, kilograms, strict=True)}
    return {**said, "day": TODAY, **more}


def test_the_engine_proposes_tours_with_what_they_spare(world, proposed, routed) -> None:
    found = tours(proposed)
    served = [x.title for t in found for s in t.stops for x in s.lots.all()]
    assert sorted(served) == sorted(x.title for x in routed)
    for tour in found:
        assert tour.weight <= tour.capacity
        assert [s.position for s in tour.stops] == list(range(1, len(tour.stops) + 1))
    seen = text(world.lead.get(proposed.get_absolute_url()))
    for words in (
        "si chaque entreprise venait en voiture", "CO2e", "<svg", "Aucune tournée ne serait plus courte", "Accepter cette tournée",
        "don pour réemploi", "service technique",
    ):  # fmt: skip
        assert words in seen, words
    assert proposed.result["alone_km"] >= proposed.result["km"] >= 0
    # a proposal promises nothing: its lots may still go elsewhere
    assert set(Lot.objects.values_list("stage", flat=True)) == {"routed"}


def test_lots_of_one_company_at_one_place_are_one_stop(proposed, routed) -> None:
    stops = {s.holder.actor.name: s for t in tours(proposed) for s in t.stops}
    assert {x.title for x in stops["Entreprise 1"].lots.all()} == {"Dix écrans", "Vingt postes"}
    assert stops["Entreprise 1"].weight == 180


def test_a_lot_too_heavy_for_any_vehicle_is_left_out_with_its_reason(world, asked) -> None:
    seen = text(
        world.lead.post(f"{ROUNDS}nouvelle/", asked(capacity_1="190", capacity_2=""), follow=True)
    )
    assert "Ce qui n’entre pas dans la tournée" in seen
    assert "Une armoire froide" in seen
    assert "190" in seen


def test_a_heavy_load_of_waste_says_what_its_carrier_needs(
    world, proposed, asked, lot, fresh
) -> None:
    """200 kg of dangerous waste ask for a declaration; 120 kg of other waste do not; gifts never count."""
    duties = [row["id"] for t in tours(proposed) for row in t.duties]
    assert duties == ["dangerous_load"]
    seen = text(world.lead.get(proposed.get_absolute_url()))
    assert "déclaré en préfecture" in seen
    assert "C. env. R541-50" in seen
    heavy = lot(title="Baies", weight=501)
    gift = lot(title="Bureautique", weight=501, given=True, state="works")
    for one, expected in ((heavy, ["waste_load"]), (gift, [])):
        lots.route(one, by=world.lead.person)
        typed = asked(lots=[one.pk], capacity_1="2000", capacity_2="")
        world.lead.post(f"{ROUNDS}nouvelle/", typed)
        found = CollectionRound.objects.get(stops__lots=one)
        assert [row["id"] for t in tours(found) for row in t.duties] == expected


def test_what_is_dangerous_is_ticked_on_purpose(world, routed) -> None:
    seen = text(world.lead.get(f"{ROUNDS}nouvelle/"))
    for one in routed:
        box = re.search(rf'<input[^>]*value="{one.pk}"[^>]*>', seen)[0]
        assert ("checked" in box) is not one.dangerous


def test_when_nothing_fits_the_page_says_why_and_offers_no_acceptance(world, asked) -> None:
    seen = text(
        world.lead.post(f"{ROUNDS}nouvelle/", asked(capacity_1="5", capacity_2=""), follow=True)
    )
    assert "Ce qui n’entre pas dans la tournée" in seen
    assert "Accepter cette tournée" not in seen


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lots": None}, "Cochez au moins un lot"),
        ({"capacity_1": "0"}, "supérieure ou égale à 1"),
        ({"capacity_1": ""}, "obligatoire"),
        ({"leaves": "18:00", "back": "08:00"}, "Le retour précède le départ"),
        ({"place": "Nulle-Part-sur-Rien"}, "Nulle-Part-sur-Rien"),
        ({"day": "hier"}, "date"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(world, asked, change, said) -> None:
    response = world.lead.post(f"{ROUNDS}nouvelle/", asked(**change))
    assert response.status_code == 200
    assert said in text(response)
    assert not CollectionRound.objects.exists()


def test_who_drives_does_not_collect_its_own_lots(world, asked) -> None:
    response = world.lead.post(f"{ROUNDS}nouvelle/", asked(carrier=world.firm.pk))
    assert "ne collecte pas ses propres lots" in text(response)


def test_a_lot_without_a_place_says_so(world, routed, asked) -> None:
    Lot.objects.filter(pk=routed[0].pk).update(longitude=None, latitude=None)
    response = world.lead.post(f"{ROUNDS}nouvelle/", asked())
    assert "« Dix écrans » n’a pas de lieu connu" in text(response)


def test_the_same_form_sent_twice_is_one_round(world, asked) -> None:
    once = "1c2a3b4c-5d6e-4f70-8a9b-0c1d2e3f4a5b"
    for _ in range(2):
        world.lead.post(f"{ROUNDS}nouvelle/", asked(once=once))
    assert CollectionRound.objects.count() == 1


def test_accepted_its_lots_are_in_no_other_round(world, proposed, asked, fresh) -> None:
    world.lead.post(f"{ROUNDS}nouvelle/", asked())
    second = CollectionRound.objects.exclude(pk=proposed.pk).get()
    world.lead.post(f"{proposed.get_absolute_url()}acceptation/")
    assert set(Lot.objects.values_list("stage", flat=True)) == {"planned"}
    late = world.lead.post(f"{second.get_absolute_url()}acceptation/", follow=True)
    assert "est « inscrit dans une tournée »" in text(late)
    assert fresh(second).state == "draft"
    again = world.lead.post(f"{proposed.get_absolute_url()}acceptation/", follow=True)
    assert "Cette tournée est « acceptée »" in text(again)
    assert LotStep.objects.filter(stage="planned").count() == 3


def test_a_gift_whose_data_are_no_longer_erased_stops_the_acceptance(
    world, proposed, routed
) -> None:
    Lot.objects.filter(pk=routed[0].pk).update(data=True, erased=False)
    with pytest.raises(ReciproqueError, match=r"error.lot_given_data"):
        rounds.accept(proposed, by=world.lead.person)
    assert set(Lot.objects.values_list("stage", flat=True)) == {"routed"}  # all or nothing


def test_a_company_reads_when_the_vehicle_comes(world, accepted, routed) -> None:
    path = f"/echanges/lots/pole/{routed[0].pk}/"
    stop = accepted.stops.get(lots=routed[0])
    said = f"Atelier-Témoin passe le {day(TODAY)}, vers {stop.hour}."
    assert said.replace("\u00a0", " ") in text(world.boss.get(path))
    rounds.drop(accepted, by=world.lead.person)
    assert "passe le" not in text(world.boss.get(path))


def test_dropped_its_lots_wait_for_another(world, accepted, fresh) -> None:
    world.lead.post(f"{accepted.get_absolute_url()}abandon/")
    assert fresh(accepted).state == "dropped"
    assert set(Lot.objects.values_list("stage", flat=True)) == {"routed"}


def test_the_weights_of_a_round_are_entered_at_once_and_become_records(
    world, accepted, routed, fresh
) -> None:
    response = world.crew.post(
        f"{accepted.get_absolute_url()}poids/", weights(routed, "58,5", "131", "")
    )
    assert response.status_code == 302
    kept = {r.note: (r.giver, r.receiver, r.resource, r.amount) for r in Record.objects.all()}
    assert kept == {
        "Dix écrans": (world.firm, world.workshop, "reuse_equipment", 58.5),
        "Vingt postes": (world.firm, world.workshop, "waste_equipment", 131.0),
    }
    assert [fresh(x).stage for x in routed] == ["collected", "collected", "routed"]
    assert fresh(accepted).state == "done"
    seen = text(world.crew.get(accepted.get_absolute_url()))
    for words in ("58,5 kg", "131 kg", "pas remis"):
        assert words in seen, words
    # the companies confirm in the ledger; the workshop entered them
    assert all(r.entered_by_party == world.workshop for r in Record.objects.all())


def test_weights_sent_twice_are_noted_once(world, accepted, routed) -> None:
    path = f"{accepted.get_absolute_url()}poids/"
    for _ in range(2):
        seen = text(world.crew.post(path, weights(routed, "58", "131", "201"), follow=True))
    assert "Cette tournée est « faite »" in seen
    assert Record.objects.count() == 3


@pytest.mark.parametrize("bad", ["0", "-2", "nan", "beaucoup", "1e9"])
def test_one_bad_weight_and_nothing_is_noted(world, accepted, routed, fresh, bad) -> None:
    response = world.crew.post(
        f"{accepted.get_absolute_url()}poids/", weights(routed, "58", bad, "")
    )
    assert response.status_code == 422
    assert "rien n’est noté" in text(response)
    assert 'value="58"' in text(response)  # what was typed stays
    assert not Record.objects.exists()
    assert fresh(accepted).state == "accepted"


def test_no_weight_at_all_or_a_day_to_come_is_refused(world, accepted, routed) -> None:
    path = f"{accepted.get_absolute_url()}poids/"
    assert "Aucun poids n’est saisi" in text(world.crew.post(path, weights(routed, "", "", "")))
    late = weights(routed, "1", "", "", day=TODAY + timedelta(1))
    assert "pas encore venu" in text(world.crew.post(path, late))
    with pytest.raises(ReciproqueError, match=r"error.round_weights"):
        rounds.weigh(accepted, {}, day=TODAY, by=world.crew.person, for_party=None)
    assert Lot.objects.filter(stage="planned").count() == 3
    assert not Record.objects.exists()


def test_only_who_collects_and_who_facilitates_see_a_round(world, accepted, routed) -> None:
    path = accepted.get_absolute_url()
    for who in (world.boss, world.rival, world.stranger):
        assert who.get(path).status_code == 404
        assert who.get(f"{path}feuille.pdf").status_code == 404
        assert who.post(f"{path}poids/", weights(routed, "1", "", "")).status_code == 404
    assert world.crew.get(path).status_code == 200
    assert world.crew.post(f"{path}abandon/").status_code == 403
    assert world.crew.get(f"{ROUNDS}nouvelle/").status_code == 403
    assert world.nobody.get(path).status_code == 302


def test_the_sheet_is_an_accessible_archive_that_names_offices_and_nobody(world, accepted) -> None:
    response = world.crew.get(f"{accepted.get_absolute_url()}feuille.pdf")
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(response.content)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert "pdfuaid" in metadata
        assert "pdfaid" in metadata
        assert str(pdf.Root.Lang) == "fr"
        assert "Feuille de tournée" in str(pdf.docinfo["/Title"])
    said = json.dumps(asdict(round_dossier(accepted)), ensure_ascii=False).replace("\u00a0", " ")
    for words in (
        "Entreprise 2", "service technique", "déchet 16 02 11*", "dangereux", "don pour réemploi",
        "données à effacer", "200 kg", "Signature de qui remet",
    ):  # fmt: skip
        assert words in said, words
    for name, email in Person.objects.values_list("name", "email"):
        assert f"{name}@" not in said
        assert email not in said
    boxed = [s for s in round_dossier(accepted).sections if s.boxes]
    assert len(boxed) == len(tours(accepted)) + 1  # weights and signatures, then the return
    for section in boxed[:-1]:
        assert all(not row[5].strip() and row[6] == "" for row in section.rows)


def test_a_proposal_has_no_sheet_yet(world, proposed) -> None:
    assert world.crew.get(f"{proposed.get_absolute_url()}feuille.pdf").status_code == 404


def test_a_page_of_many_lots_still_typesets(world, lot, fresh) -> None:
    many = [lot(world.firm if n % 2 else world.other, f"Lot {n}", weight=10) for n in range(40)]
    for one in many:
        lots.route(one, by=world.lead.person)
    form = _form(world, many)
    found = rounds.propose(form, by=world.lead.person)
    rounds.accept(found, by=world.lead.person)
    with pikepdf.open(BytesIO(round_pdf(fresh(found)))) as pdf:
        assert len(pdf.pages) >= 2


def _form(world, many):
    from reciproque.web.exchange.forms import RoundForm

    typed = {
        "lots": [x.pk for x in many], "carrier": world.workshop.pk, "day": date(2026, 12, 1),
        "place": "67462", "leaves": time(8), "back": time(18), "capacity_1": "500",
    }  # fmt: skip
    form = RoundForm(typed, cooperation=world.c, person=world.lead.person)
    assert form.is_valid(), form.errors
    return form
