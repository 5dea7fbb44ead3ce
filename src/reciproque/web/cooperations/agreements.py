"""Versions and signatures of an agreement; the chain of hashes; reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.models import (
    Commitment,
    Cooperation,
    Expectation,
    Party,
    Rating,
    Review,
    Signature,
    Version,
)


class Overtaken(Exception):
    """Someone kept another version first: nothing is lost, the text stays in the form."""


@transaction.atomic
def new_version(
    cooperation: Cooperation,
    *,
    form: str,
    text: str,
    kind: str,
    expected: int,
    by: Person | None,
    second_text: str = "",
    second_language: str = "",
    written: datetime | None = None,
) -> Version:
    """Keep a new version after version ``expected``; raises :class:`Overtaken`.

    ``written`` is the moment of a text that existed before, now otherwise.
    """
    last = cooperation.versions.select_for_update().first()
    if (last.number if last else 0) != expected:
        raise Overtaken
    version = Version(
        cooperation=cooperation, number=expected + 1, form=form, text=text.replace("\r\n", "\n"),
        second_text=second_text.replace("\r\n", "\n"), second_language=second_language,
        kind=kind, by=by, created=written or timezone.now(), before_hash=last.hash if last else "",
    )  # fmt: skip
    version.hash = version.computed_hash()
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        raise Overtaken from error
    return version


def verify_chain(cooperation: Cooperation) -> int | None:
    """The number of the first version whose text or link was changed; ``None`` when all hold."""
    before = ""
    for version in cooperation.versions.order_by("number"):
        if version.before_hash != before or version.hash != version.computed_hash():
            return version.number
        before = version.hash
    return None


@transaction.atomic
def sign(version: Version, party: Party, *, by: Person | None, **values: Any) -> Signature:
    """A party signs a version, once; a signature before its deliberation's transmission is kept
    and shown as irregular."""
    known = Signature.objects.filter(version=version, party=party).first()
    if known:
        return known
    signature = Signature.objects.create(version=version, party=party, by=by, **values)
    day = version.signed_on()
    if day and version.kind == "end":
        Cooperation.objects.filter(pk=version.cooperation_id).update(ended=day)
    elif day:  # an end agrees nothing new
        Commitment.objects.filter(cooperation=version.cooperation, state="proposed").update(
            state="agreed"
        )
    return signature


@transaction.atomic
def open_review(cooperation: Cooperation, *, by: Person) -> Review:
    """Put the agreement back on the table; one review at a time."""
    known = cooperation.reviews.filter(closed__isnull=True).first()
    return known or Review.objects.create(cooperation=cooperation, by=by)


@transaction.atomic
def rate(
    review: Review,
    party: Party,
    thing: Expectation | Commitment,
    value: str,
    change: str,
    *,
    by: Person,
) -> Rating:
    """A party's word on one thing; saying it again replaces it."""
    name = _name(thing)
    rating, _ = Rating.objects.update_or_create(
        review=review,
        party=party,
        **{name: thing},
        defaults={"value": value, "change": change, "by": by},
    )
    return rating


def _name(thing: Expectation | Commitment) -> str:
    return "expectation" if isinstance(thing, Expectation) else "commitment"


def take_back(review: Review, party: Party, thing: Expectation | Commitment) -> None:
    """A party takes its word on one thing back."""
    review.ratings.filter(party=party, **{_name(thing): thing}).delete()


@transaction.atomic
def close_review(review: Review, outcome: str, *, by: Person, day: Any = None) -> None:
    """The review ends: the agreement goes on, or a next version comes."""
    review.closed, review.outcome = day or timezone.localdate(), outcome
    review.save(update_fields=["closed", "outcome"])
