"""The calendar file: own days and handovers, neutral, right over both clock changes, up to date."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from icalendar import Calendar

from office.core import clock
from plans.content.answers import FOR_ALL
from plans.content.children import Child
from plans.parents import Parent
from plans.schedule.choices import (
    Handover,
    HandoverKind,
    OneOff,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    YearlyTurn,
)
from plans.schedule.engine import Period
from plans.schedule.ics import GIVEN, ChildMark, ScheduleGroup, given_with, groups, schedule_file

A, B = Parent.FIRST, Parent.SECOND
TODAY = date(2026, 11, 24)
SCHEME = Scheme(
    ordinary=Ordinary(
        rhythm=ScheduleRhythm.WEEK_ABOUT, parent=A, begins=date(2026, 10, 5), changes_on=6
    ),
    at=time(18),
    place="Salaisen kadun kulma",
    handovers={HandoverKind.ONCE: Handover(at=time(18), place="Salaisen kadun toinen pää")},
    one_offs=(
        OneOff(period=Period(date(2027, 1, 1), date(2027, 1, 1)), parent=B, label="Mummola"),
    ),
)
EVENINGS = Scheme(
    ordinary=Ordinary(
        rhythm=ScheduleRhythm.MOSTLY, parent=A, begins=date(2026, 11, 2), evenings=(2, 4)
    )
)
UNTIL_MONDAY = Ordinary(
    rhythm=ScheduleRhythm.WEEKENDS, parent=A, begins=date(2026, 11, 2), until_monday=True
)


def parsed(
    *found: Scheme | ScheduleGroup, parent: Parent = A, today: date = TODAY, given: Any = None
) -> list[Any]:
    all_ = [ScheduleGroup("0", one) if isinstance(one, Scheme) else one for one in found]
    text = schedule_file(all_, parent, today, whose="x", given=given)
    return list(Calendar.from_ical(text).walk("VEVENT"))


def named(event: Any) -> str:
    return str(event["SUMMARY"])


def spans(
    *found: Scheme | ScheduleGroup, what: str = "Own days", parent: Parent = A, today: date = TODAY
) -> list[tuple[Any, Any]]:
    return sorted(
        (event["DTSTART"].dt, event["DTEND"].dt)
        for event in parsed(*found, parent=parent, today=today)
        if named(event) == what
    )


@pytest.fixture(autouse=True)
def _settings(db: None) -> Any:
    """Use English, and the database: the ids are keyed by the unit's secret."""
    with override("en"):
        yield


def test_the_two_parents_days_follow_each_other_without_gap_or_overlap() -> None:
    both = sorted([*spans(SCHEME), *spans(SCHEME, parent=B)])
    assert len(both) > 50
    for (_start, end), (start, _end) in pairwise(both):
        assert end == start


def test_it_tells_no_names_places_or_children() -> None:
    text = schedule_file([ScheduleGroup("0", SCHEME)], A, TODAY, whose="x")
    assert "Salaisen" not in text
    assert "Mummola" not in text
    assert "first" not in text.lower()
    assert {named(event) for event in parsed(SCHEME)} == {"Own days", "Handover"}


def test_handovers_stay_at_the_same_clock_time_over_both_clock_changes() -> None:
    """Changes on Sundays: on 28 March and 31 October 2027 the clocks change as well."""
    found = [start for start, _end in spans(SCHEME)]
    assert {clock.local(start).time() for start in found} == {time(18)}
    assert {start.astimezone(UTC).hour for start in found} == {15, 16}


def test_an_hour_stands_only_where_one_was_chosen() -> None:
    unsaid = Scheme(
        ordinary=SCHEME.ordinary,
        family={
            day: YearlyTurn(even=B, odd=B)
            for day in ("christmas_eve", "christmas_day", "midsummer", "new_years_eve")
        },
    )
    events = parsed(unsaid)
    assert len(events) > 50
    for event in events:
        for edge in ("DTSTART", "DTEND"):
            assert not isinstance(event[edge].dt, datetime), event


def test_the_hour_of_ordinary_weeks_is_none_of_a_holiday() -> None:
    scheme = Scheme(
        ordinary=SCHEME.ordinary,
        at=time(18),
        family={"christmas_eve": YearlyTurn(even=B, odd=B), "midsummer": YearlyTurn(even=B, odd=B)},
    )
    whole_days = {
        event["DTSTART"].dt
        for event in parsed(scheme, parent=B)
        if named(event) == "Handover" and not isinstance(event["DTSTART"].dt, datetime)
    }
    assert whole_days
    chosen = replace(scheme, handovers={HandoverKind.FAMILY: Handover(at=time(12))})
    hours = {
        clock.local(event["DTSTART"].dt).time()
        for event in parsed(chosen, parent=B)
        if named(event) == "Handover"
    }
    assert hours == {time(12), time(18)}


def test_an_evening_has_its_hours() -> None:
    assert EVENINGS.ordinary
    weeks = replace(EVENINGS.ordinary, evening_hours=(time(17), time(19, 30)))
    found = spans(Scheme(ordinary=weeks), what="Own evening", parent=B)
    assert {
        (clock.local(start).time(), clock.local(end).time(), clock.local(start).weekday())
        for start, end in found
    } == {(time(17), time(19, 30), 2), (time(17), time(19, 30), 4)}


def test_a_weekend_until_monday_morning_has_no_evening_hour_on_monday() -> None:
    scheme = Scheme(ordinary=UNTIL_MONDAY, at=time(18))
    handovers = {
        event["DTSTART"].dt: named(event)
        for event in parsed(scheme, parent=B)
        if named(event).startswith("Handover")
    }
    mondays = {
        start: said
        for start, said in handovers.items()
        if not isinstance(start, datetime) and start.weekday() == 0
    }
    assert mondays
    assert set(mondays.values()) == {"Handover in the morning"}
    timed = [start for start in handovers if isinstance(start, datetime)]
    assert {clock.local(start).weekday() for start in timed} == {4}
    # An hour of the morning is one that was chosen for it.
    early = parsed(Scheme(ordinary=UNTIL_MONDAY, at=time(8)), parent=B)
    assert {named(event) for event in early} == {"Own days", "Handover"}


def test_ids_are_unique_stable_and_tell_nothing() -> None:
    first = {str(event["UID"]): event["DTSTART"].dt for event in parsed(SCHEME)}
    assert len(first) == len(parsed(SCHEME))
    later = {
        str(event["UID"]): event["DTSTART"].dt for event in parsed(SCHEME, today=date(2026, 12, 24))
    }
    common = set(first) & set(later)
    assert len(common) > 40
    assert all(first[uid] == later[uid] for uid in common)
    text = schedule_file([ScheduleGroup("0", SCHEME)], A, TODAY, whose="other")
    assert not any(uid in text for uid in first)


def test_a_long_stay_keeps_its_id_from_day_to_day() -> None:
    today, tomorrow = (
        {str(event["UID"]) for event in parsed(EVENINGS, today=day)}
        for day in (TODAY, date(2026, 12, 18))
    )
    assert today == tomorrow


def test_who_has_evenings_only_finds_them() -> None:
    found = spans(EVENINGS, what="Own evening", parent=B)
    assert len(found) > 100
    assert {start.weekday() for start, _end in found} == {2, 4}
    assert all((end - start).days == 1 for start, end in found)
    assert spans(EVENINGS, what="Own evening") == []


def test_a_changed_schedule_leaves_nothing_of_the_former() -> None:
    own = {GIVEN: given_with({}, [ScheduleGroup("0", SCHEME)], A, TODAY)}
    former = {str(event["UID"]) for event in parsed(SCHEME)}
    now = parsed(EVENINGS, given=own[GIVEN])

    cancelled = {str(event["UID"]) for event in now if event["STATUS"] == "CANCELLED"}
    standing = {str(event["UID"]) for event in now if event["STATUS"] == "CONFIRMED"}
    assert former <= cancelled | standing
    assert not cancelled & standing
    assert cancelled
    assert {named(event) for event in now if event["STATUS"] == "CANCELLED"} == {"No longer holds"}
    # Back again, the former ones hold once more.
    own[GIVEN] = given_with(own, [ScheduleGroup("0", EVENINGS)], A, TODAY)
    again = parsed(SCHEME, given=own[GIVEN])
    assert {str(e["UID"]) for e in again if e["STATUS"] == "CONFIRMED"} == former


def test_a_later_file_goes_before_an_earlier_one() -> None:
    numbers = []
    for hour in (10, 11):
        with time_machine.travel(datetime(2026, 11, 24, hour, tzinfo=UTC), tick=False):
            (number,) = {event["SEQUENCE"] for event in parsed(SCHEME)}
            numbers.append(number)
    assert 0 < numbers[0] < numbers[1] < 2**31


def test_what_is_past_stays_in_calendars_as_it_was() -> None:
    given = given_with({}, [ScheduleGroup("0", SCHEME)], A, TODAY)
    later = date(2027, 6, 1)
    cancelled = [
        event for event in parsed(Scheme(), given=given, today=later) if "DTSTART" in event
    ]
    assert cancelled
    assert min(event["DTSTART"].dt for event in cancelled) >= date(2027, 5, 20)
    assert given_with({GIVEN: given}, [], A, date(2029, 1, 1)) == {}


CHILDREN = [Child(1, "Aino", "6-9"), Child(2, "Väinö", "3-5"), Child(4, "Eetu", "0")]


def test_each_childs_days_are_there_and_can_be_told_apart() -> None:
    schemes = {1: SCHEME, 2: SCHEME, 4: EVENINGS}
    found = groups(CHILDREN, schemes, {4}, ChildMark.INITIAL)
    assert [(group.key, group.mark) for group in found] == [("0", "A, V"), ("4", "E")]
    said = {named(event) for event in parsed(*found)}
    assert said == {"Own days (A, V)", "Handover (A, V)", "Own days (E)"}
    numbers = groups(CHILDREN, schemes, {4}, ChildMark.NUMBER)
    assert [group.mark for group in numbers] == ["1, 2", "3"]
    uids = [str(event["UID"]) for event in parsed(*found)]
    assert len(set(uids)) == len(uids)


def test_one_schedule_needs_no_marks_and_same_letters_become_numbers() -> None:
    same = groups(CHILDREN, dict.fromkeys((1, 2, 4), SCHEME), set(), ChildMark.INITIAL)
    assert [(group.key, group.mark) for group in same] == [(str(FOR_ALL), "")]
    twins = [Child(1, "Aino", "0"), Child(2, "Aamu", "0")]
    apart = groups(twins, {1: SCHEME, 2: EVENINGS}, {1, 2}, ChildMark.INITIAL)
    assert [group.mark for group in apart] == ["1", "2"]


def test_what_is_over_and_what_nobody_has_is_left_out() -> None:
    assert parsed(Scheme()) == []
    assert min(end for _start, end in spans(SCHEME)) > clock.at(TODAY, time(0))
    once = Scheme(one_offs=(OneOff(period=Period(date(2026, 12, 5), date(2026, 12, 6)), parent=A),))
    assert spans(once) == [(date(2026, 12, 5), date(2026, 12, 7))]
    assert len(parsed(once)) == 1
    assert parsed(once, parent=B) == []
