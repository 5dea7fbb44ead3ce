"""Follow an accompaniment: open it, note a session, end it, report what went wrong."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reciproque.vocabulary import table
from reciproque.web.accounts.models import Mandate, Person
from reciproque.web.cooperations.actions import note_record
from reciproque.web.cooperations.models import Record
from reciproque.web.exchange.models import Incident, Mentoring, Proposal


def can_be_followed(proposal: Proposal) -> bool:
    """Agreed, and made of someone's time."""
    nature = table("resources").get(proposal.need.resource, {}).get("nature")
    return proposal.state == "agreed" and proposal.commitment_id is not None and nature == "time"


@transaction.atomic
def begin(proposal: Proposal, *, by: Person) -> Mentoring:
    """Follow an agreed proposal; done twice, it is the same."""
    found, _new = Mentoring.objects.get_or_create(proposal=proposal, defaults={"by": by})
    return found


def note_session(mentoring: Mentoring, *, by: Person, for_party: Any, **values: Any) -> Record:
    """Hours spent, as a record that the other side confirms."""
    commitment = mentoring.proposal.commitment
    return note_record(
        mentoring.cooperation, by=by, for_party=for_party, commitment=commitment,
        giver=commitment.giver, receiver=commitment.receiver, resource=commitment.resource,
        unit="h", **values,
    )  # fmt: skip


def facilitators(mentoring: Mentoring) -> list[Person]:
    """Those who facilitate the cooperation today."""
    actors = mentoring.cooperation.present().values("actor")
    held = Mandate.objects.current().within(mentoring.cooperation.pk)
    held = held.filter(actor__in=actors, role="facilitator")
    people = Person.objects.filter(mandates__in=held, is_active=True, email__isnull=False)
    return list(people.distinct())


@transaction.atomic
def report(mentoring: Mentoring, text: str, *, by: Person, once: Any = None) -> Incident:
    """Tell whoever facilitates; the letter says that there is something to read, not what."""
    if once and (known := Incident.objects.filter(once=once).first()):
        return known
    found = Incident.objects.create(mentoring=mentoring, text=text, by=by, once=once)
    transaction.on_commit(lambda: _tell(mentoring))
    return found


def _tell(mentoring: Mentoring) -> None:
    for person in facilitators(mentoring):
        with override(person.language):
            link = settings.ADDRESS + mentoring.get_absolute_url()
            text = render_to_string("exchange/mail/incident.txt", {"link": link})
            title = _("Réciproque : un signalement à lire")
        EmailMessage(title, text, settings.DEFAULT_FROM_EMAIL, [str(person.email)]).send()


@transaction.atomic
def handle(incident: Incident, note: str) -> None:
    """What was done about it, and the day."""
    incident.handled, incident.handled_note = timezone.localdate(), note[:600]
    incident.save(update_fields=["handled", "handled_note", "changed"])
