"""Run the command `messages` without a database, as the Makefile does before tests and lint."""

import os
import secrets
import sys

from django.core.management import call_command, get_commands


def main(arguments: list[str]) -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylaw.settings")
    os.environ.setdefault("DEMO", "porvoo")
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    if "messages" in get_commands():
        call_command("messages", *(arguments or ["--compile"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
