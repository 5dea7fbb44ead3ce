"""``demo``: the cooperations that come with the project, where they are not here yet."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from reciproque.web.cooperations.examples import load_shipped


class Command(BaseCommand):
    """Run by ``reciproque serve`` before it listens; quick when there is nothing to do."""

    help = "Load the example cooperations, and the table of the cache."

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep what is missing."""
        call_command("createcachetable", verbosity=0)
        load_shipped()
