"""The journal of a cooperation: every change kept by the history, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reciproque.vocabulary import label
from reciproque.web.cooperations import models
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import may_read, readable
from reciproque.web.shared.templatetags.reciproque import lang

NOUNS = {
    models.Expectation: ("expectation", "text"),
    models.Action: ("action", "title"),
    models.Commitment: ("commitment", "title"),
    models.Meeting: ("meeting", "title"),
    models.Decision: ("decision", "title"),
    models.CostLine: ("cost", "label"),
    models.FundingSource: ("funding", "label"),
    models.Followed: ("indicator", "name"),
}


@dataclass(frozen=True)
class Entry:
    """When, who, what."""

    when: datetime
    who: str
    what: str
    text: str
    timed: bool = True


def _who(*known: Any) -> str:
    """The person's name as others see it; what came from a file was written by no one here."""
    return next((str(k) for k in known if k), _("le logiciel"))


def _verb(kind: str) -> str:
    return {"+": _("a ajouté"), "~": _("a changé"), "-": _("a retiré")}[kind]


def _of(model: Any, cooperation: Cooperation, hidden: set[Any], reader: Any) -> list[Entry]:
    noun, field = NOUNS[model]
    found = model.history.filter(cooperation_id=cooperation.pk).select_related("history_user")[:120]
    return [
        Entry(
            row.history_date, _who(row.history_user),
            f"{_verb(row.history_type)} : {label('journal_nouns', noun, lang())}", str(getattr(row, field))[:160],
        )
        for row in found
        if row.key not in hidden and _could_read(reader, row)
    ]  # fmt: skip


def _could_read(reader: Any, row: Any) -> bool:
    """What was private when it was written stays so, whatever it is now and even taken away."""
    private = getattr(row, "visibility", "") == "private"
    return not private or may_read(reader, row.instance)


def _at(day: date, who: Any, what: str, text: str) -> Entry:
    """What is kept by its day alone."""
    when = timezone.make_aware(datetime.combine(day, time.min))
    return Entry(when, _who(who), what, text, timed=False)


def _parties(cooperation: Cooperation) -> list[Entry]:
    """Who came in, who left."""
    said = {"+": _("a ajouté une partie"), "~": _("a changé une partie")}
    found = models.Party.history.filter(cooperation_id=cooperation.pk).select_related(
        "history_user", "actor", "by"
    )
    return [
        Entry(
            row.history_date, _who(row.history_user, row.by),
            _("a noté le départ d’une partie") if row.until else said.get(row.history_type, ""),
            row.actor.name,
        )
        for row in found
    ]  # fmt: skip


def _talk(cooperation: Cooperation, hidden: set[Any]) -> list[Entry]:
    """Answers to expectations and to signals."""
    answers = models.Answer.objects.filter(expectation__cooperation=cooperation)
    found = [
        Entry(a.created, _who(a.by), _("a répondu à une attente"), a.text[:160])
        for a in answers.exclude(expectation__in=hidden).select_related("by")
    ]
    for a in cooperation.signal_answers.select_related("by"):
        said = _("a mis un signal en sommeil") if a.asleep_until else _("a répondu à un signal")
        name = label("signals", a.rule, lang())
        found.append(_at(a.day, a.by, said, f"{name} : {a.text}" if a.text else name))
    return found


def _steps(cooperation: Cooperation) -> list[Entry]:
    """Stages, reviews, tables of equivalences."""
    found = [
        _at(s.day, s.by, _("a changé d’étape"),
            f"{label('stages', s.before, lang())}, {label('stages', s.after, lang())}")
        for s in cooperation.stage_changes.select_related("by")
    ]  # fmt: skip
    for review in cooperation.reviews.select_related("by"):
        found.append(_at(review.opened, review.by, _("a ouvert le réexamen"), ""))
        if review.closed:
            found.append(_at(review.closed, "–", _("le réexamen est clos"), ""))
    tables = cooperation.equivalences.select_related("by")
    return found + [_at(t.day, t.by, _("a gardé une table d’équivalences"), "") for t in tables]


def journal(cooperation: Cooperation, reader: Any) -> list[Entry]:
    """The latest changes first; what a reader may not read is left out."""
    hidden: set[Any] = set()
    for model in NOUNS:
        if hasattr(model, "visibility"):
            things = model.objects.filter(cooperation=cooperation)
            seen = readable(reader, cooperation, things).values("pk")
            hidden |= set(things.exclude(pk__in=seen).values_list("pk", flat=True))
    entries = list(chain.from_iterable(_of(m, cooperation, hidden, reader) for m in NOUNS))
    entries += _parties(cooperation) + _talk(cooperation, hidden) + _steps(cooperation)
    for version in cooperation.versions.select_related("by"):
        said = _("a gardé la version %s de l’accord") % version.number
        entries.append(Entry(version.created, _who(version.by), said, ""))
        for signature in version.signatures.select_related("party__actor", "by"):
            said = _("a noté la signature de la version %s") % version.number
            entries.append(Entry(signature.created, _who(signature.by), said, str(signature.party)))
    records = readable(reader, cooperation, cooperation.records.all())
    for record in records.select_related("by", "giver__actor", "receiver__actor")[:120]:
        said = _("a corrigé un fait") if record.corrects_id else _("a noté un fait")
        text = f"{record.giver}, {record.receiver} : {record}"
        entries.append(Entry(record.created, _who(record.by), said, text))
    return sorted(entries, key=lambda e: e.when, reverse=True)
