"""Files one takes away: dossier, agreement, sheets, calendars."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import override

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations import documents, office, tables
from reciproque.web.cooperations.funding import funding_sheets
from reciproque.web.cooperations.models import Cooperation, Meeting, Party, Review, Version
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.rules import readable
from reciproque.web.cooperations.views.common import may, needs

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ics": "text/calendar; charset=utf-8",
}


def _meeting(request: HttpRequest, cooperation: Cooperation, key: Any) -> Meeting:
    found = get_object_or_404(Meeting, pk=key, cooperation=cooperation)
    if not may(request, "read", found):
        raise Http404(key)
    return found


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
    return _file(office.ods(tables.steering_sheets(Overview(cooperation))), cooperation.slug, "ods")


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
    meeting = _meeting(request, cooperation, key)
    return _file(
        documents.attendance_sheet(meeting, blank="vierge" in request.GET),
        f"presence-{meeting.day}",
        "pdf",
    )


@needs("take_part")
def convocation(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """The letter that calls the parties."""
    meeting = _meeting(request, cooperation, key)
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


def my_calendar(request: HttpRequest, key: Any, slug: str = "") -> HttpResponse:
    """All my dates, or those of one cooperation; the address is the secret: calendars do not sign in."""
    person = get_object_or_404(Person, calendar_key=key, is_active=True)
    address = f"{request.scheme}://{request.get_host()}"
    mine = Cooperation.objects.of(person)
    if slug:
        mine = [get_object_or_404(mine, slug=slug)]
    with override(person.language):
        content = office.calendar(slug or "Réciproque", [Overview(c) for c in mine], address)
    return _file(content, slug or "reciproque", "ics")


@needs("take_part")
def minutes(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Who came and what was decided."""
    meeting = _meeting(request, cooperation, key)
    found = meeting.decisions.select_related("party__actor")
    decisions = readable(request.user, cooperation, found)
    return _file(documents.minutes(meeting, decisions), f"releve-{meeting.day}", "pdf")


@needs("take_part")
def review_sheet(request: HttpRequest, cooperation: Cooperation, pk: int) -> HttpResponse:
    """What each party said of each expectation and commitment: the sheet of the review meeting."""
    review = get_object_or_404(Review, pk=pk, cooperation=cooperation)
    wanted = cooperation.expectations.select_related("party__actor")
    promised = cooperation.commitments.exclude(state="proposed")
    lists = (readable(request.user, cooperation, things) for things in (wanted, promised))
    return _file(documents.review_sheet(review, *lists), f"reexamen-{review.opened}", "pdf")


@needs("take_part")
def funding_ods(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The funding plan: every column, the totals, what to look at."""
    return _file(office.ods(funding_sheets(cooperation)), f"{cooperation.slug}-financement", "ods")
