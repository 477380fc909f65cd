"""Load the demo unit that DEMO names. Run again, it keeps existing data."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.loading import ForeignDataError, load


class Command(BaseCommand):
    help = "Load the demo unit that DEMO names, with made-up people and appointments."

    def handle(self, *args: Any, **options: Any) -> None:
        name = settings.DEMO
        if not name:
            raise CommandError("DEMO is not set: a real unit gets no made-up people.")
        try:
            added = load(name)
        except ForeignDataError:
            raise CommandError(
                f"The database holds other data than the demo {name}: use a database of its own."
            ) from None
        if options["verbosity"]:
            message = "loaded" if added else "was there already"
            self.stdout.write(f"The demo unit {name} {message}.")
