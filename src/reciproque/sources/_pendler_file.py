"""The two shapes in which the Bundesagentur für Arbeit publishes commuters, as one plain CSV text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from reciproque.sources._errors import SourceError

KEY, TOTAL = "Regionalschlüssel", "Insgesamt"
HOME, WORK = f"Wohnort {KEY}", f"Arbeitsort {KEY}"
GERMAN = {
    "Workplace": "Arbeitsort",
    "Place of residence": "Wohnort",
    "Regional key": KEY,
    "Total": TOTAL,
}
HEADER = re.compile(
    rf'^"?(Wohnort|Arbeitsort|Workplace|Place of residence)"?;"?({KEY}|Regional key)"?;',
    re.MULTILINE,
)
DAY = re.compile(r"(?:Stichtag|Reference date)\D{0,12}30\.\s?(?:Juni\s|0?6\.)\s?(20\d\d)")
DISTRICT = r"^\d{5}$"
SHEETS = ("Auspendler Kreise", "Einpendler Kreise")


def unprefaced(text: str) -> tuple[str, int, str]:
    """A CSV export without the lines before its header and after its rows; how many were before; its year.

    Its two columns of keys are named apart.  Any other text comes back as it is.
    """
    found = HEADER.search(text)
    if found is None:
        return text, 0, ""
    before, rest = text[: found.start()], text[found.start() :]
    header, _, body = rest.partition("\n")
    names: list[str] = []
    for name in next(csv.reader([header], delimiter=";")):
        german = GERMAN.get(name.strip(), name.strip())
        names.append(f"{names[-1]} {KEY}" if german == KEY and names else german)
    lines = body.split("\n")
    end = next((at for at, line in enumerate(lines) if ";" not in line), len(lines))
    day = DAY.search(before)
    kept = "".join(line + "\n" for line in lines[:end])
    return ";".join(names) + "\n" + kept, before.count("\n"), day.group(1) if day else ""


def sheets(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The sheets of a ``krpend`` workbook as CSV exports; raises ``source.spreadsheet`` for any other."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        raise SourceError("source.spreadsheet") from None
    found = [name for name in book.sheet_names if name in SHEETS]
    if not found:
        raise SourceError("source.spreadsheet")
    for name in found:
        ends = ("Wohnort", "Arbeitsort") if name == SHEETS[0] else ("Arbeitsort", "Wohnort")
        out, day, first = io.StringIO(), "", ("", "")
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        for cells in book.get_sheet_by_name(name).to_python():
            row = [_cell(cell) for cell in cells[:5]]
            if told := DAY.search(" ".join(row)):
                day = day or told.group(1)
            if re.match(DISTRICT, row[0]):
                first = (row[1], row[0])
            if first[1] and len(row) > 4 and row[2] and row[4]:
                writer.writerow([*first, row[3], row[2], row[4]])
        header = ";".join((ends[0], KEY, ends[1], KEY, TOTAL))
        yield f"{name}.csv", f"Stichtag: 30.06.{day}\n{header}\n{out.getvalue()}".encode()


def _cell(value: object) -> str:
    return (
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    )
