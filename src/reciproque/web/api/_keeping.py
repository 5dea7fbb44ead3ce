"""What endpoints do with a form of the pages: send it as a browser would, keep it, or say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from ninja import Status

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say
from reciproque.web.api._things import Refused
from reciproque.web.exchange.actions import Changed
from reciproque.web.shared.templatetags.reciproque import lang


def typed(values: dict[str, Any]) -> QueryDict:
    """What a browser would have sent."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, [str(v) for v in value])
        elif value is not None:
            data[name] = str(value)
    return data


def kept(form: Any, keep: Callable[[], Any], told: Callable[[Any], Any], done: int) -> Any:
    """What a form keeps (``done``), or what is wrong field by field (422), or what stands now (409)."""
    if form is not None and not form.is_valid():
        fields = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        return Status(422, Refused(detail="not kept", fields=fields))
    try:
        return Status(done, told(keep()))
    except Changed as error:
        return Status(409, told(error.theirs))


def kept_or_told(form: Any, keep: Callable[[], Any], told: Callable[[Any], Any], done: int) -> Any:
    """The same, where the deed itself may be refused: in words, in the person's language (422)."""
    try:
        return kept(form, keep, told, done)
    except ReciproqueError as error:
        said = say(error, lang())
        return Status(422, Refused(detail=said, fields={"__all__": [said]}))
