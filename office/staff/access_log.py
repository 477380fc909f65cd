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
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.hooks import CONTACTS_OF
from office.models import AccessAction, AccessLogEntry, User

# Why somebody handles a record: the kind of work that the page belongs to, by how its address begins.
REASONS: dict[str, str | Promise] = {
    "booking": _("booking of appointments"),
    "calendar": _("calendar and day lists"),
    "own visits": _("own visits"),
    "call-backs": _("call-backs"),
    "own call-backs": _("own call-backs"),
    "walk-in": _("walk-in"),
    "plan meeting": _("meeting about a parenting plan"),
    "evenings": _("evenings"),
    "papers": _("a parent's papers, opened with them at the visit"),
    "own data": _("the person's own request about their data"),
    "accounts": _("accounts of the staff"),
    "referrals": _("handing on to partners"),
    "supervision": _("supervision of the access log"),
}
_BY_ADDRESS = (
    ("/my-day/calls/", "own call-backs"),
    ("/my-day/", "own visits"),
    ("/desk/call-backs/", "call-backs"),
    ("/desk/referrals/", "referrals"),
    ("/desk/evenings/", "evenings"),
    ("/queue/", "walk-in"),
    ("/plan/", "plan meeting"),
)
# The records that the request at hand has written rows about, and the kind of work that it belongs to.
_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)
_reason: ContextVar[str] = ContextVar("reason", default="booking")


def note_access(
    user: User | None,
    records: str | Iterable[str],
    *,
    action: str,
    reason: str = "",
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


def note_listed(user: User, records: Iterable[str], *, reason: str) -> None:
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
        reason="accounts",
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
        reason="supervision",
        details=details,
    )


@contextmanager
def handling(path: str) -> Iterator[set[str]]:
    """While a staff page is made: the records that rows were written about."""
    noted: set[str] = set()
    why = next((reason for start, reason in _BY_ADDRESS if path.startswith(start)), "booking")
    tokens = _noted.set(noted), _reason.set(why)
    try:
        yield noted
    finally:
        _noted.reset(tokens[0])
        _reason.reset(tokens[1])


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
