"""What changes the registry's tables, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.text import slugify

from reciproque.kernel import Definition
from reciproque.territories import Registry
from reciproque.web.registry.models import Composition, Territory

BATCH = 2000


@transaction.atomic
def load_territories(registry: Registry, progress: Callable[[float], None] | None = None) -> int:
    """Bring the table of official territories to what the registry knows; returns what changed.

    Rows that left the registry stay, so that nothing that refers to them breaks.
    """
    frame = registry.frame().select("code", "name", "kind")
    known = dict(Territory.objects.values_list("code", "name"))
    fresh = [
        Territory(code=code, name=name, kind=kind)
        for code, name, kind in frame.iter_rows()
        if known.get(code) != name
    ]
    for start in range(0, len(fresh), BATCH):
        Territory.objects.bulk_create(
            fresh[start : start + BATCH],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "kind"],
        )
        if progress:
            progress(min(1.0, (start + BATCH) / len(fresh)))
    return len(fresh)


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "territoire"
    slug, number = base, 2
    while Composition.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def compose(
    registry: Registry,
    *,
    name: str,
    members: list[str],
    kind: str = "union",
    valid_from: date | None = None,
    valid_to: date | None = None,
    shared: bool = True,
    composition: Composition | None = None,
) -> Composition:
    """Keep a new composition, or change ``composition``.

    Raises :class:`reciproque.kernel.ReciproqueError` for a member that does not exist, no member,
    no name, or dates that contradict each other; nothing is kept then.
    """
    slug = composition.slug if composition else _free_slug(name)
    definition = Definition(f"u:{slug}", name, tuple(members), kind, "", valid_from, valid_to)
    registry.compose(definition)
    kept = composition or Composition(slug=slug)
    kept.name, kept.kind, kept.members = name, kind, members
    kept.valid_from, kept.valid_to, kept.shared = valid_from, valid_to, shared
    kept.save()
    return kept
