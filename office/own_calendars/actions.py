"""Where busy times of a professional are read from: given, taken away, and what was read of it."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from office.calendar.hours_impact import OrphanedBooking, change_hours
from office.calendar.occupancy import cover, discard, lock, retrying
from office.core import clock, jobs
from office.core.intervals import Span
from office.core.secret_text import UnreadableSecretError, encrypt, renew
from office.models import (
    Absence,
    Claim,
    ClaimKind,
    Occupancy,
    OwnCalendar,
    Professional,
    User,
)
from office.own_calendars.fetching import Fetched, check_address

REASON = "calendar"
READ_TASK = "office.tasks.read_own_calendar"
# How often a calendar is read, and how rarely one that fails again and again.
EVERY, RARELY = timedelta(minutes=5), timedelta(hours=6)
CALENDAR = Absence.Reason.CALENDAR


@retrying
def set_calendar(professional: Professional, address: str, *, user: User | None) -> OwnCalendar:
    """Read busy times from `address`, in place of another. Raises FetchError for one that may not be.

    What was read of the former stays until the new one has been read.
    """
    parts = check_address(address)
    lock([professional.pk])
    now = clock.now()
    calendar, _made = OwnCalendar.objects.update_or_create(
        professional=professional,
        defaults={
            "address": encrypt(parts.geturl()),
            "added_at": now,
            "added_by": user,
            "etag": "",
            "modified": "",
            "read_at": None,
            "failure": "",
            "failed_since": None,
            "failures": 0,
            "next_at": now,
        },
    )
    ask_reading(calendar.pk)
    return calendar


def ask_reading(key: int) -> bool:
    """Have the worker read the calendar; False where that waits to be done already."""
    return jobs.defer_once(READ_TASK, lock=f"own-calendar-{key}", key=key)


def renew_addresses() -> None:
    """Write what was encrypted with a former key anew; what no key reads is asked for again."""
    with transaction.atomic():
        for calendar in OwnCalendar.objects.select_for_update():
            with suppress(UnreadableSecretError):
                calendar.address = renew(calendar.address)
                calendar.save(update_fields=["address"])


@retrying
def remove_calendar(professional: Professional) -> None:
    """Forget the address and all that was read from it."""
    lock([professional.pk])
    OwnCalendar.objects.filter(professional=professional).delete()
    _change(professional, [], list(_busy(professional)))


@retrying
def keep_busy(
    calendar: OwnCalendar, spans: Sequence[Span], since: datetime
) -> list[OrphanedBooking]:
    """Let the professional be busy at `spans` from `since` on, and at no other time of the calendar's.

    Bookings that they hit keep their time and are the secretary's work; those hit no longer are not.
    Nothing happens where the calendar was taken away, or has another address, since it was fetched.
    """
    professional = calendar.professional
    lock([professional.pk])
    if not OwnCalendar.objects.filter(pk=calendar.pk, address=calendar.address).exists():
        return []
    known = list(_busy(professional).filter(during__endswith__gt=since))
    wanted = set(spans)
    has = {(row.during.lower, row.during.upper) for row in known}
    gone = [row for row in known if (row.during.lower, row.during.upper) not in wanted]
    return _change(professional, sorted(wanted - has), gone)


def _busy(professional: Professional) -> QuerySet[Absence]:
    return Absence.objects.filter(professional=professional, reason=CALENDAR)


def _change(
    professional: Professional, new: Iterable[Span], gone: list[Absence]
) -> list[OrphanedBooking]:
    new = list(new)
    if not new and not gone:
        return []

    def change() -> None:
        _forget(gone)
        for start, end in new:
            cover(
                Absence.objects.create(
                    professional=professional,
                    reason=CALENDAR,
                    during=DateTimeTZRange(start, end),
                    claim=Claim.objects.create(kind=ClaimKind.ABSENCE),
                )
            )

    return change_hours(professionals=[professional.pk], change=change, reason=REASON)


def _forget(rows: Iterable[Absence]) -> None:
    rows = list(rows)
    claims = list(Claim.objects.filter(absence__in=rows))
    # First the absences: what is freed goes to others that wait for it, and not to these.
    Absence.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for claim in claims:
        discard(claim)


def note_read(calendar: OwnCalendar, fetched: Fetched | None) -> None:
    """Note that the calendar was read; `fetched`: None where it had not changed."""
    now = clock.now()
    fresh = {"etag": fetched.etag, "modified": fetched.modified} if fetched else {}
    OwnCalendar.objects.filter(pk=calendar.pk, address=calendar.address).update(
        read_at=now, failure="", failed_since=None, failures=0, next_at=now + EVERY, **fresh
    )


def note_failure(calendar: OwnCalendar, failure: OwnCalendar.Failure) -> None:
    """Note a failed reading: what was read before stays, and the next try waits longer."""
    now = clock.now()
    # So many doublings reach the longest wait.
    wait = min(EVERY * 2 ** min(calendar.failures + 1, 7), RARELY)
    OwnCalendar.objects.filter(pk=calendar.pk, address=calendar.address).update(
        failure=failure,
        failed_since=calendar.failed_since or now,
        failures=min(calendar.failures + 1, 30_000),
        next_at=now + wait,
    )


def own_bookings(professional: Professional, start: datetime, end: datetime) -> list[Span]:
    """Return the professional's busy time that is ours, and that our feed may have published."""
    rows = Occupancy.objects.filter(
        resource=professional.pk, during__overlap=DateTimeTZRange(start, end)
    ).exclude(claim__absence__reason=CALENDAR)
    return [(during.lower, during.upper) for during in rows.values_list("during", flat=True)]


def past_busy_times(before: datetime) -> QuerySet[Absence]:
    """Find busy times of own calendars that are over."""
    return Absence.objects.filter(reason=CALENDAR, during__endswith__lt=before)


def remove_past(keys: Sequence[int]) -> None:
    """Remove busy times by their keys, with the time that they own."""
    rows = list(Absence.objects.filter(pk__in=keys, reason=CALENDAR))
    claims = [row.claim_id for row in rows]
    Absence.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Claim.objects.filter(pk__in=claims).delete()


def due(now: datetime) -> QuerySet[OwnCalendar]:
    """Find the calendars to read now, of professionals in use."""
    return OwnCalendar.objects.filter(next_at__lte=now, professional__is_active=True)
