"""Reading a professional's own calendar: fetched outside of any transaction, kept in one."""

import logging
from datetime import timedelta

from office.core import clock
from office.core.secret_text import UnreadableSecretError, decrypt
from office.messaging.ics import is_own_uid
from office.models import OwnCalendar, Unit
from office.own_calendars.actions import keep_busy, note_failure, note_read, own_bookings
from office.own_calendars.busy import NotACalendarError, busy_spans
from office.own_calendars.fetching import FetchError, fetch

log = logging.getLogger(__name__)
Failure = OwnCalendar.Failure


def read_calendar(key: int) -> None:
    """Read one calendar now, and note how it went; nothing where it has been taken away."""
    calendar = OwnCalendar.objects.select_related("professional").filter(pk=key).first()
    if calendar is None:
        return
    try:
        _read(calendar)
    except (FetchError, NotACalendarError, UnreadableSecretError) as error:
        failure = _failure(error)
        # By its number: neither the address nor what it gave belongs into a log.
        log.warning("own calendar %s: %s", calendar.pk, failure.value)
        note_failure(calendar, failure)


def _failure(error: Exception) -> OwnCalendar.Failure:
    if isinstance(error, FetchError):
        return error.failure
    return Failure.NO_CALENDAR if isinstance(error, NotACalendarError) else Failure.UNREADABLE


def _read(calendar: OwnCalendar) -> None:
    today = clock.today()
    first, last = clock.day_bounds(today, today + timedelta(weeks=Unit.get().horizon_weeks))
    # A new day has a new horizon: the calendar is read whole though it has not changed.
    is_known = calendar.read_at is not None and calendar.read_at >= first
    fetched = fetch(
        decrypt(calendar.address),
        etag=calendar.etag if is_known else "",
        modified=calendar.modified if is_known else "",
    )
    if fetched is not None:
        spans = busy_spans(
            fetched.body,
            first,
            last,
            is_ours=is_own_uid,
            own=own_bookings(calendar.professional, first, last),
        )
        keep_busy(calendar, spans, first)
    note_read(calendar, fetched)
