"""``demo_exchange``: the needs, offers, chains, loans, calls and pots that come with the project."""

from typing import Any

from django.core.management.base import BaseCommand

from reciproque.web.exchange import patronage_examples
from reciproque.web.exchange.examples import load_shipped


class Command(BaseCommand):
    """Run by ``reciproque serve`` after ``demo``; quick when there is nothing to do."""

    help = "Load the example exchanges, where they are not here yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep what is missing."""
        load_shipped()
        patronage_examples.load_shipped()
