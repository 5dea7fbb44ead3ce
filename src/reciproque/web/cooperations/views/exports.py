"""Files one takes away: dossier, agreement, sheets, calendars."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations import documents, office
from reciproque.web.cooperations.models import Cooperation, Meeting, Party, Version
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.views.common import needs

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ics": "text/calendar; charset=utf-8",
}


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=KINDS[kind])
    how = "inline" if kind in ("pdf", "ics") else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{name}.{kind}"'
    return response


@needs("take_part")
def dossier_pdf(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The committee's document."""
    return _file(documents.steering_pdf(Overview(cooperation)), cooperation.slug, "pdf")


@needs("take_part")
def dossier_docx(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The same, to be edited."""
    return _file(office.steering_docx(Overview(cooperation)), cooperation.slug, "docx")


@needs("take_part")
def dossier_ods(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Every table."""
    return _file(office.ods(office.steering_sheets(Overview(cooperation))), cooperation.slug, "ods")


@needs("take_part")
def dossier_pptx(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Slides."""
    return _file(office.steering_pptx(Overview(cooperation)), cooperation.slug, "pptx")


@needs("take_part")
def version_pdf(request: HttpRequest, cooperation: Cooperation, number: int) -> HttpResponse:
    """A version of the agreement."""
    found = get_object_or_404(Version, cooperation=cooperation, number=number)
    return _file(documents.version_pdf(found), f"{cooperation.slug}-{number}", "pdf")


@needs("take_part")
def version_docx(request: HttpRequest, cooperation: Cooperation, number: int) -> HttpResponse:
    """The same, to be edited."""
    found = get_object_or_404(Version, cooperation=cooperation, number=number)
    return _file(office.version_docx(found), f"{cooperation.slug}-{number}", "docx")


@needs("take_part")
def attendance_sheet(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """The sheet that goes round the table."""
    meeting = get_object_or_404(Meeting, pk=key, cooperation=cooperation)
    return _file(documents.attendance_sheet(meeting), f"presence-{meeting.day}", "pdf")


@needs("take_part")
def convocation(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """The letter that calls the parties."""
    meeting = get_object_or_404(Meeting, pk=key, cooperation=cooperation)
    parties = list(cooperation.present(meeting.day))
    return _file(documents.convocation(meeting, parties), f"convocation-{meeting.day}", "pdf")


@needs("take_part")
def deliberation(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """A model deliberation for a party's body."""
    party = get_object_or_404(Party, pk=key, cooperation=cooperation)
    return _file(
        office.deliberation(cooperation, party), f"deliberation-{cooperation.slug}", "docx"
    )


@needs("take_part")
def calendar(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The dates of this cooperation."""
    address = f"{request.scheme}://{request.get_host()}"
    content = office.calendar(cooperation.name, [Overview(cooperation)], address)
    return _file(content, cooperation.slug, "ics")


def my_calendar(request: HttpRequest, key: Any) -> HttpResponse:
    """All my dates; the address itself is the secret, since calendars do not sign in."""
    person = get_object_or_404(Person, calendar_key=key, is_active=True)
    address = f"{request.scheme}://{request.get_host()}"
    overviews = [Overview(c) for c in Cooperation.objects.of(person)]
    return _file(office.calendar("Réciproque", overviews, address), "reciproque", "ics")
