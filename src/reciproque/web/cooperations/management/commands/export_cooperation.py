"""``export_cooperation SLUG``: a cooperation of the database, as a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reciproque.web.cooperations.descriptions import describe
from reciproque.web.cooperations.models import Cooperation


class Command(BaseCommand):
    """Written on the standard output."""

    help = "Write a cooperation as TOML."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find and write."""
        found = Cooperation.objects.filter(slug=options["slug"]).first()
        if found is None:
            known = ", ".join(Cooperation.objects.values_list("slug", flat=True)) or "–"
            raise CommandError(f"« {options['slug']} » n’existe pas. Connues : {known}.")
        self.stdout.write(describe(found))
