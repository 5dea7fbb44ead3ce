"""The form of a review: what a party said already, what it says now, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from reciproque.vocabulary import label, table
from reciproque.web.accounts.models import Person
from reciproque.web.cooperations import agreements
from reciproque.web.cooperations.models import Cooperation, Party, Review
from reciproque.web.cooperations.rules import readable
from reciproque.web.shared.templatetags.reciproque import lang


@dataclass(frozen=True)
class Row:
    """An expectation or a commitment, a party's word on it, and why that word is not kept yet."""

    thing: Any
    title: str
    value: str = ""
    change: str = ""
    problem: str = ""
    before: str = ""


@dataclass(frozen=True)
class Said:
    """The form of one party."""

    party: Party
    rows: Sequence[Row]


def _written(value: str, change: str) -> str:
    return f"{value}|{change}"


def _titles(person: Any, cooperation: Cooperation) -> list[tuple[Any, str]]:
    wanted = readable(person, cooperation, cooperation.expectations.select_related("party__actor"))
    kinds = "expectation_kinds"
    found = [(e, f"{e.party} {label(kinds, e.kind, lang())} : {e.text}") for e in wanted]
    promised = readable(person, cooperation, cooperation.commitments.exclude(state="proposed"))
    return found + [(m, m.title) for m in promised]


def said(review: Review, party: Party, person: Any) -> Said:
    """What a party said so far, thing by thing."""
    known = {r.expectation_id or r.commitment_id: r for r in review.ratings.filter(party=party)}
    rows = []
    for thing, title in _titles(person, review.cooperation):
        word = known.get(thing.pk)
        value, change = (word.value, word.change) if word else ("", "")
        rows.append(Row(thing, title, value, change, before=_written(value, change)))
    return Said(party, rows)


def keep(review: Review, party: Party, posted: Mapping[str, str], *, by: Person) -> Said:
    """Keep what was changed in the form; a row that cannot be kept comes back as it was typed."""
    form = said(review, party, by)
    return Said(party, [_keep(review, party, row, posted, by) for row in form.rows])


def _keep(review: Review, party: Party, row: Row, posted: Mapping[str, str], by: Person) -> Row:
    key = row.thing.pk
    if f"note-{key}" not in posted:  # added since the form was opened
        return row
    value, change = (
        posted[f"note-{key}"],
        posted.get(f"change-{key}", "").strip()[:300],
    )
    value = value if value in table("ratings") else ""
    seen = posted.get(f"avant-{key}", row.before)
    if _written(value, change) in (seen, row.before):
        return row
    typed = replace(row, value=value, change=change.replace("\0", ""))
    if "\0" in change:
        return replace(
            typed, problem=_("Ce texte contient un caractère invisible (nul) : retapez-le.")
        )
    if seen != row.before:
        words = label("ratings", row.value, lang()) if row.value else "–"
        return replace(typed, problem=_(
            "Une autre personne de votre structure a écrit entre-temps : « %(words)s ». Gardez de nouveau pour mettre vos mots à la place."
        ) % {"words": f"{words} {row.change}".strip()})  # fmt: skip
    if change and not value:
        return replace(typed, problem=_("Choisissez une évaluation : vos mots sont toujours là."))
    if value:
        agreements.rate(review, party, row.thing, value, change, by=by)
    else:
        agreements.take_back(review, party, row.thing)
    return replace(typed, before=_written(value, change))


def typed(
    cooperation: Cooperation, posted: Mapping[str, str], person: Any
) -> list[tuple[str, str, str]]:
    """What stood in a form that came too late: title, rating, words; to be read again."""
    found = []
    for thing, title in _titles(person, cooperation):
        value, change = posted.get(f"note-{thing.pk}", ""), posted.get(f"change-{thing.pk}", "")
        if value in table("ratings") or change:
            word = label("ratings", value, lang()) if value in table("ratings") else "–"
            found.append((title, word, change[:300]))
    return found
