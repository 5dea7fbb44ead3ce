"""Early warning: a cooperation that may be words only.

Each rule is a function of what is on record, of a day and of its threshold, a row of
``vocabulary/signals.csv`` that a cooperation may change.  A rule fires from its threshold on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dateutil.relativedelta import relativedelta

from reciproque.kernel import Commitment, Cooperation, Line, Record, Signal
from reciproque.reciprocity._balance import Balance, balance, lines
from reciproque.vocabulary import table, unit_of

OVERLOAD_FROM = 5
AFTER_THE_END = ("late",)
REASONS_OF_PHOTO = ("grant", "promotion")


@dataclass(frozen=True)
class Seen:
    """What the rules look at: the cooperation, a day, and the balance by that day."""

    cooperation: Cooperation
    day: date

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """Those who take part on that day."""
        ended = {p.actor for p in self.cooperation.parties if p.until and p.until < self.day}
        return tuple(p.actor for p in self.cooperation.parties if p.actor not in ended)

    @cached_property
    def left(self) -> Mapping[str, date]:
        """The last day of those who left: what falls due later is no longer theirs to do."""
        return {p.actor: p.until for p in self.cooperation.parties if p.until}

    @cached_property
    def balance(self) -> Balance:
        return balance(self.cooperation.commitments, self.cooperation.records, self.day)

    @cached_property
    def between(self) -> Mapping[frozenset[str], tuple[Line, ...]]:
        """The lines of each pair of parties."""
        found: dict[frozenset[str], tuple[Line, ...]] = {}
        for line in self.balance.lines:
            pair = frozenset((line.giver, line.receiver))
            found[pair] = (*found.get(pair, ()), line)
        return found

    @cached_property
    def records(self) -> Mapping[str | tuple[str, str, str], Sequence[Record]]:
        """By the commitment they keep; the others by giver, receiver and resource."""
        found: dict[str | tuple[str, str, str], list[Record]] = {}
        for r in self.cooperation.records:
            found.setdefault(r.commitment or (r.giver, r.receiver, r.resource), []).append(r)
        return found

    @cached_property
    def signed(self) -> date | None:
        return self.cooperation.agreement.signed

    @cached_property
    def traces(self) -> Mapping[str, date]:
        """The last day on which each party did, received, led or attended something."""
        last: dict[str, date] = {}

        def seen(party: str, day: date | None) -> None:
            if party and day and day <= self.day:
                last[party] = max(last.get(party, day), day)

        for record in self.cooperation.records:
            seen(record.giver, record.day)
            seen(record.receiver, record.day)
        for meeting in self.cooperation.meetings:
            for party in (meeting.lead, *meeting.attended):
                seen(party, meeting.day)
        for action in self.cooperation.actions:
            for party in (action.lead, *action.partners):
                seen(party, action.done or action.start)
        return last

    def days(self, since: date) -> int:
        return (self.day - since).days


def _one_sided(seen: Seen, threshold: float) -> Iterator[Signal]:
    """Two sides whose kept shares differ by the threshold or more."""
    for pair in seen.balance.pairs():
        ours = seen.between[frozenset((pair.a, pair.b))]
        between = Balance(ours)
        kept = {side: between.kept(side) for side in (pair.a, pair.b)}
        for low, high in ((pair.a, pair.b), (pair.b, pair.a)):
            mine, theirs = kept[low], kept[high]
            if mine is not None and theirs is not None and round(theirs - mine, 9) >= threshold:
                figures = {
                    "low": low,
                    "high": high,
                    "low_share": 100 * mine,
                    "high_share": 100 * theirs,
                }
                yield Signal("one_sided", figures, low, high)
            elif theirs and not any(x.giver == low for x in ours):
                gives = sum(x.records for x in ours if x.giver == high)
                yield Signal("one_sided", {"low": low, "high": high, "gives": gives}, low, high)


def _nothing_done(seen: Seen, threshold: float) -> Iterator[Signal]:
    if seen.signed is None or seen.days(seen.signed) < threshold:
        return
    done = [a for a in seen.cooperation.actions if a.done and a.done <= seen.day]
    if not done and not any(x.records for x in seen.balance.lines):
        yield Signal("nothing_done", {"days": seen.days(seen.signed)})


def _late(seen: Seen, threshold: float) -> Iterator[Signal]:
    for commitment in seen.cooperation.commitments:
        if commitment.state != "agreed" or commitment.due is None:
            continue
        if any(
            last and last < commitment.due
            for last in (seen.left.get(commitment.giver), seen.left.get(commitment.receiver))
        ):
            continue
        days = seen.days(commitment.due)
        if days >= threshold:
            line = _progress(seen, commitment)
            given = seen.balance.given(line)
            if given < line.promised - 1e-9:
                yield Signal("late", {
                    "title": commitment.title or table("resources")[commitment.resource]["label_fr"],
                    "days": days, "delivered": given, "promised": line.promised,
                    "unit": unit_of(commitment.resource),
                }, commitment.giver, commitment.key)  # fmt: skip


def _progress(seen: Seen, commitment: Commitment) -> Line:
    own = seen.records.get(commitment.key, ())
    loose = seen.records.get((commitment.giver, commitment.receiver, commitment.resource), ())
    return lines([commitment], own or loose, seen.day)[0]


def _overload(seen: Seen, threshold: float) -> Iterator[Signal]:
    work = Counter(a.lead for a in seen.cooperation.actions if a.lead and a.state != "dropped")
    work += Counter(m.lead for m in seen.cooperation.meetings if m.lead and m.day <= seen.day)
    for record in seen.cooperation.records:
        if record.entered_by:
            work[record.entered_by] += record.count
    total = work.total()
    if total < OVERLOAD_FROM or len(seen.parties) < 2:
        return
    party, mine = max(work.items(), key=lambda item: (item[1], item[0]))
    if mine / total >= threshold:
        rotate = min((p for p in seen.parties if p != party), key=lambda p: (work[p], p))
        figures = {"share": 100 * mine / total, "mine": mine, "total": total, "rotate": rotate}
        yield Signal("overload", {"party": party, **figures}, party)


def _forgotten(seen: Seen, threshold: float) -> Iterator[Signal]:
    since = {p.actor: p.since for p in seen.cooperation.parties}
    for party in seen.parties:
        last = seen.traces.get(party) or since[party] or seen.cooperation.started
        if last and seen.days(last) >= threshold:
            yield Signal("forgotten", {"party": party, "days": seen.days(last)}, party)
    facts = seen.cooperation.facts
    places: Mapping[str, date] = dict(facts.get("seen") or {})  # type: ignore[call-overload]
    for member, name in dict(facts.get("members") or {}).items():  # type: ignore[call-overload]
        last = seen.traces.get(member) or places.get(member) or seen.cooperation.started
        if last and seen.days(last) >= threshold:
            yield Signal("forgotten", {"party": name, "days": seen.days(last)}, member)


def _closed_circle(seen: Seen, threshold: float) -> Iterator[Signal]:
    start = seen.cooperation.started
    if start is None or seen.days(start) < 365 or len(seen.parties) < 2:
        return
    kinds = {seen.cooperation.actor(p).kind for p in seen.parties}
    themes = {*seen.cooperation.themes, *(a.theme for a in seen.cooperation.actions if a.theme)}
    if min(len(kinds), max(1, len(themes))) < threshold:
        figures = {"kinds": len(kinds), "themes": len(themes), "days": seen.days(start)}
        yield Signal("closed_circle", figures)


def review_due(cooperation: Cooperation) -> date | None:
    """The next day on which the agreement comes back on the table; ``None`` past its end."""
    agreement = cooperation.agreement
    last = agreement.last_review or agreement.signed
    if last is None or not agreement.review_months:
        return None
    due = last + relativedelta(months=agreement.review_months)
    return None if agreement.ends and agreement.ends < due else due


def _review_overdue(seen: Seen, threshold: float) -> Iterator[Signal]:
    due = review_due(seen.cooperation)
    if due and seen.days(due) >= threshold:
        yield Signal("review_overdue", {"days": seen.days(due)})


def _grant_and_photo(seen: Seen, threshold: float) -> Iterator[Signal]:
    if seen.signed is None or seen.days(seen.signed) < threshold:
        return
    natures = {
        table("resources")[line.resource]["nature"] for line in seen.balance.lines if line.records
    }
    done = any(a.done and a.done <= seen.day for a in seen.cooperation.actions)
    if "grant" in natures and natures <= set(REASONS_OF_PHOTO) and not done:
        yield Signal("grant_and_photo", {"days": seen.days(seen.signed)})


def _unanswered(seen: Seen, threshold: float) -> Iterator[Signal]:
    for expectation in seen.cooperation.expectations:
        days = seen.days(expectation.since)
        if not expectation.answers and days >= threshold and expectation.party in seen.parties:
            figures = {
                "party": expectation.party,
                "days": days,
                "text": expectation.text.rstrip(" ."),
            }
            yield Signal("unanswered", figures, expectation.party, expectation.key)


def _mandate_ends(seen: Seen, threshold: float) -> Iterator[Signal]:
    for mandate in seen.cooperation.mandates:
        if mandate.until and 0 <= (mandate.until - seen.day).days <= threshold:
            figures = {"party": mandate.party, "days": (mandate.until - seen.day).days}
            yield Signal("mandate_ends", figures, mandate.party, mandate.until.isoformat())


def _early_expense(seen: Seen, threshold: float) -> Iterator[Signal]:
    for expense in seen.cooperation.expenses:
        if not expense.funded or expense.engaged is None:
            continue
        days = ((expense.acknowledged or seen.day) - expense.engaged).days
        if days > threshold:
            figures = {"title": expense.title, "days": days}
            yield Signal("early_expense", figures, about=expense.key)


RULES: Mapping[str, Callable[[Seen, float], Iterator[Signal]]] = {
    "one_sided": _one_sided,
    "nothing_done": _nothing_done,
    "late": _late,
    "overload": _overload,
    "forgotten": _forgotten,
    "closed_circle": _closed_circle,
    "review_overdue": _review_overdue,
    "grant_and_photo": _grant_and_photo,
    "unanswered": _unanswered,
    "mandate_ends": _mandate_ends,
    "early_expense": _early_expense,
}


def signals(
    cooperation: Cooperation, day: date, thresholds: Mapping[str, float] | None = None
) -> list[Signal]:
    """Every signal that fires on a day, in the order of ``vocabulary/signals.csv``.

    ``thresholds`` replaces the default of a rule by the cooperation's own.  Once the agreement has
    ended, only what is still owed is told.
    """
    own = thresholds or {}
    seen = Seen(cooperation, day)
    found: list[Signal] = []
    ends = cooperation.agreement.ends
    over = ends is not None and ends < day
    for rule, row in table("signals").items():
        if over and rule not in AFTER_THE_END:
            continue
        found += RULES[rule](seen, own.get(rule, float(row["threshold"])))
    return found
