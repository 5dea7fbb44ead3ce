"""What the database keeps of territories: official ones for others to refer to, composed ones whole."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.urls import reverse

from reciproque.kernel import Definition


class Territory(models.Model):
    """An official territory of the registry: what cooperations will refer to.

    Figures stay in the engine; a row only says that the code exists, and what it is called.
    """

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=32, db_index=True)

    def __str__(self) -> str:
        return self.name


class CompositionQuerySet(models.QuerySet["Composition"]):
    """Many compositions."""

    def shared(self) -> CompositionQuerySet:
        """Those that everyone may find."""
        return self.filter(shared=True)

    def for_engine(self) -> list[Definition]:
        """The same, as the engine knows them."""
        return [composition.definition() for composition in self]


def new_key() -> str:
    """A key that cannot be guessed, given to who composes."""
    return secrets.token_urlsafe(18)


class Composition(models.Model):
    """A union that someone composed, named and dated. No account, and nothing about who did."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=32, default="union")
    members = models.JSONField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    shared = models.BooleanField(default=True)
    edit_key = models.CharField(max_length=40, default=new_key, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    objects: Any = CompositionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """The code by which the engine and the addresses know it."""
        return f"u:{self.slug}"

    def definition(self) -> Definition:
        """The frozen noun that the engine composes."""
        return Definition(
            code=self.code,
            name=self.name,
            members=tuple(self.members),
            kind=self.kind,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            year=str(self.valid_from.year) if self.valid_from else "",
        )

    def may_edit(self, key: str) -> bool:
        """Whether that key opens this composition to change."""
        return secrets.compare_digest(self.edit_key.encode(), key.encode())

    def get_absolute_url(self) -> str:
        return reverse("portrait", args=[self.code])
