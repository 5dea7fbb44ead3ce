"""A reason as data, for every command that answers in JSON."""

from __future__ import annotations

from reciproque.cli._common import LANG
from reciproque.kernel import Reason
from reciproque.vocabulary import say


def reason_json(reason: Reason) -> dict[str, object]:
    return {
        "text": say(reason, LANG),
        "figures": dict(reason.figures),
        "source": reason.source,
        "year": reason.year,
        "estimated": reason.estimated,
    }
