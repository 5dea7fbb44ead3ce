"""Lots in pages: declared by a company, routed by who facilitates, collected and treated by a workshop."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from support_pages_of_lots import text

from reciproque.web.cooperations.models import Record
from reciproque.web.exchange.models import Certificate, Lot

TODAY = timezone.localdate()
LOTS = "/echanges/lots/pole/"


@pytest.fixture
def typed(world):
    """What a company types to declare a lot."""

    def values(**change) -> dict[str, object]:
        base = {
            "holder": world.firm.pk, "title": "Vingt postes", "category": "6", "state": "repairable",
            "weight": "120,5", "given": "0", "data": "on", "agreed": "on", "place": "", "once": "",
        }  # fmt: skip
        return {k: v for k, v in {**base, **change}.items() if v is not None}

    return values


def at(lot: Lot, path: str = "") -> str:
    return f"{LOTS}{lot.pk}/{path}"


def routed(world, lot, **change) -> Lot:
    kept = lot(**change)
    world.lead.post(at(kept, "circuit/"))
    return Lot.objects.get(pk=kept.pk)


def taken(world, lot, **change) -> Lot:
    kept = routed(world, lot, **change)
    values = {"receiver": world.workshop.pk, "kilograms": "118,5", "day": TODAY}
    assert world.crew.post(at(kept, "collecte/"), values).status_code == 302
    return Lot.objects.get(pk=kept.pk)


def test_a_company_declares_a_lot_and_reads_where_the_rules_send_it(world, typed) -> None:
    seen = text(world.boss.post(f"{LOTS}nouveau/", typed(), follow=True))
    kept = Lot.objects.get()
    assert (kept.weight, kept.given, kept.data, kept.territory) == (120.5, False, True, "67462")
    assert (kept.holder, kept.stage, kept.by) == (world.firm, "declared", world.boss.person)
    assert kept.longitude is not None
    for words in (
        "Reconditionnement local", "petit équipement informatique réparable", "règle r4",
        "un contrat avec un éco-organisme agréé", "C. env. L541-10", "effacer les données", "déchet",
    ):  # fmt: skip
        assert words.lower() in seen.lower(), words
    assert "Retenir ce circuit" not in seen  # that is for who facilitates


def test_sent_twice_a_lot_is_declared_once(world, typed) -> None:
    once = "6a1f7a0e-6b1f-4a63-9a27-2f4a3c1d9b10"
    for _ in range(2):
        assert world.boss.post(f"{LOTS}nouveau/", typed(once=once)).status_code == 302
    assert Lot.objects.get().steps.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weight": "0"}, "plus grand que zéro"),
        ({"weight": "-4"}, "plus grand que zéro"),
        ({"weight": "1e9"}, "100 000"),
        ({"weight": "lourd"}, "nombre"),
        ({"agreed": None}, "Sans l’accord de votre structure"),
        ({"given": None}, "obligatoire"),
        ({"given": "1", "waste_code": "160214"}, "il n’a pas de code déchet"),
        ({"waste_code": "160213"}, "le lot est dangereux, dites-le"),
        ({"waste_code": "160214", "dangerous": "on"}, "n’a pas d’astérisque"),
        ({"waste_code": "999999"}, "999999"),
        ({"category": "8"}, "8"),
        ({"data": None, "erased": "on"}, "rien à effacer"),
        ({"place": "Nulle-Part-sur-Rien"}, "Nulle-Part-sur-Rien"),
    ],
)
def test_what_makes_no_sense_comes_back_in_words(world, typed, change, said) -> None:
    response = world.boss.post(f"{LOTS}nouveau/", typed(**change))
    assert response.status_code == 200
    assert said in text(response)
    assert not Lot.objects.exists()


def test_nobody_declares_for_another_company(world, typed) -> None:
    assert "Ce n’est pas une partie" in text(
        world.boss.post(f"{LOTS}nouveau/", typed(holder=world.other.pk))
    )
    assert world.clerk.get(f"{LOTS}nouveau/").status_code == 403
    assert world.stranger.get(f"{LOTS}nouveau/").status_code == 404
    assert world.nobody.get(f"{LOTS}nouveau/").status_code == 302
    assert not Lot.objects.exists()


def test_who_facilitates_retains_the_channel_or_chooses_another_with_its_reason(world, lot) -> None:
    kept = lot()
    for who in (world.boss, world.crew):
        assert who.post(at(kept, "circuit/")).status_code == 403
        assert who.post(at(kept, "autre-circuit/"), {}).status_code == 403
    other = {"channel": "local_dismantle", "reason": ""}
    assert world.lead.post(at(kept, "autre-circuit/"), other).status_code == 422
    bad = world.lead.post(at(kept, "autre-circuit/"), {"channel": "river", "reason": "x"})
    assert bad.status_code == 422
    world.lead.post(at(kept, "autre-circuit/"), {**other, "reason": "Cartes grillées"})
    seen = text(world.boss.get(at(kept)))
    assert "Cartes grillées" in seen
    assert "à la place de « reconditionnement local »" in seen


def test_all_declared_lots_are_routed_at_once_and_what_stays_says_why(world, lot) -> None:
    lot(title="Un")
    lot(title="Deux", state="broken")
    lot(title="Trois", given=True, data=True)
    seen = text(world.lead.post(f"{LOTS}orientation/", follow=True))
    assert "2 lots sont orientés" in seen
    assert "« Trois » est à garder sur place : les données ne sont pas effacées" in seen
    assert world.boss.post(f"{LOTS}orientation/").status_code == 403
    stages = dict(Lot.objects.values_list("title", "stage"))
    assert stages == {"Un": "routed", "Deux": "routed", "Trois": "declared"}


def test_a_lot_to_be_kept_on_site_asks_for_its_certificate_first(world, lot) -> None:
    kept = lot(given=True, data=True, state="works")
    seen = text(world.lead.get(at(kept)))
    assert "À garder sur place : les données ne sont pas effacées" in seen
    assert "Retenir ce circuit" not in seen
    assert "Noter un certificat" in seen
    forced = world.lead.post(at(kept, "circuit/"), follow=True)
    assert "est à garder sur place" in text(forced)


def test_a_corrected_declaration_is_routed_again(world, lot, typed) -> None:
    kept = routed(world, lot)
    world.boss.post(at(kept, "modifier/"), typed(state="broken", version=kept.version))
    kept.refresh_from_db()
    assert (kept.stage, kept.channel, kept.state) == ("declared", "", "broken")
    late = world.boss.post(at(kept, "modifier/"), typed(weight="3", version="1"))
    assert "Quelqu’un vient de changer" in text(late)
    kept.refresh_from_db()
    assert kept.weight == 120.5


def test_once_collected_a_declaration_no_longer_changes(world, lot, typed) -> None:
    kept = taken(world, lot)
    late = world.boss.post(at(kept, "modifier/"), typed(version=kept.version, weight="1"))
    assert "cette étape a déjà été notée" in text(late)
    kept.refresh_from_db()
    assert kept.weight == 120
    assert "Corriger la déclaration" not in text(world.boss.get(at(kept)))


def test_collected_treated_certified_by_the_workshop(world, lot) -> None:
    kept = taken(world, lot)
    again = {"receiver": world.workshop.pk, "kilograms": "118,5", "day": TODAY}
    assert world.crew.post(at(kept, "collecte/"), again).status_code == 422  # weighed twice
    values = {
        "treatment": "dismantled", "kilograms": "118,5", "receiver": world.firm.pk, "day": TODAY,
    }  # fmt: skip
    assert world.rival.post(at(kept, "traitement/"), values).status_code == 403
    assert world.crew.post(at(kept, "traitement/"), values).status_code == 302
    pdf = SimpleUploadedFile("Nom-Prenom.pdf", b"%PDF-1.7 x", "application/pdf")
    proof = {
        "kind": "treatment", "number": "T-12", "day": TODAY, "issuer": "Atelier-Témoin", "proof": pdf,
    }  # fmt: skip
    assert world.crew.post(at(kept, "attestation/"), proof).status_code == 302
    kept.refresh_from_db()
    assert kept.stage == "certified"
    certificate = Certificate.objects.get()
    assert "Prenom" not in certificate.proof.name  # the name of a file may be somebody's
    path = f"{LOTS}attestations/{certificate.pk}.pdf"
    assert b"".join(world.boss.get(path).streaming_content) == b"%PDF-1.7 x"
    assert world.stranger.get(path).status_code == 404
    seen = text(world.boss.get(at(kept)))
    for words in ("T-12", "118,5 kg", "démantelé et valorisé", "attesté"):
        assert words in seen
    assert Record.objects.count() == 2
    certificate.proof.delete()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kilograms": "0"}, "plus grand que zéro"),
        ({"kilograms": "-1"}, "plus grand que zéro"),
        ({"day": TODAY + timedelta(2)}, "pas encore venu"),
        ({"day": "1999-01-01"}, "1999-01-01"),
        ({"kilograms": "nan"}, ""),
    ],
)
def test_a_collection_that_makes_no_sense_is_refused(world, lot, change, said) -> None:
    kept = routed(world, lot)
    values = {"receiver": world.workshop.pk, "kilograms": "10", "day": TODAY, **change}
    response = world.crew.post(at(kept, "collecte/"), values)
    assert response.status_code == 422
    assert said in text(response)
    assert not Record.objects.exists()
    assert Lot.objects.get().stage == "routed"


def test_a_file_that_pretends_to_be_a_pdf_is_refused(world, lot) -> None:
    kept = lot(data=True)
    fake = SimpleUploadedFile("x.pdf", b"MZ\x90 not a pdf", "application/pdf")
    values = {"kind": "erasure", "number": "E-1", "day": TODAY, "issuer": "Atelier", "proof": fake}
    response = world.boss.post(at(kept, "attestation/"), values)
    assert response.status_code == 422
    assert "n’est pas un PDF" in text(response)
    huge = SimpleUploadedFile("x.pdf", b"%PDF-" + b"0" * 5_000_001, "application/pdf")
    assert "dépasse 5 Mo" in text(
        world.boss.post(at(kept, "attestation/"), {**values, "proof": huge})
    )
    assert not Certificate.objects.exists()
    assert Lot.objects.get().erased is False


def test_a_certificate_comes_after_what_it_certifies_and_once(world, lot) -> None:
    kept = taken(world, lot, data=True)
    values = {"kind": "treatment", "number": "T-1", "day": TODAY, "issuer": "Atelier-Témoin"}
    assert "vient après" in text(world.crew.post(at(kept, "attestation/"), values))
    # the holder may certify the erasure, not the treatment
    assert world.boss.post(at(kept, "attestation/"), values).status_code == 403
    erasure = {**values, "kind": "erasure"}
    assert world.boss.post(at(kept, "attestation/"), erasure).status_code == 302
    assert "déjà noté" in text(world.boss.post(at(kept, "attestation/"), erasure))
    assert Certificate.objects.count() == 1


def test_a_lot_is_withdrawn_by_its_holder_alone(world, lot) -> None:
    kept = lot()
    assert world.rival.post(at(kept, "retrait/")).status_code == 403
    world.boss.post(at(kept, "retrait/"), {"raison": "Nous le gardons"})
    assert Lot.objects.get().stage == "withdrawn"
    assert "Nous le gardons" in text(world.boss.get(at(kept)))


def test_the_list_shows_what_one_may_read_with_its_figures(world, lot) -> None:
    lot(title="Caché", visibility="private")
    taken(world, lot, title="Montré", given=True, state="works")
    assert "Caché" not in text(world.rival.get(LOTS))
    seen = text(world.boss.get(LOTS))
    assert "Caché" in seen
    assert "118 kg collectés, dont 118 kg donnés pour réemploi" in seen.replace("119", "118")
    assert "Caché" in text(world.boss.get(f"{LOTS}?etape=declared"))
    assert "Montré" not in text(world.boss.get(f"{LOTS}?etape=declared"))
    lines = world.boss.get(f"{LOTS}chiffres.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "don pour réemploi;don pour réemploi;1;120;118,5"
    assert "Lots" in text(world.boss.get("/cooperations/pole/faits/"))
    assert world.stranger.get(LOTS).status_code == 404
    assert "Pôle-Témoin" in text(world.boss.get("/echanges/lots/"))


def test_many_lots_turn_pages_and_count_once(world, lot, django_assert_max_num_queries) -> None:
    for n in range(103):
        lot(title=f"Lot-{n:03d}-", weight=1)
    with django_assert_max_num_queries(60):
        first = text(world.boss.get(LOTS))
    second = text(world.boss.get(f"{LOTS}?page=2"))
    assert "103 lots" in first
    assert (first.count("Lot-"), second.count("Lot-")) == (100, 3)
    assert "page=2" in first


def test_an_empty_list_says_what_to_do(world) -> None:
    seen = text(world.boss.get(LOTS))
    assert "Aucun lot. Ce qui dort dans un local" in seen
    assert "Déclarer un lot" in seen
    assert "Dans une coopération" in text(world.stranger.get("/echanges/lots/")) or (
        "Un lot se déclare dans une coopération" in text(world.stranger.get("/echanges/lots/"))
    )
    assert "/echanges/lots/pole/" not in text(world.boss.get("/cooperations/pole/faits/"))


def test_the_pages_speak_english_too(world, lot) -> None:
    kept = taken(world, lot)
    seen = text(world.boss.get(f"/en{at(kept)}"))
    for words in ("local refurbishing", "rule r4", "waste", "118.5 kg", "collected and weighed"):
        assert words.lower() in seen.lower(), words
