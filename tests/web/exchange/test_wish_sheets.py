"""Many at once from a spreadsheet: each bad row is named, nothing is doubled; what goes out comes back."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from support_pages import text

from reciproque.web.exchange.models import Wish

ROWS = [
    ["Besoin ou offre", "Structure", "Titre", "Ressource", "Quantité", "Unité", "Conditions", "Distance en km", "Début", "Fin", "Commune"],
    ["offre", "", "Trois malles", "Kits prêtés", "3", "kits", "en prêt", "", "01/02/2027", "30/06/2027", "Sélestat"],
    ["besoin", "Commune-Témoin", "Carottes", "Produits bio", "1 200,5", "kg", "contre paiement", "", "", "", ""],
    ["don", "", "Sens inconnu", "Repas", "3", "repas", "", "", "", "", ""],
    ["besoin", "Ferme-Témoin", "Pas la mienne", "Repas", "3", "repas", "", "", "", "", ""],
    ["besoin", "", "Mauvaise unité", "Repas", "3", "ha", "", "", "", "", ""],
    ["besoin", "", "Mauvais jour", "Repas", "3", "repas", "", "", "demain", "", ""],
    ["besoin", "", "Rien", "Repas", "zéro", "repas", "", "", "", "", ""],
    ["besoin", "", "Achat local", "Produits bio", "3", "kg", "contre paiement", "20", "", "", ""],
    ["besoin", "", "Loin", "Repas", "3", "repas", "", "", "", "", "Nulle-Part-sur-Rien"],
]  # fmt: skip


def as_csv(rows) -> bytes:
    return "\r\n".join(";".join(r) for r in rows).encode()


def as_xlsx(rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client, content: bytes, name: str = "a.csv"):
    return client.post("/echanges/tableur/", {"fichier": SimpleUploadedFile(name, content)})


def confirm(client, page):
    packed = re.search(r'name="lignes" value="([^"]+)"', text(page))[1]
    return client.post("/echanges/tableur/", {"lignes": packed})


@pytest.mark.parametrize(("make", "name"), [(as_csv, "a.csv"), (as_xlsx, "a.xlsx")])
def test_each_bad_row_is_named_and_the_good_ones_enter(world, make, name) -> None:
    page = send(world.contributor, make(ROWS), name)
    shown = text(page)
    assert not Wish.objects.exists()
    for words in (
        "« don » n’est pas connu dans la colonne « besoin ou offre »",
        "vous n’écrivez pas pour « Ferme-Témoin »",
        "« demain » n’est pas une date",
        "« zéro » n’est pas un nombre",
        "ne choisit pas selon la distance",
        "Nulle-Part-sur-Rien",
    ):
        assert words in shown
    assert "Garder les 2 lignes sans erreur" in shown
    confirm(world.contributor, page)
    kits, carrots = Wish.objects.order_by("-title")
    assert (kits.side, kits.resource, kits.terms, kits.territory) == (
        "offer",
        "kits",
        "loan",
        "67462",
    )
    assert (kits.start.isoformat(), kits.actor) == ("2027-02-01", world.town)
    assert (carrots.quantity, carrots.unit) == (1200.5, "kg")
    confirm(world.contributor, page)  # a second time doubles nothing
    assert Wish.objects.count() == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_goes_out_comes_back_the_same(world, wish, kind) -> None:
    wish(
        world.town,
        "offer",
        "Trois malles; et un mot",
        resource="kits",
        quantity=3,
        unit="kit",
        terms="loan",
        within_km=40,
    )
    wish(world.town, "need", "=1+1", quantity=2.5)
    wish(
        world.town,
        "need",
        "Des lentilles",
        resource="organic_food",
        unit="kg",
        attributes={"product": "lentils"},
    )
    file = world.nobody.get(f"/echanges/liste.{kind}").content
    if kind == "xlsx":
        cells = [c.value for row in load_workbook(io.BytesIO(file)).active for c in row]
        assert "=1+1" not in cells  # a formula stays a text
    kept = list(
        Wish.objects.order_by("title").values_list(
            "side", "resource", "quantity", "unit", "terms", "within_km", "attributes"
        )
    )
    Wish.objects.all().delete()
    confirm(world.contributor, send(world.contributor, file, f"a.{kind}"))
    again = list(
        Wish.objects.order_by("title").values_list(
            "side", "resource", "quantity", "unit", "terms", "within_km", "attributes"
        )
    )
    assert sorted(again, key=str) == sorted(kept, key=str)


def test_the_columns_are_told_in_french_as_it_is_written(world, wish) -> None:
    wish(world.town, "need")
    head = world.nobody.get("/echanges/liste.csv").content.decode("utf-8-sig").splitlines()[0]
    assert "quantité;unité;conditions;prix par unité" in head
    assert "début;fin" in head
    assert "quantité" in text(send(world.contributor, b"a;b\n1;2"))


@pytest.mark.parametrize("said", ["quantité", "Quantite", "QUANTITÉ", "quantity"])
def test_a_column_is_known_with_or_without_its_accents(world, said) -> None:
    lines = f"sens;titre;ressource;{said};unite\nbesoin;Trois repas;Repas;3;repas"
    confirm(world.contributor, send(world.contributor, lines.encode()))
    assert Wish.objects.get().quantity == 3


def test_a_file_of_another_kind_or_a_forged_row_is_refused(world) -> None:
    assert "ni un CSV" in text(send(world.contributor, b"%PDF-1.7\n"))
    assert "il manque la colonne" in text(send(world.contributor, b"a;b\n1;2"))
    assert world.contributor.post("/echanges/tableur/", {"lignes": "forged"}).status_code == 404
    assert send(world.reader, as_csv(ROWS)).status_code == 403
    assert send(world.nobody, as_csv(ROWS)).status_code == 302
