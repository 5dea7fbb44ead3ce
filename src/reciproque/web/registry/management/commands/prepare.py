"""``prepare``: the table of territories and the base map, where they are not up to date."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import Progress

from reciproque.territories import load
from reciproque.web.registry.actions import load_territories
from reciproque.web.shared.basemap import build_base_map


class Command(BaseCommand):
    """Run by ``reciproque serve`` before it listens; quick when there is nothing to do."""

    help = "Load official territories into the database and build the base map."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is missing, with a progress bar."""
        registry = load()
        mark = settings.HOME / "territories.loaded"
        if not mark.exists() or mark.read_text() != registry.fingerprint:
            with Progress(console=Console(stderr=True)) as bar:
                task = bar.add_task("Base de données des territoires", total=1.0)
                load_territories(registry, lambda share: bar.update(task, completed=share))
                bar.update(task, completed=1.0)
            mark.write_text(registry.fingerprint)
        build_base_map(settings.PUBLIC)
