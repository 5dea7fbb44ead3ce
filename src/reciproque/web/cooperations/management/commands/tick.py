"""``tick``: once a day, reminders and forgetting; on Mondays, the digests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from reciproque.web.accounts.models import Person
from reciproque.web.cooperations.tasks import send_digest
from reciproque.web.shared import daily


class Command(BaseCommand):
    """Started by a timer; running it twice the same day sends nothing twice but digests."""

    help = "Reminders, forgetting, weekly digests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--digests", action="store_true", help="send digests today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the day's work."""
        counts = {label: task() for label, task in daily.tasks().items()}
        digests = 0
        if options["digests"] or timezone.localdate().weekday() == 0:
            people = Person.objects.filter(digest=True, is_active=True, email__isnull=False)
            for key in people.values_list("pk", flat=True):
                send_digest.enqueue(str(key))
                digests += 1
        counts["résumés"] = digests
        self.stdout.write(", ".join(f"{label} : {n}" for label, n in counts.items()))
