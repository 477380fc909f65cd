"""From a calendar file to busy times. Pure; titles, places and people in it are never looked at."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component

from office.core import clock
from office.core.intervals import Span, intersect, merge

# More than this is no person's calendar of some months.
MOST_EVENTS = 20_000
# Rules that come more often than each day would be counted for hours.
_RARE_ENOUGH = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_FREE = {"FREE", "WORKINGELSEWHERE"}


class NotACalendarError(Exception):
    """The file is not a calendar, or one that cannot be counted."""


def busy_spans(
    body: bytes,
    first: datetime,
    last: datetime,
    *,
    is_ours: Callable[[str], bool],
    own: Iterable[Span] = (),
) -> list[Span]:
    """Return when the calendar is busy between two instants, merged. Raises NotACalendarError.

    Our own feed may come back: `is_ours` knows it by an event's id; free/busy has no ids, there what
    is, to the minute, one of our `own` bookings is left out.
    """
    try:
        calendars = Calendar.from_ical(body, multiple=True)
        found = [
            span
            for calendar in calendars
            for span in (
                *_events(calendar, first, last, is_ours),
                *_without(_free_busy(calendar), own),
            )
        ]
    except NotACalendarError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        # Whatever a file can break in the library; the text may hold a title.
        raise NotACalendarError from None
    if not calendars:
        raise NotACalendarError
    return intersect(merge(found), (first, last))


def _events(
    calendar: Component, first: datetime, last: datetime, is_ours: Callable[[str], bool]
) -> Iterator[Span]:
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise NotACalendarError
    for event in events:
        if any(str(often).upper() not in _RARE_ENOUGH for often in _frequencies(event)):
            raise NotACalendarError
    query = recurring_ical_events.of(calendar, components=["VEVENT"], skip_bad_series=True)
    for event in query.between(first, last):
        if _is_busy(event) and not is_ours(str(event.get("UID", ""))):
            start, end = event["DTSTART"].dt, event["DTEND"].dt
            yield _instant(start), _instant(end)


def _frequencies(event: Component) -> Iterator[Any]:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        yield from rule.get("FREQ", [])


def _is_busy(event: Component) -> bool:
    """Say whether the event takes time. Tentative does: a booking over it would force a choice."""
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return False
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    return str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() not in _FREE


def _instant(moment: date | datetime) -> datetime:
    """Return it in UTC; whole days from midnight, and times without a zone, are those of Helsinki."""
    if not isinstance(moment, datetime):
        return clock.day_bounds(moment, moment)[0]
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.HELSINKI)
    return moment.astimezone(UTC)


def _free_busy(calendar: Component) -> Iterator[Span]:
    for part in calendar.walk("VFREEBUSY"):
        for period in _periods(part.get("FREEBUSY", [])):
            kind = str(period.params.get("FBTYPE", "BUSY")).upper()
            if kind != "FREE":
                yield _instant(period.start), _instant(period.end)


def _periods(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _without(spans: Iterable[Span], own: Iterable[Span]) -> list[Span]:
    known = {(_minute(start), _minute(end)) for start, end in own}
    return [span for span in spans if (_minute(span[0]), _minute(span[1])) not in known]


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
