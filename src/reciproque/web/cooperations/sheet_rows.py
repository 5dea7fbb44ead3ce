"""The rows of an address book or of a table of actions: what is wrong with each, and keeping the good ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from rapidfuzz.distance import Levenshtein
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren

from reciproque.kernel import AmbiguousTerritory, UnknownTerritory
from reciproque.vocabulary import label, say, table
from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations.models import Action, Cooperation, Party
from reciproque.web.registry.engine import registry
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
RNA = re.compile(r"W\d[0-9AB]\w\d{6}", re.ASCII)


def _letters(text: str) -> str:
    return "".join(c for c in plain(text) if c.isalnum())


def _alike(one: str, other: str) -> bool:
    """The same name give or take an accent, a hyphen, or a letter; never another number."""
    a, b = _letters(one), _letters(other)
    if [c for c in a if c.isdigit()] != [c for c in b if c.isdigit()]:
        return False
    slack = 1 if len(a) > 8 else 0
    return Levenshtein.distance(a, b, score_cutoff=slack) <= slack


def _same(v: Mapping[str, str]) -> Actor | None:
    """The organisation already here: by its SIREN or RNA, else by its name unless these differ."""
    for name in ("siren", "rna"):
        if v.get(name) and (found := Actor.objects.filter(**{name: v[name]}).first()):
            return found
    for actor in Actor.objects.all():
        differ = any(
            v.get(n) and getattr(actor, n) and v[n] != getattr(actor, n) for n in ("siren", "rna")
        )
        if not differ and _alike(actor.name, v["name"]):
            return actor
    return None


def _check_party(row: Row, cooperation: Cooperation) -> None:
    v = row.values
    if not v["name"]:
        row.problems.append(_("le nom de la structure manque"))
    code = coded(v["kind"], "actor_kinds")
    if code is None:
        row.problems.append(_("« %s » n’est pas une nature connue") % v["kind"])
    v["kind"] = code or v["kind"]
    number = "".join(v.get("siren", "").split())
    if number:
        try:
            v["siren"] = siren.validate(number)
        except BadNumber:
            row.problems.append(_("le SIREN « %s » n’est pas valable") % number)
    if v.get("rna"):
        v["rna"] = "".join(v["rna"].split()).upper()
        if not RNA.fullmatch(v["rna"]):
            row.problems.append(_("le numéro RNA « %s » n’est pas valable") % v["rna"])
    _check_place(row)
    if v.get("email"):
        try:
            validate_email(v["email"])
        except ValidationError:
            row.problems.append(_("« %s » n’est pas une adresse électronique") % v["email"])
    v["role"] = coded(v.get("role", ""), "party_roles") or "partner"
    known = _same(v) if row.good else None
    if known:
        row.known, row.known_key = _told(known), str(known.pk)
        if cooperation.parties.filter(actor=known).exists():
            row.known += _(" (déjà une partie)")


def _told(actor: Actor) -> str:
    """What is known here of an organisation, to be set beside what the file says."""
    kind = label("actor_kinds", actor.kind, lang()) if actor.kind in table("actor_kinds") else ""
    numbers = (actor.siren and f"SIREN {actor.siren}", actor.rna and f"RNA {actor.rna}")
    return ", ".join(filter(None, (actor.name, kind, *numbers, actor.territory)))


def _check_place(row: Row) -> None:
    asked = row.values.get("territory", "")
    if not asked:
        return
    try:
        row.values["territory"] = registry().find(asked).code
    except (UnknownTerritory, AmbiguousTerritory) as error:
        near = ", ".join(f"{t.name} ({t.code})" for t in error.candidates[:3])
        row.problems.append(say(error, lang()) + (f" {near}" if near else ""))


def _unite(rows: Sequence[Row]) -> None:
    """Rows of the file that are the same organisation: the first takes what the later ones add."""
    kept: list[Row] = []
    for row in (r for r in rows if r.good):
        first = next((k for k in kept if _one_and_same(k.values, row.values)), None)
        if first is None:
            kept.append(row)
            continue
        for name, value in row.values.items():
            if name == "email":  # another person of the same organisation
                continue
            first.values[name] = first.values.get(name) or value
        row.twin = first.number


def _one_and_same(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    numbers = [(a.get(n), b.get(n)) for n in ("siren", "rna")]
    if any(x and x == y for x, y in numbers):
        return True
    differ = any(x and y and x != y for x, y in numbers)
    return not differ and a["kind"] == b["kind"] and _letters(a["name"]) == _letters(b["name"])


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
        (_check_party if kind == "parties" else _check_action)(row, cooperation)
        row.shown = {name: _in_words(name, value) for name, value in row.values.items()}
    if kind == "parties":
        _unite(rows)


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
            party, new = _keep_party(row.values, cooperation, by, row.number in apart)
            parties[row.number] = party
        else:
            new = _keep_action(row.values, cooperation, by)
        entered += new
    for row in (r for r in rows if r.good and r.twin in parties):
        parties[row.number] = parties[row.twin]
    return Kept(entered, parties)


def _keep_party(
    v: dict[str, str], cooperation: Cooperation, by: Person, apart: bool
) -> tuple[Party, bool]:
    actor = None if apart else _same(v)
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
    return Party.objects.get_or_create(
        cooperation=cooperation, actor=actor, defaults={"role": v["role"], "by": by}
    )


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
