"""Every n-th week and n-th weekdays of a month, against dates that are counted one by one."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from dateutil import rrule
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from office.calendar.opening_hours import Closed, DayHoursChange, Stretch, Weekly, stretches
from office.calendar.rhythm_words import rhythm_label
from office.calendar.rhythms import LAST, NTHS, Rhythm, days_of, first_shared_day
from office.calendar.usual_hours import hours_lines
from office.core import clock

DAY = timedelta(days=1)
# Around year ends with and without a week 53 (2020, 2026), leap days, and both clock changes.
DAYS = st.dates(date(2019, 11, 1), date(2028, 3, 31))
WEEKDAYS = st.integers(0, 6)
RHYTHMS = st.one_of(
    st.just(Rhythm()),
    st.builds(Rhythm, st.integers(2, 8), DAYS, st.none()),
    st.builds(Rhythm, st.just(1), st.none(), st.sampled_from(NTHS)),
)


def slowly(rhythm: Rhythm, weekday: int, first: date, last: date) -> list[date]:
    """Find the days by looking at each: weeks are walked from the anchor, months are listed."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    days = [day for day in days if day.weekday() == weekday]
    if rhythm.nth is not None:
        return [day for day in days if is_nth_slowly(day, rhythm.nth)]
    if rhythm.anchor is None:
        return days
    step = 7 * rhythm.interval * DAY
    monday = rhythm.anchor - rhythm.anchor.weekday() * DAY
    counted, week = {monday}, monday
    while (week := week + step) <= last:
        counted.add(week)
    week = monday
    while (week := week - step) >= first - 7 * DAY:
        counted.add(week)
    return [day for day in days if day - day.weekday() * DAY in counted]


def is_nth_slowly(day: date, nth: int) -> bool:
    length = monthrange(day.year, day.month)[1]
    month = [date(day.year, day.month, n) for n in range(1, length + 1)]
    same = [other for other in month if other.weekday() == day.weekday()]
    return same[nth if nth == LAST else nth - 1] == day


@given(RHYTHMS, WEEKDAYS, DAYS, st.integers(0, 800))
@example(Rhythm(2, date(2026, 12, 31)), 3, date(2026, 12, 1), 60)
@example(Rhythm(2, date(2020, 12, 28)), 0, date(2020, 12, 1), 60)
def test_days_are_those_that_are_counted(
    rhythm: Rhythm, weekday: int, first: date, length: int
) -> None:
    last = first + length * DAY
    assert list(days_of(rhythm, weekday, first, last)) == slowly(rhythm, weekday, first, last)


@given(RHYTHMS, WEEKDAYS, DAYS, st.integers(0, 800))
def test_days_are_those_of_icalendar_s_rules(
    rhythm: Rhythm, weekday: int, first: date, length: int
) -> None:
    last = first + length * DAY
    begins = rhythm.anchor or first
    # Counted from before the first day, which the rule would not look behind.
    while begins > first:
        begins -= 7 * rhythm.interval * DAY
    begins -= begins.weekday() * DAY
    rule = rrule.rrule(
        rrule.WEEKLY if rhythm.nth is None else rrule.MONTHLY,
        interval=rhythm.interval,
        byweekday=rrule.weekdays[weekday]
        if rhythm.nth is None
        else rrule.weekdays[weekday](rhythm.nth),
        dtstart=datetime.combine(begins.replace(day=1) if rhythm.nth else begins, time.min),
        until=datetime.combine(last, time.min),
        wkst=rrule.MO,
    )
    expected = [moment.date() for moment in rule if moment.date() >= first]
    assert list(days_of(rhythm, weekday, first, last)) == expected


def test_every_second_week_goes_on_over_a_year_with_week_53() -> None:
    found = list(days_of(Rhythm(2, date(2026, 12, 17)), 3, date(2026, 12, 10), date(2027, 1, 31)))
    assert [(day, day.isocalendar().week) for day in found] == [
        (date(2026, 12, 17), 51),
        (date(2026, 12, 31), 53),
        (date(2027, 1, 14), 2),
        (date(2027, 1, 28), 4),
    ]


@given(RHYTHMS, RHYTHMS, WEEKDAYS, DAYS, st.integers(0, 800))
def test_a_shared_day_is_found_where_there_is_one(
    one: Rhythm, other: Rhythm, weekday: int, first: date, length: int
) -> None:
    last = first + length * DAY
    both = sorted({*slowly(one, weekday, first, last)} & {*slowly(other, weekday, first, last)})
    assert first_shared_day(one, other, weekday, first, last) == next(iter(both), None)


@given(RHYTHMS, RHYTHMS, WEEKDAYS, DAYS)
def test_rhythms_that_meet_ever_meet_within_the_years_that_are_looked_at(
    one: Rhythm, other: Rhythm, weekday: int, first: date
) -> None:
    if first_shared_day(one, other, weekday, first, None) is None:
        end = first + timedelta(days=366 * 40)
        assert not any(other.includes(day) for day in days_of(one, weekday, first, end))


def hours_slowly(
    weekly: list[Weekly], changes: list[DayHoursChange], first: date, last: date
) -> set[tuple[int, int, datetime]]:
    """Return every quarter of an hour of working time: who, where, when."""
    found = set()
    day = first
    while day <= last:
        today = [
            h
            for h in weekly
            if h.valid_from <= day
            and (h.valid_until is None or day <= h.valid_until)
            and slowly(h.rhythm, h.weekday, day, day)
        ]
        for quarter in range(24 * 4):
            moment = time(quarter // 4, quarter % 4 * 15)
            here = {(h.professional, h.point) for h in today if h.starts <= moment < h.ends}
            cut = {
                c.professional
                for c in changes
                if c.day == day and not c.adds and c.starts <= moment < c.ends
            }
            here = {(who, point) for who, point in here if who not in cut}
            here |= {
                (c.professional, c.point)
                for c in changes
                if c.day == day and c.adds and c.point and c.starts <= moment < c.ends
            }
            found |= {(who, point, clock.at(day, moment)) for who, point in here}
        day += DAY
    return found


TIMES = st.tuples(st.integers(0, 94), st.integers(1, 40)).map(
    lambda t: (
        time(t[0] // 4, t[0] % 4 * 15),
        time(min(95, t[0] + t[1]) // 4, min(95, t[0] + t[1]) % 4 * 15),
    )
)
# Days in the weeks around a year end with week 53, one without, and the two clock changes.
AROUND = st.sampled_from(
    [date(2026, 12, 28), date(2027, 12, 27), date(2026, 3, 23), date(2026, 10, 19)]
)


@st.composite
def weekly_hours(draw: st.DrawFn) -> Weekly:
    starts, ends = draw(TIMES)
    rhythm = draw(RHYTHMS)
    begins = draw(st.dates(date(2026, 1, 1), date(2028, 1, 5)))
    until = draw(st.none() | st.integers(0, 400).map(lambda n: begins + n * DAY))
    return Weekly(
        draw(st.integers(1, 2)),
        draw(st.integers(1, 2)),
        draw(WEEKDAYS),
        starts,
        ends,
        begins,
        until,
        *rhythm,
    )


@given(st.lists(weekly_hours(), max_size=6), AROUND, st.data())
def test_working_time_is_that_of_each_quarter_of_an_hour(
    weekly: list[Weekly], first: date, data: st.DataObject
) -> None:
    last = first + 15 * DAY
    changes = [
        DayHoursChange(
            data.draw(st.integers(1, 2)),
            first + data.draw(st.integers(0, 15)) * DAY,
            *data.draw(TIMES),
            adds := data.draw(st.booleans()),
            data.draw(st.integers(1, 2)) if adds else None,
        )
        for _ in range(data.draw(st.integers(0, 2)))
    ]
    # A clock that is put forward or back shows some quarters twice or never: those of the night.
    weekly = [h for h in weekly if h.starts >= time(5)]
    changes = [c for c in changes if c.starts >= time(5)]
    found = stretches(
        weekly=weekly,
        changes=changes,
        closures=[Closed(None, first, last, opens=True)],
        first=first,
        last=last,
    )
    assert quarters(found) == hours_slowly(weekly, changes, first, last)


def quarters(found: list[Stretch]) -> set[tuple[int, int, datetime]]:
    whole = set()
    for start, end, who, point in found:
        while start < end:
            whole.add((who, point, start))
            start += timedelta(minutes=15)
    return whole


@pytest.mark.parametrize(
    ("language", "rhythm", "said"),
    [
        ("fi", Rhythm(), "joka torstai"),
        ("fi", Rhythm(2, date(2026, 12, 3)), "joka toinen torstai"),
        ("fi", Rhythm(8, date(2026, 12, 3)), "joka kahdeksas torstai"),
        ("fi", Rhythm(nth=1), "kuukauden ensimmäinen torstai"),
        ("fi", Rhythm(nth=LAST), "kuukauden viimeinen torstai"),
        ("sv", Rhythm(), "varje torsdag"),
        ("sv", Rhythm(2, date(2026, 12, 3)), "varannan torsdag"),
        ("sv", Rhythm(3, date(2026, 12, 3)), "var tredje torsdag"),
        ("sv", Rhythm(nth=2), "den andra torsdagen i månaden"),
        ("en", Rhythm(2, date(2026, 12, 3)), "every other Thursday"),
        ("en", Rhythm(nth=LAST), "the last Thursday of the month"),
    ],
)
def test_a_rhythm_in_words(language: str, rhythm: Rhythm, said: str) -> None:
    with translation.override(language):
        assert rhythm_label(rhythm, 3) == said


def at(starts: int, ends: int, rhythm: Rhythm, who: int = 1, weekday: int = 3) -> Weekly:
    return Weekly(who, 1, weekday, time(starts), time(ends), date(2026, 1, 1), None, *rhythm)


def test_people_who_take_turns_make_every_week() -> None:
    even, odd = Rhythm(2, date(2026, 12, 3)), Rhythm(2, date(2026, 12, 10))
    with translation.override("en"):
        assert hours_lines([at(8, 12, even, 1), at(8, 12, odd, 2)]) == ["every Thursday 8:00–12:00"]
        assert hours_lines([at(8, 12, even, 1), at(8, 12, even, 2)]) == [
            "every other Thursday 8:00–12:00"
        ]
        assert hours_lines(
            [at(8, 10, even), at(10, 12, even, 2), at(9, 11, Rhythm(nth=LAST), weekday=1)]
        ) == ["the last Tuesday of the month 9:00–11:00", "every other Thursday 8:00–12:00"]
