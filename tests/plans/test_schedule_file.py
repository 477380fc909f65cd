"""The calendar file: own days and handovers, neutral, right over both clock changes."""

from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from icalendar import Calendar

from office import clock
from plans.schedule import Parent, Period
from plans.schedule_file import schedule_file
from plans.scheme import OneOff, Ordinary, Rhythm, Scheme

A, B = Parent.FIRST, Parent.SECOND
TODAY = date(2026, 11, 24)
SCHEME = Scheme(
    ordinary=Ordinary(rhythm=Rhythm.WEEK_ABOUT, parent=A, begins=date(2026, 10, 5), changes_on=6),
    at=time(18),
    place="Salaisen kadun kulma",
    one_offs=(
        OneOff(period=Period(date(2027, 1, 1), date(2027, 1, 1)), parent=B, label="Mummola"),
    ),
)
Event = tuple[datetime, datetime, str, str]


def events(scheme: Scheme = SCHEME, parent: Parent = A, today: date = TODAY) -> list[Event]:
    calendar = Calendar.from_ical(schedule_file(scheme, parent, today, whose="x 0"))
    return sorted(
        (
            event["DTSTART"].dt,
            event["DTEND"].dt,
            str(event["SUMMARY"]),
            str(event["UID"]),
        )
        for event in calendar.walk("VEVENT")
    )


def days(found: list[Event]) -> list[tuple[datetime, datetime]]:
    return [
        (start, end) for start, end, _what, _uid in found if (end - start).total_seconds() > 900
    ]


@pytest.fixture(autouse=True)
def _settings(db: None) -> None:
    """The ids are keyed by the unit's secret."""


def test_the_two_parents_days_follow_each_other_without_gap_or_overlap() -> None:
    both = sorted([*days(events()), *days(events(parent=B))])
    assert len(both) > 50
    for (_start, end), (start, _end) in pairwise(both):
        assert end == start


def test_it_tells_no_names_places_or_children() -> None:
    text = schedule_file(SCHEME, A, TODAY, whose="x 0")
    assert "Salaisen" not in text
    assert "Mummola" not in text
    assert "first" not in text.lower()
    assert {what for _start, _end, what, _uid in events()} <= {
        "Omat päivät",
        "Vaihto",
        "Own days",
        "Handover",
    }


def test_handovers_stay_at_the_same_clock_time_over_both_clock_changes() -> None:
    """Changes on Sundays: on 28 March and 31 October 2027 the clocks change as well."""
    found = [start for start, _end in days(events())]
    told = {clock.local(start).time() for start in found}
    assert told == {time(18)}
    offsets = {start.astimezone(UTC).hour for start in found}
    assert offsets == {15, 16}


def test_ids_are_unique_stable_and_tell_nothing() -> None:
    first = {uid: start for start, _end, _what, uid in events()}
    assert len(first) == len(events())
    later = {uid: start for start, _end, _what, uid in events(today=date(2026, 12, 24))}
    common = set(first) & set(later)
    assert len(common) > 40
    assert all(first[uid] == later[uid] for uid in common)
    text = schedule_file(SCHEME, A, TODAY, whose="other 0")
    assert not any(uid in text for uid in first)


def test_what_is_over_and_what_nobody_has_is_left_out() -> None:
    assert events(Scheme()) == []
    assert min(end for _start, end in days(events())) > clock.at(TODAY, time(0))
    once = Scheme(one_offs=(OneOff(period=Period(date(2026, 12, 5), date(2026, 12, 6)), parent=A),))
    assert len(events(once)) == len(days(events(once))) == 1
    assert events(once, B) == []
