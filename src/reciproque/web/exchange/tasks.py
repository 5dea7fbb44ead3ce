"""What the worker does for exchange: letters of followed searches, runs of the engine, the next in line."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.tasks import unsubscribe_link
from reciproque.web.exchange import proposals
from reciproque.web.exchange.forms import SearchForm
from reciproque.web.exchange.models import FollowedSearch, Matching, Proposal, Wish
from reciproque.web.exchange.runs import run
from reciproque.web.exchange.search import search


def _new(followed: FollowedSearch) -> list[Wish]:
    hits = search(SearchForm(QueryDict(followed.query)).asked)
    mine = set(followed.person.actors().values_list("pk", flat=True))
    return [h.wish for h in hits if h.wish.created > followed.seen and h.wish.actor_id not in mine]


@task()
def send_news(person_key: str) -> bool:
    """One letter with what is new in all the searches that someone follows; nothing, no letter."""
    person = Person.objects.filter(pk=person_key, is_active=True, email__isnull=False).first()
    if person is None:
        return False
    now = timezone.now()
    with override(person.language):
        followed = list(person.followed_searches.all())
        found = [(f, news) for f in followed if (news := _new(f))]
        FollowedSearch.objects.filter(pk__in=[f.pk for f in followed]).update(seen=now)
        if not found:
            return False
        stop = settings.ADDRESS + reverse("my-wishes")
        context = {"found": found, "address": settings.ADDRESS, "stop": stop}
        letter = EmailMessage(
            _("Réciproque : du nouveau dans vos recherches"),
            render_to_string("exchange/mail/news.txt", context),
            settings.DEFAULT_FROM_EMAIL, [str(person.email)],
            headers={"List-Unsubscribe": f"<{unsubscribe_link(person)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )  # fmt: skip
    letter.send()
    return True


@task()
def run_matching(key: str) -> bool:
    """Run the engine as it was asked; returns whether it found anything to say."""
    asked = Matching.objects.filter(pk=key, state="waiting").first()
    if asked is None:
        return False
    run(asked)
    return asked.state == "done"


@task()
def offer_to_next(key: str) -> bool:
    """After a refusal or a silence: the best of what remains for the side still looking is proposed to it."""
    over = Proposal.objects.with_sides().filter(pk=key, state__in=("declined", "lapsed")).first()
    if over is None:
        return False
    wish = proposals.still_looking(over)
    accepted = getattr(over, f"{wish.side}_accepted")
    asked = Matching.objects.create(
        wish=wish, way=over.matching.way, before=over.matching, by=over.matching.by,
        adjusted={"forbid": proposals.passed_pairs(wish)},
    )  # fmt: skip
    run(asked)
    return proposals.send_next(asked, accepted)
