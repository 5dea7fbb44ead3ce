"""The committee's dossier as slides: nothing is cut, what does not fit goes on."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from reciproque.web.cooperations.documents import steering_head, steering_sections
from reciproque.web.cooperations.overview import Overview
from reciproque.web.registry.typesetting import Section, pictures_png
from reciproque.web.shared.templatetags.reciproque import day

PLAIN = "{5940675A-B579-460E-94D1-54222C63F5DA}"  # a table with lines and no colour, for black-and-white copiers
WIDE, HIGH, EDGE = 13.333, 7.5, 0.6  # inches
TOP, BODY = 1.45, 5.5
CHARACTERS = 120  # of a line of 14 points across a slide
LINES = 13  # of a table on a slide


def _lines(text: str, share: float) -> int:
    return sum(max(1, ceil(len(part) / max(CHARACTERS * share, 1))) for part in text.split("\n"))


def paged(heights: Sequence[int], most: int = LINES) -> list[list[int]]:
    """Which items stand on each page, none left out: ``heights`` in lines, ``most`` lines a page.

    >>> paged([1, 1, 1], 2)
    [[0, 1], [2]]
    """
    pages: list[list[int]] = []
    room = 0
    for i, height in enumerate(heights):
        if not pages or height > room:
            pages.append([])
            room = most
        pages[-1].append(i)
        room -= height
    return pages


def _slide(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5])  # a title alone
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = (
        Inches(x) for x in (EDGE, 0.35, WIDE - 2 * EDGE, 0.9)
    )
    head.text = title
    head.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    head.text_frame.paragraphs[0].font.size = Pt(30)
    return slide


def _words(slide: Any, lines: Sequence[str], top: float, high: float, size: int = 18) -> None:
    box = slide.shapes.add_textbox(Inches(EDGE), Inches(top), Inches(WIDE - 2 * EDGE), Inches(high))
    box.text_frame.word_wrap = True
    for i, line in enumerate(lines):
        part = box.text_frame.paragraphs[0] if i == 0 else box.text_frame.add_paragraph()
        part.text, part.font.size, part.space_after = line, Pt(size), Pt(8)


def _grid(slide: Any, section: Section, rows: Sequence[Sequence[str]], top: float) -> None:
    """A table whose first row is its header."""
    across = WIDE - 2 * EDGE
    frame = slide.shapes.add_table(
        len(rows) + 1, len(section.columns), Inches(EDGE), Inches(top), Inches(across),
        Inches(0.36 * (len(rows) + 1)),
    )  # fmt: skip
    grid, whole = frame.table, sum(section.widths)
    frame.name = section.title
    grid.first_row = True
    grid._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
    for column, width in zip(grid.columns, section.widths, strict=True):
        column.width = Inches(across * width / whole)
    for r, row in enumerate([section.columns, *rows]):
        for c, text in enumerate(row):
            cell = grid.cell(r, c)
            cell.text = text
            for part in cell.text_frame.paragraphs:
                part.font.size, part.font.bold = Pt(14), r == 0
                part.alignment = PP_ALIGN.RIGHT if c in section.right else PP_ALIGN.LEFT


def _pictures(slide: Any, section: Section) -> None:
    """Up to six ribbons in two columns, each with its words."""
    wide = (WIDE - 2 * EDGE - 0.5) / 2
    drawn = zip(section.pictures, pictures_png(section.pictures), strict=True)
    for i, (picture, png) in enumerate(drawn):
        left, top = EDGE + (i % 2) * (wide + 0.5), TOP + (i // 2) * 1.95
        shape = slide.shapes.add_picture(
            io.BytesIO(png), Inches(left), Inches(top), width=Inches(wide)
        )
        shape._element.nvPicPr.cNvPr.set("descr", picture.alt)
        box = slide.shapes.add_textbox(
            Inches(left), Inches(top) + shape.height, Inches(wide), Inches(0.5)
        )
        box.text_frame.word_wrap, box.text_frame.margin_top = True, 0
        box.text_frame.text = picture.caption
        box.text_frame.paragraphs[0].font.size = Pt(12)


def _parts(section: Section) -> Iterator[tuple[str, Any]]:
    """What each slide of a section holds: pictures, rows or bullets."""
    if section.pictures:
        yield "pictures", section
    whole = sum(section.widths)
    heights = [
        max(_lines(text, w / whole) for text, w in zip(row, section.widths, strict=True))
        for row in section.rows
    ]
    for page in paged(heights):
        yield "rows", [section.rows[i] for i in page]
    # bullets are larger: a line holds fewer characters
    for page in paged([_lines(b, 0.8) for b in section.bullets], 11):
        yield "bullets", [f"– {section.bullets[i]}" for i in page]


def _section(deck: Any, section: Section) -> None:
    parts = list(_parts(section))
    for number, (kind, what) in enumerate(parts, 1):
        mark = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
        slide = _slide(deck, section.title + mark)
        last = number == len(parts)
        if kind == "pictures":
            _pictures(slide, section)
        elif kind == "rows":
            _grid(slide, section, what, TOP)
        else:
            _words(slide, what, TOP, BODY)
        below = [section.lead] if kind == "pictures" else [section.source] if last else []
        if any(below):
            _words(slide, below, HIGH - 0.6, 0.4, 12)


def steering_pptx(seen: Overview) -> bytes:
    """The lead, then each part on as many slides as it needs; what has nothing to tell shares the last."""
    c, deck = seen.cooperation, Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    deck.core_properties.title = c.name
    first = _slide(deck, c.name)
    first.shapes.title.text_frame.paragraphs[0].font.size = Pt(32)
    _words(first, [steering_head(seen), seen.lead(), day(timezone.localdate())], 2.2, 3.5, 22)
    quiet = []
    for section in steering_sections(seen):
        if section.pictures or section.rows or section.bullets:
            _section(deck, section)
        else:
            quiet.append(f"{section.title} : {section.lead}")
    if quiet:
        _words(_slide(deck, _("Rien à signaler")), quiet, TOP, BODY)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()
