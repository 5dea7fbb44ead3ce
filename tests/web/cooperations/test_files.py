"""What one takes away: the committee's dossier in four formats, calendars, sheets."""

import zipfile
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone
from icalendar import Calendar, Event
from python_calamine import CalamineWorkbook

from reciproque.web.accounts.models import Mandate
from reciproque.web.cooperations.models import Commitment, FundingSource, Meeting
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


def events(world) -> list[Event]:
    feed = world.reader.get(world.url + "agenda.ics")
    assert feed.status_code == 200
    return list(Calendar.from_ical(feed.content).walk("VEVENT"))


def test_dates_of_one_day_and_one_title_are_each_an_event(busy) -> None:
    day = date(2099, 3, 12)
    busy.c.meetings.create(title="Comité", day=day, hour="17:00", place="Auxerre")
    busy.c.actions.create(title="Comité", lead=busy.a, due=day)
    Commitment.objects.create(
        cooperation=busy.c, title="Comité", giver=busy.a, receiver=busy.b, unit="h",
        resource="expertise", quantity=1, due=day, state="agreed",
    )  # fmt: skip
    FundingSource.objects.create(cooperation=busy.c, label="Comité", amount=1, deadline=day)
    same = [e for e in events(busy) if "Comité" in e["summary"]]
    assert len(same) == 5
    assert len({e["uid"] for e in same}) == 5
    held = {(e["location"], e["dtstart"].dt.hour) for e in same if "location" in e}
    assert held == {("Sens", 10), ("Auxerre", 17)}


def test_an_event_stays_the_same_when_its_day_its_title_or_the_language_change(busy) -> None:
    before = {e["uid"] for e in events(busy)}
    Meeting.objects.update(day=date(2099, 4, 2), title="Comité élargi")
    assert {e["uid"] for e in events(busy)} == before
    busy.reader.cookies["django_language"] = "en"
    assert {e["uid"] for e in events(busy)} == before


def test_two_mandates_of_a_party_that_end_on_a_day_are_one_date(busy) -> None:
    end = timezone.localdate() + timedelta(days=40)
    Mandate.objects.filter(actor=busy.left).update(end=end)
    ends = [e for e in events(busy) if "mandate-" in e["uid"]]
    assert [e["dtstart"].dt for e in ends] == [end]
    all_of_them = events(busy)
    assert len({e["uid"] for e in all_of_them}) == len(all_of_them)


@pytest.mark.parametrize("hour", ["00:00", "21:59", "23:59"])
def test_a_meeting_on_the_last_day_of_the_calendar_breaks_no_feed(busy, hour) -> None:
    Meeting.objects.update(day=date.max, hour=hour)
    (event,) = [e for e in events(busy) if "Comité" in e["summary"]]
    assert event["dtstart"].dt.date() == date.max
    assert event["duration"].dt == timedelta(hours=2)


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
