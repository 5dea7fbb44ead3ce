"""The lexicon and the code name the same things."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from reciproque import kernel

LEXICON = Path(__file__).parents[1] / "docs" / "lexicon.md"
PACKAGES = ("kernel", "sources", "territories", "flows", "partners", "matching", "reciprocity")


def entries() -> dict[str, str]:
    """English term -> owner."""
    found = {}
    for line in LEXICON.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch(r"[A-Z]\w+", cells[0]) and cells[0] != "English":
            found[cells[0]] = cells[3]
    return found


def nouns() -> set[str]:
    """The public classes of the engine."""
    found = {
        name
        for name, value in vars(kernel).items()
        if inspect.isclass(value) and name in kernel.__all__
    }
    for package in PACKAGES[1:]:
        face = importlib.import_module(f"reciproque.{package}")
        found |= {name for name in face.__all__ if inspect.isclass(getattr(face, name))}
    return found


def test_every_public_noun_of_the_engine_is_in_the_lexicon() -> None:
    assert nouns() - set(entries()) == set()


@pytest.mark.parametrize(("term", "owner"), entries().items())
def test_every_entry_names_a_noun_that_its_owner_has(term, owner) -> None:
    assert hasattr(importlib.import_module(f"reciproque.{owner}"), term)
