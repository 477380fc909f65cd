"""What of a calendar file counts as busy. No title is looked at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from office.core import clock
from office.own_calendars.busy import NotACalendarError, busy_spans

FIRST, LAST = clock.day_bounds(date(2026, 11, 30), date(2027, 2, 28))


def event(**lines: str) -> str:
    found = {"UID": "1@elsewhere", "DTSTAMP": "20261101T000000Z", "SUMMARY": "Salainen"} | lines
    body = "".join(
        f"{name.split('__')[0].replace('_', '-')}{'' if value[0] in ':;' else ':'}{value}\r\n"
        for name, value in found.items()
    )
    return f"BEGIN:VEVENT\r\n{body}END:VEVENT\r\n"


def calendar(*parts: str, head: str = "") -> bytes:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x\r\n{head}{''.join(parts)}END:VCALENDAR\r\n"
    ).encode()


def found(*parts: str, head: str = "", own: list[tuple[datetime, datetime]] | None = None):
    spans = busy_spans(
        calendar(*parts, head=head),
        FIRST,
        LAST,
        is_ours=lambda uid: uid.endswith("@ours"),
        own=own or [],
    )
    return [(f"{clock.local(s):%d.%m. %H.%M}", f"{clock.local(e):%d.%m. %H.%M}") for s, e in spans]


NINE = {"DTSTART": "20261201T070000Z", "DTEND": "20261201T080000Z"}


def test_an_event_is_busy() -> None:
    assert found(event(**NINE)) == [("01.12. 09.00", "01.12. 10.00")]


@pytest.mark.parametrize(
    "lines",
    [
        {"TRANSP": "TRANSPARENT"},
        {"STATUS": "CANCELLED"},
        {"X_MICROSOFT_CDO_BUSYSTATUS": "FREE"},
        {"X_MICROSOFT_CDO_BUSYSTATUS": "WORKINGELSEWHERE"},
        {"UID": "abc@ours"},
    ],
)
def test_what_is_free_cancelled_or_ours_is_not(lines: dict[str, str]) -> None:
    assert found(event(**NINE, **lines)) == []


@pytest.mark.parametrize(
    "lines",
    [
        {"TRANSP": "OPAQUE"},
        {"STATUS": "TENTATIVE"},
        {"X_MICROSOFT_CDO_BUSYSTATUS": "OOF"},
        {"X_MICROSOFT_CDO_BUSYSTATUS": "TENTATIVE"},
    ],
)
def test_what_may_be_busy_is(lines: dict[str, str]) -> None:
    assert found(event(**NINE, **lines)) == [("01.12. 09.00", "01.12. 10.00")]


def test_whole_days_are_those_of_helsinki() -> None:
    days = event(DTSTART=";VALUE=DATE:20261224", DTEND=";VALUE=DATE:20261227")
    assert found(days) == [("24.12. 00.00", "27.12. 00.00")]
    assert found(event(DTSTART=";VALUE=DATE:20261224")) == [("24.12. 00.00", "25.12. 00.00")]


def test_times_without_a_zone_are_those_of_helsinki() -> None:
    assert found(event(DTSTART="20261201T090000", DTEND="20261201T100000")) == [
        ("01.12. 09.00", "01.12. 10.00")
    ]


def test_times_of_another_zone() -> None:
    lines = {"DTSTART": ";TZID=Europe/Stockholm:20261201T080000", "DURATION": "PT1H"}
    assert found(event(**lines)) == [("01.12. 09.00", "01.12. 10.00")]


def test_times_of_outlooks_own_zone_names() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:FLE Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T040000\r\n"
        "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
        "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\n"
        "TZOFFSETTO:+0300\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n"
        "END:VTIMEZONE\r\n"
    )
    lines = {
        "DTSTART": ";TZID=FLE Standard Time:20261201T090000",
        "DTEND": ";TZID=FLE Standard Time:20261201T100000",
    }
    assert found(zone, event(**lines)) == [("01.12. 09.00", "01.12. 10.00")]


def test_series_with_what_was_moved_and_left_out() -> None:
    series = event(
        UID="s@elsewhere",
        DTSTART=";TZID=Europe/Helsinki:20261005T090000",
        DTEND=";TZID=Europe/Helsinki:20261005T100000",
        RRULE="FREQ=WEEKLY;INTERVAL=2;UNTIL=20270201T000000Z",
        EXDATE=";TZID=Europe/Helsinki:20261214T090000",
    )
    moved = event(
        UID="s@elsewhere",
        RECURRENCE_ID=";TZID=Europe/Helsinki:20261228T090000",
        DTSTART=";TZID=Europe/Helsinki:20261229T120000",
        DTEND=";TZID=Europe/Helsinki:20261229T130000",
    )
    called_off = event(
        UID="s@elsewhere",
        RECURRENCE_ID=";TZID=Europe/Helsinki:20270111T090000",
        DTSTART=";TZID=Europe/Helsinki:20270111T090000",
        DTEND=";TZID=Europe/Helsinki:20270111T100000",
        STATUS="CANCELLED",
    )
    # The hour stays when the clocks have been put back.
    assert found(series, moved, called_off) == [
        ("30.11. 09.00", "30.11. 10.00"),
        ("29.12. 12.00", "29.12. 13.00"),
        ("25.01. 09.00", "25.01. 10.00"),
    ]


def free_busy(*lines: str) -> str:
    inner = "".join(f"{line}\r\n" for line in lines)
    return f"BEGIN:VFREEBUSY\r\nUID:f@x\r\nDTSTAMP:20261101T000000Z\r\n{inner}END:VFREEBUSY\r\n"


def test_free_busy() -> None:
    part = free_busy(
        "FREEBUSY;FBTYPE=BUSY:20261201T070000Z/20261201T080000Z,20261202T070000Z/PT30M",
        "FREEBUSY;FBTYPE=FREE:20261203T070000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261204T070000Z/PT1H",
        "FREEBUSY:20261205T070000Z/PT1H",
    )
    assert found(part) == [
        ("01.12. 09.00", "01.12. 10.00"),
        ("02.12. 09.00", "02.12. 09.30"),
        ("04.12. 09.00", "04.12. 10.00"),
        ("05.12. 09.00", "05.12. 10.00"),
    ]


def test_our_own_bookings_that_come_back_as_free_busy_are_left_out() -> None:
    start = datetime(2026, 12, 1, 7, tzinfo=UTC)
    part = free_busy("FREEBUSY:20261201T070000Z/PT1H,20261201T080000Z/PT1H")
    own = [(start, start + timedelta(hours=1))]
    assert found(part, own=own) == [("01.12. 10.00", "01.12. 11.00")]


def test_what_overlaps_is_one() -> None:
    assert found(
        event(**NINE), event(UID="2@x", DTSTART="20261201T073000Z", DTEND="20261201T090000Z")
    ) == [("01.12. 09.00", "01.12. 11.00")]


def test_what_lies_outside_is_left_out() -> None:
    assert found(event(DTSTART="20260101T070000Z", DTEND="20260101T080000Z")) == []
    long = event(DTSTART="20260101T070000Z", DTEND="20271231T080000Z")
    assert found(long) == [("30.11. 00.00", "01.03. 00.00")]


def test_events_without_length_take_no_time() -> None:
    assert found(event(DTSTART="20261201T070000Z")) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        calendar(event(**NINE, RRULE="FREQ=SECONDLY")),
        calendar(event(**NINE, RRULE="FREQ=MINUTELY;COUNT=10")),
    ],
)
def test_what_is_no_calendar_that_can_be_counted(body: bytes) -> None:
    with pytest.raises(NotACalendarError) as refused:
        busy_spans(body, FIRST, LAST, is_ours=lambda uid: False)
    assert refused.value.__cause__ is None
