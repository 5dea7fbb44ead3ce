"""What one takes away: the committee's dossier in four formats, calendars, sheets."""

import zipfile
from io import BytesIO

import pikepdf
import pytest
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from reciproque.web.cooperations.models import Meeting
from reciproque.web.cooperations.office import ods


@pytest.fixture
def busy(promised, note):
    note()
    promised.c.expectations.create(party=promised.a, kind="fears", text="Trop", since="2026-01-01")
    promised.meeting = Meeting.objects.create(
        cooperation=promised.c, title="Comité", day="2099-03-12", hour="10:00", place="Sens",
        lead=promised.a, agenda="L’équilibre\nLa suite",
    )  # fmt: skip
    return promised


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def roles(node, found=None) -> list[str]:
    """The tags of a PDF's structure."""
    found = [] if found is None else found
    kids = node.get("/K")
    if "/S" in node:
        found.append(str(node["/S"]))
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []:
        if isinstance(kid, pikepdf.Dictionary):
            roles(kid, found)
    return found


def test_the_steering_dossier_is_an_accessible_archive(busy) -> None:
    with opened(busy.reader.get(busy.url + "dossier.pdf").content) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert "pdfuaid" in metadata
        assert "pdfaid" in metadata
        assert str(pdf.Root.Lang) == "fr"
        assert str(pdf.docinfo["/Title"]) == "Deux rives"
        found = roles(pdf.Root.StructTreeRoot)
        for tag in ("/H1", "/Table", "/TH", "/TD", "/Figure"):
            assert tag in found or tag.replace("H1", "H2") in found, tag


def test_the_other_formats_hold_the_same_words(busy) -> None:
    docx = busy.reader.get(busy.url + "dossier.docx").content
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        assert "Appui technique" in archive.read("word/document.xml").decode()
    pptx = busy.reader.get(busy.url + "dossier.pptx").content
    with zipfile.ZipFile(BytesIO(pptx)) as archive:
        slides = [n for n in archive.namelist() if n.startswith("ppt/slides/slide")]
        assert len(slides) == 8  # the balance has its ribbons and its table
        assert "Deux rives" in archive.read("ppt/slides/slide1.xml").decode()
    book = CalamineWorkbook.from_filelike(
        BytesIO(busy.reader.get(busy.url + "dossier.ods").content)
    )
    rows = book.get_sheet_by_name("Équilibre").to_python()
    assert rows[1][:6] == ["Rive-Gauche", "Rive-Droite", "Appui technique", 10.0, 10.0, 0.0]
    assert book.get_sheet_by_name("Faits").to_python()[1][4] == 4.0


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-2", "@x", "\t=2"])
def test_a_text_never_becomes_a_formula(text) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(ods([("Feuille", ["a"], [[text]])])))
    assert book.get_sheet_by_name("Feuille").to_python()[1][0].strip().startswith("'")


def test_the_calendar_has_the_meeting_with_its_hour_and_place(busy) -> None:
    feed = Calendar.from_ical(busy.reader.get(busy.url + "agenda.ics").content)
    (event,) = [e for e in feed.walk("VEVENT") if "Comité" in e["summary"]]
    assert (event["location"], event["dtstart"].dt.hour) == ("Sens", 10)
    mine = busy.nobody.get(f"/agenda/{busy.reader.person.calendar_key}.ics")
    assert "Comité" in mine.content.decode()
    again = Calendar.from_ical(busy.reader.get(busy.url + "agenda.ics").content)
    assert [e["uid"] for e in again.walk("VEVENT")] == [e["uid"] for e in feed.walk("VEVENT")]


def test_the_convocation_and_the_sheet_print_and_presences_are_kept(busy) -> None:
    for name in ("convocation.pdf", "feuille.pdf"):
        with opened(
            busy.reader.get(f"{busy.url}rencontres/{busy.meeting.pk}/{name}").content
        ) as pdf:
            assert len(pdf.pages) == 1
    busy.contributor.post(
        f"{busy.url}rencontres/{busy.meeting.pk}/presences/", {"venu": [str(busy.b.pk)]}
    )
    assert [(a.party, a.came) for a in busy.meeting.attendances.all()] == [
        (busy.a, False),
        (busy.b, True),
    ]


def test_a_party_signs_up_for_a_meeting(busy) -> None:
    busy.other.post(f"{busy.url}rencontres/{busy.meeting.pk}/inscription/", {"venons": "oui"})
    busy.contributor.post(f"{busy.url}rencontres/{busy.meeting.pk}/inscription/", {"venons": "non"})
    page = busy.reader.get(busy.url + "rencontres/").content.decode()
    assert "Rive-Droite : vient" in page
    assert "Rive-Gauche : ne vient pas" in page
    assert (
        busy.reader.post(f"{busy.url}rencontres/{busy.meeting.pk}/inscription/").status_code == 403
    )


def test_a_model_deliberation_names_the_body_of_the_party(busy) -> None:
    content = busy.reader.get(f"{busy.url}parties/{busy.a.pk}/deliberation.docx").content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        words = archive.read("word/document.xml").decode()
    assert "conseil communautaire" in words
    assert "Deux rives" in words


def test_the_public_page_can_stand_in_another_site(busy) -> None:
    busy.c.visibility = "public"
    busy.c.save()
    answer = busy.nobody.get(busy.url + "encart/")
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    page = busy.nobody.get(busy.url + "page/")
    assert page["X-Frame-Options"] == "DENY"
