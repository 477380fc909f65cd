"""`manage.py purge`: delete what has expired now, or list what would be deleted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from office.retention.purge import counts_due, purge


class Command(BaseCommand):
    help = "Remove what is kept no longer, as each night. A purge that was cut short is carried on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Only count what would be removed."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = counts_due() if options["dry_run"] else purge().counts
        message = "would be removed" if options["dry_run"] else "removed"
        for key, count in sorted(counts.items()):
            if count:
                self.stdout.write(f"{key}: {count} {message}")
        if not any(counts.values()):
            self.stdout.write("Nothing is due.")
