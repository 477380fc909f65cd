"""Update the translation catalogues from the sources, check them, compile them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from familylaw.i18n import catalogs


class Command(BaseCommand):
    help = "Update locale/*/LC_MESSAGES/django.po from the sources, or check or compile them."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--check", action="store_true", help="Fail where a translation is missing or wrong."
        )
        what.add_argument("--compile", action="store_true", help="Write the .mo files.")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        if options["check"]:
            found = list(catalogs.problems(root))
            for line in found:
                self.stderr.write(line)
            if found:
                raise CommandError(
                    f"Translations: {len(found)} to see to (manage.py messages adds new strings)."
                )
        elif options["compile"]:
            catalogs.compile_all(root)
        else:
            for language, count in catalogs.update(root).items():
                self.stdout.write(f"{language}: {count} strings wait for a translation")
