"""Lots by the dozen: a spreadsheet read row by row, what is wrong named, nothing kept before it was seen."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from support_pages_of_lots import text

from reciproque.web.exchange.models import Lot

PATH = "/echanges/lots/pole/tableur/"
HEAD = "Titre;Catégorie;État;Poids en kg;Don pour réemploi;Porte des données;Données effacées;Dangereux;Code déchet;Accord;Commune;Pièces;Bureau"
GOOD = "Vingt postes;6;réparable;1 200,5;non;oui;non;non;16 02 14;oui;67462;20;accueil"


def send(client, *lines: str, name: str = "lots.csv"):
    file = SimpleUploadedFile(name, "\n".join((HEAD, *lines)).encode())
    return client.post(PATH, {"fichier": file})


def confirm(client, seen):
    packed = re.search(r'name="lignes" value="([^"]+)"', seen.content.decode())
    return client.post(PATH, {"lignes": packed[1]}, follow=True)


def test_good_rows_enter_after_they_were_seen(world) -> None:
    seen = send(world.boss, GOOD, "Dix écrans;2;fonctionne;60;oui;;;;;24/11/2026;;;")
    assert "Garder les 2 lignes sans erreur" in text(seen)
    assert not Lot.objects.exists()
    assert "2 lots sont déclarés" in text(confirm(world.boss, seen))
    lot = Lot.objects.get(title="Vingt postes")
    assert (lot.category, lot.state, lot.weight, lot.data, lot.given) == (
        "6", "repairable", 1200.5, True, False,
    )  # fmt: skip
    assert (lot.waste_code, lot.pieces, lot.contact, lot.holder) == (
        "160214", 20, "accueil", world.firm,
    )  # fmt: skip
    assert lot.longitude is not None
    assert lot.steps.get().stage == "declared"
    gift = Lot.objects.get(title="Dix écrans")
    assert (gift.given, gift.consent.isoformat(), gift.territory) == (True, "2026-11-24", "67462")


def test_the_same_file_twice_is_kept_once(world) -> None:
    for _ in range(2):
        seen = send(world.boss, GOOD)
        if "déjà ici : Vingt postes" not in text(seen):
            confirm(world.boss, seen)
    assert Lot.objects.count() == 1
    assert "déjà ici : Vingt postes" in text(seen)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({0: ""}, "le titre manque"),
        ({1: "grille-pains"}, "« grille-pains » n’est pas connu dans la colonne « catégorie »"),
        ({2: "bof"}, "« bof » n’est pas connu dans la colonne « état »"),
        ({3: "lourd"}, "« lourd » n’est pas un nombre"),
        ({3: "0"}, "plus grand que zéro"),
        ({3: "-12"}, "plus grand que zéro"),
        ({3: "nan"}, "« nan » n’est pas un nombre"),
        ({3: "1e9"}, "100 000"),
        ({4: "peut-être"}, "écrivez oui ou non dans la colonne « don pour réemploi »"),
        ({4: "oui"}, "il n’a pas de code déchet"),
        ({6: "oui", 5: "non"}, "rien à effacer"),
        ({8: "16 02 13*"}, "le lot est dangereux, dites-le"),
        ({8: "99 99 99"}, "« 99 99 99 » n’est pas un code déchet connu ici"),
        ({8: "beaucoup"}, "n’est pas un code déchet connu ici"),
        ({7: "oui"}, "n’a pas d’astérisque"),
        ({9: "non"}, "sans l’accord de la structure"),
        ({9: ""}, "sans l’accord de la structure"),
        ({9: "demain"}, "« demain » n’est pas une date"),
        ({9: "2099-01-01"}, "pas encore venu"),
        ({10: "Nulle-Part-sur-Rien"}, "Nulle-Part-sur-Rien"),
        ({11: "vingt"}, "« vingt » n’est pas un nombre de pièces"),
    ],
)
def test_each_bad_row_says_what_is_wrong_and_stays_out(world, change, said) -> None:
    cells = GOOD.split(";")
    for at, value in change.items():
        cells[at] = value
    seen = send(world.boss, ";".join(cells), GOOD)
    assert said in text(seen)
    assert "Garder la ligne sans erreur" in text(seen)
    confirm(world.boss, seen)
    assert [x.title for x in Lot.objects.all()] == ["Vingt postes"]


def test_nobody_declares_for_another_by_a_spreadsheet(world) -> None:
    head, line = f"Structure;{HEAD}", f"Entreprise 2;{GOOD}"
    file = SimpleUploadedFile("lots.csv", f"{head}\n{line}".encode())
    seen = world.boss.post(PATH, {"fichier": file})
    assert "vous n’écrivez pas pour « Entreprise 2 » (mais pour : Entreprise 1)" in text(seen)
    assert "Garder" not in text(seen).split("Lignes du fichier")[1]
    assert world.clerk.get(PATH).status_code == 403
    assert world.stranger.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.csv", b"", "est vide"),
        ("page.pdf", b"%PDF-1.7 0", "ni un CSV"),
        ("faux.xlsx", b"PK\x03\x04 rien", "n’est pas un tableur lisible"),
        ("court.csv", b"Titre;Poids\nx;3", "il manque la colonne"),
        ("gros.csv", b"x" * 5_000_001, "dépasse 5 Mo"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(world, name, content, said) -> None:
    seen = world.boss.post(PATH, {"fichier": SimpleUploadedFile(name, content)})
    assert said in text(seen) or "est vide" in text(seen)
    assert not Lot.objects.exists()


def test_rows_forged_after_they_were_seen_are_refused(world) -> None:
    send(world.boss, GOOD)
    assert world.boss.post(PATH, {"lignes": "forged"}).status_code == 404


def test_what_is_taken_away_can_be_brought_back(world, lot) -> None:
    lot(title="=somme(A1)", data=True, erased=True, waste_code="160214", pieces=3)
    lot(title="Dix écrans", category="2", state="works", given=True, weight=0.5)
    content = world.boss.get("/echanges/lots/pole/liste.csv").content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "structure"
    assert "'=somme(A1)" in [r[1] for r in rows]  # a text stays a text
    Lot.objects.all().delete()
    seen = world.boss.post(PATH, {"fichier": SimpleUploadedFile("retour.csv", content)})
    confirm(world.boss, seen)
    back = Lot.objects.get(title="Dix écrans")
    assert (back.weight, back.given, back.category, back.state) == (0.5, True, "2", "works")
    assert Lot.objects.exclude(title="Dix écrans").get().waste_code == "160214"


def test_the_list_comes_as_a_workbook_too(world, lot) -> None:
    lot(title="Vingt postes")
    content = world.boss.get("/echanges/lots/pole/liste.xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "Vingt postes"


def test_a_workbook_is_read_like_a_text(world) -> None:
    book = Workbook()
    for line in (HEAD, GOOD):
        book.active.append(line.split(";"))
    out = io.BytesIO()
    book.save(out)
    seen = world.boss.post(PATH, {"fichier": SimpleUploadedFile("lots.xlsx", out.getvalue())})
    confirm(world.boss, seen)
    assert Lot.objects.get().weight == 1200.5
