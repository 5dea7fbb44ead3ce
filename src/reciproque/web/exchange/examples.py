"""Bring needs, offers, chains and loans described as data into the database."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from reciproque.kernel import ReciproqueError, Safeguard
from reciproque.kernel import Wish as Described
from reciproque.matching import MatchFile, MatchFileError, read_match
from reciproque.vocabulary import in_words
from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations.examples import SHIPPED
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.exchange.actions import place
from reciproque.web.exchange.lots_examples import load_lots
from reciproque.web.exchange.models import Item, Loan, Step, Wish

FOLDER = SHIPPED / "exchange"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "cooperation": ("key", "name", "subject", "why", "started", "stage", "themes", "perimeter", "lesson", "fictional", "terms"),
    "party": ("actor", "role"),
    "item": ("key", "actor", "title", "text", "resource", "territory", "condition", "most_days", "assumed"),
    "loan": ("item", "borrower", "start", "end", "state", "use", "assumed"),
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "cooperation": ("name", "started"),
    "party": ("actor",),
    "item": ("key", "actor", "title"),
    "loan": ("item", "borrower", "start", "end"),
}


@dataclass(frozen=True)
class _Loading:
    """A file on its way into the database: its cooperation, and its organisations by key."""

    file: MatchFile
    cooperation: Cooperation
    actors: Mapping[str, Actor]
    terms: str  # on which needs and offers without a price are published

    def actor(self, key: str) -> Actor:
        if key not in self.actors:
            raise ReciproqueError("exchange.unknown_actor", actor=key)
        return self.actors[key]

    def once(self, *parts: str) -> uuid.UUID:
        return uuid.uuid5(self.cooperation.pk, "/".join(parts))


def _checked(data: MatchFile) -> Mapping[str, Any]:
    """What stands around the needs and offers, its fields known and none missing."""
    for name, rows in data.around.items():
        for row in rows if isinstance(rows, list) else [rows]:
            for field in row:
                if field not in FIELDS[name]:
                    raise ReciproqueError("case.unknown_field", field=f"{name}.{field}")
            for field in NEEDED[name]:
                if field not in row:
                    raise ReciproqueError("case.missing", field=f"{name}.{field}")
    if "cooperation" not in data.around:
        raise ReciproqueError("case.missing", field="cooperation")
    return data.around


def _actors(data: MatchFile) -> dict[str, Actor]:
    return {
        a.key: Actor.objects.get_or_create(
            name=a.name, kind=a.kind, territory=a.territory, defaults={"country": a.country}
        )[0]
        for a in data.actors
    }  # fmt: skip


def _safeguard(found: Safeguard | None, today: Any, actors: Mapping[str, Actor]) -> dict[str, Any]:
    """What protects a minor; a consent is on file from the day of the example."""
    if found is None:
        return {}
    return {
        "age": found.age, "consent": today if found.consent else None, "vetted": found.vetted,
        "vetting": found.check, "vetted_by": actors.get(found.checked_by), "setting": found.setting,
    }  # fmt: skip


def _wish(loading: _Loading, side: str, w: Described) -> None:
    actor = loading.actor(w.actor)
    today = loading.file.asked().today
    kept = Wish(
        once=loading.once(side, w.key), side=side, actor=actor, title=w.title or w.key, resource=w.resource,
        quantity=w.quantity, unit=w.unit, attributes=dict(w.attributes), labels=list(w.labels),
        languages=list(w.languages), start=w.start, end=w.end, within_km=w.within_km, cost=w.cost,
        terms="price" if w.cost else loading.terms, slots=[[s.weekday, s.start, s.end] for s in w.slots],
        smallest=w.smallest, counterparts=w.counterparts, territory=w.territory or actor.territory,
        assumed=w.assumed, **_safeguard(w.safeguard, today, loading.actors),
    )  # fmt: skip
    place(kept)
    if w.longitude is not None:
        kept.longitude, kept.latitude = w.longitude, w.latitude
    kept.save()


def _chain(loading: _Loading) -> None:
    if loading.file.problem is None:
        return
    for side, wishes in (
        ("need", loading.file.problem.needs),
        ("offer", loading.file.problem.offers),
    ):
        for wish in wishes:
            _wish(loading, side, wish)
    for s in loading.file.problem.steps:
        Step.objects.create(
            once=loading.once("step", s.key), cooperation=loading.cooperation, actor=loading.actor(s.actor),
            title=s.title or s.key, takes=s.takes, gives=s.gives, yields=s.yields, capacity=s.capacity, cost=s.cost,
            labels=list(s.labels), territory=loading.actor(s.actor).territory, longitude=s.longitude,
            latitude=s.latitude, assumed=s.assumed,
        )  # fmt: skip


def _lent(loading: _Loading) -> None:
    items: dict[str, Item] = {}
    for row in loading.file.around.get("item", []):
        more = {name: row[name] for name in row if name not in ("key", "actor")}
        items[row["key"]] = Item.objects.create(
            once=loading.once("item", row["key"]), actor=loading.actor(row["actor"]), **more
        )
    for row in loading.file.around.get("loan", []):
        if row["item"] not in items:
            raise ReciproqueError("exchange.unknown_item", field="loan.item", item=row["item"])
        item, state = items[row["item"]], row.get("state", "asked")
        gone, back = state in ("out", "back"), state == "back"
        Loan.objects.create(
            item=item, borrower=loading.actor(row["borrower"]), start=row["start"], end=row["end"],
            use=row.get("use", ""), state=state, out=row["start"] if gone else None,
            condition_out=item.condition if gone else "", back=row["end"] if back else None,
            condition_back=item.condition if back else "", assumed=row.get("assumed", False),
        )  # fmt: skip


def _kept(data: MatchFile, public: bool) -> Cooperation:
    head = dict(_checked(data)["cooperation"])
    slug = slugify(head.pop("key", "") or head["name"])[:80]
    if known := Cooperation.objects.filter(slug=slug).first():
        return known
    terms = head.pop("terms", "gift")
    made = Cooperation.objects.create(
        slug=slug, assumed=True, visibility="public" if public else "parties", **head
    )
    loading = _Loading(data, made, _actors(data), terms)
    for row in data.around.get("party", []):
        Party.objects.create(
            cooperation=made, actor=loading.actor(row["actor"]), since=made.started, role=row.get("role", "partner")
        )  # fmt: skip
    _chain(loading)
    _lent(loading)
    load_lots(data, made, loading.actors)
    return made


@transaction.atomic
def load(data: MatchFile, *, public: bool = True, file: str = "") -> Cooperation:
    """Keep the cooperation of a file, with its needs, offers, steps, things lent, loans and lots, all of it or nothing.

    One that is already here is left as it is.  Raises :class:`MatchFileError` naming what the file lacks.
    """
    try:
        return _kept(data, public)
    except ReciproqueError as error:
        where = str(error.figures.get("field", "actor")).partition(".")[0]
        raise MatchFileError(
            "case.row", file=file or data.name, where=f"[[{where}]]", **in_words(error)
        ) from error


def load_shipped() -> list[Cooperation]:
    """The exchanges that come with the project, of those files that tell their cooperation."""
    described = [read_match(path) for path in sorted(FOLDER.glob("*.toml"))]
    return [load(data) for data in described if "cooperation" in data.around]
