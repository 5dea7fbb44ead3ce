"""An address book or a table of actions from a spreadsheet: read, checked row by row, then kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from charset_normalizer import from_bytes
from django.db import transaction
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook
from rapidfuzz.distance import Levenshtein
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren
from text_unidecode import unidecode

from reciproque.vocabulary import table
from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations.models import Action, Cooperation, Party

LARGEST, MOST_ROWS = 5_000_000, 2_000
COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "parties": {
        "name": ("structure", "organisation", "organization", "nom", "name", "partie", "party"),
        "kind": ("nature", "type", "kind", "sorte"),
        "siren": ("siren",),
        "rna": ("rna",),
        "territory": ("territoire", "territory", "code insee", "code"),
        "role": ("role",),
    },
    "actions": {
        "title": ("action", "titre", "title", "intitule"),
        "axis": ("axe", "axis"),
        "lead": ("pilote", "lead", "porteur", "responsable"),
        "start": ("debut", "start", "date de debut"),
        "due": ("fin", "due", "echeance", "date de fin", "end"),
        "state": ("etat", "state", "statut", "avancement"),
    },
}
NEEDED = {"parties": ("name", "kind"), "actions": ("title", "lead")}


class SheetError(Exception):
    """A file that cannot be read at all, in words."""


@dataclass
class Row:
    """A row of the sheet: its number, what it says, what is wrong, what it doubles."""

    number: int
    values: dict[str, str]
    problems: list[str] = field(default_factory=list)
    known: str = ""

    @property
    def good(self) -> bool:
        return not self.problems


def _plain(text: object) -> str:
    return unidecode(str(text)).strip().lower().replace("_", " ")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").strip()


def _lines(name: str, data: bytes) -> list[list[str]]:
    if data[:2] == b"PK":
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            return [[_cell(v) for v in row] for row in book.get_sheet_by_index(0).to_python()]
        except (CalamineError, ValueError, OSError) as error:
            raise SheetError(
                _("« %s » n’est pas un tableur lisible (XLSX ou ODS).") % name
            ) from error
    if b"\0" in data[:4096] or data[:4] in (b"%PDF", b"\xd0\xcf\x11\xe0"):
        raise SheetError(_("« %s » n’est ni un CSV, ni un XLSX, ni un ODS.") % name)
    best = from_bytes(data[:200_000], cp_isolation=["utf_8", "cp1252", "utf_16"]).best()
    text = data.decode(best.encoding if best else "utf-8", errors="replace").lstrip("\ufeff")
    delimiter = max(";,\t", key=text.split("\n", 1)[0].count)
    return [[c.strip() for c in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def read(kind: str, name: str, data: bytes) -> list[Row]:
    """The rows of a spreadsheet; raises :class:`SheetError` with the remedy."""
    if len(data) > LARGEST:
        raise SheetError(_("« %s » dépasse 5 Mo : coupez-le en plusieurs fichiers.") % name)
    lines = _lines(name, data)
    if not lines or not any(lines[0]):
        raise SheetError(_("« %s » est vide.") % name)
    found: dict[str, int] = {}
    for at, heading in enumerate(lines[0]):
        for column, words in COLUMNS[kind].items():
            if _plain(heading) in words:
                found.setdefault(column, at)
    missing = [COLUMNS[kind][c][0] for c in NEEDED[kind] if c not in found]
    if missing:
        raise SheetError(
            _("« %(file)s » : il manque la colonne %(columns)s.")
            % {"file": name, "columns": ", ".join(missing)}
        )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        values = {c: line[at][:200] if at < len(line) else "" for c, at in found.items()}
        if any(values.values()):
            rows.append(Row(number, values))
    if len(rows) > MOST_ROWS:
        raise SheetError(
            _("« %(file)s » a plus de %(most)s lignes : coupez-le.")
            % {"file": name, "most": MOST_ROWS}
        )
    return rows


def _coded(text: str, name: str) -> str | None:
    """The code of a word in a vocabulary, by its code or its label in either language."""
    for code, row in table(name).items():
        if _plain(text) in (_plain(code), _plain(row["label_fr"]), _plain(row["label_en"])):
            return code
    return None


def _same(name: str) -> Actor | None:
    """The organisation already here that bears that name, give or take an accent or a letter."""
    plain = _plain(name)
    for actor in Actor.objects.all():
        if Levenshtein.distance(_plain(actor.name), plain, score_cutoff=1) <= (
            1 if len(plain) > 8 else 0
        ):
            return actor
    return None


def _check_party(row: Row, cooperation: Cooperation, seen: dict[str, int]) -> None:
    v = row.values
    if not v["name"]:
        row.problems.append(_("le nom de la structure manque"))
    code = _coded(v["kind"], "actor_kinds")
    if code is None:
        row.problems.append(_("« %s » n’est pas une nature connue") % v["kind"])
    v["kind"] = code or v["kind"]
    number = "".join(v.get("siren", "").split())
    if number:
        try:
            v["siren"] = siren.validate(number)
        except BadNumber:
            row.problems.append(_("le SIREN « %s » n’est pas valable") % number)
    if v.get("rna") and not (len(v["rna"]) == 10 and v["rna"].upper().startswith("W")):
        row.problems.append(_("le numéro RNA « %s » n’est pas valable") % v["rna"])
    v["role"] = _coded(v.get("role", ""), "party_roles") or "partner"
    if _plain(v["name"]) in seen:
        row.problems.append(_("la même structure est déjà à la ligne %s") % seen[_plain(v["name"])])
    seen[_plain(v["name"])] = row.number
    known = (Actor.objects.filter(siren=v["siren"]).first() if v.get("siren") else None) or _same(
        v["name"]
    )
    if known:
        row.known = (
            f"{known.name}, {table('actor_kinds').get(known.kind, {}).get('label_fr', known.kind)}"
        )
        if cooperation.parties.filter(actor=known).exists():
            row.known += _(" (déjà une partie)")


def _day(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    return None


def _check_action(row: Row, cooperation: Cooperation, seen: dict[str, int]) -> None:
    v = row.values
    if not v["title"]:
        row.problems.append(_("le titre de l’action manque"))
    parties = {_plain(p.actor.name): p for p in cooperation.present()}
    if _plain(v["lead"]) not in parties:
        names = ", ".join(str(p) for p in parties.values())
        row.problems.append(
            _("« %(lead)s » n’est pas une partie (%(names)s)") % {"lead": v["lead"], "names": names}
        )
    days = {}
    for name in ("start", "due"):
        if v.get(name):
            days[name] = _day(v[name])
            if days[name] is None:
                row.problems.append(
                    _("« %s » n’est pas une date : écrivez-la 24/11/2026") % v[name]
                )
    if days.get("start") and days.get("due") and days["due"] < days["start"]:  # type: ignore[operator]
        row.problems.append(_("la fin précède le début"))
    state = _coded(v.get("state", ""), "action_states") if v.get("state") else "planned"
    if state is None:
        row.problems.append(_("« %s » n’est pas un état connu") % v["state"])
    v["state"] = state or ""
    if cooperation.actions.filter(title__iexact=v["title"]).exists():
        row.known = v["title"]


def check(kind: str, rows: Sequence[Row], cooperation: Cooperation) -> None:
    """Write on each row what is wrong with it, and what it doubles."""
    seen: dict[str, int] = {}
    for row in rows:
        (_check_party if kind == "parties" else _check_action)(row, cooperation, seen)


@transaction.atomic
def keep(kind: str, rows: Sequence[Row], cooperation: Cooperation, *, by: Person) -> int:
    """Keep the good rows; what is already here is merged, not doubled.  Returns how many."""
    kept = 0
    for row in rows:
        if not row.good:
            continue
        kept += (_keep_party if kind == "parties" else _keep_action)(row.values, cooperation, by)
    return kept


def _keep_party(v: dict[str, str], cooperation: Cooperation, by: Person) -> bool:
    actor = (Actor.objects.filter(siren=v["siren"]).first() if v.get("siren") else None) or _same(
        v["name"]
    )
    if actor is None:
        actor = Actor(name=v["name"], kind=v["kind"])
    for name in (
        "siren",
        "rna",
        "territory",
    ):  # what was not known is filled in, nothing is overwritten
        if v.get(name) and not getattr(actor, name):
            setattr(actor, name, v[name])
    actor.save()
    _party, new = Party.objects.get_or_create(
        cooperation=cooperation, actor=actor, defaults={"role": v["role"], "by": by}
    )
    return new


def _keep_action(v: dict[str, str], cooperation: Cooperation, by: Person) -> bool:
    if cooperation.actions.filter(title__iexact=v["title"]).exists():
        return False
    parties = {_plain(p.actor.name): p for p in cooperation.present()}
    values: dict[str, Any] = {n: _day(v[n]) for n in ("start", "due") if v.get(n)}
    if v["state"] == "done":
        values["done"] = values.get("due")
    Action.objects.create(
        cooperation=cooperation, title=v["title"][:160], axis=v.get("axis", "")[:80],
        lead=parties[_plain(v["lead"])], state=v["state"] or "planned", by=by, **values,
    )  # fmt: skip
    return True
