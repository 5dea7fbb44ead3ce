"""``import_cooperation FILE``: a cooperation described as data, into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reciproque.reciprocity import CaseError, read_case
from reciproque.vocabulary import say
from reciproque.web.cooperations.examples import load


class Command(BaseCommand):
    """One file, whole or not at all."""

    help = "Load a cooperation from a TOML file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--public", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, keep."""
        try:
            kept = load(read_case(options["file"]), public=options["public"])
        except CaseError as error:
            raise CommandError(say(error, "fr")) from error
        self.stdout.write(kept.get_absolute_url())
