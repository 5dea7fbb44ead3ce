"""Open what people have: CSV in any French encoding, alone, in gzip or in zip, or parquet."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

import polars as pl
from charset_normalizer import from_bytes

from reciproque.sources._errors import SourceError
from reciproque.sources._pendler_file import sheets, unprefaced
from reciproque.sources._table import Table, finished, header_of, separator_of, table_of_text

LARGEST = 2 << 30  # bytes once unpacked
SAMPLE = 1 << 16
USUAL = "éèêàçôîâûùïëœ’"
ENCODINGS = ["cp1252", "mac_roman", "cp850"]
YEAR_IN_NAME = re.compile(r"(?<!\d)(20[012]\d)(?!\d)")


def year_in(name: str) -> str:
    """The year that a file's name tells, or empty.

    >>> year_in("zonages_communes_2024.csv.gz"), year_in("petr_epci.csv")
    ('2024', '')
    """
    found = YEAR_IN_NAME.findall(name)
    return str(found[-1]) if found else ""


def _unzipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [n for n in archive.namelist() if not n.endswith("/")]
            if "[Content_Types].xml" in names or "mimetype" in names:
                yield from sheets(data)
                return
            wanted = [n for n in names if _is_table(n)]
            if sum(archive.getinfo(n).file_size for n in wanted) > LARGEST:
                raise SourceError("source.too_large", limit=LARGEST >> 30)
            if not wanted:
                raise SourceError("source.archive_without_table")
            for name in wanted:
                yield PurePosixPath(name).name, archive.read(name)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError):
        raise SourceError("source.truncated_archive") from None


def _is_table(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = "__MACOSX" in path.parts or path.name.startswith(".")
    description = path.name.lower().startswith(("meta", "dictionnaire"))
    return path.suffix.lower() in (".csv", ".txt", ".parquet") and not hidden and not description


def _gunzipped(data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            plain = stream.read(LARGEST + 1)
    except (EOFError, OSError, zlib.error):
        raise SourceError("source.truncated_archive") from None
    if len(plain) > LARGEST:
        raise SourceError("source.too_large", limit=LARGEST >> 30)
    return plain


def _parts(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if not data.strip():
        raise SourceError("source.empty")
    if data.startswith(b"PK"):
        yield from _unzipped(data)
    elif data.startswith(b"\x1f\x8b"):
        yield from _parts(name.removesuffix(".gz"), _gunzipped(data))
    else:
        yield name, data


def _row_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def decoded(data: bytes) -> tuple[str, str]:
    """The text of ``data`` and its encoding, UTF-8 first, then what French offices use.

    Raises ``source.binary`` for what is no text, ``source.broken_character`` for UTF-8 with a
    damaged byte, ``source.unfinished`` where the file stops inside a character.
    """
    head = data[:SAMPLE]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16").lstrip("\ufeff"), "utf-16"
        except UnicodeDecodeError:
            raise SourceError("source.binary") from None
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 13))
    if controls > len(head) // 1000:
        raise SourceError("source.binary")
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_damaged(data, error)
    accented = b"\n".join(line for line in data.split(b"\n")[:20_000] if not line.isascii())
    best = from_bytes(accented[:SAMPLE], cp_isolation=ENCODINGS).best()
    likely = (best.encoding if best else "cp1252", "cp1252")
    encoding = max(likely, key=lambda name: _french_letters(accented, name))
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _french_letters(data: bytes, encoding: str) -> int:
    """How many of the accented letters that French writes most: a wrong guess shows few."""
    text = data.decode(encoding, errors="ignore")
    return sum(text.count(letter) for letter in USUAL)


def _refuse_damaged(data: bytes, error: UnicodeDecodeError) -> None:
    if (
        error.start >= len(data) - 3
        and data[error.start] >= 0xC2
        and not data[: error.start].isascii()
    ):
        raise SourceError("source.unfinished", row=_row_at(data, error.start))
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text if ord(character) > 127) - bad
    if good > bad:
        raise SourceError("source.broken_character", row=_row_at(data, error.start))


def _parquet(data: bytes, name: str) -> Table:
    if not data.endswith(b"PAR1"):
        raise SourceError("source.truncated_archive")
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError):
        raise SourceError("source.truncated_archive") from None
    try:
        return finished(frame.cast(pl.String), name)
    except pl.exceptions.PolarsError:
        raise SourceError("source.binary") from None


class Part:
    """One table inside a file, whose columns are known before the whole is read."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = data
        self._text, self._encoding = "", ""
        self._skipped, self._year = 0, ""
        if data.startswith(b"PAR1"):
            self._whole: Table | None = _parquet(data, name)
            self.columns = self._whole.columns
        else:
            self._whole = None
            if not data.strip():
                raise SourceError("source.empty")
            text, self._encoding = decoded(data)
            plain = text.replace("\r\n", "\n").replace("\r", "\n")
            self._text, self._skipped, self._year = unprefaced(plain)
            self.columns = header_of(self._text)

    @property
    def size(self) -> int:
        return len(self._data)

    def table(self, file: str, only: Collection[str] = ()) -> Table:
        """The table (of the columns in ``only``); ``file`` is the name people gave to the file they added."""
        table = self._whole or table_of_text(
            self._text, self.name, only, first_row=2 + self._skipped
        )
        table.file = file
        table.year = self._year or year_in(self.name) or year_in(file)
        if self._encoding not in ("", "utf-8"):
            table.warn("source.encoding", encoding=self._encoding.replace("_", "-"))
        return table


def read_bytes(path: Path) -> bytes:
    """The content of ``path``; raises ``source.not_found``, ``source.folder``, ``source.empty``."""
    if not path.exists():
        raise SourceError("source.not_found")
    if path.is_dir():
        raise SourceError("source.folder")
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError("source.too_large", limit=LARGEST >> 30)
        data = path.read_bytes()
    except OSError as error:
        raise SourceError("source.unreadable", detail=error.strerror or str(error)) from None
    if not data.strip():
        raise SourceError("source.empty")
    return data


def parts(data: bytes, file: str) -> list[Part]:
    """The tables inside a file (one, or those of a zip, its descriptions left out)."""
    return [Part(name, content) for name, content in _parts(file, data)]


def file_header(path: Path) -> tuple[list[str], str]:
    """The column names of a CSV or Parquet file and its separator ("" for Parquet), from its beginning alone.

    Raises ``source.not_found``, ``source.folder``, ``source.empty``, ``source.binary`` or ``source.truncated_archive``.
    """
    if not path.exists():
        raise SourceError("source.not_found", file=path.name)
    if path.is_dir():
        raise SourceError("source.folder", file=path.name)
    try:
        with path.open("rb") as stream:
            head = stream.read(SAMPLE)
        if head.startswith(b"PAR1"):
            return list(pl.read_parquet_schema(path)), ""
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as stream:
                head = stream.read(SAMPLE)
        if not head.strip():
            raise SourceError("source.empty")
        text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        return header_of(text), separator_of(text.split("\n", 1)[0])
    except SourceError as error:
        error.figures.setdefault("file", path.name)
        raise
    except (pl.exceptions.PolarsError, EOFError, OSError, zlib.error):
        raise SourceError("source.truncated_archive", file=path.name) from None
