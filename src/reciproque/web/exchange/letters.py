"""Letters about proposals, to those who write for an organisation; sent after the transaction."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from reciproque.web.accounts.models import Actor, Mandate, Person
from reciproque.web.exchange.models import Proposal


def writers(actor: Actor | None) -> list[Person]:
    """Those who write for an organisation today and can be written to."""
    held = Mandate.objects.current().filter(actor=actor, only_in=None).exclude(role="reader")
    people = Person.objects.filter(mandates__in=held, is_active=True, email__isnull=False)
    return list(people.distinct())


def _title(name: str) -> str:
    return {
        "proposed": _("Réciproque : un échange vous est proposé"),
        "reminded": _("Réciproque : un échange attend votre réponse"),
        "agreed": _("Réciproque : un échange est convenu"),
    }[name]


def _write(proposal: Proposal, name: str, actors: list[Actor | None]) -> None:
    for person in {p.pk: p for actor in actors for p in writers(actor)}.values():
        with override(person.language):
            link = settings.ADDRESS + proposal.get_absolute_url()
            context = {"p": proposal, "link": link, "days": settings.PROPOSAL_DAYS}
            text = render_to_string(f"exchange/mail/{name}.txt", context)
            title = _title(name)
        EmailMessage(title, text, settings.DEFAULT_FROM_EMAIL, [str(person.email)]).send()


def waiting_for(proposal: Proposal) -> list[Actor | None]:
    """The organisations that have not answered."""
    need = [] if proposal.need_accepted else [proposal.need.actor]
    return need + ([] if proposal.offer_accepted else [proposal.offer.actor])


def proposed(proposal: Proposal) -> None:
    """An exchange is proposed: to whoever has not accepted yet."""
    transaction.on_commit(lambda: _write(proposal, "proposed", waiting_for(proposal)))


def reminded(proposal: Proposal) -> None:
    """The same again, once."""
    transaction.on_commit(lambda: _write(proposal, "reminded", waiting_for(proposal)))


def agreed(proposal: Proposal) -> None:
    """Both sides accepted: here is the commitment."""
    sides = [proposal.need.actor, proposal.offer.actor]
    transaction.on_commit(lambda: _write(proposal, "agreed", sides))


def settled(person: Person, title: str, path: str) -> None:
    """What came through the public form was read: published at ``path``, or refused where it is empty."""
    if not person.email:
        return

    def write() -> None:
        with override(person.language):
            context = {"title": title, "link": settings.ADDRESS + path if path else ""}
            text = render_to_string("exchange/mail/settled.txt", context)
            head = (
                _("Réciproque : votre annonce est publiée")
                if path
                else _("Réciproque : votre annonce n’a pas été publiée")
            )
        EmailMessage(head, text, settings.DEFAULT_FROM_EMAIL, [str(person.email)]).send()

    transaction.on_commit(write)
