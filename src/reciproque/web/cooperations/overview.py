"""What the first page of a cooperation says: stages, promised and kept, signals, dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reciproque import kernel
from reciproque.kernel import Line
from reciproque.reciprocity import (
    Balance,
    balance,
    explain_signal,
    facts_of,
    forms,
    review_due,
    say_quantity,
    signals,
    todo_of_signal,
    unit_of,
)
from reciproque.vocabulary import label, rows, table
from reciproque.web.cooperations.lanes import Facing, Lane
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.snapshot import snapshot
from reciproque.web.shared.templatetags.reciproque import lang

MOST_LANES = 200  # on a page


@dataclass(frozen=True)
class Told:
    """A signal in words; ``asleep`` until a date, when someone put it to sleep."""

    rule: str
    party: str
    title: str
    text: str
    todo: str
    answer: str
    asleep: date | None
    about: str


@dataclass(frozen=True)
class Ahead:
    """Something in the calendar; its key stays when its day or its title change."""

    day: date
    title: str
    detail: str
    key: str


class Overview:
    """What a circle of readers may know of a cooperation, in words and pictures; computed once a page."""

    def __init__(
        self,
        cooperation: Cooperation,
        day: date | None = None,
        sure_only: bool = False,
        pair: int = 0,
        circle: str = "parties",
        also: Sequence[Any] = (),
    ) -> None:
        self.cooperation = cooperation
        self.sure_only, self.pair = sure_only, pair
        self.circle, self.also = circle, also
        self.day = day or timezone.localdate()

    @cached_property
    def what(self) -> kernel.Cooperation:
        return snapshot(self.cooperation, self.day, self.circle, self.also)

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {actor.key: actor.name for actor in self.what.actors}

    @cached_property
    def balance(self) -> Balance:
        """With what waits for the other side's word, or only what both sides confirm."""
        found = balance(self.what.commitments, self.what.records, self.day)
        if not self.sure_only:
            return found
        return Balance(tuple(replace(x, unconfirmed=0.0) for x in found.lines))

    def lane(self, line: Line, side: str, key: str) -> Lane:
        return Lane(line, side, key, self.names[line.giver], self.names[line.receiver])

    @cached_property
    def facing(self) -> list[Facing]:
        """Each pair of parties that promise or give each other something, in order of arrival."""
        order = {p.actor: i for i, p in enumerate(self.what.parties)}
        between: dict[frozenset[str], list[Line]] = {}
        for line in self.balance.lines:
            between.setdefault(frozenset((line.giver, line.receiver)), []).append(line)
        found, number = [], 0
        for pair in self.balance.pairs():
            a, b = sorted((pair.a, pair.b), key=lambda p: order[p])
            lanes = []
            for line in between[frozenset((a, b))]:
                number += 1
                lanes.append(self.lane(line, "a" if line.giver == a else "b", f"rb{number}"))
            lanes.sort(key=lambda x: (x.side, x.resource))
            dominant = self.names.get(pair.dominant, "")
            found.append(Facing(self.names[a], self.names[b], lanes, pair, dominant))
        return sorted(found, key=lambda f: -len(f.lanes))

    @property
    def face_to_face(self) -> Facing | None:
        """The pair one looks at: the one that exchanges most, or the one asked for."""
        found = self.facing
        return found[self.pair if self.pair < len(found) else 0] if found else None

    @cached_property
    def lanes(self) -> list[Lane]:
        return [lane for facing in self.facing for lane in facing.lanes]

    @property
    def first_lanes(self) -> list[Lane]:
        """As many as a page can show; the dossier's spreadsheet has them all."""
        return self.lanes[:MOST_LANES]

    @property
    def more_lanes(self) -> int:
        return max(0, len(self.lanes) - MOST_LANES)

    @cached_property
    def returned(self) -> list[tuple[str, float]]:
        """The share returned of each resource that moved."""
        shares = ((r, self.balance.returned(r)) for r in self.balance.resources)
        return [(label("resources", r, lang()), s) for r, s in shares if s is not None]

    @cached_property
    def by_party(self) -> list[tuple[str, str, str, str]]:
        """Party, resource, what it gave and received in all; told where there are more than two."""
        if len(self.balance.parties) < 3:
            return []
        return [
            (
                self.names[party], label("resources", resource, lang()),
                say_quantity(given, unit_of(resource), lang()),
                say_quantity(received, unit_of(resource), lang()),
            )
            for party in (p.actor for p in self.what.parties)
            for resource, given, received in self.balance.of(party)
        ]  # fmt: skip

    @cached_property
    def overall(self) -> float | None:
        return self.balance.overall(self.what.equivalences)

    @cached_property
    def told(self) -> list[Told]:
        answers: dict[tuple[str, str, str], Any] = {}
        for answer in self.cooperation.signal_answers.all():
            answers.setdefault((answer.rule, answer.party_key, answer.about), answer)
        found = []
        for signal in signals(self.what, self.day, self.cooperation.thresholds):
            answer = answers.get((signal.rule, signal.party, signal.about))
            until = answer.asleep_until if answer else None
            found.append(
                Told(
                    signal.rule, signal.party, label("signals", signal.rule, lang()),
                    explain_signal(signal, self.names, lang()),
                    todo_of_signal(signal, self.names, lang()),
                    answer.text if answer else "",
                    until if until and until >= self.day else None, signal.about,
                )
            )  # fmt: skip
        return found

    @cached_property
    def awake(self) -> list[Told]:
        return [t for t in self.told if t.asleep is None]

    @cached_property
    def asleep(self) -> list[Told]:
        return [t for t in self.told if t.asleep]

    @property
    def passed(self) -> int:
        """How many rules found nothing."""
        return len(table("signals")) - len({t.rule for t in self.told})

    @cached_property
    def dates(self) -> list[Ahead]:
        """What comes: meetings, commitments due, the review, the ends of mandates, elections."""
        found = [
            Ahead(m.day, m.title, label("meeting_kinds", m.kind, lang()), m.key)
            for m in self.what.meetings
            if m.day >= self.day
        ]
        found += [
            Ahead(c.due, c.title, say_quantity(c.quantity, c.unit, lang()), c.key)
            for c in self.what.commitments
            if c.due and c.due >= self.day and c.state == "agreed"
        ]
        found += [
            Ahead(a.due, a.title, self.names.get(a.lead, ""), a.key)
            for a in self.what.actions
            if a.due and a.due >= self.day and a.state in ("planned", "ongoing")
        ]
        due = review_due(self.what)
        if due and due >= self.day:
            said = _("chaque partie dit ce qui a été tenu")
            found.append(Ahead(due, _("Réexamen de l’accord"), said, "review"))
        found += [
            Ahead(until, _("Fin d’un mandat"), self.names[party], f"mandate-{party}-{until}")
            for until, party in dict.fromkeys((m.until, m.party) for m in self.what.mandates)
            if until and until >= self.day
        ]
        return sorted([*found, *self._elections(), *self._calls()], key=lambda x: x.day)

    def _elections(self) -> list[Ahead]:
        """Those within 900 days that concern a kind of party."""
        kinds = {actor.kind for actor in self.what.actors}
        last = self.day + timedelta(days=900)
        return [
            Ahead(when, label("elections", row["id"], lang()), row[f"detail_{lang()}"], row["id"])
            for row in rows("elections")
            if kinds & set(row["kinds"].split())
            and self.day <= (when := date.fromisoformat(row["day"])) <= last
        ]

    def _calls(self) -> list[Ahead]:
        """The days by which a funding request must be sent."""
        shown = self.cooperation.sources.shown(self.circle)
        waiting = shown.filter(deadline__gte=self.day, state="requested")
        said = _("dossier de financement à déposer")
        return [Ahead(s.deadline, s.label, said, str(s.pk)) for s in waiting]

    @cached_property
    def proposals(self) -> list[Any]:
        return forms(facts_of(self.what, self.day))

    @cached_property
    def undone(self) -> list[Lane]:
        """What was due by now and is not wholly done."""
        return [
            lane for lane in self.lanes
            if lane.line.delivered + lane.line.unconfirmed < lane.line.due - 1e-9
        ]  # fmt: skip

    def lead(self) -> str:
        """The sentence that a mayor could say aloud."""
        if not self.balance.lines:
            return _(
                "Rien n’est encore promis : la première étape est de dire ce que chacun espère et apporte."
            )
        if not self.undone and not self.awake:
            return _(
                "Ce qui était attendu à ce jour est tenu, dans les deux sens. Rien ne demande attention."
            )
        late = sorted({lane.giver for lane in self.undone})
        if late:
            said = ngettext(
                "%(who)s n’a pas encore tenu tout ce qui était attendu à ce jour.",
                "%(who)s n’ont pas encore tenu tout ce qui était attendu à ce jour.",
                len(late),
            ) % {"who": _(" et ").join(late)}
        else:
            said = _("Ce qui était attendu à ce jour est tenu.")
        if self.awake:
            n = len(self.awake)
            said += " " + ngettext(
                "%(n)s point demande attention.", "%(n)s points demandent attention.", n
            ) % {"n": n}
        return said
