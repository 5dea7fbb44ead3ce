"""What is installed, as written beside the data and as read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

import polars as pl

from reciproque.sources._table import Said
from reciproque.vocabulary import say

FORMAT = 3  # raise it when the frames on disk change: everything is then read again from its file


@dataclass(frozen=True)
class Installed:
    """A set of official data in use.

    ``kind`` is indicators, flows, memberships or zoning; ``level`` the territories it speaks of
    (commune, epci, bassin_de_vie, departement); ``rows`` counts the rows of its frame.
    ``coverage_key`` with ``coverage`` makes the sentence on what it covers
    (``say(i.coverage_key, lang, **i.coverage)``), ``warnings`` are further (key, figures).
    ``unmapped`` lists the codes of the file that the register does not know: their figures are
    not in the frame.  ``years`` gives the year of an indicator where it differs from ``year``.
    ``flow_kind`` is commuting, moves or mobility (a file that mixes purposes), ``unit`` workers,
    people or people_per_year.  ``arrondissements``: whether those of Paris, Lyon and Marseille "fold"
    into their commune in the frame or "keep" their code.
    """

    id: str
    kind: str
    label_fr: str
    label_en: str
    year: str
    source: str
    licence: str
    level: str
    rows: int
    coverage_key: str
    coverage: Mapping[str, object]
    warnings: tuple[Said, ...]
    unmapped: tuple[str, ...]
    file_name: str
    sha256: str
    installed_at: str
    reader: str
    flow_kind: str = ""
    unit: str = ""
    years: Mapping[str, str] = field(default_factory=dict)
    register: str = ""
    arrondissements: str = "fold"
    format: int = FORMAT

    def label(self, lang: str = "fr") -> str:
        return self.label_en if lang == "en" else self.label_fr

    def covers(self, lang: str = "fr") -> str:
        """The sentence that says what part of the country the data cover; empty where unknown."""
        return say(self.coverage_key, lang, **self.coverage) if self.coverage_key else ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Installed:
        """The same, read again; raises ``ValueError`` for anything else."""
        try:
            values = json.loads(text)
            known = {spec.name for spec in fields(cls)}
            values = {name: value for name, value in values.items() if name in known}
            values["warnings"] = tuple((key, dict(figures)) for key, figures in values["warnings"])
            values["unmapped"] = tuple(values["unmapped"])
            return cls(**values)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True)
class Reading:
    """A set of data and its frame.

    ``frame`` by ``installed.kind``, all codes as published by the producer (``01004`` for a
    living area, ``67`` for a département), communes by their code in force:

    - indicators: ``code, indicator`` text, ``value`` f64 or null, ``state`` u8 (0 observed,
      2 missing, 3 secret);
    - flows: ``origin, destination`` text, ``value`` f64 (people; inner flows included where the
      file has them; a foreign end keeps its published code, see ``country_of``);
    - memberships: ``group, group_name, group_kind`` (petr, pole_metropolitain, scot, epci),
      ``member, member_name, year``;
    - zoning: ``code, ze, aav, bv, epci``, null where outside.
    """

    installed: Installed
    frame: pl.DataFrame
