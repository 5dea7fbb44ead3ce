"""``import_exchange FILE``: needs, offers, steps and loans described as data, into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reciproque.matching import MatchFileError, read_match
from reciproque.vocabulary import say
from reciproque.web.exchange.examples import load


class Command(BaseCommand):
    """One file, whole or not at all."""

    help = "Load an exchange, with the cooperation it is for, from a TOML file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--public", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, keep."""
        try:
            path = Path(options["file"])
            made = load(read_match(path), public=options["public"], file=path.name)
        except MatchFileError as error:
            raise CommandError(say(error, "fr")) from error
        self.stdout.write(made.get_absolute_url())
