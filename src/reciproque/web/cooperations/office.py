"""Office files of a cooperation: DOCX, ODS, PPTX, ICS."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from icalendar import Calendar, Event
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableHeaderRows, TableRow
from odf.text import P

from reciproque.vocabulary import label, table
from reciproque.web.cooperations.documents import (
    signature_columns,
    signed_as,
    steering_head,
    steering_sections,
)
from reciproque.web.cooperations.models import Cooperation, Party, Version
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.slides import steering_pptx as steering_pptx
from reciproque.web.cooperations.texts import blocks, side_by_side
from reciproque.web.registry.typesetting import Picture, pictures_png
from reciproque.web.shared.templatetags.reciproque import day, lang

FORMULA = ("=", "+", "-", "@", "\t", "\r")
INK = RGBColor(0x1B, 0x2A, 0x32)
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
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    for style in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Title", "Caption"):
        written = document.styles[style]
        written.font.name, written.font.color.rgb = "Arial", INK
        fonts = written.element.rPr.rFonts
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)  # a theme's font would win over the name
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Title"].font.size = Pt(22)
    document.styles["Caption"].font.bold = False
    return document


def _bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _grid(
    document: Any,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    widths: Sequence[float] = (),
    titled: bool = False,
) -> None:
    """A table with a header row; ``right`` are the columns of figures, ``widths`` their shares.

    ``titled`` where the first line of a cell is its title.
    """
    grid = document.add_table(rows=1, cols=len(columns))
    grid.style, grid.autofit = "Table Grid", False
    grid.rows[0]._tr.get_or_add_trPr().append(grid._tbl.makeelement(qn("w:tblHeader"), {}))
    page = document.sections[0]
    across = page.page_width - page.left_margin - page.right_margin
    shares = widths or [1] * len(columns)
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = int(across * share / sum(shares))
    for i, row in enumerate([columns, *rows]):
        line = grid.rows[0] if i == 0 else grid.add_row()
        line._tr.get_or_add_trPr().append(grid._tbl.makeelement(qn("w:cantSplit"), {}))
        for c, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
            part = cell.paragraphs[0]
            title, _line, rest = text.partition("\n") if titled and i else ("", "", text)
            for said, bold in ((title, True), (rest, i == 0)):
                if said:
                    run = part.add_run(said + "\n" if said is title and rest else said)
                    run.bold, run.font.size = bold, Pt(9)
            part.paragraph_format.space_before = part.paragraph_format.space_after = Pt(2)
            if c in right:
                part.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _ribbons(document: Any, pictures: Sequence[Picture]) -> None:
    """The same drawings as in the PDF, with the same words for those who do not see them."""
    for picture, png in zip(pictures, pictures_png(pictures), strict=True):
        shape = document.add_picture(io.BytesIO(png), width=Mm(80))
        shape._inline.docPr.set("descr", picture.alt)
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        document.add_paragraph(picture.caption, style="Caption")


def steering_docx(seen: Overview) -> bytes:
    """The committee's document, to be edited."""
    c = seen.cooperation
    document = _document(c.name)
    document.add_heading(c.name, 0)
    document.add_paragraph(f"{steering_head(seen)} · {day(timezone.localdate())}")
    document.add_paragraph(seen.lead())
    for section in steering_sections(seen):
        document.add_heading(section.title, 1)
        if section.lead:
            document.add_paragraph(section.lead)
        _ribbons(document, section.pictures)
        if section.rows:
            _grid(document, section.columns, section.rows, section.right, section.widths)
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
        _grid(document, columns, side_by_side(version.text, version.second_text), titled=True)
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
    rows = [
        signed_as(signed[p.pk]) if p.pk in signed else [str(p), "", "", ""]
        for p in version.cooperation.present()
    ]
    _grid(document, signature_columns(), rows, widths=[2, 3, 1.5, 2])


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
        _("autorise à le signer : %s ;") % (signs or "…"),
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


def _line(row: Sequence[object]) -> Any:
    line = TableRow()
    for value in row:
        if isinstance(value, int | float) and not isinstance(value, bool):
            cell = TableCell(valuetype="float", value=str(value))
        else:
            cell = TableCell(valuetype="string")
        cell.addElement(P(text=str(safe(value) if value is not None else "")))
        line.addElement(cell)
    return line


def ods(sheets: Sequence[Sheet]) -> bytes:
    """Tables as an OpenDocument spreadsheet: numbers stay numbers, texts never run."""
    document = OpenDocumentSpreadsheet()
    for name, columns, rows in sheets:
        sheet, head = Table(name=name[:31]), TableHeaderRows()
        head.addElement(_line(columns))
        sheet.addElement(head)
        for row in rows or [[_("Rien à ce jour.")]]:
            sheet.addElement(_line(row))
        document.spreadsheet.addElement(sheet)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def calendar(title: str, overviews: Sequence[Overview], address: str) -> bytes:
    """The dates of cooperations as an ICS feed (RFC 5545)."""
    feed = Calendar()
    feed.add("prodid", "-//Réciproque//FR")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", title)
    for seen in overviews:
        c = seen.cooperation
        meetings = {str(m.pk): m for m in c.meetings.shown()}
        for ahead in seen.dates:
            event = Event()
            event.add("uid", f"{c.slug}-{ahead.key}@reciproque")
            event.add("summary", f"{ahead.title} ({c.name})")
            event.add("description", ahead.detail)
            meeting = meetings.get(ahead.key)
            if meeting and meeting.hour:
                start = datetime.combine(meeting.day, meeting.hour)
                event.add("dtstart", timezone.make_aware(start))
                event.add("duration", timedelta(hours=2))  # its end may be past the last date
            else:
                event.add("dtstart", ahead.day)
            if meeting and meeting.place:
                event.add("location", meeting.place)
            event.add("dtstamp", c.changed)
            event.add("url", f"{address}{c.get_absolute_url()}")
            feed.add_component(event)
    return bytes(feed.to_ical())
