"""Beginning with a spreadsheet: each bad row is named, nothing is doubled, nothing runs."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations.models import Invitation
from reciproque.web.cooperations.office import ods

BOOK = [
    ["Structure", "Nature", "SIREN", "Rôle"],
    ["CC de Sélestat", "intercommunalité", "246700967", "partenaire"],
    ["Club de marche", "association", "", ""],
    ["Rive Droite", "association", "", ""],
    ["Sans nature", "confrérie", "", ""],
    ["Mauvais numéro", "entreprise", "123456789", ""],
    ["Club de marche", "association", "", ""],
]
FULL = ["Structure", "Nature", "SIREN", "RNA", "Territoire"]


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def as_csv(rows, encoding="utf-8", sep=";") -> bytes:
    return "\r\n".join(sep.join(r) for r in rows).encode(encoding)


def as_xlsx(rows, **_more) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_ods(rows, **_more) -> bytes:
    return ods([("Feuille", rows[0], rows[1:])])


def send(client, url: str, content: bytes, name: str = "carnet.csv", kind: str = "parties"):
    return client.post(f"{url}tableur/{kind}/", {"fichier": SimpleUploadedFile(name, content)})


def confirm(client, url: str, page, kind: str = "parties"):
    packed = re.search(r'name="lignes" value="([^"]+)"', text(page))[1]
    return client.post(f"{url}tableur/{kind}/", {"lignes": packed})


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (as_csv, "a.csv"),
        (lambda r: as_csv(r, "cp1252", ","), "a.csv"),
        (lambda r: as_csv(r, "utf-8-sig", "\t"), "a.csv"),
        (as_xlsx, "a.xlsx"),
        (as_ods, "a.ods"),
    ],
)
def test_an_address_book_is_shown_row_by_row_then_kept(world, make, name) -> None:
    page = send(world.facilitator, world.url, make(BOOK), name)
    shown = text(page)
    assert world.c.parties.count() == 2  # nothing is kept before it is seen
    assert "« confrérie » n’est pas une nature connue" in shown
    assert "le SIREN « 123456789 » n’est pas valable" in shown
    assert "la même que la ligne 3 : les deux seront réunies" in shown
    assert "déjà ici : Rive-Droite" in shown
    confirm(world.facilitator, world.url, page)
    names = {p.actor.name for p in world.c.parties.all()}
    assert names == {"Rive-Gauche", "Rive-Droite", "CC de Sélestat", "Club de marche"}
    assert Actor.objects.get(name="CC de Sélestat").siren == "246700967"
    confirm(world.facilitator, world.url, page)  # a second time doubles nothing
    assert world.c.parties.count() == 4


def test_a_table_of_actions_names_its_bad_rows(world) -> None:
    rows = [
        ["Action", "Axe", "Pilote", "Début", "Fin", "État"],
        ["Annuaire", "Salles", "Rive-Gauche", "01/02/2026", "30/09/2026", "en cours"],
        ["Fête", "", "Inconnue", "", "", ""],
        ["Bal", "", "Rive-Droite", "demain", "", ""],
        ["Tri", "", "Rive-Droite", "02/02/2026", "01/02/2026", ""],
    ]
    page = send(world.contributor, world.url, as_csv(rows), kind="actions")
    for words in (
        "n’est pas une partie (Rive-Gauche, Rive-Droite)",
        "« demain » n’est pas une date",
        "la fin précède le début",
    ):
        assert words in text(page)
    confirm(world.contributor, world.url, page, "actions")
    action = world.c.actions.get()
    assert (action.title, action.state, action.axis) == ("Annuaire", "ongoing", "Salles")


def packed(name: str, content: bytes) -> bytes:
    """A file that looks like a spreadsheet from outside."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("content", [
    b"Structure;Nature\rClub de tir;association\r",
    "Structure;Nature\nClub de tir;association\n".encode("utf-16"),
])  # fmt: skip
def test_a_file_of_an_old_system_is_read(world, content) -> None:
    page = send(world.facilitator, world.url, content)
    confirm(world.facilitator, world.url, page)
    assert world.c.parties.filter(actor__name="Club de tir").exists()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "est vide"),
        (b"a;b\n1;2", "a.csv", "il manque la colonne structure, nature"),
        (b"%PDF-1.7\n", "a.csv", "ni un CSV"),
        (b"\x89PNG\r\n\x1a\n", "a.csv", "ni un CSV"),
        (b"\xff\xd8\xff\xe0\x10JFIF", "a.ods", "ni un CSV"),
        (b"PK\x03\x04garbage", "a.xlsx", "pas un tableur lisible"),
        (b"\x00" * 5000, "a.csv", "ni un CSV"),
        (b"structure;nature\n" + b"x;association\n" * 2_001, "a.csv", "2000 lignes"),
        (b"structure;nature\n" + b"x" * 5_000_001, "a.csv", "5 Mo"),
        (b"structure;nature\n" + b"x" * 50_000_000, "a.csv", "5 Mo"),
        (b"structure;nature\n" + b"x" * 200_000, "a.csv", "pas un CSV lisible"),
        (packed("word/document.xml", b"<w/>"), "a.xlsx", "pas un tableur lisible"),
        (packed("xl/worksheets/sheet1.xml", b" " * 100_000_001), "a.xlsx", "trop gros une fois"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "a.csv", "ni un CSV"),
        (bytes(range(1, 256)) * 40, "a.csv", "manque la colonne"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(world, content, name, words) -> None:
    page = send(world.facilitator, world.url, content, name)
    assert page.status_code == 200
    assert words in text(page)
    assert world.c.parties.count() == 2


def test_rows_changed_on_the_way_are_refused(world) -> None:
    assert (
        world.facilitator.post(f"{world.url}tableur/parties/", {"lignes": "forged"}).status_code
        == 404
    )
    assert send(world.contributor, world.url, as_csv(BOOK)).status_code == 403


def test_html_and_formulas_in_a_cell_stay_text(world) -> None:
    rows = [["structure", "nature"], ["<b>x</b>", "association"], ["=1+1", "association"]]
    page = send(world.facilitator, world.url, as_csv(rows))
    assert "<b>x</b>" not in text(page)
    confirm(world.facilitator, world.url, page)
    assert "&lt;b&gt;x&lt;/b&gt;" in text(world.reader.get(world.url + "parties/"))


def test_rows_of_one_organisation_are_united_with_what_each_knows(world) -> None:
    rows = [
        FULL,
        ["Club de marche", "association", "", "W671000123", ""],
        ["CLUB-DE-MARCHE", "association", "", "", "67462"],
    ]
    page = send(world.facilitator, world.url, as_csv(rows))
    assert "la même que la ligne 2" in text(page)
    confirm(world.facilitator, world.url, page)
    club = Actor.objects.get(name="Club de marche")
    assert (club.rna, club.territory) == ("W671000123", "67462")
    assert Actor.objects.count() == 3


def test_both_sides_are_shown_and_nothing_is_replaced(world) -> None:
    world.right.rna, world.right.territory = "W671000123", "67462"
    world.right.save()
    rows = [FULL, ["Rive Droite", "association", "", "", "67130"]]
    page = send(world.facilitator, world.url, as_csv(rows))
    assert "déjà ici : Rive-Droite, association, RNA W671000123, 67462 (déjà une partie)" in text(
        page
    )
    confirm(world.facilitator, world.url, page)
    world.right.refresh_from_db()
    assert world.right.territory == "67462"


def test_what_only_looks_alike_can_be_kept_apart(world) -> None:
    rows = [FULL, ["Rive Droite", "commune", "", "", ""]]
    page = send(world.facilitator, world.url, as_csv(rows))
    packed = re.search(r'name="lignes" value="([^"]+)"', text(page))[1]
    world.facilitator.post(f"{world.url}tableur/parties/", {"lignes": packed, "autre": ["2"]})
    assert Actor.objects.filter(name="Rive Droite", kind="commune").exists()
    assert world.c.parties.count() == 3


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        (("Collège Jaurès 1", ""), ("Collège Jaurès 2", ""), False),
        (("Lycée du Fleuve", ""), ("Lycée du fleuve", ""), True),
        (("Lycée du Fleuve", "246700967"), ("Lycée du Fleuve", "200040715"), False),
        (("Autre nom", "246700967"), ("Lycée du Fleuve", "246700967"), True),
        (("Val", ""), ("Bal", ""), False),
    ],
)
def test_who_is_the_same(world, ours, theirs, same) -> None:
    Actor.objects.create(name=ours[0], kind="school", siren=ours[1])
    before = Actor.objects.count()
    page = send(
        world.facilitator, world.url, as_csv([FULL, [theirs[0], "school", theirs[1], "", ""]])
    )
    confirm(world.facilitator, world.url, page)
    assert Actor.objects.count() == before + (not same)


@pytest.mark.parametrize("rna", ["W67100012", "W6710001234", "X671000123", "WABCDEFGHI"])
def test_a_wrong_rna_is_named(world, rna) -> None:
    page = send(world.facilitator, world.url, as_csv([FULL, ["Club", "association", "", rna, ""]]))
    assert f"le numéro RNA « {rna} » n’est pas valable" in text(page)


def test_a_place_nobody_knows_is_named_with_those_that_are_near(world) -> None:
    rows = [
        FULL,
        ["Club", "association", "", "", "Selestatt"],
        ["Bal", "association", "", "", "Sélestat"],
    ]
    page = send(world.facilitator, world.url, as_csv(rows))
    assert page.context["rows"][0].problems
    assert page.context["rows"][1].values["territory"] == "67462"


def test_an_action_comes_with_its_partners_and_its_day(world) -> None:
    rows = [
        ["Action", "Pilote", "Avec", "Fin", "État"],
        ["Annuaire", "Rive-Gauche", "Rive-Droite", "30/09/2026", "faite"],
        ["Fête", "Rive-Gauche", "Inconnue", "", ""],
        ["Bal", "Rive-Gauche", "", "", "faite"],
    ]
    page = send(world.contributor, world.url, as_csv(rows), kind="actions")
    assert "« Inconnue » n’est pas une partie" in text(page)
    assert "une action faite a besoin de son jour de fin" in text(page)
    confirm(world.contributor, world.url, page, "actions")
    action = world.c.actions.get()
    assert [p.actor.name for p in action.partners.all()] == ["Rive-Droite"]
    assert str(action.done) == "2026-09-30"


PEOPLE = [
    ["Structure", "Nature", "Courriel"],
    ["Club de marche", "association", "club@example.org"],
    ["Club de marche", "association", "second@example.org"],
    ["Rive Droite", "association", "droite@example.org"],
    ["Foyer rural", "association", ""],
    ["Radio locale", "association", "pas une adresse"],
]


def keep_inviting(client, url: str, page, *rows: int):
    packed = re.search(r'name="lignes" value="([^"]+)"', text(page))[1]
    return client.post(f"{url}tableur/parties/", {"lignes": packed, "inviter": rows})


def test_only_the_rows_ticked_are_invited_and_only_once(
    world, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    page = send(world.facilitator, world.url, as_csv(PEOPLE))
    said = text(page)
    assert said.count('name="inviter"') == 3
    assert "checked" not in said.split('name="inviter"', 1)[1].split("</table>")[0]
    assert "« pas une adresse » n’est pas une adresse électronique" in said
    with django_capture_on_commit_callbacks(execute=True):
        keep_inviting(world.facilitator, world.url, page, 2, 3, 6)
    assert sorted(m.to[0] for m in mailoutbox) == ["club@example.org", "second@example.org"]
    invited = Invitation.objects.all()
    assert {(i.party.actor.name, i.role) for i in invited} == {("Club de marche", "contributor")}
    with django_capture_on_commit_callbacks(execute=True):  # the button pressed twice
        keep_inviting(world.facilitator, world.url, page, 2, 3, 6)
    assert len(mailoutbox) == 2
    # whoever was not ticked is known nowhere
    assert not Person.objects.filter(email="droite@example.org").exists()
    assert not Actor.objects.filter(name="Radio locale").exists()


def test_nobody_is_invited_without_a_tick_nor_by_who_does_not_facilitate(world, mailoutbox) -> None:
    page = send(world.facilitator, world.url, as_csv(PEOPLE))
    assert keep_inviting(world.contributor, world.url, page, 2).status_code == 403
    keep_inviting(world.facilitator, world.url, page)
    assert not Invitation.objects.exists()
    assert not mailoutbox
    assert world.c.parties.filter(actor__name="Club de marche").exists()


def test_what_the_file_says_in_codes_is_shown_in_words(world) -> None:
    rows = [
        ["Action", "Pilote", "Début", "État", "Visible par"],
        ["Visite", "Rive-Gauche", "2026-03-01", "planned", "public"],
        ["Atelier", "Rive-Gauche", "01/04/2026", "", ""],
    ]
    shown = text(send(world.contributor, world.url, as_csv(rows), kind="actions"))
    cells = re.findall(r"<td>([^<]*)</td>", shown)
    assert "planned" not in cells
    assert "public" not in cells
    assert cells.count("prévue") == 2  # said, or taken where nothing is said
    assert {"tout le monde", "les parties"} <= set(cells)
    assert "<code>début</code>" in shown
    assert "<code>état</code>" in shown
