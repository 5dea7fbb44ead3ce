"""Definitions of unions: shipped with the vocabulary, or written by people as small TOML files."""

from __future__ import annotations

import os
import tempfile
import tomllib
from datetime import date
from pathlib import Path

import tomli_w

from reciproque.kernel import Definition, ReciproqueError
from reciproque.territories._search import key
from reciproque.vocabulary import rows


def _date(text: str | date | None) -> date | None:
    if not text:
        return None
    return text if isinstance(text, date) else date.fromisoformat(text)


def shipped() -> tuple[Definition, ...]:
    """The carriers and partners of the ten cooperations (``vocabulary/definitions.csv``)."""
    return tuple(
        Definition(
            code=row["code"],
            name=row["name"],
            members=tuple(row["members"].split()),
            kind=row["kind"],
            nature=row["nature"],
            valid_from=_date(row["valid_from"]),
            valid_to=_date(row["valid_to"]),
            source=row["source"],
            year=row["year"],
        )
        for row in rows("definitions")
    )


def slug(name: str) -> str:
    """The code of a composed union: ``u:`` and its name, plain.

    >>> slug("Pays de l'Ourcq & Co")
    'u:pays-ourcq-co'
    """
    return "u:" + key(name).replace(" ", "-")


def loads(text: str, file: str = "") -> Definition:
    """Read a definition from TOML; raises ``ReciproqueError`` that names the file and the remedy."""
    try:
        data = tomllib.loads(text)
        name, members = str(data.get("name", "")), data.get("members", [])
        if not isinstance(members, list) or not all(isinstance(m, str) for m in members):
            raise ValueError("members")
        return Definition(
            code=str(data.get("code") or slug(name)),
            name=name,
            members=tuple(members),
            kind=str(data.get("kind", "union")),
            valid_from=_date(data.get("valid_from")),
            valid_to=_date(data.get("valid_to")),
            source=str(data.get("source", "")),
            year=str(data.get("year", "")),
        )
    except (tomllib.TOMLDecodeError, ValueError, TypeError) as error:
        raise ReciproqueError("error.definition_file", file=file, detail=str(error)) from error


def dumps(definition: Definition) -> str:
    """The TOML text of a definition: what people share, and what :func:`loads` reads back."""
    data: dict[str, object] = {
        "code": definition.code,
        "name": definition.name,
        "kind": definition.kind,
        "members": list(definition.members),
    }
    for field in ("valid_from", "valid_to"):
        if getattr(definition, field):
            data[field] = getattr(definition, field)
    for field in ("source", "year"):
        if getattr(definition, field):
            data[field] = getattr(definition, field)
    return tomli_w.dumps(data)


def folder(home: Path) -> Path:
    """Where the shell keeps what people composed."""
    return home / "territories"


def write(definition: Definition, home: Path) -> Path:
    """Keep a definition as a TOML file of ``home``, whole or not at all; returns its path."""
    target = folder(home)
    target.mkdir(parents=True, exist_ok=True)
    path = target / (definition.code.replace(":", "-") + ".toml")
    with tempfile.NamedTemporaryFile("w", dir=target, delete=False, encoding="utf-8") as handle:
        handle.write(dumps(definition))
    os.replace(handle.name, path)
    return path


def written(home: Path) -> tuple[Definition, ...]:
    """The definitions kept in ``home``, by file name; raises ``ReciproqueError`` for a bad file."""
    return tuple(
        loads(path.read_text(encoding="utf-8"), path.name)
        for path in sorted(folder(home).glob("*.toml"))
    )
