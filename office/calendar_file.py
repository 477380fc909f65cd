"""Calendar files (iCalendar, RFC 5545). Neutral: no names, no matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from office import clock
from office.limits import keyed

# Finland's rule as the European Union's directive 2000/84/EC states it, in local time before the
# change. Written out, since the generated one of icalendar 7.3 begins summer time an hour late.
_HELSINKI = """BEGIN:VTIMEZONE
TZID:Europe/Helsinki
BEGIN:STANDARD
DTSTART:19961027T040000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:EET
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19970330T030000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:EEST
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Visit:
    """One event of a calendar file. `uid` stays the same when the visit moves."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    location: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    is_tentative: bool = False


def uid_for(*parts: str) -> str:
    """A stable id that tells nothing: two people's ids of one visit have nothing in common."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"{keyed('calendar', *parts)[:40]}@{host}"


def visit_file(visit: Visit) -> str:
    """A calendar file with one visit, to be put into a calendar of one's own."""
    calendar = _calendar()
    event = _event(visit.uid, visit.start, visit.end, visit.summary)
    event.add("SEQUENCE", visit.sequence)
    agreed = "TENTATIVE" if visit.is_tentative else "CONFIRMED"
    event.add("STATUS", "CANCELLED" if visit.is_cancelled else agreed)
    event.add("TRANSP", "TRANSPARENT" if visit.is_cancelled else "OPAQUE")
    if visit.location:
        event.add("LOCATION", visit.location)
    calendar.add_component(event)
    return _text(calendar)


def day_file(uid: str, day: date, summary: str) -> str:
    """A calendar file with a whole day, which keeps nobody's time busy."""
    calendar = _calendar()
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", clock.now().replace(microsecond=0))
    event.add("DTSTART", day)
    event.add("DTEND", day + timedelta(days=1))
    event.add("SUMMARY", summary)
    event.add("CLASS", "PRIVATE")
    event.add("TRANSP", "TRANSPARENT")
    calendar.add_component(event)
    return _text(calendar)


def busy_feed(busy: Iterable[tuple[datetime, datetime, str, str]]) -> str:
    """A feed of busy times (start, end, uid, summary), to be fetched again and again.

    An empty summary says only "Busy" in the reader's language.
    """
    calendar = _calendar()
    calendar.add("X-WR-CALNAME", _("Appointments"))
    calendar.add("X-WR-TIMEZONE", "Europe/Helsinki")
    calendar.add("X-PUBLISHED-TTL", "PT15M")
    for start, end, uid, summary in busy:
        event = _event(uid, start, end, summary or _("Busy"))
        event.add("TRANSP", "OPAQUE")
        calendar.add_component(event)
    return _text(calendar)


@dataclass(frozen=True)
class Time:
    """One entry of a file of times: an hour, or whole days where no hour is known (`end` not among them).

    A cancelled one is told by its `uid`, so that a file that is taken in anew takes it away.
    """

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    is_cancelled: bool = False


def times_file(name: str, times: Iterable[Time]) -> str:
    """Times that leave one free, for a calendar of one's own. Of two files the later one goes before."""
    now = clock.now()
    # Grows with time, as calendars ask of a later version: seconds since the year 2020.
    sequence = int(now.timestamp()) - 1577836800
    calendar = _calendar()
    calendar.add("X-WR-CALNAME", name)
    calendar.add("X-WR-TIMEZONE", "Europe/Helsinki")
    for time in times:
        event = Event()
        event.add("UID", time.uid)
        event.add("DTSTAMP", now.replace(microsecond=0))
        event.add("LAST-MODIFIED", now.replace(microsecond=0))
        event.add("SEQUENCE", sequence)
        event.add("DTSTART", _shown(time.start))
        event.add("DTEND", _shown(time.end))
        event.add("SUMMARY", time.summary)
        event.add("CLASS", "PRIVATE")
        event.add("STATUS", "CANCELLED" if time.is_cancelled else "CONFIRMED")
        event.add("TRANSP", "TRANSPARENT")
        calendar.add_component(event)
    return _text(calendar)


def _shown(moment: datetime | date) -> datetime | date:
    return clock.local(moment) if isinstance(moment, datetime) else moment


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", "-//familylaw//booking//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add_component(Timezone.from_ical(_HELSINKI))
    return calendar


def _event(uid: str, start: datetime, end: datetime, summary: str) -> Event:
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", clock.now().replace(microsecond=0))
    event.add("DTSTART", clock.local(start))
    event.add("DTEND", clock.local(end))
    event.add("SUMMARY", summary)
    event.add("CLASS", "PRIVATE")
    return event


def _text(calendar: Calendar) -> str:
    text: str = calendar.to_ical().decode()
    return text
