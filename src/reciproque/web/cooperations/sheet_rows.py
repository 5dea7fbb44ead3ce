"""A spreadsheet of parties or of actions: its columns, what is wrong with each row, keeping the good ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from reciproque.vocabulary import label, table
from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.models import Action, Cooperation, Party
from reciproque.web.cooperations.sheet_parties import check_party, keep_party, unite
from reciproque.web.shared.sheets import Row, coded, day, plain
from reciproque.web.shared.templatetags.reciproque import lang

COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "parties": {
        "name": (
            "structure",
            "organisation",
            "organization",
            "nom",
            "name",
            "partie",
            "party",
            "denomination",
            "raison sociale",
            "organisme",
        ),
        "kind": ("nature", "type", "kind", "sorte"),
        "siren": ("siren",),
        "rna": ("rna",),
        "territory": ("territoire", "territory", "code insee", "code", "commune", "siege"),
        "role": ("role",),
        "email": ("courriel", "email", "e-mail", "mail", "adresse electronique", "adresse e-mail"),
    },
    "actions": {
        "title": ("action", "titre", "title", "intitule"),
        "axis": ("axe", "axis"),
        "lead": ("pilote", "lead", "porteur", "responsable"),
        "start": ("début", "debut", "start", "date de debut"),
        "partners": ("avec", "partenaires", "partners", "with"),
        "due": ("fin", "due", "echeance", "date de fin", "end"),
        "state": ("état", "etat", "state", "statut", "avancement"),
        "visibility": ("visible par", "visibilite", "visibility", "visible to"),
    },
}
WORDS = {  # the columns that hold a code, and whose words they are
    "kind": "actor_kinds",
    "role": "party_roles",
    "state": "action_states",
    "visibility": "visibilities",
}
NEEDED = {"parties": ("name", "kind"), "actions": ("title", "lead")}


def _names(text: str) -> list[str]:
    """The names of one cell, set apart by commas or semicolons."""
    return [name.strip() for name in text.replace(";", ",").split(",") if name.strip()]


def _check_action(row: Row, cooperation: Cooperation) -> None:
    v = row.values
    if not v["title"]:
        row.problems.append(_("le titre de l’action manque"))
    parties = {plain(p.actor.name): p for p in cooperation.present()}
    if plain(v["lead"]) not in parties:
        names = ", ".join(str(p) for p in parties.values())
        row.problems.append(
            _("« %(lead)s » n’est pas une partie (%(names)s)") % {"lead": v["lead"], "names": names}
        )
    days = {}
    for name in ("start", "due"):
        if v.get(name):
            days[name] = day(v[name])
            if days[name] is None:
                row.problems.append(
                    _("« %s » n’est pas une date : écrivez-la 24/11/2026") % v[name]
                )
    if days.get("start") and days.get("due") and days["due"] < days["start"]:  # type: ignore[operator]
        row.problems.append(_("la fin précède le début"))
    unknown = [n for n in _names(v.get("partners", "")) if plain(n) not in parties]
    if unknown:
        row.problems.append(
            _("« %(lead)s » n’est pas une partie (%(names)s)")
            % {"lead": ", ".join(unknown), "names": ", ".join(str(p) for p in parties.values())}
        )
    state = coded(v.get("state", ""), "action_states") if v.get("state") else "planned"
    if state is None:
        row.problems.append(_("« %s » n’est pas un état connu") % v["state"])
    v["state"] = state or ""
    v["visibility"] = _visible(row)
    if state == "done" and not days.get("due"):
        row.problems.append(_("une action faite a besoin de son jour de fin"))
    if cooperation.actions.filter(title__iexact=v["title"]).exists():
        row.known = v["title"]


def _visible(row: Row) -> str:
    """Whom an action is for, by its code or by the words of the form; not said, the parties."""
    said = row.values.get("visibility", "")
    found = coded(said, "visibilities") if said else "parties"
    if found is None:
        choices = ", ".join(label("visibilities", key, lang()) for key in table("visibilities"))
        row.problems.append(
            _("« %(said)s » ne dit pas qui peut lire (%(choices)s)")
            % {"said": said, "choices": choices}
        )
    return found or ""


def _in_words(name: str, value: str) -> str:
    """A cell as people read it: the words of a code."""
    known = WORDS.get(name)
    return label(known, value, lang()) if known and value in table(known) else value


def check(kind: str, rows: Sequence[Row], cooperation: Cooperation) -> None:
    """Write on each row what is wrong with it, and what it doubles."""
    for row in rows:
        (check_party if kind == "parties" else _check_action)(row, cooperation)
        row.shown = {name: _in_words(name, value) for name, value in row.values.items()}
    if kind == "parties":
        unite(rows)


@dataclass(frozen=True)
class Kept:
    """How many rows entered, and the party of each row of an address book, by its number."""

    entered: int
    parties: Mapping[int, Party]


@transaction.atomic
def keep(
    kind: str,
    rows: Sequence[Row],
    cooperation: Cooperation,
    *,
    by: Person,
    apart: Set[int] = frozenset(),
) -> Kept:
    """Keep the good rows; what is already here is merged, not doubled.

    ``apart`` are the rows that only look like an organisation already here, and are another one.
    """
    entered, parties = 0, {}
    for row in (r for r in rows if r.enters):
        if kind == "parties":
            party, new = keep_party(row.values, cooperation, by, row.number in apart)
            parties[row.number] = party
        else:
            new = _keep_action(row.values, cooperation, by)
        entered += new
    for row in (r for r in rows if r.good and r.twin in parties):
        parties[row.number] = parties[row.twin]
    return Kept(entered, parties)


def _keep_action(v: dict[str, str], cooperation: Cooperation, by: Person) -> bool:
    if cooperation.actions.filter(title__iexact=v["title"]).exists():
        return False
    parties = {plain(p.actor.name): p for p in cooperation.present()}
    values: dict[str, Any] = {n: day(v[n]) for n in ("start", "due") if v.get(n)}
    if v["state"] == "done":
        values["done"] = values.get("due")
    action = Action.objects.create(
        cooperation=cooperation, title=v["title"][:160], axis=v.get("axis", "")[:80],
        lead=parties[plain(v["lead"])], state=v["state"] or "planned",
        visibility=v.get("visibility") or "parties", by=by, **values,
    )  # fmt: skip
    action.partners.set([parties[plain(n)] for n in _names(v.get("partners", ""))])
    return True
