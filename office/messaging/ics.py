"""Calendar files (iCalendar, RFC 5545) and what is sent of them (iTIP, RFC 5546). Neutral: no names,
no matter.

A mail with METHOD:REQUEST puts an entry into the receiver's calendar, a later one moves it, and one with
METHOD:CANCEL takes it away by itself, in Outlook and Gmail too. For that the file must name who sends it
(ORGANIZER) and whom it is for (ATTENDEE). A file to download is METHOD:PUBLISH, which names no receiver.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from office.core import clock
from office.models import Unit

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
class CalendarEvent:
    """One event of a calendar file. `uid` stays the same when the visit moves, `sequence` grows.

    `attendee`: the address that the file is sent to; empty for a file to download.
    """

    uid: str
    start: datetime
    end: datetime
    summary: str
    location: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    is_tentative: bool = False
    attendee: str = ""

    @property
    def method(self) -> str:
        """What the receiver's calendar is to do with it."""
        if not self.attendee:
            return "PUBLISH"
        return "CANCEL" if self.is_cancelled else "REQUEST"


def uid_for(*parts: str) -> str:
    """Return a stable id that tells nothing: two people's ids of one visit have nothing in common.

    Its key is kept when SECRET_KEY or LINK_KEY changes: otherwise a later mail would add a second
    entry instead of moving the first.
    """
    text = "\0".join(("calendar", *parts))
    digest = hmac.new(settings.CALENDAR_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{digest[:40]}@{_host()}"


def is_own_uid(uid: str) -> bool:
    """Say whether an id was made by uid_for, here or when the site had another name."""
    digest, _at, host = uid.partition("@")
    return host in {_host(), "localhost"} and re.fullmatch(r"[0-9a-f]{40}", digest) is not None


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def method_of(text: str) -> str:
    """Return the METHOD of a calendar file, which the mail's part must name as well."""
    found = re.search(r"^METHOD:([A-Z]+)\r?$", text, re.MULTILINE)
    return found[1] if found else "PUBLISH"


def visit_file(visit: CalendarEvent) -> str:
    """Write a calendar file with one visit: to be sent, or to be put into a calendar of one's own."""
    calendar = _calendar(visit.method)
    summary = visit.summary
    if visit.is_cancelled:
        # For programs that ignore STATUS, and for who has never saved the entry.
        summary = _("Cancelled: %(what)s") % {"what": summary}
    event = _event(visit.uid, visit.start, visit.end, summary)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(Unit.get().sender_name)
    event.add("ORGANIZER", organizer)
    if visit.attendee:
        attendee = vCalAddress(f"mailto:{visit.attendee}")
        # Whether the time suits is answered on the personal page: no calendar answers for anybody.
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION" if visit.is_tentative else "ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("ATTENDEE", attendee)
    event.add("SEQUENCE", visit.sequence)
    agreed = "TENTATIVE" if visit.is_tentative else "CONFIRMED"
    event.add("STATUS", "CANCELLED" if visit.is_cancelled else agreed)
    event.add("TRANSP", "TRANSPARENT" if visit.is_cancelled else "OPAQUE")
    if visit.location:
        event.add("LOCATION", visit.location)
    calendar.add_component(event)
    return _text(calendar)


def day_file(uid: str, day: date, summary: str) -> str:
    """Write a calendar file with a whole day, which keeps nobody's time busy."""
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
    """Write a feed of busy times (start, end, uid, summary), to be fetched again and again.

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

    A cancelled one is recognised by its `uid`, so that a file that is taken in anew takes it away.
    """

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    is_cancelled: bool = False


def times_file(name: str, times: Iterable[Time]) -> str:
    """Write a calendar file of times that leave one free. A later file replaces an earlier one."""
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


def _calendar(method: str = "PUBLISH") -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", "-//booking//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
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
