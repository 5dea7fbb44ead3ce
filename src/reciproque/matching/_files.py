"""Needs and offers from files: one TOML that says it all, or two tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from reciproque.kernel import Actor, Need, Offer, ReciproqueError, Safeguard, Slot, Step, Wish
from reciproque.matching._lots import Lot
from reciproque.matching._pools import GroupShare
from reciproque.matching._problem import Problem, Share, Vehicle, shares_of
from reciproque.matching._rounds import Stop
from reciproque.vocabulary import in_own_unit, in_words, noun_of, read_toml

TABLES: Mapping[str, tuple[str, type]] = {
    "need": ("needs", Need), "offer": ("offers", Offer), "step": ("steps", Step),
    "share": ("shares", Share), "stop": ("stops", Stop), "vehicle": ("vehicles", Vehicle), "lot": ("lots", Lot),
    "group_share": ("group_shares", GroupShare), "actor": ("actors", Actor),
}  # fmt: skip
AROUND = ("cooperation", "party", "item", "loan")
HEAD = ("name", "note", "today", "pinned", "forbidden", "weights", "rulebooks")
OPTIONS = ("how", "seconds", "as")
SAFE = {spec.name for spec in fields(Safeguard)}
LISTS = ("labels", "languages", "excluded")


class MatchFileError(ReciproqueError):
    """A file that does not describe needs and offers: file, row and remedy."""


@dataclass(frozen=True)
class MatchFile:
    """What a file describes: needs and offers, stops and vehicles, or lots; how to solve it; the outcomes it expects.

    ``problem`` is ``None`` in a file of stops or lots alone.  ``actors`` name the organisations behind the keys;
    ``around`` holds, as written, what matching does not need: the cooperation, its parties, what is lent and to whom.
    """

    problem: Problem | None
    options: Mapping[str, Any]
    expected: Mapping[str, Any]
    name: str = ""
    stops: tuple[Stop, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    lots: tuple[Lot, ...] = ()
    actors: tuple[Actor, ...] = ()
    group_shares: tuple[GroupShare, ...] = ()
    around: Mapping[str, Any] = field(default_factory=dict)

    def asked(self) -> Problem:
        """The problem; raises where the file has neither needs nor offers."""
        if self.problem is None:
            raise ReciproqueError("match.no_needs")
        return self.problem


def _refused(file: str, where: str, error: ReciproqueError) -> MatchFileError:
    return MatchFileError("case.row", file=file, where=where, **in_words(error))


def _wish(values: Mapping[str, Any], noun: type) -> Any:
    known = {spec.name for spec in fields(noun)}
    for name in values:
        if name not in known:
            raise ReciproqueError("case.unknown_field", field=name)
    made: Any = noun_of(noun, values)
    if isinstance(made, Wish):  # an unknown resource or unit is told with its row
        in_own_unit(made.quantity, made.unit, made.resource)
    return made


def read_match(path: Path | str) -> MatchFile:
    """A problem described in TOML: ``[matching]`` (name, today, pinned, forbidden, weights, how, seconds), ``[[need]]``,
    ``[[offer]]``, ``[[step]]``, ``[[share]]``, ``[[stop]]``, ``[[vehicle]]``, ``[[lot]]``, ``[[group_share]]``, ``[[actor]]`` (the
    organisations behind the keys) with the fields of those nouns, ``[expected]``; and, around them, ``[cooperation]``, ``[[party]]``,
    ``[[item]]``, ``[[loan]]``.

    Raises :class:`MatchFileError` naming the file, the row and the remedy.
    """
    path = Path(path)
    return match_of(read_toml(path, MatchFileError), path.name)


def match_of(data: Mapping[str, Any], file: str = "") -> MatchFile:
    """The same from tables already read (of a TOML or JSON text); ``file`` is what messages call them.

    Raises :class:`MatchFileError` naming the row and the remedy.

    >>> row = {"key": "a", "actor": "x", "resource": "food", "quantity": 2, "unit": "kg"}
    >>> match_of({"need": [row], "offer": [row]}).asked().needs[0].quantity
    2.0
    """
    for name in data:
        if name not in (*TABLES, *AROUND, "matching", "expected"):
            raise _refused(file, f"[{name}]", ReciproqueError("case.unknown_field", field=name))
    found: dict[str, tuple[Any, ...]] = {}
    for name, (plural, noun) in TABLES.items():
        made = []
        for number, row in enumerate(data.get(name, []), 1):
            try:
                made.append(_wish(row, noun))
            except ReciproqueError as error:
                raise _refused(file, f"[[{name}]] {number}", error) from error
        found[plural] = tuple(made)
    head = data.get("matching", {})
    told = _described(file, head, found, data.get("expected", {}))
    around = {name: data[name] for name in AROUND if name in data}
    return replace(told, around=around)


def _described(
    file: str,
    head: Mapping[str, Any],
    found: Mapping[str, tuple[Any, ...]],
    expected: Mapping[str, Any],
) -> MatchFile:
    try:
        for name in head:
            if name not in (*HEAD, *OPTIONS):
                raise ReciproqueError("case.unknown_field", field=name)
        alone = (
            bool(found.get("stops") or found.get("lots"))
            and not found["needs"]
            and not found["offers"]
        )
        problem = None if alone else Problem(
            found["needs"], found["offers"], found["steps"], _pairs(head, "pinned"), _pairs(head, "forbidden"),
            head.get("weights", {}), head.get("today") or date.today(),
            (*found["shares"], *(s for book in head.get("rulebooks", ()) for s in shares_of(book))),
        )  # fmt: skip
    except ReciproqueError as error:
        raise _refused(file, "[matching]", error) from error
    options = {name: head[name] for name in OPTIONS if name in head}
    stops, vehicles = found.get("stops", ()), found.get("vehicles", ())
    return MatchFile(
        problem,
        options,
        expected,
        str(head.get("name", "")),
        stops,
        vehicles,
        found.get("lots", ()),
        group_shares=found.get("group_shares", ()),
        actors=found.get("actors", ()),
    )


def _pairs(head: Mapping[str, Any], name: str) -> frozenset[tuple[str, str]]:
    return frozenset((str(need), str(offer)) for need, offer in head.get(name, ()))


def read_tables(needs: Path | str, offers: Path | str) -> MatchFile:
    """Needs and offers from two tables (CSV with ``;`` or ``,``, XLSX, ODS), one row each.

    Columns are the fields of a need (``key, actor, resource, quantity, unit`` and any other); ``product`` and
    other columns that are no field become attributes; ``labels``, ``languages`` and ``excluded`` are separated by ``|``; ``slots`` reads
    ``0 14:00-16:00 | 2 9:00-10:30`` (0 is Monday); ``age, consent, vetted, check, checked_by, setting`` protect minors.
    Raises :class:`MatchFileError` naming the file, the row and the remedy.
    """
    found: dict[str, tuple[Any, ...]] = {"steps": (), "shares": ()}
    for plural, noun, path in (("needs", Need, Path(needs)), ("offers", Offer, Path(offers))):
        made = []
        for number, row in _rows(path):
            try:
                made.append(_wish(_values(row, noun), noun))
            except ReciproqueError as error:
                raise _refused(path.name, str(number), error) from error
        if not made:  # the file that lacks rows is named, and where the first would stand
            raise _refused(path.name, "2", ReciproqueError(f"match.no_{plural}"))
        found[plural] = tuple(made)
    return _described(Path(needs).name, {}, found, {})


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by their number in the file (the header is 1), empty cells left out."""
    try:
        if path.suffix.lower() in (".xlsx", ".ods", ".xls"):
            from python_calamine import CalamineWorkbook

            cells: list[list[Any]] = (
                CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
            )
        else:
            text = path.read_text(encoding="utf-8-sig")
            first = text.split("\n", 1)[0]
            cells = [*csv.reader(text.splitlines(), delimiter=";" if ";" in first else ",")]
    except FileNotFoundError as error:
        raise MatchFileError("source.not_found", file=path.name) from error
    except Exception as error:  # whatever the library says of a damaged file
        raise MatchFileError("case.unreadable", file=path.name, detail=str(error)) from error
    names = [str(name).strip() for name in cells[0]] if cells else []
    for number, row in enumerate(cells[1:], 2):
        told = {n: str(v).strip() for n, v in zip(names, row, strict=False) if str(v).strip()}
        if told:
            yield number, told


def _values(row: Mapping[str, str], noun: type) -> dict[str, Any]:
    known = {spec.name for spec in fields(noun)}
    values: dict[str, Any] = {}
    safe: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    for name, text in row.items():
        if name in SAFE:
            safe[name] = text.lower() in ("yes", "oui", "true", "1") if name == "consent" else text
        elif name in LISTS:
            values[name] = tuple(part.strip() for part in text.split("|") if part.strip())
        elif name == "slots":
            values[name] = tuple(_slot(part) for part in text.split("|"))
        elif name in known:
            values[name] = text.replace(",", ".") if _number(text) else text
        else:
            attributes[name] = text
    if safe:
        values["safeguard"] = noun_of(Safeguard, safe)
    return values | ({"attributes": attributes} if attributes else {})


def _number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("-", "").isdigit() and text.count("-") < 2


def _slot(text: str) -> Slot:
    """A slot from ``2 14:00-16:00``."""
    try:
        day, hours = text.split()
        start, end = (
            int(part.split(":")[0]) * 60 + int([*part.split(":"), "0"][1])
            for part in hours.split("-")
        )
        return Slot(int(day), start, end)
    except ValueError:
        raise ReciproqueError("match.slot_text", text=text.strip()) from None
