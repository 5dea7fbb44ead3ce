"""Who: people (the only place that holds identity), organisations, and mandates between them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reciproque import kernel
from reciproque.vocabulary import table

RANK = {"reader": 1, "contributor": 2, "signatory": 2, "facilitator": 3}


class PersonManager(BaseUserManager["Person"]):
    """Create people by their address; there is no password."""

    def create_user(self, email: str, password: str | None = None, **more: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **more)
        person.set_unusable_password()
        person.save(using=self._db)
        return person

    def invited(self, email: str) -> Person:
        """The person of an address, made when not known yet; one code by letter then opens the account."""
        from allauth.account.models import EmailAddress

        person = self.filter(email__iexact=email).first() or self.create_user(email)
        EmailAddress.objects.get_or_create(
            user=person, email=person.email, defaults={"primary": True}
        )
        return person


class Person(AbstractBaseUser):
    """Someone.  Everything else in the database holds the random ``key`` alone.

    Erasure empties this row; the key stays, so that ledger, versions and history hold together.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True, null=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, default="fr")
    digest = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    calendar_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    joined = models.DateTimeField(default=timezone.now)
    erased = models.DateTimeField(null=True, editable=False)

    objects: Any = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or (self.email or "").split("@")[0] or "–"

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Rights come from the predicates of ``rules``, through the backend of the settings."""
        from rules import has_perm

        return self.is_active and has_perm(perm, self, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def actors(self) -> Any:
        """The organisations this person acts for today, everywhere."""
        wide = self.mandates.current().filter(only_in=None)
        return Actor.objects.filter(mandates__in=wide).distinct()


class ApiToken(models.Model):
    """A key for programs that act for a person; only its hash is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens")
    label = models.CharField(max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created",)


class Notice(models.Model):
    """A page that the administrator completes: legal notices, register of processing."""

    slug = models.SlugField(primary_key=True)
    text = models.TextField()
    changed = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class ActorQuerySet(models.QuerySet["Actor"]):
    """Many organisations."""

    def for_engine(self) -> list[kernel.Actor]:
        return [actor.for_engine() for actor in self]


class Actor(models.Model):
    """An organisation seated in a territory."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=32)
    territory = models.CharField(max_length=32, blank=True)
    country = models.CharField(max_length=2, default="FR")
    siren = models.CharField(max_length=9, blank=True)
    rna = models.CharField(max_length=10, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects: Any = ActorQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def sector(self) -> str:
        """Public, state, private, citizen or foreign."""
        return table("actor_kinds").get(self.kind, {}).get("sector", "")

    def for_engine(self) -> kernel.Actor:
        return kernel.Actor(
            str(self.key), self.name, self.kind, self.territory, self.country, self.siren, self.rna
        )


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Many mandates."""

    def current(self, day: date | None = None) -> MandateQuerySet:
        """Those confirmed that hold on a day (today)."""
        day = day or timezone.localdate()
        begun = Q(start__isnull=True) | Q(start__lte=day)
        return self.lasting(day).filter(begun, confirmed__isnull=False)

    def lasting(self, day: date | None = None) -> MandateQuerySet:
        """Those that had not ended by a day (today), confirmed or not, begun or to come."""
        day = day or timezone.localdate()
        return self.filter(Q(end__isnull=True) | Q(end__gte=day))

    def within(self, cooperation_key: uuid.UUID) -> MandateQuerySet:
        """Those that count in one cooperation: everywhere, or there alone."""
        return self.filter(Q(only_in=None) | Q(only_in=cooperation_key))


class Mandate(models.Model):
    """A person acts for an organisation, as what, from when to when.

    ``only_in`` is the key of the one cooperation where it counts: another organisation's word opens
    nothing elsewhere.  Empty, it counts everywhere.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="mandates")
    role = models.CharField(max_length=16, default="contributor")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    confirmed = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    only_in = models.UUIDField(null=True, editable=False)

    objects: Any = MandateQuerySet.as_manager()

    class Meta:
        ordering = ("actor__name", "start")

    @property
    def rank(self) -> int:
        return RANK[self.role]
