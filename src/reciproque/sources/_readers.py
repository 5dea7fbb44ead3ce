"""The readers there are, and which one a file is for: told by its published columns alone."""

from __future__ import annotations

from reciproque.sources import (
    _anct_grids,
    _epci_profiles,
    _flow_any,
    _flow_details,
    _flow_files,
    _groupings,
    _insee_comparateur,
    _insee_filosofi,
    _living_areas,
    _pendler,
    _zonings,
)
from reciproque.sources._errors import SourceError
from reciproque.sources._od import choose_part
from reciproque.sources._open import Part
from reciproque.sources._reader import Reader, readable

READERS: tuple[Reader, ...] = (
    _insee_comparateur.READER,
    _insee_filosofi.READER,
    _epci_profiles.READER,
    _living_areas.READER,
    *_anct_grids.READERS,
    _zonings.READER,
    *_groupings.READERS,
    *_flow_files.READERS,
    *_flow_details.READERS,
    *_pendler.READERS,
    _flow_any.READER,
)
LABELS_OF_EPCI = {"indicator", "long_label", "polarity", "definition"}
ENOUGH = 0.5  # share of a reader's columns from which a file is taken for a mangled one of its kind


def known_kinds() -> dict[str, object]:
    """What can be added, as figures of a phrase (in French and in English)."""
    return {
        "known_fr": " ; ".join(reader.label_fr for reader in READERS),
        "known_en": "; ".join(reader.label_en for reader in READERS),
    }


def reader_of(columns: list[str]) -> Reader:
    """The reader whose columns are all there.

    Raises ``source.missing_columns`` where a file bears a reader's marks, or half its columns, but
    lacks some, and ``source.unknown`` (with what is known) for any other file.
    """
    complete = [reader for reader in READERS if not reader.lacking(columns)]
    if complete:
        return max(complete, key=lambda reader: len(reader.columns))
    if set(columns) >= LABELS_OF_EPCI:
        raise SourceError("source.labels")

    def share(reader: Reader) -> float:
        return 1 - len(reader.lacking(columns)) / len(reader.columns)

    near = max(READERS, key=lambda reader: (reader.marked(columns), share(reader)))
    found = len(near.columns) - len(near.lacking(columns))
    if near.marked(columns) or (share(near) >= ENOUGH and found > 1):
        lacking = [readable(pattern) for pattern in near.lacking(columns)]
        raise SourceError(
            "source.missing_columns",
            columns=", ".join(lacking),
            label_fr=near.label_fr,
            label_en=near.label_en,
        )
    raise SourceError("source.unknown", **known_kinds())


def choose(parts: list[Part]) -> tuple[Part, Reader]:
    """The part of a file that a reader knows, the largest where several are; else its error."""
    errors: list[SourceError] = []
    found: list[tuple[Part, Reader]] = []
    for part in parts:
        try:
            found.append((part, reader_of(part.columns)))
        except SourceError as error:
            errors.append(error)
    if found:
        return max(found, key=lambda pair: pair[0].size)
    raise next((e for e in errors if e.key != "source.unknown"), errors[0])


def choose_named(found: list[Part], asked: tuple[str, str, str]) -> tuple[Part, Reader]:
    """The part of a file that has the columns someone named; raises ``source.no_such_column``."""
    return choose_part(found, asked)[0], _flow_any.READER
