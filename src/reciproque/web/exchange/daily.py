"""The part of exchange in what happens once a day."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from reciproque.web.accounts.models import Person
from reciproque.web.exchange import actions, loans, proposals
from reciproque.web.exchange.models import Proposal
from reciproque.web.exchange.tasks import offer_to_next, send_news
from reciproque.web.shared.daily import daily

daily("annonces oubliées")(actions.forget_submissions)
daily("prêts en retard")(loans.tell_late)


@daily("recherches suivies")
def news() -> int:
    """A letter to each person whose followed searches may have something new."""
    people = Person.objects.filter(
        followed_searches__isnull=False, digest=True, is_active=True, email__isnull=False
    )
    keys = list(people.values_list("pk", flat=True).distinct())
    for key in keys:
        send_news.enqueue(str(key))
    return len(keys)


@daily("propositions rappelées")
def remind_proposals() -> int:
    """A reminder, once, where nobody answered for the days of the setting."""
    since = timezone.now() - timedelta(days=settings.PROPOSAL_DAYS)
    silent = Proposal.objects.with_sides().filter(state="sent", sent__lte=since, reminded=None)
    found = list(silent)
    for proposal in found:
        proposals.remind(proposal)
    return len(found)


@daily("propositions sans réponse")
def lapse_proposals() -> int:
    """As many days after the reminder, the proposal goes to the next."""
    since = timezone.now() - timedelta(days=settings.PROPOSAL_DAYS)
    keys = list(
        Proposal.objects.filter(state="sent", reminded__lte=since).values_list("pk", flat=True)
    )
    for key in keys:
        if proposals.lapse(key):
            offer_to_next.enqueue(str(key))
    return len(keys)
