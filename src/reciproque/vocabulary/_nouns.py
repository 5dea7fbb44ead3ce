"""Nouns from what people wrote: the same checks and the same words for every file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary._say import say

if TYPE_CHECKING:
    from pydantic import ValidationError

Noun = TypeVar("Noun")
AT_LINE = re.compile(r"at line (\d+)")


def in_words(what: ReciproqueError) -> dict[str, str]:
    """An error as figures of another: its sentence in each language."""
    return {"detail_fr": say(what, "fr"), "detail_en": say(what, "en")}


def _told(error: ValidationError) -> ReciproqueError:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] in ("missing", "missing_argument"):
        return ReciproqueError("case.missing", field=field)
    kind = first["type"].split("_")[0]
    words = {
        "float": "un nombre",
        "int": "un nombre entier",
        "string": "un texte",
        "bool": "true ou false",
        "tuple": "une liste entre crochets",
    }
    english = {
        "float": "a number",
        "int": "a whole number",
        "string": "a text",
        "bool": "true or false",
        "tuple": "a list in brackets",
    }
    return ReciproqueError(
        "case.bad_value",
        field=field,
        value=str(first["input"])[:40],
        expected_fr=words.get(kind, "une date (2026-11-24)"),
        expected_en=english.get(kind, "a date (2026-11-24)"),
    )


def noun_of(noun: type[Noun], values: Mapping[str, Any]) -> Noun:
    """A frozen noun from values read in a file.

    Raises :class:`ReciproqueError` (``case.missing``, ``case.bad_value``, or what the noun itself refuses) naming the field.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(noun).validate_python(dict(values))
    except ValidationError as error:
        raise _told(error) from error


def read_toml(path: Path, error: type[ReciproqueError] = ReciproqueError) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises ``error`` naming the file, and the line where there is one: ``source.not_found``, ``case.toml_line``, ``case.unreadable``.
    """
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except FileNotFoundError as missing:
        raise error("source.not_found", file=path.name) from missing
    except tomllib.TOMLDecodeError as wrong:
        place = AT_LINE.search(str(wrong))
        line = int(place[1]) if place else len(text.splitlines())
        raise error("case.toml_line", file=path.name, line=line) from wrong
    except (OSError, UnicodeDecodeError) as wrong:
        raise error("case.unreadable", file=path.name, detail=str(wrong)) from wrong
