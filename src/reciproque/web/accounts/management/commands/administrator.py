"""``administrator EMAIL``: the person of that address administers this installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reciproque.web.accounts.models import Person


class Command(BaseCommand):
    """The person still signs in by a code."""

    help = "Let the person of an address administer this installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person when not known yet."""
        person = Person.objects.invited(options["email"])
        person.is_staff = True
        person.save(update_fields=["is_staff"])
        self.stdout.write(f"{person.email}")
