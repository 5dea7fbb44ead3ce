"""What several rows of a cooperation take together.  All of it happens, or nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from reciproque import kernel
from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import check_record, in_own_unit
from reciproque.web.accounts.models import Actor, Person
from reciproque.web.cooperations.models import (
    WIDTH,
    Attendance,
    Commitment,
    Cooperation,
    Equivalences,
    Meeting,
    Party,
    Record,
    Report,
    SignalAnswer,
    StageChange,
)


class Changed(Exception):
    """Someone else changed the thing in the meantime: ``theirs`` is what stands now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__(theirs)
        self.theirs = theirs


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "cooperation"
    slug, n = base, 1
    while Cooperation.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{base}-{n}"
    return slug


@transaction.atomic
def start(*, by: Person, actor: Actor, **values: Any) -> Cooperation:
    """A new cooperation, with the organisation of who starts it as its first party."""
    once = values.get("once")
    if once and (known := Cooperation.objects.filter(once=once).first()):
        return known
    cooperation = Cooperation.objects.create(slug=_free_slug(values["name"]), by=by, **values)
    Party.objects.create(
        cooperation=cooperation, actor=actor, role="carrier", since=cooperation.started, by=by
    )
    return cooperation


@transaction.atomic
def keep(form: Any, *, by: Person) -> Any:
    """Save what a form holds, one time; raises :class:`Changed` when it stood otherwise."""
    thing, once = form.instance, form.cleaned_data.get("once")
    if thing._state.adding:
        if once and (known := type(thing).objects.filter(once=once).first()):
            return known
        thing.once, thing.by = once, by
    else:
        now = type(thing).objects.select_for_update().get(pk=thing.pk)
        if now.version != form.cleaned_data.get("version"):
            raise Changed(now)
        thing.version = now.version + 1
    return form.save()


@transaction.atomic
def move_stage(cooperation: Cooperation, stage: str, *, by: Person | None, day: Any = None) -> None:
    """Go to another stage, forward or back; it is on record."""
    if stage == cooperation.stage:
        return
    day = day or timezone.localdate()
    StageChange.objects.create(
        cooperation=cooperation, before=cooperation.stage, after=stage, day=day, by=by
    )
    cooperation.stage = stage
    cooperation.version += 1
    cooperation.save(update_fields=["stage", "version", "changed"])


def _check(cooperation: Cooperation, values: dict[str, Any]) -> float:
    """The amount in the resource's own unit; raises ``ReciproqueError`` for what makes no sense."""
    commitment: Commitment | None = values.get("commitment")
    record = kernel.Record(
        "", str(values["giver"].pk), str(values["receiver"].pk), values["resource"],
        values["quantity"], values["unit"], values["day"],
        commitment=str(commitment.pk) if commitment else "", title=values.get("note", ""),
        corrects=str(values.get("corrects") or ""),
    )  # fmt: skip
    check_record(record, commitment.for_engine() if commitment else None, cooperation.started)
    return in_own_unit(values["quantity"], values["unit"], values["resource"])


def _circle(values: dict[str, Any]) -> str:
    """Whom a record is for: not said, as its commitment; never for more people than it."""
    commitment: Commitment | None = values.get("commitment")
    most = commitment.visibility if commitment else "public"
    said = values.get("visibility") or (most if commitment else "parties")
    if WIDTH[said] > WIDTH[most]:
        raise ReciproqueError("error.wider_than_commitment", what=str(commitment))
    return said


@transaction.atomic
def note_record(
    cooperation: Cooperation, *, by: Person | None, for_party: Party | None, **values: Any
) -> Record:
    """Write what happened; entered by one side, to be confirmed by the other."""
    once = values.get("once")
    if once and (known := Record.objects.filter(once=once).first()):
        return known
    for side in ("giver", "receiver"):
        if values[side].cooperation_id != cooperation.pk:
            names = ", ".join(str(p) for p in cooperation.present())
            raise ReciproqueError("error.not_a_party", actor=str(values[side]), choices=names)
    amount = _check(cooperation, values)
    values["visibility"] = _circle(values)
    if wrong := values.get("corrects"):
        visible = values["visibility"]  # a switch for the whole chain: what was said too widely too
        Record.objects.filter(pk=wrong.pk).update(replaced=True, visibility=visible)
    return Record.objects.create(
        cooperation=cooperation, by=by, entered_by_party=for_party, amount=amount, **values
    )


@transaction.atomic
def confirm_record(record: Record, *, by: Person) -> bool:
    """The other side says that it did happen; returns whether anything changed."""
    changed = Record.objects.filter(pk=record.pk, confirmed_flag=False).update(
        confirmed_flag=True, confirmed_at=timezone.now(), confirmed_by=by
    )
    return bool(changed)


@transaction.atomic
def correct_record(
    record: Record,
    *,
    by: Person,
    for_party: Party | None,
    quantity: float,
    note: str,
    once: Any = None,
    visibility: str | None = None,
) -> Record:
    """A new row that takes the place of one that was wrong; zero cancels it."""
    if Record.objects.filter(corrects=record).exists():
        return Record.objects.get(corrects=record)
    return note_record(
        record.cooperation, by=by, for_party=for_party, corrects=record, quantity=quantity,
        note=note, once=once, giver=record.giver, receiver=record.receiver,
        resource=record.resource, unit=record.unit, day=record.day, place=record.place,
        commitment=record.commitment, visibility=visibility or record.visibility,
    )  # fmt: skip


@transaction.atomic
def leave(party: Party, *, by: Person, day: Any, farewell: str = "") -> None:
    """A party leaves: its row stays, with the day; what it owes and keeps is shown before.

    Raises ``error.before_start`` for a day before the party came.
    """
    if day < party.since:
        raise ReciproqueError(
            "error.before_start",
            what=str(party),
            day=day.isoformat(),
            start=party.since.isoformat(),
        )
    party.until, party.farewell = day, farewell
    party.version += 1
    party.save(update_fields=["until", "farewell", "version", "changed"])


@transaction.atomic
def agree_equivalences(
    cooperation: Cooperation, points: dict[str, float], *, by: Person, expected: int | None = None
) -> Equivalences:
    """A new table of points, which replaces the last and leaves it readable.

    Raises :class:`Changed` when the last is not the one of number ``expected`` (0: none yet).
    """
    Cooperation.objects.select_for_update().get(pk=cooperation.pk)  # one table at a time
    latest = cooperation.equivalences.first()
    if expected is not None and expected != (latest.number if latest else 0):
        raise Changed(latest)
    number = latest.number + 1 if latest else 1
    return Equivalences.objects.create(cooperation=cooperation, number=number, points=points, by=by)


@transaction.atomic
def note_attendance(meeting: Meeting, came: set[Any]) -> None:
    """Who came, party by party."""
    for party in meeting.cooperation.present(meeting.day):
        Attendance.objects.update_or_create(
            meeting=meeting, party=party, defaults={"came": str(party.pk) in came}
        )


def _set(cooperation: Cooperation, expected: int | None, **values: Any) -> None:
    """Change some fields of a cooperation that still stands at version ``expected``."""
    now = Cooperation.objects.select_for_update().get(pk=cooperation.pk)
    if expected is not None and expected != now.version:
        raise Changed(now)
    for name, value in values.items():
        setattr(cooperation, name, value)
    cooperation.version = now.version + 1
    cooperation.save(update_fields=[*values, "version", "changed"])


@transaction.atomic
def note_facts(
    cooperation: Cooperation, facts: dict[str, float], *, by: Person, expected: int | None = None
) -> None:
    """The facts said by hand; what the records say is not asked.  Raises :class:`Changed`.

    The members who are watched, and where they were seen, are not asked either: they stay.
    """
    watched = {k: v for k, v in cooperation.facts.items() if isinstance(v, dict)}
    _set(cooperation, expected, facts=facts | watched)


@transaction.atomic
def note_thresholds(
    cooperation: Cooperation, thresholds: dict[str, float], *, expected: int | None = None
) -> None:
    """The thresholds that differ from the usual ones.  Raises :class:`Changed`."""
    _set(cooperation, expected, thresholds=thresholds)


@transaction.atomic
def settle_report(report: Report, outcome: str, *, by: Person) -> None:
    """File a report, or take the cooperation's page back to its parties."""
    if outcome == "hidden":
        cooperation = report.cooperation
        cooperation.visibility = "parties"
        cooperation.version += 1
        cooperation.save(update_fields=["visibility", "version", "changed"])
    report.settled, report.outcome, report.by = timezone.now(), outcome, by
    report.save(update_fields=["settled", "outcome", "by"])


@transaction.atomic
def sign_up(meeting: Meeting, party: Party, coming: bool) -> None:
    """A party says whether it comes."""
    Attendance.objects.update_or_create(meeting=meeting, party=party, defaults={"coming": coming})


@transaction.atomic
def answer_signal(cooperation: Cooperation, *, by: Person, **values: Any) -> SignalAnswer:
    """Answer a signal, or put it to sleep until a date."""
    return SignalAnswer.objects.create(cooperation=cooperation, by=by, **values)
