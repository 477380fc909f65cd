"""The nights of a year against the limit of shared residence."""

from datetime import date

import pytest

from plans.agreement_sheet.nights import ResidenceShare, count_year
from plans.parents import Parent
from plans.schedule.choices import Ordinary, ScheduleRhythm, Scheme, SchoolHoliday, SeasonChoice
from plans.schedule.engine import Period

ONE, TWO = Parent.FIRST, Parent.SECOND
TODAY = date(2026, 11, 24)
MONDAY = date(2026, 8, 3)


def own_pattern(nights: str) -> Scheme:
    """Make four weeks: 1 and 2 for the parents, a dot for a night that is not decided."""
    cycle = tuple({"1": ONE, "2": TWO, ".": None}[night] for night in nights)
    return Scheme(ordinary=Ordinary(rhythm=ScheduleRhythm.OWN, begins=MONDAY, cycle=cycle))


@pytest.mark.parametrize(
    ("nights", "residence"),
    [
        ("11111112222222", ResidenceShare.SHARED),
        # Twelve of thirty-odd: 2/5 would be 5.6 of 14 nights.
        ("11111111222222", ResidenceShare.SHARED),
        ("11111111122222", ResidenceShare.BELOW),
        ("11111111.22222", ResidenceShare.OPEN),
        ("111111111.2222", ResidenceShare.BELOW),
    ],
)
def test_the_smaller_share_is_held_against_the_limit(
    nights: str, residence: ResidenceShare
) -> None:
    year = count_year(own_pattern(nights), TODAY)
    assert year is not None
    assert year.residence is residence
    assert year.total == sum(year.nights.values()) + year.undecided == 365


def test_exactly_forty_percent_reaches_it() -> None:
    """146 of 365 nights; one less does not."""
    for begins, last_day, expected in (
        (date(2027, 1, 1), date(2027, 5, 27), ResidenceShare.SHARED),
        (date(2027, 1, 1), date(2027, 5, 26), ResidenceShare.BELOW),
    ):
        weeks = Ordinary(rhythm=ScheduleRhythm.MOSTLY, parent=ONE, begins=begins)
        summer = SeasonChoice(even=TWO, odd=TWO, periods=(Period(begins, last_day),))
        year = count_year(Scheme(ordinary=weeks, seasons={SchoolHoliday.SUMMER: summer}), TODAY)
        assert year is not None
        assert year.residence is expected
        assert year.nights[TWO] == (146 if expected is ResidenceShare.SHARED else 145)


def test_the_year_begins_this_month_or_with_the_weeks() -> None:
    for begins, first, last in (
        (MONDAY, date(2026, 11, 1), date(2027, 10, 31)),
        (date(2026, 11, 16), date(2026, 11, 16), date(2027, 11, 15)),
        (date(2027, 3, 1), date(2027, 3, 1), date(2028, 2, 29)),
    ):
        weeks = Ordinary(rhythm=ScheduleRhythm.WEEK_ABOUT, parent=ONE, begins=begins)
        year = count_year(Scheme(ordinary=weeks), TODAY)
        assert year is not None
        assert (year.first, year.last, year.undecided) == (first, last, 0)


def test_without_ordinary_weeks_nothing_is_counted() -> None:
    undated = Ordinary(rhythm=ScheduleRhythm.WEEK_ABOUT, parent=ONE)
    nobody = Ordinary(rhythm=ScheduleRhythm.WEEK_ABOUT, begins=MONDAY)
    holidays = {
        SchoolHoliday.WINTER: SeasonChoice(
            even=ONE, odd=TWO, periods=(Period(date(2027, 2, 22), date(2027, 2, 28)),)
        )
    }
    for scheme in (
        Scheme(),
        Scheme(ordinary=undated),
        Scheme(ordinary=nobody),
        Scheme(seasons=holidays),
        own_pattern("." * 14),
    ):
        assert count_year(scheme, TODAY) is None


def test_a_holiday_without_dates_in_the_year_is_named() -> None:
    weeks = Ordinary(rhythm=ScheduleRhythm.WEEK_ABOUT, parent=ONE, begins=MONDAY)
    past = SeasonChoice(even=ONE, odd=TWO, periods=(Period(date(2025, 2, 17), date(2025, 2, 23)),))
    now = SeasonChoice(even=ONE, odd=TWO, periods=(Period(date(2027, 6, 5), date(2027, 8, 8)),))
    seasons = {SchoolHoliday.WINTER: past, SchoolHoliday.SUMMER: now}
    year = count_year(Scheme(ordinary=weeks, seasons=seasons), TODAY)
    assert year is not None
    assert year.undated == (SchoolHoliday.WINTER,)
