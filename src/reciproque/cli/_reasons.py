"""A reason as data, for every command that answers in JSON."""

from __future__ import annotations

from reciproque.cli._common import LANG
from reciproque.kernel import Reason
from reciproque.vocabulary import reason_as_data


def reason_json(reason: Reason) -> dict[str, object]:
    return reason_as_data(reason, LANG)
