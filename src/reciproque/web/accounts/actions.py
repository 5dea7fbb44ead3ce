"""What several rows of accounts take together: confirm, hand over, erase, take away."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from reciproque.web.accounts.models import Actor, ApiToken, Mandate, Person


@transaction.atomic
def found_actor(*, by: Person, **values: Any) -> Actor:
    """A new organisation, whose founder facilitates it."""
    actor = Actor.objects.create(**values)
    Mandate.objects.create(
        person=by, actor=actor, role="facilitator", start=timezone.localdate(),
        confirmed=timezone.now(), confirmed_by=by,
    )  # fmt: skip
    return actor


@transaction.atomic
def confirm_mandate(mandate: Mandate, *, by: Person) -> Mandate:
    """The facilitator says that this person does act for that organisation.

    Said by someone of that very organisation, it holds everywhere; said by another, it holds in the
    one cooperation where the invitation came from.
    """
    mandate.confirmed, mandate.confirmed_by = timezone.now(), by
    own = by.mandates.current().filter(actor=mandate.actor_id, only_in=None, role="facilitator")
    if own.exists():
        mandate.only_in = None
    mandate.save(update_fields=["confirmed", "confirmed_by", "only_in"])
    return mandate


@transaction.atomic
def hand_over(mandate: Mandate, *, to: Person, by: Person, day: date | None = None) -> Mandate:
    """A successor takes the mandate; nothing that was done changes hands or is lost."""
    day = day or timezone.localdate()
    mandate.end = day
    mandate.save(update_fields=["end"])
    return Mandate.objects.create(
        person=to, actor=mandate.actor, role=mandate.role, start=day + timedelta(days=1),
        confirmed=timezone.now(), confirmed_by=by, only_in=mandate.only_in,
    )  # fmt: skip


def new_token(person: Person, label: str) -> str:
    """A token for programs; told once, kept as a hash."""
    secret = secrets.token_urlsafe(32)
    ApiToken.objects.create(person=person, label=label[:60] or "–", secret_hash=token_hash(secret))
    return secret


def token_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _rows_of(person: Person) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for model in apps.get_models():
        names = [
            f.name
            for f in model._meta.concrete_fields
            if isinstance(f, models.ForeignKey) and f.related_model is Person
        ]
        for name in names:
            rows = model._default_manager.filter(**{name: person.pk}).values()
            found += [(f"{model._meta.label} ({name})", row) for row in rows]
    return found


def export(person: Person) -> str:
    """Everything that is kept about a person, as JSON they can take away."""
    who = {
        "key": str(person.key),
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "joined": person.joined,
    }
    rows = [{"where": where, **row} for where, row in _rows_of(person)]
    return json.dumps(
        {"person": who, "rows": rows}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1
    )


@transaction.atomic
def erase(person: Person) -> None:
    """Forget who someone is: name, address, passkeys, sessions.  What was done keeps its key."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    person.api_tokens.all().delete()
    for owner in apps.get_models():  # a table with words of someone's own says how to forget them
        if forget := getattr(owner, "forget", None):
            forget(person)
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
    today = timezone.localdate()
    Mandate.objects.filter(person=person).filter(
        models.Q(end__isnull=True) | models.Q(end__gt=today)
    ).update(end=today)
    person.email, person.name, person.is_active, person.is_staff = None, "", False, False
    person.erased = timezone.now()
    person.set_unusable_password()
    person.save()
