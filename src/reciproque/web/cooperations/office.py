"""Office files of a cooperation: DOCX, ODS, PPTX, ICS."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zlib import crc32

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from icalendar import Calendar, Event
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pptx import Presentation
from pptx.util import Pt

from reciproque.vocabulary import label, table
from reciproque.web.cooperations.documents import (
    blocks,
    parties_of,
    side_by_side,
    steering_sections,
)
from reciproque.web.cooperations.models import Cooperation, Party, Version
from reciproque.web.cooperations.overview import Overview
from reciproque.web.shared.templatetags.reciproque import day, lang

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Sheet = tuple[str, Sequence[str], Sequence[Sequence[object]]]


def safe(value: object) -> object:
    """A text that a spreadsheet would take for a formula is kept as a text."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def _document(title: str) -> Any:
    document = Document()
    document.core_properties.title = title
    document.core_properties.language = lang()
    for style in ("Normal", "Heading 1", "Heading 2", "Title"):
        font = document.styles[style].element.get_or_add_rPr()
        tag = font.makeelement(qn("w:lang"), {qn("w:val"): "fr-FR" if lang() == "fr" else "en-GB"})
        font.append(tag)
    return document


def _bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _grid(document: Any, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    grid = document.add_table(rows=1, cols=len(columns))
    grid.style = "Light Grid"
    for cell, text in zip(grid.rows[0].cells, columns, strict=True):
        cell.text = text
    grid.rows[0]._tr.get_or_add_trPr().append(grid._tbl.makeelement(qn("w:tblHeader"), {}))
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text


def steering_docx(seen: Overview) -> bytes:
    """The committee's document, to be edited."""
    c = seen.cooperation
    document = _document(c.name)
    document.add_heading(c.name, 0)
    document.add_paragraph(f"{parties_of(c)} · {day(timezone.localdate())}")
    document.add_paragraph(seen.lead())
    for section in steering_sections(seen):
        document.add_heading(section.title, 1)
        if section.lead:
            document.add_paragraph(section.lead)
        if section.rows:
            _grid(document, section.columns, section.rows)
        for bullet in section.bullets:
            document.add_paragraph(bullet, style="List Bullet")
        if section.source:
            document.add_paragraph(section.source)
    return _bytes(document)


def version_docx(version: Version) -> bytes:
    """A version of the agreement, in one language or two side by side."""
    document = _document(version.cooperation.name)
    if version.second_text:
        columns = [label("languages", code, lang()) for code in (lang(), version.second_language)]
        _grid(document, columns, side_by_side(version.text, version.second_text))
    else:
        _write_text(document, version.text)
    _signatures(document, version)
    return _bytes(document)


def _write_text(document: Any, text: str) -> None:
    for level, paragraphs, bullets in blocks(text):
        if level:
            document.add_heading(paragraphs[0], min(level - 1, 3))
        for text in paragraphs[1:]:
            document.add_paragraph(text)
        for bullet in bullets:
            document.add_paragraph(bullet, style="List Bullet")


def _signatures(document: Any, version: Version) -> None:
    document.add_heading(_("Signatures"), 1)
    signed = {s.party_id: s for s in version.signatures.all()}
    rows = []
    for party in version.cooperation.present():
        s = signed.get(party.pk)
        rows.append(
            [
                str(party),
                f"{s.name}, {s.function}" if s else "",
                day(s.day) if s else "",
            ]
        )
    _grid(document, [_("Partie"), _("Nom et fonction"), _("Le")], rows)


def deliberation(cooperation: Cooperation, party: Party) -> bytes:
    """A model deliberation for the body of a party."""
    kind = table("actor_kinds").get(party.actor.kind, {})
    body = kind.get(f"deliberates_{lang()}") or "–"
    signs = kind.get(f"signs_{lang()}", "")
    last = cooperation.versions.first()
    form = label("forms", last.form, lang()) if last else ""
    document = _document(cooperation.name)
    document.add_heading(_("Modèle de délibération : %s") % party, 0)
    document.add_paragraph(_("Organe : %s") % body)
    document.add_paragraph(
        _("Objet : %(form)s « %(name)s »") % {"form": form, "name": cooperation.name}
    )
    document.add_paragraph(_("Séance du ………, convocation du ………"))
    document.add_heading(_("Exposé"), 1)
    document.add_paragraph(cooperation.subject or "…")
    document.add_paragraph(cooperation.why or "…")
    document.add_heading(_("Après en avoir délibéré"), 1)
    for line in (
        _("approuve le texte joint (version %s) ;") % (last.number if last else "…"),
        _("autorise %s à le signer ;") % (signs or "…"),
        _("désigne pour le comité de pilotage : ……… ;"),
        _("demande qu’il soit rendu compte de l’équilibre des échanges tous les %s mois.")
        % cooperation.review_months,
    ):
        document.add_paragraph(line, style="List Bullet")
    document.add_paragraph(_("Pour : ……   Contre : ……   Abstentions : ……   Se retirent : ……"))
    document.add_paragraph(
        _("Ce modèle aide sans engager : information, et non conseil juridique.")
    )
    return _bytes(document)


def ods(sheets: Sequence[Sheet]) -> bytes:
    """Tables as an OpenDocument spreadsheet: numbers stay numbers, texts never run."""
    document = OpenDocumentSpreadsheet()
    for name, columns, rows in sheets:
        sheet = Table(name=name[:31])
        for row in [columns, *rows]:
            line = TableRow()
            for value in row:
                if isinstance(value, int | float) and not isinstance(value, bool):
                    cell = TableCell(valuetype="float", value=str(value))
                else:
                    cell = TableCell(valuetype="string")
                cell.addElement(P(text=str(safe(value) if value is not None else "")))
                line.addElement(cell)
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def steering_pptx(seen: Overview) -> bytes:
    """A few slides: the lead, then one for each part of the dossier."""
    deck = Presentation()
    deck.core_properties.title = seen.cooperation.name
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = seen.cooperation.name
    first.placeholders[1].text = f"{parties_of(seen.cooperation)}\n{seen.lead()}"
    for section in steering_sections(seen):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = section.title
        frame = slide.placeholders[1].text_frame
        lines = [section.lead] if section.lead else []
        lines += [
            " · ".join(filter(None, row)).replace("☐", "").strip(" ·") for row in section.rows
        ][:9]
        lines += list(section.bullets)[:6]
        frame.text = lines[0] if lines else ""
        for line in lines[1:]:
            frame.add_paragraph().text = line
        for paragraph in frame.paragraphs:
            paragraph.font.size = Pt(18)
    return _bytes(deck)


def calendar(title: str, overviews: Sequence[Overview], address: str) -> bytes:
    """The dates of cooperations as an ICS feed (RFC 5545)."""
    feed = Calendar()
    feed.add("prodid", "-//Réciproque//FR")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", title)
    for seen in overviews:
        c = seen.cooperation
        meetings = {(m.day, m.title): m for m in c.meetings.shown()}
        for ahead in seen.dates:
            event = Event()
            event.add(
                "uid", f"{c.slug}-{ahead.day.isoformat()}-{crc32(ahead.title.encode())}@reciproque"
            )
            event.add("summary", f"{ahead.title} ({c.name})")
            event.add("description", ahead.detail)
            meeting = meetings.get((ahead.day, ahead.title))
            if meeting and meeting.hour:
                start = timezone.make_aware(datetime.combine(meeting.day, meeting.hour or time()))
                event.add("dtstart", start)
                event.add("dtend", start + timedelta(hours=2))
            else:
                event.add("dtstart", ahead.day)
            if meeting and meeting.place:
                event.add("location", meeting.place)
            event.add("dtstamp", c.changed)
            event.add("url", f"{address}{c.get_absolute_url()}")
            feed.add_component(event)
    return bytes(feed.to_ical())
