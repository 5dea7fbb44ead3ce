"""The texts of the agreement of a cooperation described as data, each with who signed it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity._shape import known, rows_of
from reciproque.vocabulary import noun_of

MOMENT = ("un jour et une heure (2026-11-24T12:00:00)", "a day and a time (2026-11-24T12:00:00)")


@dataclass(frozen=True)
class Text:
    """A text of the agreement, in one language or two; ``written`` is when it was kept."""

    form: str
    text: str
    written: datetime
    kind: str = "first"
    second_text: str = ""
    second_language: str = ""


@dataclass(frozen=True)
class Signed:
    """A party signed it on a day."""

    party: str
    day: date


def check_version(text: Text, row: Mapping[str, Any], parties: Set[str]) -> None:
    """Refuse a text whose form, kind or moment is none, or that a stranger signs."""
    known("form", text.form, "forms")
    known("kind", text.kind, "version_kinds")
    if text.second_language:
        known("second_language", text.second_language, "languages")
    if not isinstance(row["written"], datetime):
        raise ReciproqueError(
            "case.bad_value", field="written", value=str(row["written"])[:40],
            expected_fr=MOMENT[0], expected_en=MOMENT[1],
        )  # fmt: skip
    signed: set[str] = set()
    for values in rows_of(row, "signature", "version.signature"):
        for field in values:
            if field not in Signed.__dataclass_fields__:
                raise ReciproqueError("case.unknown_field", field=field)
        party = noun_of(Signed, values).party
        if party not in parties:
            choices = ", ".join(sorted(parties))
            raise ReciproqueError("error.not_a_party", actor=party, choices=choices)
        if party in signed:
            raise ReciproqueError("case.doubled", name=party)
        signed.add(party)
