"""Loans: asked for, booked, out, back; the calendar of a thing; what is late."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from reciproque.kernel import ReciproqueError
from reciproque.web.accounts.models import Person
from reciproque.web.exchange.letters import writers
from reciproque.web.exchange.models import Item, Loan
from reciproque.web.shared.templatetags.reciproque import day

# from which states each step may be taken
STEPS = {
    "agreed": ("asked",),
    "declined": ("asked", "agreed"),
    "out": ("agreed",),
    "back": ("out",),
}


def check_free(item: Item, start: date, end: date, but: Any = None) -> None:
    """Refuse days on which the thing is taken, past or too many; raises ``ReciproqueError``."""
    if (end - start).days + 1 > item.most_days:
        raise ReciproqueError("error.loan_long", what=item.title, days=item.most_days)
    other = item.taken(start, end).exclude(pk=but).select_related("borrower").first()
    if other is not None and other.late:
        raise ReciproqueError("error.loan_late", what=item.title, end=day(other.end))
    if other is not None:
        raise ReciproqueError(
            "error.loan_taken", what=item.title, start=day(other.start), end=day(other.end)
        )


def _check_here(item: Item) -> None:
    """Refuse to hand out what has not come back; raises ``ReciproqueError``."""
    if (other := item.loans.filter(state="out").first()) is not None:
        raise ReciproqueError("error.loan_late", what=item.title, end=day(other.end))


@transaction.atomic
def ask(form: Any, *, by: Person) -> Loan:
    """Ask for a thing; booked at once by whoever lends it."""
    once = form.cleaned_data.get("once")
    if once and (known := Loan.objects.filter(once=once).first()):
        return known
    loan = form.save(commit=False)
    Item.objects.select_for_update().get(pk=loan.item_id)
    check_free(loan.item, loan.start, loan.end)
    loan.by, loan.once = by, once
    loan.save()
    return loan


@transaction.atomic
def step(loan: Loan, state: str, *, condition: str = "", note: str = "") -> bool:
    """Book, decline, hand out, take back; returns whether it was the time for it."""
    item = Item.objects.select_for_update().get(pk=loan.item_id)
    loan = Loan.objects.select_for_update().get(pk=loan.pk)
    if loan.state not in STEPS.get(state, ()):
        return False
    if state == "agreed":
        check_free(item, loan.start, loan.end, but=loan.pk)
    if state == "out":
        _check_here(item)
    loan.state, today = state, timezone.localdate()
    if state == "out":
        loan.out, loan.condition_out = today, condition or item.condition
    if state == "back":
        loan.back, loan.condition_back = today, condition or item.condition
        item.condition = loan.condition_back
        item.version += 1
        item.save(update_fields=["condition", "version", "changed"])
    loan.note = note[:300] or loan.note
    loan.version += 1
    loan.save()
    return True


@dataclass(frozen=True)
class Day:
    """A day of the calendar: its number, whether in the month shown, taken, past."""

    day: date
    here: bool
    taken: bool
    past: bool


def month(item: Item, year: int, number: int) -> list[list[Day]]:
    """The weeks of a month, Monday first, with the days on which the thing is taken."""
    weeks = months.Calendar().monthdatescalendar(year, number)
    first, last, today = weeks[0][0], weeks[-1][-1], timezone.localdate()
    taken: set[date] = set()
    for loan in item.taken(first, last):
        end = max(loan.end, today) if loan.late else loan.end
        taken |= {loan.start + timedelta(n) for n in range((end - loan.start).days + 1)}
    return [[Day(d, d.month == number, d in taken, d < today) for d in week] for week in weeks]


def feed(item: Item) -> bytes:
    """When the thing is taken, as an ICS feed (RFC 5545); who has it is not said."""
    found = Calendar()
    found.add("prodid", "-//Réciproque//FR")
    found.add("version", "2.0")
    found.add("x-wr-calname", item.title)
    for loan in item.loans.filter(state__in=("agreed", "out", "back")):
        event = Event()
        event.add("uid", f"{loan.pk}@reciproque")
        event.add("summary", _("%s : réservé") % item.title)
        event.add("dtstart", loan.start)
        event.add("dtend", (loan.back or loan.end) + timedelta(1))
        event.add("dtstamp", loan.changed)
        event.add("url", settings.ADDRESS + item.get_absolute_url())
        found.add_component(event)
    return found.to_ical()


def tell_late() -> int:
    """A letter, once a week, to the borrower of each thing that is late, and to who lends it."""
    today = timezone.localdate()
    silent = Loan.objects.overdue().select_related("item__actor", "borrower")
    count = 0
    for loan in silent:
        if loan.told_late and (today - loan.told_late).days < 7:
            continue
        Loan.objects.filter(pk=loan.pk).update(told_late=today)
        for person in {
            p.pk: p for a in (loan.borrower, loan.item.actor) for p in writers(a)
        }.values():
            with override(person.language):
                link = settings.ADDRESS + loan.item.get_absolute_url()
                text = render_to_string("exchange/mail/late.txt", {"loan": loan, "link": link})
                title = _("Réciproque : %s aurait dû être rendu") % loan.item.title
            EmailMessage(title, text, settings.DEFAULT_FROM_EMAIL, [str(person.email)]).send()
        count += 1
    return count
