"""Needs and offers as a spreadsheet: read row by row with what is wrong, kept, written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import in_own_unit
from reciproque.vocabulary import label, say
from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations.office import safe
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.models import Wish
from reciproque.web.registry.places import find_place
from reciproque.web.shared.sheets import Row, coded, day, number, plain, written
from reciproque.web.shared.templatetags.reciproque import lang

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "side": ("besoin ou offre", "sens", "side", "need or offer"),
    "actor": ("structure", "organisation", "organization", "acteur", "actor"),
    "title": ("titre", "intitulé", "title", "objet"),
    "resource": ("ressource", "resource", "quoi"),
    "product": ("produit", "product"),
    "quantity": ("quantité", "quantity", "combien"),
    "unit": ("unité", "unit"),
    "terms": ("conditions", "terms"),
    "cost": ("prix par unité", "prix", "price", "cost"),
    "text": ("description", "texte", "text"),
    "territory": ("territoire", "territory", "commune", "lieu", "code insee"),
    "within_km": ("distance en km", "distance", "within km"),
    "start": ("début", "du", "start", "from"),
    "end": ("fin", "au", "end", "until"),
    "smallest": ("au moins", "lot minimum", "smallest"),
}
NEEDED = ("side", "title", "resource", "quantity", "unit")
NUMBERS = ("quantity", "cost", "within_km", "smallest")
CODED = {"side": "wish_sides", "resource": "resources", "unit": "units", "terms": "terms"}


def _check_words(row: Row) -> None:
    v = row.values
    v["terms"] = v.get("terms") or "gift"
    for name, vocabulary in CODED.items():
        if (code := coded(v[name], vocabulary)) is None:
            choices = (
                ", ".join(label(vocabulary, k, lang()) for k in ("need", "offer"))
                if name == "side"
                else ""
            )
            row.problems.append(
                _("« %(said)s » n’est pas connu dans la colonne « %(column)s »")
                % {"said": v[name], "column": COLUMNS[name][0]} + (f" ({choices})" if choices else "")
            )  # fmt: skip
        v[name] = code or v[name]
    if v.get("product"):
        if (product := coded(v["product"], "products")) is None:
            row.problems.append(_("« %s » n’est pas un produit connu") % v["product"])
        v["product"] = product or v["product"]
    if not v["title"]:
        row.problems.append(_("le titre manque"))


def _check_figures(row: Row) -> None:
    v = row.values
    for name in NUMBERS:
        if v.get(name) and ((n := number(v[name])) is None or n < 0):
            row.problems.append(_("« %s » n’est pas un nombre") % v[name])
    if not row.problems:
        quantity = number(v["quantity"] or "0") or 0.0
        if not quantity > 0:
            row.problems.append(_("la quantité doit être plus grande que zéro"))
            return
        try:
            in_own_unit(quantity, v["unit"], v["resource"])
        except ReciproqueError as error:
            row.problems.append(say(error, lang()))


def _check_days(row: Row) -> None:
    found = {}
    for name in ("start", "end"):
        if said := row.values.get(name):
            found[name] = day(said)
            if found[name] is None:
                row.problems.append(_("« %s » n’est pas une date : écrivez-la 24/11/2026") % said)
    start, end = found.get("start"), found.get("end")
    if start and end and end < start:
        row.problems.append(_("la fin précède le début"))


def _check_place(row: Row) -> None:
    if asked := row.values.get("territory", ""):
        try:
            row.values["territory"] = find_place(asked, 3).code
        except ValidationError as error:
            row.problems += error.messages


def _same(v: Mapping[str, str], actor: Actor) -> bool:
    known = Wish.objects.filter(actor=actor, side=v["side"], title__iexact=v["title"][:120])
    return known.exclude(state="closed").exists()


def check(rows: Sequence[Row], mine: Sequence[Actor]) -> None:
    """Write on each row what is wrong with it, and what it doubles; ``mine`` may be written for."""
    names = {plain(a.name): a for a in mine}
    for row in rows:
        v = row.values
        v["actor"] = v.get("actor") or mine[0].name
        if plain(v["actor"]) not in names:
            told = ", ".join(a.name for a in mine)
            row.problems.append(
                _("vous n’écrivez pas pour « %(name)s » (mais pour : %(names)s)")
                % {"name": v["actor"], "names": told}
            )
        for step in (_check_words, _check_figures, _check_days, _check_place):
            step(row)
        buyer = names.get(plain(v["actor"]))
        buys = v["side"] == "need" and v["terms"] == "price" and v.get("within_km")
        if buys and buyer and buyer.sector in ("public", "state"):
            row.problems.append(
                _("une personne publique qui achète ne choisit pas selon la distance")
            )
        if row.good and _same(v, names[plain(v["actor"])]):
            row.known = v["title"]


@transaction.atomic
def keep(rows: Sequence[Row], mine: Sequence[Actor], *, by: Person) -> int:
    """Keep the good rows that are not here yet.  Returns how many."""
    names = {plain(a.name): a for a in mine}
    kept = 0
    for row in rows:
        v = row.values
        if not row.good or _same(v, actor := names[plain(v["actor"])]):
            continue
        figures: dict[str, Any] = {n: number(v[n]) for n in NUMBERS if v.get(n)}
        days = {n: day(v[n]) for n in ("start", "end") if v.get(n)}
        wish = Wish(
            actor=actor, side=v["side"], title=v["title"][:120], text=v.get("text", ""),
            resource=v["resource"], unit=v["unit"], terms=v["terms"], by=by,
            attributes={"product": v["product"]} if v.get("product") else {},
            territory=v.get("territory") or actor.territory, **figures, **days,
        )  # fmt: skip
        place(wish)
        wish.save()
        kept += 1
    return kept


def _line(wish: Wish) -> list[object]:
    """A row as the import reads it: words in the reader's language, figures as figures."""
    words = {n: label(t, getattr(wish, n), lang()) for n, t in CODED.items()}
    values: dict[str, Any] = {name: getattr(wish, name, "") for name in COLUMNS} | words
    if product := wish.attributes.get("product"):
        values["product"] = label("products", product, lang())
    values["actor"] = wish.actor.name if wish.actor else ""
    return [safe("" if values[n] is None else values[n]) for n in COLUMNS]


def write(wishes: Sequence[Wish], kind: str) -> tuple[bytes, str]:
    """The needs and offers as ``csv`` or ``xlsx``, and the type of the file."""
    lines: list[list[object]] = [
        [titles[0] for titles in COLUMNS.values()],
        *(_line(w) for w in wishes),
    ]
    return written(lines, kind, "echanges")
