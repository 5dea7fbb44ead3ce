"""Typeset a dossier: A4, PDF/A-3a and PDF/UA-1, by typst."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from reciproque.web.shared.pictures import for_print

HERE = Path(__file__).parent
FONTS = HERE.parent / "static" / "built"
STANDARDS: Any = ["a-3a", "ua-1"]


@dataclass(frozen=True)
class Picture:
    """A drawing, its words for those who do not see it, its width in percent of the page."""

    svg: str
    alt: str
    caption: str = ""
    width: int = 100


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; ``right`` are the columns set to the right, ``boxes`` those
    whose cells are boxes to fill by hand, ``titled`` where the first line of a cell is its title."""

    title: str
    lead: str = ""
    pictures: Sequence[Picture] = ()
    columns: Sequence[str] = ()
    widths: Sequence[float] = ()
    right: Sequence[int] = ()
    rows: Sequence[Sequence[str]] = ()
    bullets: Sequence[str] = ()
    source: str = ""
    boxes: Sequence[int] = ()
    titled: bool = False


@dataclass(frozen=True)
class Dossier:
    """All the words of a dossier."""

    title: str
    subtitle: str
    lead: str
    lang: str
    footer: str
    sections: Sequence[Section]
    date: tuple[int, int, int] = field(
        default_factory=lambda: (date.today().year, date.today().month, date.today().day)
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def compile_dossier(dossier: Dossier) -> bytes:
    """Typeset a dossier as PDF/A-3a and PDF/UA-1 (about half a second)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = asdict(dossier)
        count = 0
        for section in data["sections"]:
            for picture in section["pictures"]:
                count += 1
                picture["file"] = f"picture-{count}.svg"
                (folder / picture["file"]).write_text(
                    for_print(picture.pop("svg")), encoding="utf-8"
                )
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        source = folder / "dossier.typ"
        source.write_text(
            (HERE / "typst" / "dossier.typ").read_text(encoding="utf-8"), encoding="utf-8"
        )
        result = typst.compile(
            str(source),
            root=str(folder),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
        )
    return bytes(result)


A_PAGE_EACH = """#set page(width: 160mm, height: auto, margin: 0mm, fill: white)
#for name in json("data.json") { pagebreak(weak: true); image(name, width: 100%) }
"""


def pictures_png(pictures: Sequence[Picture]) -> list[bytes]:
    """Each drawing as a PNG 160 mm wide at 150 pixels an inch, for office files."""
    if not pictures:
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [f"picture-{i}.svg" for i in range(len(pictures))]
        for file, picture in zip(files, pictures, strict=True):
            (folder / file).write_text(for_print(picture.svg), encoding="utf-8")
        (folder / "data.json").write_text(json.dumps(files), encoding="utf-8")
        source = folder / "pictures.typ"
        source.write_text(A_PAGE_EACH, encoding="utf-8")
        found = typst.compile(
            str(source), root=str(folder), font_paths=_fonts(), ignore_system_fonts=True,
            format="png", ppi=150,
        )  # fmt: skip
    return [bytes(page) for page in found] if isinstance(found, list) else [bytes(found)]
