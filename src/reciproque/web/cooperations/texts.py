"""The text of an agreement, assembled from what is on record; and how two texts differ."""

from __future__ import annotations

import difflib
import re
from itertools import zip_longest

from django.template.loader import render_to_string
from django.utils.translation import override

from reciproque.vocabulary import table
from reciproque.web.cooperations.models import Cooperation, Version
from reciproque.web.cooperations.overview import Overview

Change = tuple[str, list[tuple[str, str]]]


def draft(cooperation: Cooperation, form: str, lang: str = "fr") -> str:
    """The text in Markdown: parties, reasons, expectations, axes, commitments, review, data, exit."""
    with override(lang):
        seen = Overview(cooperation)
        context = {
            "c": cooperation,
            "parties": cooperation.present(),
            "legal_form": form,
            "basis": table("forms")[form]["basis"],
            "expectations": cooperation.expectations.shown().select_related("party__actor"),
            "actions": cooperation.actions.shown()
            .exclude(state="dropped")
            .select_related("lead__actor"),
            "lanes": seen.lanes,
            "commitments": cooperation.commitments.shown()
            .exclude(state="ended")
            .select_related("giver__actor", "receiver__actor"),
            "changes": _changes(cooperation),
        }
        text = render_to_string("cooperations/agreement.md", context)
    lines = [line.rstrip() for line in text.splitlines()]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip() + "\n"


def _changes(cooperation: Cooperation) -> list[tuple[str, str, str]]:
    """What the last closed review said that changes: party, thing, words."""
    last = cooperation.reviews.filter(closed__isnull=False).first()
    if last is None:
        return []
    shared = last.ratings.shown().exclude(change="")
    ratings = shared.select_related("party__actor", "expectation", "commitment")
    return [
        (str(r.party), r.expectation.text if r.expectation else str(r.commitment), r.change)
        for r in ratings
    ]


def paired(text: str, second: str) -> list[tuple[str, str]]:
    """Two texts in Markdown cut at their headings, the pieces face to face; none is lost."""

    def pieces(whole: str) -> list[str]:
        return [p.strip() for p in re.split(r"(?m)^(?=#)", whole) if p.strip()]

    return list(zip_longest(pieces(text), pieces(second), fillvalue=""))


def blocks(text: str) -> list[tuple[int, list[str], list[str]]]:
    """A simple Markdown text as (level and title, paragraphs, bullets): level 0 has no title."""
    found: list[tuple[int, list[str], list[str]]] = [(0, [""], [])]
    for line in text.splitlines():
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            found.append((level, [line.lstrip("# ").strip()], []))
        elif line.startswith(("- ", "* ")):
            found[-1][2].append(line[2:].strip())
        elif line.strip():
            found[-1][1].append(line.strip())
    return [b for b in found if b[0] or len(b[1]) > 1 or b[2]]


def side_by_side(text: str, second: str) -> list[list[str]]:
    """Two texts block by block: each cell is a title (or an empty line), then its lines."""

    def written(block: tuple[int, list[str], list[str]] | None) -> str:
        if block is None:
            return ""
        _level, paragraphs, bullets = block
        return "\n".join([*paragraphs, *(f"– {b}" for b in bullets)])

    return [[written(a), written(b)] for a, b in zip_longest(blocks(text), blocks(second))]


def difference(before: str, after: str) -> list[Change]:
    """Line by line, what was kept, added or removed; inside a changed line, the words.

    Each item is ("same" | "added" | "removed" | "changed", [(how, words), ...]).
    """
    old, new = before.splitlines(), after.splitlines()
    found: list[Change] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            found += [("same", [("same", line)]) for line in old[i1:i2]]
        elif tag == "replace" and i2 - i1 == j2 - j1:
            found += [
                ("changed", _words(a, b)) for a, b in zip(old[i1:i2], new[j1:j2], strict=True)
            ]
        else:
            found += [("removed", [("removed", line)]) for line in old[i1:i2]]
            found += [("added", [("added", line)]) for line in new[j1:j2]]
    return found


def differences(before: Version, after: Version) -> list[tuple[str, list[Change]]]:
    """What changed from a version to the next in each language of theirs, where anything did."""
    texts = [("fr", before.text, after.text)]
    for language in dict.fromkeys((before.second_language, after.second_language)):
        if language:
            old, new = (
                v.second_text if v.second_language == language else "" for v in (before, after)
            )
            texts.append((language, old, new))
    return [(language, difference(old, new)) for language, old, new in texts if old != new]


def _words(before: str, after: str) -> list[tuple[str, str]]:
    old, new = before.split(" "), after.split(" ")
    pieces = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pieces.append(("same", " ".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(("removed", " ".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(("added", " ".join(new[j1:j2])))
    return pieces
