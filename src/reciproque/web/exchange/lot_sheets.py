"""Lots as a spreadsheet: read row by row with what is wrong, kept, written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reciproque.vocabulary import label, say
from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.cooperations.office import safe
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Lot, LotStep
from reciproque.web.registry.places import find_place
from reciproque.web.shared.sheets import Row, coded, day, number, plain, written
from reciproque.web.shared.templatetags.reciproque import lang

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "holder": ("structure", "entreprise", "organisation", "company", "actor"),
    "title": ("titre", "intitulé", "title", "objet"),
    "category": ("catégorie", "category"),
    "state": ("état", "state", "condition"),
    "pieces": ("pièces", "nombre", "items", "number"),
    "weight": ("poids en kg", "poids", "kg", "weight"),
    "given": ("don pour réemploi", "don", "gift", "given"),
    "data": ("porte des données", "données", "data"),
    "erased": ("données effacées", "effacées", "erased"),
    "dangerous": ("dangereux", "dangerous"),
    "waste_code": ("code déchet", "code", "waste code"),
    "consent": ("accord", "date d'accord", "consent"),
    "territory": ("commune", "lieu", "code insee", "territory", "place"),
    "contact": ("bureau", "service", "office", "contact"),
}
NEEDED = ("title", "category", "state", "weight", "given", "consent")
CODED = {"category": "waste_categories", "state": "lot_states"}
YES, NO = ("oui", "yes", "x", "1", "vrai", "true"), ("", "non", "no", "0", "faux", "false")
FLAGS = ("given", "data", "erased", "dangerous")


def _read_words(row: Row, lot: Lot) -> None:
    if not row.values["title"]:
        row.problems.append(_("le titre manque"))
    for name, vocabulary in CODED.items():
        said = row.values[name]
        if (code := coded(said, vocabulary)) is None:
            row.problems.append(
                _("« %(said)s » n’est pas connu dans la colonne « %(column)s »")
                % {"said": said, "column": COLUMNS[name][0]}
            )
        setattr(lot, name, code or "")
    for name in FLAGS:
        said = plain(row.values.get(name, ""))
        if said not in YES + NO:
            row.problems.append(
                _("« %(said)s » : écrivez oui ou non dans la colonne « %(column)s »")
                % {"said": said, "column": COLUMNS[name][0]}
            )
        setattr(lot, name, said in YES)


def _read_figures(row: Row, lot: Lot) -> None:
    said = row.values["weight"]
    lot.weight = number(said) or 0.0
    if number(said) is None:
        row.problems.append(_("« %s » n’est pas un nombre") % said)
        lot.weight = 1.0  # said once
    if pieces := row.values.get("pieces"):
        if pieces.isdecimal() and len(pieces) < 7:
            lot.pieces = int(pieces)
        else:
            row.problems.append(_("« %s » n’est pas un nombre de pièces") % pieces)


def _read_code(row: Row, lot: Lot) -> None:
    said = row.values.get("waste_code", "")
    code = "".join(c for c in said if c.isdecimal())
    if said and (found := coded(code, "waste_codes")) is None:
        row.problems.append(
            _("« %s » n’est pas un code déchet connu ici : écrivez par exemple 16 02 14") % said
        )
    elif said:
        lot.waste_code = found or ""


def _read_consent(row: Row, lot: Lot) -> None:
    said, today = row.values["consent"], timezone.localdate()
    found = today if plain(said) in YES else day(said)
    if plain(said) in NO:
        row.problems.append(_("sans l’accord de la structure, le lot ne part pas"))
    elif found is None:
        row.problems.append(_("« %s » n’est pas une date : écrivez-la 24/11/2026") % said)
    elif found > today:
        row.problems.append(_("l’accord est daté d’un jour qui n’est pas encore venu"))
    lot.consent = found or today


def _read_place(row: Row, lot: Lot) -> None:
    lot.territory = lot.holder.actor.territory
    if asked := row.values.get("territory", ""):
        try:
            lot.territory = find_place(asked, 3).code
        except ValidationError as error:
            row.problems += error.messages


STEPS: tuple[Callable[[Row, Lot], None], ...] = (
    _read_words, _read_figures, _read_code, _read_consent, _read_place,
)  # fmt: skip


def _known(lot: Lot) -> bool:
    """The same company announced the same lot already, and it is still there."""
    same = Lot.objects.filter(holder=lot.holder, title__iexact=lot.title, weight=lot.weight)
    return bool(same.stage_in("declared", "routed", "planned").exists())


def read(rows: Sequence[Row], cooperation: Cooperation, mine: Sequence[Party]) -> list[Lot | None]:
    """The lot of each row, with what is wrong written on the row; ``mine`` may be written for."""
    names = {plain(p.actor.name): p for p in mine}
    found: list[Lot | None] = []
    for row in rows:
        said = row.values.get("holder") or mine[0].actor.name
        row.values["holder"] = said
        if plain(said) not in names:
            told = ", ".join(p.actor.name for p in mine)
            row.problems.append(
                _("vous n’écrivez pas pour « %(name)s » (mais pour : %(names)s)")
                % {"name": said, "names": told}
            )
            found.append(None)
            continue
        lot = Lot(
            cooperation=cooperation, holder=names[plain(said)], title=row.values["title"][:120],
            contact=row.values.get("contact", "")[:120],
        )  # fmt: skip
        for step in STEPS:
            step(row, lot)
        row.problems += [say(key, lang()) for _field, key in lot.wrong()]
        if row.good and _known(lot):
            row.known = lot.title
        found.append(lot)
    return found


@transaction.atomic
def keep(
    rows: Sequence[Row], cooperation: Cooperation, mine: Sequence[Party], *, by: Person
) -> int:
    """Declare the good rows that are not here yet.  Returns how many."""
    kept = 0
    for row, lot in zip(rows, read(rows, cooperation, mine), strict=True):
        if lot is None or not row.good or row.known or _known(lot):
            continue
        lot.by = by
        place(lot)
        lot.save()
        LotStep.objects.create(lot=lot, stage="declared", party=lot.holder, by=by)
        kept += 1
    return kept


def _line(lot: Lot) -> list[object]:
    """A row as the import reads it."""
    values: dict[str, Any] = {name: getattr(lot, name) for name in COLUMNS}
    values |= {n: label(t, getattr(lot, n), lang()) for n, t in CODED.items()}
    values |= {n: _("oui") if getattr(lot, n) else _("non") for n in FLAGS}
    values |= {"holder": lot.holder.actor.name, "waste_code": lot.code}
    values["consent"] = lot.consent.isoformat()
    return [safe("" if values[n] is None else values[n]) for n in COLUMNS]


def write(lots: Sequence[Lot], kind: str) -> tuple[bytes, str]:
    """The lots as ``csv`` or ``xlsx``, and the type of the file."""
    lines: list[list[object]] = [
        [titles[0] for titles in COLUMNS.values()],
        *(_line(lot) for lot in lots),
    ]
    return written(lines, kind, "lots")
