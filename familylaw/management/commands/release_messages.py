"""Let messages leave a restored copy of the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.messaging import restored_copy


class Command(BaseCommand):
    help = (
        "Let messages leave from this database, which was restored from a backup. Say what becomes of "
        "those that waited when the backup was made: most of them have been sent since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        waiting = parser.add_mutually_exclusive_group(required=True)
        waiting.add_argument("--drop-waiting", action="store_true", help="they never leave")
        waiting.add_argument("--send-waiting", action="store_true", help="they leave now")

    def handle(self, *args: Any, **options: Any) -> None:
        if not restored_copy.is_holding():
            raise CommandError("This database is no restored copy: its messages leave already.")
        count = restored_copy.release(drop_waiting=options["drop_waiting"])
        fate = "are dropped" if options["drop_waiting"] else "leave now"
        self.stdout.write(f"Messages leave from here on. {count} that had waited {fate}.")
