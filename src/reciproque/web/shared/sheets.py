"""A spreadsheet with a line of titles: read whole, or refused with the remedy."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from charset_normalizer import from_bytes
from django.core import signing
from django.utils.translation import gettext as _
from openpyxl import Workbook
from python_calamine import CalamineError, CalamineWorkbook
from text_unidecode import unidecode

from reciproque.vocabulary import table

LARGEST, MOST_ROWS = 5_000_000, 2_000
OTHERS = (
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x7fELF",
)  # no tables
LARGEST_OPENED = 100_000_000  # a small file that opens into a huge one is not read
KEPT_SECONDS = 3600  # how long a preview may wait for its answer
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SheetError(Exception):
    """A file that cannot be read at all, in words."""


@dataclass
class Row:
    """A row of the sheet: its number, what it says, what is wrong, what it doubles."""

    number: int
    values: dict[str, str]
    problems: list[str] = field(default_factory=list)
    known: str = ""
    known_key: str = ""
    twin: int = 0
    shown: dict[str, str] = field(default_factory=dict)  # cells as people read them, codes in words

    @property
    def good(self) -> bool:
        return not self.problems

    @property
    def invites(self) -> bool:
        """Whether the row names someone to invite: the double of a row may be a second person."""
        return self.good and bool(self.values.get("email"))

    @property
    def enters(self) -> bool:
        """Without an error, and not the double of an earlier row."""
        return self.good and not self.twin


def plain(text: object) -> str:
    return unidecode(str(text)).strip().lower().replace("_", " ")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").strip()


def _lines(name: str, data: bytes) -> list[list[str]]:
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                if sum(part.file_size for part in packed.infolist()) > LARGEST_OPENED:
                    raise SheetError(
                        _("« %s » est trop gros une fois ouvert : coupez-le en plusieurs fichiers.")
                        % name
                    )
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            return [[_cell(v) for v in row] for row in book.get_sheet_by_index(0).to_python()]
        except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
            raise SheetError(
                _("« %s » n’est pas un tableur lisible (XLSX ou ODS).") % name
            ) from error
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")  # UTF-16, as some spreadsheets save text
    if (data[:4096].count(b"\0") > 8 and not wide) or data.startswith(OTHERS):
        raise SheetError(_("« %s » n’est ni un CSV, ni un XLSX, ni un ODS.") % name)
    best = from_bytes(data[:200_000], cp_isolation=["utf_8", "cp1252", "utf_16"]).best()
    encoding = "utf-16" if wide else best.encoding if best else "utf-8"
    text = data.decode(encoding, errors="replace").lstrip("\ufeff")
    lines = io.StringIO(text, newline=None)  # line ends of any system
    delimiter = max(";,\t", key=lines.readline().count)
    lines.seek(0)
    try:
        return [[_cell(c) for c in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as error:
        raise SheetError(
            _(
                "« %s » n’est pas un CSV lisible : une cellule est trop longue, ou un guillemet n’est pas fermé."
            )
            % name
        ) from error


def read(
    columns: Mapping[str, tuple[str, ...]], needed: Sequence[str], name: str, data: bytes
) -> list[Row]:
    """The rows of a spreadsheet; raises :class:`SheetError` with the remedy.

    ``columns`` are the titles by which each column is known (the first is the one told to people),
    ``needed`` those without which nothing can be read.
    """
    if len(data) > LARGEST:
        raise SheetError(_("« %s » dépasse 5 Mo : coupez-le en plusieurs fichiers.") % name)
    lines = _lines(name, data)
    if not lines or not any(lines[0]):
        raise SheetError(_("« %s » est vide.") % name)
    found: dict[str, int] = {}
    for at, heading in enumerate(lines[0]):
        for column, words in columns.items():
            if plain(heading) in map(plain, words):
                found.setdefault(column, at)
    missing = [columns[c][0] for c in needed if c not in found]
    if missing:
        raise SheetError(
            _("« %(file)s » : il manque la colonne %(columns)s.")
            % {"file": name, "columns": ", ".join(missing)}
        )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        values = {c: line[at][:200] if at < len(line) else "" for c, at in found.items()}
        if any(values.values()):
            rows.append(_row(number, values))
    if len(rows) > MOST_ROWS:
        raise SheetError(
            _("« %(file)s » a plus de %(most)s lignes : coupez-le.")
            % {"file": name, "most": MOST_ROWS}
        )
    return rows


def _row(number: int, values: dict[str, str]) -> Row:
    """A row; what no database keeps is taken out, and said."""
    clean = {name: value.replace("\0", "") for name, value in values.items()}
    row = Row(number, clean)
    if clean != values:
        row.problems.append(
            _(
                "une cellule contient un caractère invisible (nul) : retapez-la, puis renvoyez le fichier"
            )
        )
    return row


def coded(text: str, name: str) -> str | None:
    """The code of a word in a vocabulary, by its code or its label in either language."""
    for code, row in table(name).items():
        if plain(text) in (plain(code), plain(row["label_fr"]), plain(row["label_en"])):
            return code
    return None


def day(text: str) -> date | None:
    """A date as people write it, or ``None``."""
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    return None


def number(text: str) -> float | None:
    """A number as people write it, with its thousands apart and a comma; ``None`` where it is none."""
    try:
        found = float("".join(text.split()).replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def packed(rows: Sequence[Row], salt: str) -> str:
    """Rows that were shown, signed, for the form that keeps them."""
    return signing.dumps([asdict(r) for r in rows], salt=salt, compress=True) if rows else ""


def unpacked(text: str, salt: str) -> list[Row]:
    """The good rows of ``packed``, to be checked again; raises ``django.core.signing.BadSignature``."""
    raw = signing.loads(text, salt=salt, max_age=KEPT_SECONDS)
    return [Row(**{**r, "problems": [], "known": ""}) for r in raw if not r["problems"]]


def written(lines: Sequence[Sequence[object]], kind: str, name: str) -> tuple[bytes, str]:
    """Lines, the titles first, as ``csv`` or as the sheet ``name`` of an ``xlsx``; and the type of the file."""
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
        return ("\ufeff" + text.getvalue()).encode(), MIME[kind]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), MIME[kind]
