"""The log of who handled whose data, when and why (703/2023), and of what was done to accounts.

A row names the record by its reference code, and the people in it by keyed pseudonyms of the phone
numbers and e-mail addresses that stood there at the time. Once the appointment is deleted the row says
nothing of anybody; yet who tells their number or address of those days can be answered for as long
as the log is kept. Without the key (ACCESS_LOG_KEY) a copy of the database cannot be tried with numbers.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from office.core import clock
from office.hooks import CONTACTS_OF
from office.models import AccessAction, AccessLogEntry, AccessReason, User

# The kind of work that a page belongs to, by how its address begins.
_BY_ADDRESS = (
    ("/my-day/calls/", AccessReason.OWN_CALL_BACKS),
    ("/my-day/", AccessReason.OWN_VISITS),
    ("/desk/call-backs/", AccessReason.CALL_BACKS),
    ("/desk/referrals/", AccessReason.REFERRALS),
    ("/desk/evenings/", AccessReason.EVENINGS),
    ("/desk/cases/", AccessReason.CASE),
    ("/queue/", AccessReason.WALK_IN),
    ("/plan/", AccessReason.PLAN_MEETING),
)
# A row about one party of several is marked so: the others' extracts leave it out.
ONE_PARTY = "one party"
# The records that the request at hand has written rows about, of whose data its page is where that is one
# party's alone, and the kind of work that it belongs to.
_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)
_page_is_of: ContextVar[Collection[str] | None] = ContextVar("page is of", default=None)
_reason: ContextVar[AccessReason] = ContextVar("reason", default=AccessReason.BOOKING)


def note_access(
    user: User | None,
    records: str | Iterable[str],
    *,
    action: AccessAction,
    reason: AccessReason | None = None,
    subjects: Collection[str] | None = None,
    **details: str,
) -> None:
    """Write down that `user` handled the records with these reference codes, and why.

    `reason`: without one, the work that the request's page belongs to. `subjects`: the pseudonyms of
    whose data it was, where it is not that of all whom the record holds. `details`: words of ours, such
    as which step it was; nothing of clients.
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
            reason=reason or _reason.get(),
            details=details,
        )
        for record in found
    )
    noted = _noted.get()
    if noted is not None:
        noted.update(found)


def note_listed(user: User, records: Iterable[str], *, reason: AccessReason) -> None:
    """Write down that the records stood in a list that the user sees, once a day for each.

    For lists that are looked at all day and read again by themselves: each reading would tell no more.
    """
    found = list(dict.fromkeys(records))
    if not found:
        return
    start, _end = clock.day_bounds(clock.today(), clock.today())
    seen = set(
        AccessLogEntry.objects.filter(
            user=user, record__in=found, action=AccessAction.LIST, reason=reason, at__gte=start
        ).values_list("record", flat=True)
    )
    note_access(user, [r for r in found if r not in seen], action=AccessAction.LIST, reason=reason)


def note_change(by: User | None, about: User, action: AccessAction, **details: Any) -> None:
    """Write down what was done to an account: `details` say what stood there before and after."""
    AccessLogEntry.objects.create(
        at=clock.now(),
        user=by,
        record=f"user-{about.pk}",
        about=about,
        action=action,
        reason=AccessReason.ACCOUNTS,
        details=details,
    )


def note_log_use(
    user: User, action: AccessAction, record: str, *, about: User | None = None, **details: Any
) -> None:
    """Write down that the log itself was searched or given out."""
    AccessLogEntry.objects.create(
        at=clock.now(),
        user=user,
        record=record,
        about=about,
        action=action,
        reason=AccessReason.SUPERVISION,
        details=details,
    )


@contextmanager
def handling(path: str) -> Iterator[set[str]]:
    """While a staff page is made: the records that rows were written about."""
    noted: set[str] = set()
    default = AccessReason.BOOKING
    why = next((reason for start, reason in _BY_ADDRESS if path.startswith(start)), default)
    tokens = _noted.set(noted), _reason.set(why), _page_is_of.set(None)
    try:
        yield noted
    finally:
        _noted.reset(tokens[0])
        _reason.reset(tokens[1])
        _page_is_of.reset(tokens[2])


def limit_to(subjects: Collection[str]) -> None:
    """Say that the page at hand is about one party of its record: see note_page."""
    _page_is_of.set(subjects)


def note_page(user: User, record: str, action: AccessAction) -> None:
    """Write down that the page at hand was used, which has written no row of its own."""
    subjects = _page_is_of.get()
    if subjects is None:
        note_access(user, record, action=action)
    else:
        note_access(user, record, action=action, subjects=subjects, of=ONE_PARTY)


def subjects_of(records: Collection[str]) -> dict[str, set[str]]:
    """Return the pseudonyms of all whose contacts the records hold now."""
    found: dict[str, set[str]] = {record: set() for record in records}
    for contacts_of in CONTACTS_OF:
        for record, contacts in contacts_of(records).items():
            found[record] |= {pseudonym(contact) for contact in contacts if contact}
    return found


def pseudonym(contact: str, key: str | None = None) -> str:
    """Return the keyed pseudonym of a phone number (as +358…) or an e-mail address."""
    text = f"access log\0{contact.strip().casefold()}"
    secret = key or settings.ACCESS_LOG_KEYS[0]
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def pseudonyms(contact: str) -> list[str]:
    """Return the pseudonym under each key that was ever used, to search with."""
    return [pseudonym(contact, key) for key in settings.ACCESS_LOG_KEYS]
