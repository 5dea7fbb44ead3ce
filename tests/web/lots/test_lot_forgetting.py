"""Forgetting someone reaches lots: the name and the address are in no table and no file of them."""

import json
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from reciproque.web.exchange import lots
from reciproque.web.exchange.models import Certificate, Lot


def everything(tmp_path: Path) -> str:
    path = tmp_path / "all.json"
    call_command("dumpdata", "--all", output=str(path), verbosity=0)
    rows = json.loads(path.read_text())
    assert {"exchange.lot", "exchange.lotstep", "exchange.historicallot"} <= {
        r["model"] for r in rows
    }
    return json.dumps(rows, ensure_ascii=False)


def test_after_an_erasure_the_steps_stay_and_nobody_is_named(world, lot, tmp_path) -> None:
    person = world.crew.person
    person.name, person.email = "Nom-Témoin", "nom-temoin@example.org"
    person.save()
    kept = lot()
    lots.route(kept, by=world.lead.person)
    day = timezone.localdate()
    path = f"/echanges/lots/pole/{kept.pk}/"
    world.crew.post(
        f"{path}collecte/", {"receiver": world.workshop.pk, "kilograms": 10, "day": day}
    )
    world.crew.post(
        f"{path}traitement/",
        {"treatment": "dismantled", "receiver": world.firm.pk, "kilograms": 10, "day": day},
    )
    pdf = SimpleUploadedFile("Nom-Témoin.pdf", b"%PDF-1.7", "application/pdf")
    world.crew.post(
        f"{path}attestation/",
        {"kind": "treatment", "number": "1", "day": day, "issuer": "Atelier", "proof": pdf},
    )
    assert Lot.objects.get().stage == "certified"
    assert "Nom-Témoin" in everything(tmp_path)
    assert world.crew.post("/compte/effacer/").status_code == 302
    after = everything(tmp_path)
    for word in ("Nom-Témoin", "nom-temoin"):
        assert word not in after
    kept.refresh_from_db()
    assert kept.steps.last().by_id == person.key
    assert kept.collected() == 10
    assert world.boss.get(path).status_code == 200
    Certificate.objects.get().proof.delete()


def test_one_takes_away_what_lots_keep_of_oneself(world, lot) -> None:
    lots.route(lot(), by=world.lead.person)
    data = json.loads(world.lead.get("/compte/mes-donnees.json").content)
    assert "exchange.LotStep (by)" in {row["where"] for row in data["rows"]}
