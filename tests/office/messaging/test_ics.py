"""Calendar files, read back by the time zone that they carry."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from django.utils.translation import override
from icalendar import Calendar

from office.core import clock
from office.messaging.ics import CalendarEvent, busy_feed, method_of, uid_for, visit_file

START = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def a_visit(start: datetime = START, **fields: Any) -> CalendarEvent:
    return CalendarEvent(
        uid=uid_for("party", "AAA-222", "1"),
        start=start,
        end=start + timedelta(hours=1),
        summary="Aika",
        **fields,
    )


def read(text: str) -> tuple[Any, tzinfo]:
    """Return the first event, and the time zone as the file itself describes it."""
    # By another name, so that nobody looks the zone up instead of reading it.
    unknown = Calendar.from_ical(text.replace("TZID:Europe/Helsinki", "TZID:Somewhere"))
    zone = next(iter(unknown.walk("VTIMEZONE"))).to_tz(lookup_tzid=False)
    calendar = Calendar.from_ical(text)
    return next(iter(calendar.walk("VEVENT"))), zone


def test_a_visit_comes_back_as_it_was_written() -> None:
    event, _zone = read(visit_file(a_visit(location="Toimipiste, Katu 1", sequence=3)))
    assert event.decoded("DTSTART") == START
    assert event["DTSTART"].params["TZID"] == "Europe/Helsinki"
    assert event.decoded("DTEND") == START + timedelta(hours=1)
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Aika", "Toimipiste, Katu 1")
    assert (event["SEQUENCE"], event["STATUS"], event["CLASS"]) == (3, "CONFIRMED", "PRIVATE")
    assert str(event["UID"]) == uid_for("party", "AAA-222", "1")


def test_it_is_for_publishing_and_lines_end_as_the_standard_says() -> None:
    text = visit_file(a_visit())
    assert Calendar.from_ical(text)["METHOD"] == "PUBLISH"
    assert text.count("\n") == text.count("\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_a_cancelled_visit_says_so_and_takes_no_time() -> None:
    with override("fi"):
        event, _zone = read(visit_file(a_visit(is_cancelled=True)))
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert str(event["SUMMARY"]) == "Peruttu: Aika"


# What is sent (RFC 5546, 3.2): which property a method must have, may have, must not have.
TO = "parent@example.org"


@pytest.mark.parametrize(
    ("fields", "method", "status"),
    [
        ({}, "PUBLISH", "CONFIRMED"),
        ({"attendee": TO}, "REQUEST", "CONFIRMED"),
        ({"attendee": TO, "is_tentative": True}, "REQUEST", "TENTATIVE"),
        ({"attendee": TO, "is_cancelled": True}, "CANCEL", "CANCELLED"),
    ],
)
def test_each_method_has_what_the_standard_asks(
    settings: Any, fields: dict[str, Any], method: str, status: str
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Unit <no-reply@example.fi>"
    text = visit_file(a_visit(sequence=2, **fields))
    assert Calendar.from_ical(text)["METHOD"] == method == method_of(text)
    event, _zone = read(text)
    required = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER", "SEQUENCE", "STATUS"}
    assert required <= set(event)
    assert (event["SEQUENCE"], event["STATUS"]) == (2, status)
    assert str(event["ORGANIZER"]) == "mailto:no-reply@example.fi"
    assert str(event.get("ATTENDEE", "")) == ("" if method == "PUBLISH" else f"mailto:{TO}")
    if method != "PUBLISH":
        assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert [name for name in ("RRULE", "REQUEST-STATUS", "DESCRIPTION") if name in event] == []


def test_an_entry_is_found_again_whatever_becomes_of_the_other_keys(settings: Any) -> None:
    settings.CALENDAR_KEY = "calendar" * 10
    before = uid_for("party", "AAA-222", "1")
    settings.SECRET_KEY = settings.LINK_KEY = "another" * 10
    assert uid_for("party", "AAA-222", "1") == before


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 28, 12, tzinfo=UTC),
        # 29.3.2026: 3.00 becomes 4.00 at 1.00 UTC.
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 5, 30, tzinfo=UTC),
        datetime(2026, 7, 1, 6, tzinfo=UTC),
        # 25.10.2026: 4.00 becomes 3.00 at 1.00 UTC.
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
        datetime(2026, 10, 26, 6, 30, tzinfo=UTC),
        datetime(2031, 4, 1, 6, tzinfo=UTC),
    ],
)
def test_by_its_own_time_zone_the_file_means_the_same_instant(instant: datetime) -> None:
    """Not every calendar program knows Helsinki: some believe what the file says of it."""
    event, zone = read(visit_file(a_visit(instant)))
    told = event.decoded("DTSTART").replace(tzinfo=None)
    # Both ways: some turn our wall clock into UTC, some keep a list of changes in UTC.
    assert instant.astimezone(zone).replace(tzinfo=None) == told
    assert told.replace(tzinfo=zone).astimezone(UTC) == instant


@pytest.mark.parametrize("minutes", [-30, 0, 30, 60, 90])
def test_the_hour_that_comes_twice_is_told_as_it_is(minutes: int) -> None:
    _event, zone = read(visit_file(a_visit()))
    instant = datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    assert instant.astimezone(zone).utcoffset() == clock.local(instant).utcoffset()


def test_ids_of_two_people_have_nothing_in_common(settings: Any) -> None:
    settings.SITE_URL = "https://ajat.example.fi"
    first, second = uid_for("party", "AAA-222", "1"), uid_for("party", "AAA-222", "2")
    assert first != second
    assert first == uid_for("party", "AAA-222", "1")
    assert first.partition("@")[2] == "ajat.example.fi"
    assert [uid for uid in (first, second) if "AAA" in uid] == []


def test_a_feed_says_only_busy() -> None:
    end = START + timedelta(hours=1)
    with override("en"):
        text = busy_feed([(START, end, "one@x", ""), (end, end + timedelta(hours=2), "two@x", "")])
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [(str(e["UID"]), str(e["SUMMARY"]), e.decoded("DTSTART")) for e in events] == [
        ("one@x", "Busy", START),
        ("two@x", "Busy", end),
    ]


def test_an_empty_feed_is_a_calendar() -> None:
    assert Calendar.from_ical(busy_feed([])).walk("VEVENT") == []
