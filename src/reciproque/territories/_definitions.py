"""Definitions of unions: shipped with the vocabulary, or written by people as small TOML files."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from datetime import date
from pathlib import Path

import tomli_w

from reciproque.kernel import Definition, ReciproqueError
from reciproque.territories._search import key
from reciproque.vocabulary import composed_kinds, in_words, rows

LONGEST = 80  # signs of a code, which also names a file
COMPOSED = "u:"  # official codes are the publishers'; those of unions that people compose begin so
CODE = re.compile(COMPOSED + r"[a-z0-9_-]+")


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

    Raises ``ReciproqueError`` for a name without a letter or a figure of the Latin alphabet.
    """
    plain = key(name).replace(" ", "-")[:LONGEST].strip("-")
    if not plain:
        raise ReciproqueError("error.definition_without_name")
    return COMPOSED + plain


def loads(text: str, file: str = "") -> Definition:
    """Read a definition from TOML; raises ``ReciproqueError`` that names the file and the remedy.

    Its code begins with ``u:`` and its kind is one that people compose: a file that somebody shares
    never takes the place of a commune or of an intercommunalité.
    """
    try:
        data = tomllib.loads(text)
        name, members = str(data.get("name", "")), data.get("members", [])
        if not isinstance(members, list) or not all(isinstance(m, str) for m in members):
            raise ValueError("members")
        code, kind = str(data.get("code") or slug(name)), str(data.get("kind", "union"))
        _check_own(code, kind)
        return Definition(
            code=code,
            name=name,
            members=tuple(members),
            kind=kind,
            valid_from=_date(data.get("valid_from")),
            valid_to=_date(data.get("valid_to")),
            source=str(data.get("source", "")),
            year=str(data.get("year", "")),
        )
    except ReciproqueError as error:
        said = {lang: text.rstrip(".") for lang, text in in_words(error).items()}
        raise ReciproqueError("error.definition_file", file=file, **said) from error
    except (tomllib.TOMLDecodeError, ValueError, TypeError) as error:
        raise ReciproqueError("error.definition_file", file=file, detail=str(error)) from error


def _check_own(code: str, kind: str) -> None:
    if not CODE.fullmatch(code):
        raise ReciproqueError("error.definition_code", code=code)
    if kind not in composed_kinds():
        raise ReciproqueError("error.definition_kind", kind=kind, known=", ".join(composed_kinds()))


def read_definition(path: Path) -> Definition:
    """The definition of a TOML file; raises ``ReciproqueError`` that names the file and the remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReciproqueError("case.unreadable", file=path.name, detail=str(error)) from error
    return loads(text, path.name)


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
    return tuple(read_definition(path) for path in sorted(folder(home).glob("*.toml")))
