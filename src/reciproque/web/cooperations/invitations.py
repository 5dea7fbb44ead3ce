"""Invite someone to act for a party: a link that expires, is reminded, can be taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reciproque.web.accounts.actions import confirm_mandate
from reciproque.web.accounts.models import Mandate, Person
from reciproque.web.cooperations.models import Cooperation, Invitation, Party

LASTS = timedelta(days=14)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _write(invitation: Invitation, link: str) -> None:
    """Send the letter, after the transaction: no network call inside one."""
    person = invitation.person
    with override(person.language):
        context = {"invitation": invitation, "link": link, "party": invitation.party}
        text = render_to_string("cooperations/mail/invitation.txt", context)
        name = " ".join(invitation.party.cooperation.name.split())  # a head is one line
        title = _("Réciproque : %s vous attend") % name
    send_mail(title, text, settings.DEFAULT_FROM_EMAIL, [str(person.email)])


@transaction.atomic
def invite(party: Party, email: str, *, by: Person, role: str, address: str) -> Invitation:
    """Invite an address to act for a party; ``address`` is the page of links, without secret.

    Asked twice while the first still opens, one letter leaves.
    """
    person = Person.objects.invited(email)
    waiting = Invitation.objects.filter(party=party, person=person, role=role)
    if known := next((i for i in waiting if i.open), None):
        return known
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        party=party, person=person, role=role, by=by,
        secret_hash=_hash(secret), expires=timezone.now() + LASTS,
    )  # fmt: skip
    transaction.on_commit(lambda: _write(invitation, f"{address}{secret}/"))
    return invitation


def is_expected(party: Party, email: str) -> bool:
    """Whether the person of an address acts for a party already, or has an open invitation to."""
    theirs = party.invitations.filter(person__email__iexact=email).select_related("person")
    acting = Mandate.objects.current().within(party.cooperation_id)
    return any(i.open or i.accepted for i in theirs) or (
        acting.filter(actor=party.actor_id, person__email__iexact=email).exists()
    )


@transaction.atomic
def remind(invitation: Invitation, *, address: str) -> None:
    """A fresh link and two more weeks; the earlier link no longer opens."""
    secret = secrets.token_urlsafe(24)
    invitation.secret_hash = _hash(secret)
    invitation.reminded, invitation.expires = timezone.now(), timezone.now() + LASTS
    invitation.save(update_fields=["secret_hash", "reminded", "expires"])
    transaction.on_commit(lambda: _write(invitation, f"{address}{secret}/"))


@transaction.atomic
def withdraw(invitation: Invitation) -> None:
    """Take the invitation back: its link no longer opens."""
    invitation.withdrawn = timezone.now()
    invitation.save(update_fields=["withdrawn"])


def found(secret: str) -> Invitation | None:
    """The open invitation of a link, or ``None``: forged, expired, taken back or used."""
    invitation = Invitation.objects.filter(secret_hash=_hash(secret)).select_related(
        "party__cooperation", "party__actor", "person"
    ).first()  # fmt: skip
    return invitation if invitation and invitation.open else None


@transaction.atomic
def accept(invitation: Invitation, *, person: Person) -> Mandate:
    """Take the mandate, in that cooperation alone; it waits for the facilitator's confirmation."""
    invitation.accepted = timezone.now()
    invitation.save(update_fields=["accepted"])
    return Mandate.objects.create(
        person=person,
        actor=invitation.party.actor,
        role=invitation.role,
        start=timezone.localdate(),
        only_in=invitation.party.cooperation_id,
    )


def confirm(mandate: Mandate, cooperation: Cooperation, *, by: Person) -> Mandate:
    """The facilitator's word on a mandate, and a letter to say so."""
    confirm_mandate(mandate, by=by)
    _say_confirmed(mandate, cooperation)
    return mandate


def _say_confirmed(mandate: Mandate, cooperation: Cooperation) -> None:
    person = mandate.person
    if not person.email:
        return
    with override(person.language):
        context = {"mandate": mandate, "c": cooperation, "address": settings.ADDRESS}
        text = render_to_string("cooperations/mail/confirmed.txt", context)
        title = _("Réciproque : votre mandat est confirmé")
    send_mail(title, text, settings.DEFAULT_FROM_EMAIL, [person.email])
