"""The journal of a cooperation: every change kept by the history, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from reciproque.vocabulary import label
from reciproque.web.cooperations import models
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import may_read
from reciproque.web.shared.templatetags.reciproque import lang

NOUNS = {
    models.Expectation: ("expectation", "text"),
    models.Action: ("action", "title"),
    models.Commitment: ("commitment", "title"),
    models.Meeting: ("meeting", "title"),
    models.Decision: ("decision", "title"),
    models.CostLine: ("cost", "label"),
    models.FundingSource: ("funding", "label"),
}


@dataclass(frozen=True)
class Entry:
    """When, who, what."""

    when: datetime
    who: str
    what: str
    text: str


def _verb(kind: str) -> str:
    return {"+": _("a ajouté"), "~": _("a changé"), "-": _("a retiré")}[kind]


def _of(model: Any, cooperation: Cooperation, hidden: set[Any]) -> list[Entry]:
    noun, field = NOUNS[model]
    found = model.history.filter(cooperation_id=cooperation.pk).select_related("history_user")[:120]
    return [
        Entry(
            row.history_date, str(row.history_user or "–"),
            f"{_verb(row.history_type)} : {label('journal_nouns', noun, lang())}", str(getattr(row, field))[:160],
        )
        for row in found
        if row.key not in hidden
    ]  # fmt: skip


def journal(cooperation: Cooperation, reader: Any) -> list[Entry]:
    """The latest changes first; what a reader may not read is left out."""
    guarded = (
        cooperation.expectations, cooperation.actions, cooperation.meetings, cooperation.decisions,
    )  # fmt: skip
    hidden = {x.key for things in guarded for x in things.all() if not may_read(reader, x)}
    entries = list(chain.from_iterable(_of(model, cooperation, hidden) for model in NOUNS))
    for version in cooperation.versions.select_related("by"):
        said = _("a gardé la version %s de l’accord") % version.number
        entries.append(Entry(version.created, str(version.by or "–"), said, ""))
        for signature in version.signatures.select_related("party__actor", "by"):
            said = _("a noté la signature de la version %s") % version.number
            entries.append(
                Entry(signature.created, str(signature.by or "–"), said, str(signature.party))
            )
    for record in cooperation.records.select_related("by", "giver__actor", "receiver__actor")[:120]:
        said = _("a corrigé un fait") if record.corrects_id else _("a noté un fait")
        text = f"{record.giver}, {record.receiver} : {record}"
        entries.append(Entry(record.created, str(record.by or "–"), said, text))
    return sorted(entries, key=lambda e: e.when, reverse=True)
