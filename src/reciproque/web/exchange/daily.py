"""The part of exchange in what happens once a day."""

from __future__ import annotations

from reciproque.web.accounts.models import Person
from reciproque.web.exchange import actions
from reciproque.web.exchange.tasks import send_news
from reciproque.web.shared.daily import daily

daily("annonces oubliées")(actions.forget_submissions)


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
