"""Days and times of day as people type them, on any day of any year."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.core import dates
from office.core.typed import Edge, Years, read_day, read_time

SUNDAY = dt.date(2026, 11, 29)
DAY = dt.timedelta(days=1)
# Around every turn of a year; 2026 and 2032 have a week 53.
TURNS = st.builds(
    lambda year, days: dt.date(year, 12, 31) + DAY * days,
    st.integers(2024, 2040),
    st.integers(-12, 12),
)
TODAYS = st.one_of(TURNS, st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31)))
LANGUAGES = st.sampled_from(dates.LANGUAGES)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("8.12.", "2026-12-08"),
        ("8.12", "2026-12-08"),
        ("8,12,", "2026-12-08"),
        (" 8. 12. 2026 ", "2026-12-08"),
        ("8.12.-26", "2026-12-08"),
        ("8.12.26", "2026-12-08"),
        ("2026-12-08", "2026-12-08"),
        ("5/1", "2027-01-05"),
        ("5/1/2027", "2027-01-05"),
        ("8 Dec", "2026-12-08"),
        ("8. joulukuuta", "2026-12-08"),
        ("ti 8.12.2026", "2026-12-08"),
        ("Tue 8 Dec 2026", "2026-12-08"),
        ("ti", "2026-12-01"),
        ("tis", "2026-12-01"),
        ("Tuesday", "2026-12-01"),
        ("su", "2026-11-29"),
        ("ensi ti", "2026-12-01"),
        ("ensi su", "2026-12-06"),
        ("nästa tis", "2026-12-01"),
        ("next tue", "2026-12-01"),
        ("ensi vk", "2026-11-30"),
        ("vk 50", "2026-12-07"),
        ("viikko 50", "2026-12-07"),
        ("v 50", "2026-12-07"),
        ("wk 50", "2026-12-07"),
        ("vk 50 ti", "2026-12-08"),
        ("vk50ti", "2026-12-08"),
        ("ti vk 50", "2026-12-08"),
        ("v. 50 tis", "2026-12-08"),
        ("vk 53", "2026-12-28"),
        ("vk 2", "2027-01-11"),
        ("vk 2/2027 ma", "2027-01-11"),
        ("+2 vk", "2026-12-13"),
        ("+2v", "2026-12-13"),
        ("+3 pv", "2026-12-02"),
        ("+3 kk", "2027-02-28"),
        ("tänään", "2026-11-29"),
        ("huomenna", "2026-11-30"),
        ("i morgon", "2026-11-30"),
        ("tomorrow", "2026-11-30"),
        # A slip, or an absence that has begun: not a year away
        ("28.11.", "2026-11-28"),
    ],
)
def test_what_people_type(typed: str, day: str) -> None:
    assert read_day(typed, SUNDAY) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    "typed",
    ["", "8", "0812", "30.2.", "29.2.", "12/25", "2 vk", "vk 54", "ke 8.12.2026", "8.13.", "tammi"],
)
def test_what_is_unclear_is_not_guessed(typed: str) -> None:
    assert read_day(typed, SUNDAY) is None


def test_there_is_no_week_53_in_the_years_around() -> None:
    assert read_day("vk 53", dt.date(2027, 6, 1)) is None
    assert read_day("vk 53", dt.date(2027, 1, 2)) == dt.date(2026, 12, 28)


def test_a_week_or_a_month_stands_for_an_edge_where_one_is_asked_for() -> None:
    assert read_day("vk 50", SUNDAY, edge=Edge.LAST) == dt.date(2026, 12, 13)
    assert read_day("vk 50 ti", SUNDAY, edge=Edge.LAST) == dt.date(2026, 12, 8)
    assert read_day("tammikuu", SUNDAY, edge=Edge.FIRST) == dt.date(2027, 1, 1)
    assert read_day("januari", SUNDAY, edge=Edge.LAST) == dt.date(2027, 1, 31)
    assert read_day("Dec 2028", SUNDAY, edge=Edge.LAST) == dt.date(2028, 12, 31)


def test_days_that_have_been() -> None:
    past = {"years": Years.PAST}
    assert read_day("30.11.", SUNDAY, **past) == dt.date(2025, 11, 30)
    assert read_day("29.11.", SUNDAY, **past) == SUNDAY
    assert read_day("ti", SUNDAY, **past) == dt.date(2026, 11, 24)
    assert read_day("vk 50", SUNDAY, **past) == dt.date(2025, 12, 8)


@given(TODAYS, st.integers(-90, 274))
def test_a_day_without_its_year_is_the_one_near_today(today: dt.date, days: int) -> None:
    day = today + DAY * days
    assert read_day(f"{day.day}.{day.month}.", today) == day


@given(TODAYS, TODAYS, LANGUAGES)
def test_what_is_shown_can_be_typed(today: dt.date, day: dt.date, language: str) -> None:
    assert read_day(dates.short_day(day, language, year=True), today) == day
    assert read_day(dates.date(day, language), today) == day


@given(TODAYS, TODAYS, st.integers(1, 6))
def test_a_weekday_that_contradicts_the_date_is_refused(
    today: dt.date, day: dt.date, off: int
) -> None:
    wrong = dates.SHORT_WEEKDAYS["fi"][(day.weekday() + off) % 7]
    assert read_day(f"{wrong} {dates.date(day, 'fi')}", today) is None


@given(TODAYS, st.integers(0, 6), LANGUAGES)
def test_a_weekday_is_the_nearest_and_next_is_next_week(
    today: dt.date, weekday: int, language: str
) -> None:
    name = dates.SHORT_WEEKDAYS[language][weekday]
    near = read_day(name, today)
    assert near is not None
    assert (near.weekday(), 0 <= (near - today).days < 7) == (weekday, True)
    following = read_day(f"ensi {name}", today)
    assert following == dates.monday(today) + DAY * (7 + weekday)


@given(TODAYS, st.integers(1, 53), st.integers(0, 6))
def test_a_week_is_this_one_or_one_ahead(today: dt.date, week: int, weekday: int) -> None:
    monday = read_day(f"vk {week}", today)
    if monday is None:
        assert week == 53
        return
    assert (monday.isocalendar().week, monday.weekday()) == (week, 0)
    assert dates.monday(today) <= monday <= today + DAY * 371
    name = dates.SHORT_WEEKDAYS["fi"][weekday]
    assert read_day(f"vk {week} {name}", today) == monday + DAY * weekday
    assert read_day(f"{name} vk {week}", today) == monday + DAY * weekday


@given(TODAYS, st.integers(0, 60))
def test_weeks_and_months_ahead(today: dt.date, count: int) -> None:
    assert read_day(f"+{count} vk", today) == today + DAY * 7 * count
    later = read_day(f"+{count} kk", today)
    assert later is not None
    assert (later.year * 12 + later.month) - (today.year * 12 + today.month) == count
    assert later.day == today.day or (later + DAY).month != later.month


@given(st.text(max_size=24), TODAYS)
def test_whatever_is_typed_is_a_day_or_nothing(text: str, today: dt.date) -> None:
    day = read_day(text, today, edge=Edge.LAST)
    assert day is None or 2000 <= day.year <= 2100
    read_time(text)


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("8", dt.time(8)),
        ("8.30", dt.time(8, 30)),
        ("8:30", dt.time(8, 30)),
        ("8,30", dt.time(8, 30)),
        ("0830", dt.time(8, 30)),
        ("830", dt.time(8, 30)),
        ("1230", dt.time(12, 30)),
        ("klo 8.30", dt.time(8, 30)),
        ("kl. 8", dt.time(8)),
        ("5pm", dt.time(17)),
        ("5 pm", dt.time(17)),
        ("5.30 p.m.", dt.time(17, 30)),
        ("at 5:30 PM", dt.time(17, 30)),
        ("9 am", dt.time(9)),
        ("12 am", dt.time(0)),
        ("12pm", dt.time(12)),
        ("17 pm", None),
        ("0 am", None),
        ("5 p", None),
        ("half past four", None),
        # 8.03 or 8.30
        ("8.3", None),
        ("24", None),
        ("9.60", None),
        ("12345", None),
        ("", None),
    ],
)
def test_times_of_day(typed: str, time: dt.time | None) -> None:
    assert read_time(typed) == time


@given(st.times(), LANGUAGES)
def test_a_time_that_is_shown_can_be_typed(time: dt.time, language: str) -> None:
    assert read_time(dates.clock(time, language)) == time.replace(second=0, microsecond=0)
