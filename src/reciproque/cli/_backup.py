"""``backup`` and ``restore``: one file with the database, the documents and the official data."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from reciproque.cli._common import LANG, Lang, _, plain_errors, stop
from reciproque.kernel import ReciproqueError

app = typer.Typer()
FORMAT, MANIFEST, DATABASE = 1, "manifest.json", "reciproque.sqlite3"
DUMP = "reciproque.pgdump"
KEPT = ("media", "installed", "secret_key")


def _postgres() -> str:
    return (
        os.environ.get("DATABASE_URL", "")
        if "postgres" in os.environ.get("DATABASE_URL", "")
        else ""
    )


def _run(command: list[str]) -> None:
    if not shutil.which(command[0]):
        raise ReciproqueError("backup.no_tool", tool=command[0])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReciproqueError(
            "backup.tool_failed", tool=command[0], detail=done.stderr.strip()[:200]
        )


def _database(folder: Path, home: Path) -> Path:
    """A consistent copy of the database, taken while others write."""
    if url := _postgres():
        _run(["pg_dump", "--format=custom", "--file", str(folder / DUMP), url])
        return folder / DUMP
    source = home / DATABASE
    if not source.exists():
        raise ReciproqueError("backup.no_database", path=source.name)
    copy = folder / DATABASE
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as kept:
        live.backup(kept)
    return copy


def _tables(path: Path) -> dict[str, int]:
    if path.suffix != ".sqlite3":
        return {}
    with closing(sqlite3.connect(path)) as db:
        names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {n: db.execute(f'SELECT COUNT(*) FROM "{n}"').fetchone()[0] for n in sorted(names)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _members(home: Path) -> list[tuple[str, Path]]:
    found = []
    for name in KEPT:
        root = home / name
        files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
        found += [(str(p.relative_to(home)), p) for p in files]
    return found


def write_backup(target: Path, home: Path) -> dict[str, object]:
    """Write one file that :func:`read_backup` restores; in one step, readable by its owner alone."""
    with tempfile.TemporaryDirectory() as name:
        copy = _database(Path(name), home)
        members = [(copy.name, copy), *_members(home)]
        manifest = {
            "format": FORMAT,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": copy.name,
            "tables": _tables(copy),
            "files": {
                inside: {"sha256": _digest(p), "size": p.stat().st_size} for inside, p in members
            },
        }
        handle, draft = tempfile.mkstemp(prefix=".new-", dir=target.parent)
        os.close(handle)
        try:
            with tarfile.open(draft, "w:gz") as archive:
                text = json.dumps(manifest, indent=1).encode()
                entry = tarfile.TarInfo(MANIFEST)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
                for inside, path in members:
                    archive.add(path, arcname=inside, recursive=False)
            os.chmod(draft, 0o600)
            os.replace(draft, target)
        finally:
            Path(draft).unlink(missing_ok=True)
    return manifest


def _unpacked(source: Path, folder: Path) -> dict[str, object]:
    """The content of a backup, verified whole before anything is touched."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
        files = manifest["files"]
        if manifest["format"] != FORMAT:
            raise ReciproqueError("backup.format", file=source.name)
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError) as error:
        raise ReciproqueError("backup.not_one", file=source.name) from error
    for inside, said in files.items():
        path = folder / inside
        if not path.is_file() or _digest(path) != said["sha256"]:
            raise ReciproqueError("backup.changed", file=source.name, member=inside)
    present = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    if present - set(files) - {MANIFEST}:
        raise ReciproqueError("backup.changed", file=source.name, member=sorted(present)[0])
    return dict(manifest)


def _has_data(home: Path) -> bool:
    tables = _tables(home / DATABASE) if (home / DATABASE).exists() else {}
    return any(tables.get(name) for name in ("accounts_person", "cooperations_cooperation"))


def read_backup(source: Path, home: Path, force: bool = False) -> dict[str, object]:
    """Restore a backup; refuses to write over data without ``force``, and keeps the earlier database."""
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as name:
        folder = Path(name)
        manifest = _unpacked(source, folder)
        if manifest["database"] == DUMP:
            url = _postgres()
            if not url:
                raise ReciproqueError("backup.needs_postgres")
            _run(
                [
                    "pg_restore",
                    "--clean",
                    "--if-exists",
                    "--no-owner",
                    "--dbname",
                    url,
                    str(folder / DUMP),
                ]
            )
        else:
            if _has_data(home) and not force:
                raise ReciproqueError("backup.data_there")
            if (home / DATABASE).exists():
                for extra in ("-wal", "-shm"):
                    (home / f"{DATABASE}{extra}").unlink(missing_ok=True)
                os.replace(home / DATABASE, home / f"{DATABASE}.before-restore")
            os.replace(folder / DATABASE, home / DATABASE)
        for part in KEPT:
            if (folder / part).exists():
                before = home / part
                shutil.rmtree(before) if before.is_dir() else before.unlink(missing_ok=True)
                os.replace(folder / part, before)
    return manifest


@app.command(help=_("backup"))
def backup(file: Path, lang: Lang = LANG) -> None:
    from reciproque.sources import home

    with plain_errors():
        try:
            manifest = write_backup(file.resolve(), home())
        except OSError as error:
            raise stop(_("cannot_write", path=file, why=error.strerror or error)) from error
    typer.echo(_("backed_up", file=file.name, count=len(manifest["files"])))  # type: ignore[arg-type]


@app.command(help=_("restore"))
def restore(
    file: Path,
    force: Annotated[bool, typer.Option("--force", help=_("opt_force"))] = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.sources import home

    with plain_errors():
        manifest = read_backup(file, home(), force)
    typer.echo(_("restored", file=file.name, made=manifest["made"]))
