"""Everything between a started database and a working site, in one process for speed.

With DATABASE_OWNER_URL it works as the owner of the tables, and grants the role of DATABASE_URL
what the app needs. Without it, one role is both. With --database-only it leaves the files alone, which
an image has from its build.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from django.core.management import call_command, get_commands

# Any number that nothing else locks; the purge has one of its own.
_LOCK = 703_2025
DATABASE_ONLY = "--database-only"


def prepare(role: str = "", *, files: bool = True) -> None:
    """Check, translate, migrate, collect, load the demo. Raises Refusal or SystemExit.

    `role`: the app's role, where it is not the owner of the tables. `files`: make the translations
    and the static files, too.
    """
    import django
    from django.conf import settings

    django.setup()
    from familylaw import checks, startup
    from launcher.preflight import check_database
    from office.messaging import restored_copy
    from office.messaging.link_key import remember_key

    checks.refuse_insecure()
    url = os.environ.get("DATABASE_URL", "")
    check_database(url)
    with _alone(url):
        startup.refuse_wrong_database()
        commands = get_commands()
        if files and "messages" in commands:
            _step("Compiling the translations", "messages", "--compile")
        _step("Migrating the database", "migrate", "--skip-checks")
        if settings.SECRET_KEY_FALLBACKS:
            from office.own_calendars.actions import renew_addresses
            from office.sign_in.second_factor import renew_secrets

            # So that a former key can be removed from the settings one day.
            renew_secrets()
            renew_addresses()
        _step("Making the cache", "createcachetable")
        if files:
            _step("Collecting the static files", "collectstatic")
        if role:
            from familylaw.grants import grant_app_role

            grant_app_role(role)
        if settings.DEMO and "demo" in commands:
            _step(f"Loading the demo unit {settings.DEMO}", "demo")
        remember_key()
        restored_copy.remember_database()
        if restored_copy.is_holding():
            sys.stdout.write(
                "This database was restored from a backup: it writes to nobody until "
                "manage.py release_messages.\n"
            )


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Allow one preparation of a database at a time, across machines."""
    with psycopg.connect(url, autocommit=True) as own:
        row = own.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if not (row and row[0]):
            sys.stdout.write("Another preparation of this database goes on: waiting for it …\n")
            sys.stdout.flush()
            own.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield


def _step(title: str, command: str, *arguments: str) -> None:
    sys.stdout.write(f"{title} …\n")
    sys.stdout.flush()
    try:
        call_command(command, *arguments, verbosity=0, interactive=False)
    except TypeError:  # A command of ours that asks nothing.
        call_command(command, *arguments, verbosity=0)
    except Exception as error:
        log = Path(os.environ.get("DATA_DIR", ".")) / "prepare.log"
        log.write_text(traceback.format_exc())
        reason = (str(error).strip() or error.__class__.__name__).splitlines()[0].rstrip(".")
        raise SystemExit(f"{title} failed: {reason} (the whole story is in {log}).") from None


def work_as_owner() -> str:
    """Point the settings at the owner's address; return the name of the app's role."""
    owner = os.environ.pop("DATABASE_OWNER_URL", "")
    if not owner:
        return ""
    app = os.environ.get("DATABASE_URL", "")
    os.environ["DATABASE_URL"] = owner
    return unquote(urlsplit(app).username or "")


def main(arguments: list[str]) -> int:
    from launcher.places import Refusal

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylaw.settings")
    if arguments not in ([], [DATABASE_ONLY]):
        sys.stderr.write(f"python -m familylaw.prepare [{DATABASE_ONLY}]\n")
        return 2
    try:
        prepare(work_as_owner(), files=not arguments)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
