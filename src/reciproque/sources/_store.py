"""Where official data live once added, and how they get there whole or not at all.

``home()/installed/<dataset>/`` holds ``data-<hash>.parquet`` and ``meta.json``, which names it.
A new version writes its parquet beside the old one, then replaces ``meta.json`` in one atomic
step: whatever stops it before, the earlier data stay in use.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import polars as pl

from reciproque.sources._errors import SourceError
from reciproque.sources._installed import FORMAT, Installed, Reading
from reciproque.sources._open import parts, read_bytes
from reciproque.sources._reader import Draft, Reader
from reciproque.sources._readers import choose, choose_named
from reciproque.sources._register import register

META = "meta.json"
Progress = Callable[[str, float], None]


def home() -> Path:
    """The folder of the data: ``RECIPROQUE_HOME``, else the user's data folder."""
    named = os.environ.get("RECIPROQUE_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir("reciproque", appauthor=False))


def _folder(dataset: str = "") -> Path:
    return home() / "installed" / dataset


def _recorded() -> list[Installed]:
    """What was once installed, by id; a ``meta.json`` that cannot be read counts for nothing."""
    found = []
    for path in sorted(_folder().glob(f"*/{META}")):
        with suppress(OSError, ValueError):
            found.append(Installed.from_json(path.read_text(encoding="utf-8")))
    return found


def _usable(known: Installed) -> bool:
    return known.format == FORMAT and _data_path(known).exists()


def installed() -> list[Installed]:
    """What is installed and in use, by id."""
    return [known for known in _recorded() if _usable(known)]


def outdated() -> list[Installed]:
    """What an earlier version of the software wrote: to be added again from its file, by id."""
    return [known for known in _recorded() if not _usable(known)]


def _one(dataset: str) -> Installed:
    for candidate in installed():
        if candidate.id == dataset:
            return candidate
    known = ", ".join(candidate.id for candidate in installed()) or "–"
    raise SourceError("source.not_installed", dataset=dataset, known=known)


def _data_path(known: Installed) -> Path:
    kept = "" if known.arrondissements == "fold" else f" {known.arrondissements}"
    mark = hashlib.sha256(f"{known.sha256} {known.register} {FORMAT}{kept}".encode()).hexdigest()
    return _folder(known.id) / f"data-{mark[:16]}.parquet"


def read(dataset: str) -> Reading:
    """An installed set of data with its frame; raises ``source.not_installed``."""
    known = _one(dataset)
    try:
        return Reading(known, pl.read_parquet(_data_path(known)))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError("source.damaged", dataset=dataset, file=known.file_name) from error


def remove(dataset: str) -> None:
    """Remove a set of data; raises ``source.not_installed``."""
    if dataset not in {known.id for known in _recorded()}:
        _one(dataset)
    with _alone(dataset):
        (_folder(dataset) / META).unlink(missing_ok=True)
        shutil.rmtree(_folder(dataset), ignore_errors=True)


def fingerprint() -> str:
    """A text that changes when anything installed does (or the register it was read against)."""
    marks = [
        f"{known.id} {known.sha256} {known.register} {known.format} {known.arrondissements}"
        for known in installed()
    ]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Give an error the name of the file it is about; a full disk is said too."""
    try:
        yield
    except SourceError as error:
        error.figures.setdefault("file", path.name)
        raise


def recognise(path: Path) -> str:
    """The id of the reader that a file is for, by its published columns; raises SourceError."""
    path = Path(path)
    with _naming(path):
        return choose(parts(read_bytes(path), path.name))[1].id


@dataclass(frozen=True)
class Choices:
    """What the person who adds a file may choose (see :func:`install`)."""

    origin: str = ""
    destination: str = ""
    value: str = ""
    flow: str = "commuting"
    arrondissements: str = "fold"

    @property
    def columns(self) -> tuple[str, str, str]:
        return self.origin, self.destination, self.value


def install(
    path: Path, *, progress: Progress | None = None, choices: Choices | None = None
) -> Installed:
    """Read an official file, check it, and put it in use in one step.

    Adding the same file again does nothing.  ``progress(key, share)`` is told each step (a phrase
    key and 0..1).  ``choices`` may name the columns of an origin-destination file that is no publisher's
    (``origin, destination, value``) and what its ``flow`` counts (commuting, moves, mobility), and have the
    ``arrondissements`` of Paris, Lyon and Marseille "fold" into their commune (default) or "keep" their code.
    Raises :class:`SourceError` naming file, row and remedy; what was installed before then stays
    in use, untouched.
    """
    path = Path(path)
    tell = progress or (lambda key, share: None)
    chosen = choices or Choices()
    with _naming(path):
        tell("progress.source_open", 0.0)
        data = read_bytes(path)
        digest = hashlib.sha256(
            data + repr(chosen.columns).encode() * any(chosen.columns)
        ).hexdigest()
        already = _already(digest, chosen.arrondissements)
        if already:
            tell("progress.source_done", 1.0)
            return already
        found = parts(data, path.name)
        part, reader = choose_named(found, chosen.columns) if any(chosen.columns) else choose(found)
        tell("progress.source_read", 0.2)
        table = part.table(path.name, reader.only)
        table.arrondissements, table.asked = chosen.arrondissements, chosen.columns
        table.flow = chosen.flow
        tell("progress.source_check", 0.5)
        draft = reader.read(table, register())
        tell("progress.source_write", 0.8)
        known = _described(draft, reader, path.name, digest)
        known = replace(known, arrondissements=chosen.arrondissements)
        _write(known, draft.frame)
        tell("progress.source_done", 1.0)
        return known


def _already(digest: str, arrondissements: str) -> Installed | None:
    asked = (digest, register().version, arrondissements)
    for known in installed():
        if (known.sha256, known.register, known.arrondissements) == asked:
            return known
    return None


def _described(draft: Draft, reader: Reader, name: str, digest: str) -> Installed:
    return Installed(
        id=draft.dataset or reader.id,
        kind=reader.kind,
        label_fr=draft.label_fr or reader.label_fr,
        label_en=draft.label_en or reader.label_en,
        year=draft.year,
        source=reader.source,
        licence=reader.licence,
        level=draft.level or reader.level,
        rows=draft.frame.height,
        coverage_key=draft.coverage_key,
        coverage=dict(draft.coverage),
        warnings=draft.warnings,
        unmapped=draft.unmapped,
        file_name=name,
        sha256=digest,
        installed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        reader=reader.id,
        flow_kind=draft.flow_kind,
        unit=draft.unit,
        years=dict(draft.years),
        register=register().version,
    )


def _write(known: Installed, frame: pl.DataFrame) -> None:
    folder = _folder(known.id)
    target = _data_path(known)
    with _alone(known.id):
        _write_alone(known, frame, folder, target)


@contextmanager
def _alone(dataset: str) -> Iterator[None]:
    """One at a time for each set of data: of two added at once the last stands, entire."""
    from filelock import FileLock  # only where something is written: reading starts sooner

    place = home() / "locks"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError("source.disk", detail=error.strerror or str(error)) from error
    with FileLock(place / f"{dataset}.lock"):
        yield


def _write_alone(known: Installed, frame: pl.DataFrame, folder: Path, target: Path) -> None:
    before = set(folder.iterdir()) if folder.is_dir() else None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with written_whole(target) as draft:
            frame.write_parquet(draft)
        with written_whole(folder / META) as draft:
            draft.write_text(known.to_json(), encoding="utf-8")
    except BaseException as error:
        _undo(folder, before)
        if isinstance(error, OSError):
            raise SourceError("source.disk", detail=error.strerror or str(error)) from error
        raise
    for old in folder.iterdir():
        if old.name not in (META, target.name):
            old.unlink(missing_ok=True)


def _undo(folder: Path, before: set[Path] | None) -> None:
    if before is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in set(folder.iterdir()) - before:
        path.unlink(missing_ok=True)


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A file to write beside ``target``, which takes its place at the end, in one step, or never."""
    handle, name = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    os.close(handle)
    draft = Path(name)
    draft.chmod(0o644)  # as any file that people make, not for their eyes alone
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(target)
        _sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some systems cannot sync a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
