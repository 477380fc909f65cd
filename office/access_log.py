"""The log of who handled whose data, when and why (703/2023), and of what was done to accounts.

A row names the record by its reference code, and the people in it by keyed pseudonyms of the phone
numbers and e-mail addresses that stood there at the time. Once the appointment is deleted the row says
nothing of anybody; yet who tells their number or address of those days can be answered for as long
as the log is kept. Without the key (ACCESS_LOG_KEY) a copy of the database cannot be tried with numbers.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from office import clock
from office.models import AccessAction, AccessLogEntry, User

# Upper floors say whose contacts a record holds: the codes go in, contacts by code come out.
CONTACTS_OF: list[Callable[[Collection[str]], Mapping[str, Collection[str]]]] = []
# The records that the request at hand has written rows about.
_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)


def note_access(
    user: User | None,
    records: str | Iterable[str],
    *,
    action: str,
    reason: str,
    subjects: Collection[str] | None = None,
) -> None:
    """Write down that `user` handled the records with these reference codes, and why.

    `subjects`: the pseudonyms of whose data it was, where it is not that of all whom the record holds.
    """
    found = [records] if isinstance(records, str) else list(dict.fromkeys(records))
    if not found:
        return
    known = dict.fromkeys(found, subjects) if subjects is not None else subjects_of(found)
    at = clock.now()
    AccessLogEntry.objects.bulk_create(
        AccessLogEntry(
            at=at,
            user=user,
            record=record,
            subjects=sorted(known.get(record, ())),
            action=action,
            reason=reason,
        )
        for record in found
    )
    noted = _noted.get()
    if noted is not None:
        noted.update(found)


def note_change(by: User | None, about: User, action: AccessAction, **details: Any) -> None:
    """Write down what was done to an account: `details` say what stood there before and after."""
    AccessLogEntry.objects.create(
        at=clock.now(),
        user=by,
        record=f"user-{about.pk}",
        about=about,
        action=action,
        reason="accounts",
        details=details,
    )


def note_log_use(user: User, action: AccessAction, record: str, **details: Any) -> None:
    """Write down that the log itself was searched or given out."""
    AccessLogEntry.objects.create(
        at=clock.now(),
        user=user,
        record=record,
        action=action,
        reason="supervision",
        details=details,
    )


@contextmanager
def collect_noted() -> Iterator[set[str]]:
    """The records that rows are written about while this goes on."""
    noted: set[str] = set()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def subjects_of(records: Collection[str]) -> dict[str, set[str]]:
    """The pseudonyms of all whose contacts the records hold now."""
    found: dict[str, set[str]] = {record: set() for record in records}
    for contacts_of in CONTACTS_OF:
        for record, contacts in contacts_of(records).items():
            found[record] |= {pseudonym(contact) for contact in contacts if contact}
    return found


def pseudonym(contact: str, key: str | None = None) -> str:
    """The keyed pseudonym of a phone number (as +358…) or an e-mail address."""
    text = f"access log\0{contact.strip().casefold()}"
    secret = key or settings.ACCESS_LOG_KEYS[0]
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def pseudonyms(contact: str) -> list[str]:
    """The same under each key that was ever used, to search with."""
    return [pseudonym(contact, key) for key in settings.ACCESS_LOG_KEYS]
