"""The rows of an address book: what is wrong with each, the same organisation twice, keeping it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from rapidfuzz.distance import Levenshtein
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren

from reciproque.vocabulary import label, table
from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.registry.places import find_place
from reciproque.web.shared.sheets import Row, coded, plain
from reciproque.web.shared.templatetags.reciproque import lang

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


def check_party(row: Row, cooperation: Cooperation) -> None:
    """Write on a row what is wrong with its organisation, and which known one it is."""
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
        row.values["territory"] = find_place(asked, near=3).code
    except ValidationError as error:
        row.problems += error.messages


def unite(rows: Sequence[Row]) -> None:
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


def keep_party(
    v: dict[str, str], cooperation: Cooperation, by: Person, apart: bool
) -> tuple[Party, bool]:
    """The party of a good row, and whether it is new; ``apart``: it is no organisation known here."""
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
