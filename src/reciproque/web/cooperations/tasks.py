"""What the worker does: reminders, weekly digests, forgetting invitations that nobody took."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations import invitations
from reciproque.web.cooperations.journal import journal
from reciproque.web.cooperations.models import Cooperation, Invitation
from reciproque.web.cooperations.overview import Overview

WEEK, FORGET = timedelta(days=7), timedelta(days=30)


def unsubscribe_link(person: Person) -> str:
    token = signing.dumps(str(person.pk), salt="digest")
    return settings.ADDRESS + reverse("unsubscribe", args=[token])


@task()
def send_digest(person_key: str) -> bool:
    """One letter with what changed in a week and what asks for attention; nothing, no letter."""
    person = Person.objects.filter(
        pk=person_key, digest=True, email__isnull=False, is_active=True
    ).first()
    if person is None:
        return False
    since = timezone.now() - WEEK
    with override(person.language):
        found = []
        for c in Cooperation.objects.of(person):
            entries = [e for e in journal(c, person) if e.when >= since][:12]
            signals = Overview(c).awake
            if entries or signals:
                found.append({"c": c, "entries": entries, "signals": signals})
        if not found:
            return False
        context = {
            "found": found,
            "address": settings.ADDRESS,
            "unsubscribe": unsubscribe_link(person),
        }
        letter = EmailMessage(
            _("Réciproque : votre semaine"), render_to_string("cooperations/mail/digest.txt", context),
            settings.DEFAULT_FROM_EMAIL, [str(person.email)],
            headers={
                "List-Unsubscribe": f"<{context['unsubscribe']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )  # fmt: skip
    letter.send()
    return True


def remind() -> int:
    """A reminder, once, for each invitation that waited a week."""
    waiting = Invitation.objects.filter(
        accepted=None, withdrawn=None, reminded=None, sent__lte=timezone.now() - WEEK,
        expires__gt=timezone.now(),
    )  # fmt: skip
    address = settings.ADDRESS + reverse("invitations")
    found = list(waiting)
    for invitation in found:
        invitations.remind(invitation, address=address)
    return len(found)


def forget() -> int:
    """Erase the address of people who were invited and never came, a month after the link died."""
    stale = Invitation.objects.filter(accepted=None, expires__lte=timezone.now() - FORGET)
    people = Person.objects.filter(invitations__in=stale, last_login=None, mandates=None).exclude(
        invitations__expires__gt=timezone.now() - FORGET
    )
    keys = list(people.values_list("pk", flat=True).distinct())
    Person.objects.filter(pk__in=keys).delete()
    return len(keys)
