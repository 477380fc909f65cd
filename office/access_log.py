"""The log of who handled whose data. The law on handling client data asks for it (703/2023)."""

from collections.abc import Iterable

from office import clock
from office.models import AccessLogEntry, User


def note_access(user: User, records: str | Iterable[str], *, action: str, reason: str) -> None:
    """Write down that `user` handled the records with these reference codes, and why."""
    found = [records] if isinstance(records, str) else list(records)
    at = clock.now()
    AccessLogEntry.objects.bulk_create(
        AccessLogEntry(at=at, user=user, record=record, action=action, reason=reason)
        for record in found
    )
