"""What several rows take together: publish, submit, confirm, moderate, follow.  All of it, or nothing."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reciproque.kernel import ReciproqueError
from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.cooperations.actions import Changed
from reciproque.web.cooperations.actions import keep as keep_form
from reciproque.web.exchange import letters
from reciproque.web.exchange.models import FollowedSearch, Submission, Wish
from reciproque.web.registry.engine import registry

__all__ = [
    "Changed",
    "close",
    "confirm",
    "follow",
    "place",
    "publish",
    "reopen",
    "settle",
    "submit",
]
LASTS = timedelta(days=3)


def place(wish: Wish) -> None:
    """Where the wish stands on a map: the centre of its territory, or nowhere."""
    wish.longitude = wish.latitude = None
    if not wish.territory:
        return
    try:
        found = registry().territory(wish.territory)
    except ReciproqueError:
        return
    wish.longitude, wish.latitude = found.longitude, found.latitude


def _appears(wish: Wish) -> None:
    """It is new for readers, feeds and followed searches from now on, however long it waited."""
    wish.created = timezone.now()


@transaction.atomic
def publish(form: Any, *, by: Person, draft: bool = False) -> Wish:
    """Keep what the form holds, open to readers at once; raises ``Changed`` when it stood otherwise."""
    place(form.instance)
    if form.instance._state.adding or form.instance.state == "draft":
        form.instance.state = "draft" if draft else "open"
        _appears(form.instance)
    return keep_form(form, by=by)


@transaction.atomic
def close(wish: Wish, state: str = "closed") -> None:
    """No longer proposed to anyone; what was agreed stands."""
    if wish.state == "draft" and state == "open":
        _appears(wish)
    wish.state = state
    wish.version += 1
    wish.save(update_fields=["state", "version", "created", "changed"])


@transaction.atomic
def reopen(wish: Wish) -> None:
    """Open to readers and to proposals again."""
    close(wish, "open")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _write(submission: Submission, link: str) -> None:
    with override(submission.person.language):
        text = render_to_string("exchange/mail/confirm.txt", {"s": submission, "link": link})
        title = _("Réciproque : confirmez votre annonce")
    send_mail(title, text, settings.DEFAULT_FROM_EMAIL, [str(submission.person.email)])


@transaction.atomic
def submit(form: Any, *, address: str) -> Submission | None:
    """What came through the public form waits for its author's confirmation, then for a reader.

    ``address`` is the page of links, without the secret.  The same form sent twice is kept once.
    """
    v = form.cleaned_data
    if v.get("once") and Wish.objects.filter(once=v["once"]).exists():
        return None
    wish = form.save(commit=False)
    wish.state, wish.once = "waiting", v.get("once")
    place(wish)
    wish.save()
    secret = secrets.token_urlsafe(24)
    submission = Submission.objects.create(
        wish=wish, person=Person.objects.invited(v["email"]), organisation=v["organisation"],
        kind=v["kind"], secret_hash=_hash(secret),
    )  # fmt: skip
    transaction.on_commit(lambda: _write(submission, f"{address}{secret}/"))
    return submission


def submitted(secret: str) -> Submission | None:
    """The submission of a link, or ``None``: forged, too old, or confirmed already."""
    fresh = timezone.now() - LASTS
    found = Submission.objects.filter(secret_hash=_hash(secret), confirmed=None, sent__gte=fresh)
    return found.select_related("wish", "person").first()


@transaction.atomic
def confirm(submission: Submission) -> None:
    """The address is its author's: the wish may be read by whoever moderates."""
    submission.confirmed = timezone.now()
    submission.save(update_fields=["confirmed"])


@transaction.atomic
def settle(submission: Submission, accepted: bool, *, by: Person) -> None:
    """Publish what was submitted, for an organisation known or new; or refuse it, leaving no trace.

    Its author is told either way.
    """
    wish, person = submission.wish, submission.person
    letters.settled(person, wish.title, wish.get_absolute_url() if accepted else "")
    if not accepted:
        Wish.objects.filter(pk=wish.pk).erase()
        return
    actor = Actor.objects.filter(name__iexact=submission.organisation).first()
    known = actor is not None
    if actor is None:
        actor = Actor.objects.create(
            name=submission.organisation, kind=submission.kind, territory=wish.territory
        )
    if not person.mandates.filter(actor=actor).exists():
        # of an organisation known here, its own facilitator confirms who acts for it
        Mandate.objects.create(
            person=person, actor=actor, role="contributor" if known else "facilitator",
            start=timezone.localdate(), confirmed=None if known else timezone.now(),
            confirmed_by=None if known else by,
        )  # fmt: skip
    wish.actor, wish.state, wish.by = actor, "open", person
    _appears(wish)
    wish.territory = wish.territory or actor.territory
    place(wish)
    wish.version += 1
    wish.save()
    submission.delete()


def forget_submissions() -> int:
    """What nobody confirmed in three days goes, and the address with it when it serves nothing else."""
    stale = Submission.objects.filter(confirmed=None, sent__lt=timezone.now() - LASTS)
    people = list(stale.values_list("person", flat=True))
    keys = list(stale.values_list("wish", flat=True))
    with transaction.atomic():
        Wish.objects.filter(pk__in=keys).erase()
        unused = Person.objects.filter(
            pk__in=people, last_login=None, mandates=None, submissions=None, invitations=None
        )
        unused.delete()
    return len(keys)


@transaction.atomic
def follow(person: Person, query: str, label: str) -> FollowedSearch:
    """New results of this search will come by letter."""
    found, _new = FollowedSearch.objects.get_or_create(
        person=person, query=query[:500], defaults={"label": label[:200]}
    )
    return found
