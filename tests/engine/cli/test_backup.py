"""A backup restores what it saved, or changes nothing."""

import configparser
import io
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reciproque.cli import app

DEPLOY = Path(__file__).parents[3] / "deploy"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with people, a document and a set of data."""
    home = tmp_path / "home"
    (home / "media" / "scans").mkdir(parents=True)
    (home / "media" / "scans" / "a.pdf").write_bytes(b"%PDF-1.7 scan")
    (home / "installed" / "x").mkdir(parents=True)
    (home / "installed" / "x" / "meta.json").write_text("{}")
    (home / "derived").mkdir()
    (home / "derived" / "big").write_bytes(b"0" * 1000)
    (home / "secret_key").write_text("secret")
    with closing(sqlite3.connect(home / "reciproque.sqlite3")) as db, db:
        db.execute("CREATE TABLE accounts_person (key TEXT)")
        db.executemany("INSERT INTO accounts_person VALUES (?)", [(str(i),) for i in range(500)])
    monkeypatch.setenv("RECIPROQUE_HOME", str(home))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return home


def run(*words: object):
    return CliRunner().invoke(app, [str(w) for w in words])


def people(home: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(home / "reciproque.sqlite3")) as db:
        return db.execute("SELECT key FROM accounts_person ORDER BY key").fetchall()


def content(home: Path) -> dict[str, bytes]:
    kept = [p for name in ("media", "installed") for p in (home / name).rglob("*") if p.is_file()]
    return {str(p.relative_to(home)): p.read_bytes() for p in [*kept, home / "secret_key"]}


@pytest.fixture
def saved(house: Path, tmp_path: Path) -> Path:
    file = tmp_path / "b.tar.gz"
    assert run("backup", file).exit_code == 0
    return file


def test_restore_equals_original(house, saved, tmp_path, monkeypatch) -> None:
    new = tmp_path / "elsewhere"
    monkeypatch.setenv("RECIPROQUE_HOME", str(new))
    answer = run("restore", saved)
    assert answer.exit_code == 0, answer.output
    assert people(new) == people(house)
    assert content(new) == content(house)
    assert not (new / "derived").exists()


def test_a_backup_is_its_owners_alone_and_taken_while_others_write(house, tmp_path) -> None:
    file = tmp_path / "b.tar.gz"
    with closing(sqlite3.connect(house / "reciproque.sqlite3")) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("INSERT INTO accounts_person VALUES ('not committed')")
        assert run("backup", file).exit_code == 0
        db.rollback()
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        manifest = json.loads(archive.extractfile("manifest.json").read())
    assert manifest["tables"]["accounts_person"] == 500


def test_data_already_there_are_not_replaced_without_a_word(house, saved) -> None:
    before = people(house)
    with closing(sqlite3.connect(house / "reciproque.sqlite3")) as db, db:
        db.execute("DELETE FROM accounts_person WHERE key != '1'")
    answer = run("restore", saved)
    assert (answer.exit_code, "--force" in answer.output) == (2, True)
    assert people(house) == [("1",)]
    assert run("restore", saved, "--force").exit_code == 0
    assert people(house) == before
    with closing(sqlite3.connect(house / "reciproque.sqlite3.before-restore")) as db:
        assert db.execute("SELECT COUNT(*) FROM accounts_person").fetchone() == (1,)


def rewritten(file: Path, change) -> None:
    """The same archive with its members changed by hand."""
    with tarfile.open(file) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}
    change(members)
    with tarfile.open(file, "w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.write_bytes(f.read_bytes()[:-400]),
        lambda f: f.write_bytes(b"not a backup"),
        lambda f: f.unlink(),
        lambda f: rewritten(f, lambda m: m.pop("manifest.json")),
        lambda f: rewritten(f, lambda m: m.update({"media/scans/a.pdf": b"other"})),
        lambda f: rewritten(f, lambda m: m.update({"media/more.pdf": b"added"})),
        lambda f: rewritten(f, lambda m: m.update({"../outside": b"x"})),
        lambda f: rewritten(f, lambda m: m.update({"/tmp/outside": b"x"})),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(house, saved, spoil) -> None:
    before = people(house), content(house)
    spoil(saved)
    answer = run("restore", saved, "--force")
    assert answer.exit_code == 2
    assert len(answer.output.strip().splitlines()) == 1
    assert (people(house), content(house)) == before


def test_nothing_to_save_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RECIPROQUE_HOME", str(tmp_path / "empty"))
    answer = run("backup", tmp_path / "b.tar.gz")
    assert (answer.exit_code, (tmp_path / "b.tar.gz").exists()) == (2, False)


def test_every_unit_starts_a_command_that_exists() -> None:
    names = {c.name or c.callback.__name__ for c in app.registered_commands}
    for group in app.registered_groups:
        names |= {c.name or c.callback.__name__ for c in group.typer_instance.registered_commands}
    commands = {p.stem for p in (DEPLOY.parent / "src").rglob("management/commands/*.py")}
    for path in DEPLOY.glob("*.service"):
        unit = configparser.ConfigParser(strict=False)
        unit.read(path)
        words = unit["Service"]["ExecStart"].split()
        if words[0].endswith("reciproque"):
            assert words[1] in names
        else:
            assert words[3] in commands | {"db_worker"}
        assert unit["Service"]["NoNewPrivileges"] == "yes"
    for path in DEPLOY.glob("*.timer"):
        assert path.with_suffix(".service").exists()
