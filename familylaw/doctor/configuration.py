"""The settings, by the same checks as `check --deploy --database default`."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import ERROR, CheckMessage, run_checks
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from familylaw.doctor.findings import Finding, broken, look, ok

SUBJECT = "settings"


def examine_settings() -> Iterator[Finding]:
    """Yield one finding for each check that complains, or one that none does."""
    complaints = [message for message in _complaints() if not message.is_silenced()]
    for message in complaints:
        find = broken if message.level >= ERROR else look
        advice = message.hint or "See the table of settings in docs/deployment.md."
        yield find(SUBJECT, f"{message.msg} ({message.id})", advice)
    if not complaints:
        yield ok(SUBJECT, "check --deploy has nothing to say")


def _complaints() -> list[CheckMessage]:
    try:
        return run_checks(include_deployment_checks=not settings.DEMO, databases=[DEFAULT_DB_ALIAS])
    except DatabaseError:  # The database has findings of its own.
        return run_checks(include_deployment_checks=not settings.DEMO)
