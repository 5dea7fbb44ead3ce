"""The committee's dossier says the same in slides, text and tables: nothing cut, each table with its heads."""

from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone
from django.utils.translation import override
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from python_calamine import CalamineWorkbook

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations import agreements, documents
from reciproque.web.cooperations.models import (
    Commitment,
    CostLine,
    Decision,
    FundingSource,
    Meeting,
    Party,
    Signature,
)
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.slides import paged

PNG = b"\x89PNG\r\n\x1a\n"


def slides_of(client, url: str):
    return list(Presentation(BytesIO(client.get(url + "dossier.pptx").content)).slides)


def document_of(client, address: str):
    return Document(BytesIO(client.get(address).content))


def tables_of(slides) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for slide in slides
        for shape in slide.shapes
        if shape.has_table
    ]


def words_of(slides) -> str:
    shapes = [shape for slide in slides for shape in slide.shapes]
    return "\n".join(s.text_frame.text for s in shapes if s.has_text_frame)


@pytest.fixture
def crowd(promised):
    """The left bank promises something to sixteen others, all of it late; an assumed case."""
    promised.c.assumed = True
    promised.c.save()
    promised.others = [
        Party.objects.create(
            cooperation=promised.c, actor=Actor.objects.create(name=f"Village {n}", kind="epci"),
            since=date(2024, 1, 1),
        )
        for n in range(16)
    ]  # fmt: skip
    for n, party in enumerate(promised.others):
        Commitment.objects.create(
            cooperation=promised.c, title=f"Appui {n}", giver=promised.a, receiver=party,
            resource="expertise", quantity=n + 1, unit="h", due=date(2025, 6, 1), state="agreed",
        )  # fmt: skip
    return promised


def test_every_line_of_the_balance_stands_on_a_slide_under_a_header(crowd) -> None:
    slides = slides_of(crowd.reader, crowd.url)
    heads = documents.balance_columns()
    found = [t for t in tables_of(slides) if t[0] == heads]
    assert len(found) > 1  # they go on
    assert {row[1] for t in found for row in t[1:]} == {
        "Rive-Droite", *(f"Village {n}" for n in range(16))
    }  # fmt: skip
    for slide in slides:
        assert all(shape.table.first_row for shape in slide.shapes if shape.has_table)


def test_every_signal_and_every_decision_stands_on_a_slide(crowd) -> None:
    seen = Overview(crowd.c)
    assert len(seen.awake) > 6
    slides = slides_of(crowd.reader, crowd.url)
    said = words_of(slides).replace("\u00a0", " ")
    for told in seen.awake:
        assert f"{told.title}. {told.text}".replace("\u00a0", " ") in said
    decided = {row[0] for t in tables_of(slides) if t[0][0] == "Décision" for row in t[1:]}
    assert decided == set(documents.decisions_to_take(seen))


def test_slides_stay_within_their_edges(crowd) -> None:
    deck = Presentation(BytesIO(crowd.reader.get(crowd.url + "dossier.pptx").content))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


def test_the_ribbons_are_in_slides_and_text_with_their_words(crowd) -> None:
    pictures = [
        s
        for slide in slides_of(crowd.reader, crowd.url)
        for s in slide.shapes
        if hasattr(s, "image")
    ]
    assert len(pictures) == documents.MOST_PICTURES
    document = document_of(crowd.reader, crowd.url + "dossier.docx")
    drawn = [s._inline.docPr.get("descr") for s in document.inline_shapes]
    assert len(drawn) == documents.MOST_PICTURES
    assert drawn == [p._element.nvPicPr.cNvPr.get("descr") for p in pictures]
    assert all(p.image.blob.startswith(PNG) for p in pictures)
    assert len({p.image.sha1 for p in pictures}) >= 1
    assert all("Appui technique, de Rive-Gauche" in words for words in drawn)
    # seventeen lines, six drawn: the eleven others are told, on each
    told = "11 autres rubans ne sont pas dessinés"
    assert told in words_of(slides_of(crowd.reader, crowd.url))
    assert any(told in p.text for p in document.paragraphs)


@pytest.mark.parametrize("assumed", [True, False])
def test_stage_and_assumption_stand_on_the_first_page_of_each_format(promised, assumed) -> None:
    promised.c.assumed = assumed
    promised.c.stage = "act"
    promised.c.save()
    first = words_of(slides_of(promised.reader, promised.url)[:1])
    text = "\n".join(
        p.text for p in document_of(promised.reader, promised.url + "dossier.docx").paragraphs[:3]
    )
    for said in (first, text):
        assert "étape : Agir" in said
        assert ("hypothèse" in said) is assumed


def test_what_has_nothing_to_tell_shares_a_slide(world) -> None:
    slides = slides_of(world.reader, world.url)
    assert slides[-1].shapes.title.text == "Rien à signaler"
    assert "L’équilibre : Rien n’est encore promis." in words_of(slides[-1:])


def test_every_table_of_the_text_has_a_header_row_and_no_head_is_empty(crowd) -> None:
    Meeting.objects.create(cooperation=crowd.c, title="Comité", day="2099-03-12", lead=crowd.a)
    document = document_of(crowd.reader, crowd.url + "dossier.docx")
    assert len(document.tables) >= 4
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(cell.text for cell in table.rows[0].cells)
    assert [c.text for c in document.tables[-1].rows[0].cells] == ["Jour", "Quoi", "Précision"]


def test_no_section_of_the_pdf_has_a_column_without_a_head(crowd) -> None:
    with override("fr"):
        sections = documents.steering_sections(Overview(crowd.c))
    for section in sections:
        assert all(section.columns), section.title
        assert len(section.columns) == len(section.widths)
        assert all(len(row) == len(section.columns) for row in section.rows)


@pytest.fixture
def signed(promised):
    """One signature after its decision was transmitted, one before."""
    version = agreements.new_version(
        promised.c, form="charter", text="# Deux rives\n\nUne charte\n\n## Entre\n\n- nous\n",
        kind="first", expected=0, by=None,
    )  # fmt: skip
    late = Decision.objects.create(
        cooperation=promised.c, title="Approuver", day="2026-03-01", transmitted="2026-03-20"
    )
    Signature.objects.create(
        version=version,
        party=promised.a,
        name="Ada Roy",
        function="maire",
        day="2026-03-10",
        decision=late,
    )
    Signature.objects.create(
        version=version, party=promised.b, name="–", function="présidente", day="2026-03-25"
    )
    promised.version = version
    return promised


def test_the_signatures_say_which_is_irregular_under_a_head(signed) -> None:
    document = document_of(signed.reader, f"{signed.url}accord/1.docx")
    rows = [[c.text for c in row.cells] for row in document.tables[-1].rows]
    assert rows[0] == ["Partie", "Nom et fonction", "Le", "Remarque"]
    assert rows[1][:2] == ["Rive-Gauche", "Ada Roy, maire"]
    assert rows[1][3].startswith("Irrégulière")
    assert rows[2][1:] == ["présidente", "25 mars 2026", "–"]


def test_the_signatures_of_the_pdf_have_four_tagged_heads(signed) -> None:
    content = signed.reader.get(f"{signed.url}accord/1.pdf").content
    heads: list[pikepdf.Object] = []

    def walk(node) -> None:
        if isinstance(node, pikepdf.Dictionary) and node.get("/S") == pikepdf.Name.TH:
            heads.append(node)
        kids = node.get("/K") if isinstance(node, pikepdf.Dictionary) else None
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []:
            walk(kid)

    with pikepdf.open(BytesIO(content)) as pdf:
        walk(pdf.Root.StructTreeRoot)
        assert len(heads) == 4
        # a head without words would have no content of its own
        assert all("/K" in h for h in heads)


def book_of(client, url: str) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(url + "dossier.ods").content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_an_empty_sheet_says_that_there_is_nothing(world) -> None:
    book = book_of(world.reader, world.url)
    for name in ("Dépenses", "Financements", "Engagements", "Prochaines dates"):
        assert book[name][1][0] == "Rien à ce jour.", name


def test_the_spreadsheet_has_dates_decisions_and_who_is_left_out(crowd) -> None:
    day = timezone.localdate() + timedelta(days=20)
    Meeting.objects.create(cooperation=crowd.c, title="Comité", day=day, lead=crowd.a)
    CostLine.objects.create(cooperation=crowd.c, label="Halle", excluding_vat=1000)
    FundingSource.objects.create(cooperation=crowd.c, label="Région", amount=800)
    book, seen = book_of(crowd.reader, crowd.url), Overview(crowd.c)
    assert [str(c) for c in book["Prochaines dates"][1][:2]] == [day.isoformat(), "Comité"]
    assert [r[0] for r in book["À décider"][1:]] == documents.decisions_to_take(seen)
    assert [r[0] for r in book["Qui est oublié"][1:]] == documents.left_out(seen)
    assert len(documents.left_out(seen)) > 1
    assert book["Dépenses"][1][2] == 1000.0
    assert book["Financements"][1][1] == 800.0
    assert book["Équilibre"][0][7] == "Unité"
    assert {r[7] for r in book["Équilibre"][1:]} == {"heures"}


def test_a_ribbon_says_who_gives_as_one_says_it(promised) -> None:
    promised.left.name = "Eau de Paris"
    promised.left.save()
    with override("fr"):
        (picture,) = documents.steering_sections(Overview(promised.c))[0].pictures
    assert picture.alt.startswith("Appui technique, d’Eau de Paris à Rive-Droite.")
    assert "Tenu\u00a0: 0" in picture.alt


def test_the_sheet_that_goes_round_has_room_to_sign(promised, monkeypatch) -> None:
    meeting = Meeting.objects.create(
        cooperation=promised.c, title="Comité", day=date(2026, 3, 12), lead=promised.a
    )
    seen = []
    monkeypatch.setattr(documents, "compile_dossier", lambda d: seen.append(d) or b"")
    documents.attendance_sheet(meeting)
    documents.minutes(meeting, [])
    (sheet,), told = seen[0].sections, seen[1].sections
    assert list(sheet.boxes) == [0, 1, 2]
    assert all("\n" in row[1] for row in sheet.rows)
    assert all(s.lead or s.bullets or s.rows for s in told)


@given(st.lists(st.integers(1, 20)), st.integers(1, 15))
def test_what_is_cut_in_pages_is_all_there_in_order(heights, most) -> None:
    pages = paged(heights, most)
    assert [i for page in pages for i in page] == list(range(len(heights)))
    for page in pages:
        assert len(page) == 1 or sum(heights[i] for i in page) <= most
