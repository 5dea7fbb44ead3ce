"""Add and change any thing of a cooperation, by the very forms of the pages."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.db.models import Manager, Model
from django.forms import ModelForm, model_to_dict
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Router, Schema, Status
from ninja.errors import HttpError

from reciproque.web.api._common import cooperation_for
from reciproque.web.cooperations import actions
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import (
    facilitates,
    may_change,
    may_read,
    may_write,
    readable,
    takes_part,
)
from reciproque.web.cooperations.things import THINGS, Thing

Noun = Literal[
    "expectations", "actions", "costs", "sources", "commitments", "meetings", "decisions",
    "indicators", "parties",
]  # fmt: skip
Plain = Literal["costs", "sources", "indicators", "parties"]
PAGES = {
    "expectations": "attentes", "actions": "actions", "costs": "depenses", "sources": "financements",
    "commitments": "engagements", "meetings": "rencontres", "decisions": "decisions",
    "indicators": "indicateurs", "parties": "parties",
}  # fmt: skip
router = Router()


class Change(Schema):
    """The version that was read, and the fields that change."""

    version: int
    changes: dict[str, Any]


class Kept(Schema):
    """A thing as it stands."""

    key: UUID
    version: int
    fields: dict[str, Any]


class Refused(Schema):
    """What is wrong, field by field, in the person's language."""

    detail: str
    fields: dict[str, list[str]]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return str(value.pk) if isinstance(value, Model) else value


def _fields(kind: Thing, thing: Any) -> dict[str, Any]:
    return {k: _plain(v) for k, v in model_to_dict(thing, kind.form._meta.fields).items()}


def _stands(kind: Thing, thing: Any) -> Kept:
    return Kept(key=thing.pk, version=thing.version, fields=_fields(kind, thing))


def _allowed(request: HttpRequest, slug: str, noun: str) -> tuple[Thing, Cooperation]:
    kind = THINGS[PAGES[noun]]
    right = facilitates if kind.right == "facilitate" else may_write
    return kind, cooperation_for(request, slug, right)


def _keep(request: HttpRequest, kind: Thing, form: ModelForm, done: int) -> Any:
    if not form.is_valid():
        fields = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        return Status(422, Refused(detail="not kept", fields=fields))
    if not may_change(request.user, form.instance):
        raise HttpError(403, "this binds other parties than yours")
    try:
        return Status(done, _stands(kind, actions.keep(form, by=request.user)))
    except actions.Changed as error:
        return Status(409, _stands(kind, error.theirs))


@router.get("/{slug}/{noun}", response=list[Kept])
def things(request: HttpRequest, slug: str, noun: Plain) -> Any:
    """The costs, sources, indicators or parties."""
    c, kind = cooperation_for(request, slug, takes_part), THINGS[PAGES[noun]]
    found = kind.model.objects.filter(cooperation=c)
    if hasattr(kind.model, "visibility"):
        found = readable(request.user, c, found)
    return [_stands(kind, thing) for thing in found]


@router.post("/{slug}/{noun}", response={201: Kept, 422: Refused})
def new_thing(request: HttpRequest, slug: str, noun: Plain, body: Body[dict[str, Any]]) -> Any:
    """Add a cost, a source, an indicator or a party; sent twice with one ``once``, kept once."""
    kind, c = _allowed(request, slug, noun)
    form = kind.form(body, instance=None, cooperation=c, person=request.user)
    return _keep(request, kind, form, 201)


@router.get("/{slug}/{noun}/{key}", response=Kept)
def thing(request: HttpRequest, slug: str, noun: Noun, key: UUID) -> Any:
    """One thing, with the version that a change must name."""
    c, kind = cooperation_for(request, slug, takes_part), THINGS[PAGES[noun]]
    found = get_object_or_404(kind.model, pk=key, cooperation=c)
    if hasattr(found, "visibility") and not may_read(request.user, found):
        raise HttpError(404, "not found")
    return _stands(kind, found)


@router.patch("/{slug}/{noun}/{key}", response={200: Kept, 409: Kept, 422: Refused})
def change(request: HttpRequest, slug: str, noun: Noun, key: UUID, body: Change) -> Any:
    """Change some fields; 409 with what stands when someone else changed it first."""
    kind, c = _allowed(request, slug, noun)
    found = get_object_or_404(kind.model, pk=key, cooperation=c)
    if not may_change(request.user, found):
        raise HttpError(403, "this binds other parties than yours")
    data = {k: v for k, v in _fields(kind, found).items() if not isinstance(v, Manager)}
    data |= body.changes | {"version": body.version}
    form = kind.form(data, instance=found, cooperation=c, person=request.user)
    return _keep(request, kind, form, 200)
