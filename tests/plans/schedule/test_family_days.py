"""When the days of families fall, against Finland's calendar."""

from datetime import date

import pytest

from office.calendar.opening_hours import public_holidays
from plans.schedule.family_days import FAMILY_DAYS, day_in

NOT_PUBLIC = {"mothers_day", "fathers_day", "new_years_eve"}


@pytest.mark.parametrize("year", range(2024, 2040))
def test_public_days_are_those_of_the_calendar(year: int) -> None:
    for name in FAMILY_DAYS.keys() - NOT_PUBLIC:
        assert day_in(year, name) in public_holidays(year), name


@pytest.mark.parametrize(
    ("year", "mothers", "fathers", "midsummer"),
    [(2026, (5, 10), (11, 8), (6, 20)), (2027, (5, 9), (11, 14), (6, 26))],
)
def test_days_that_move(
    year: int, mothers: tuple[int, int], fathers: tuple[int, int], midsummer: tuple[int, int]
) -> None:
    assert day_in(year, "mothers_day") == date(year, *mothers)
    assert day_in(year, "fathers_day") == date(year, *fathers)
    assert day_in(year, "midsummer") == date(year, *midsummer)


def test_birthdays() -> None:
    assert day_in(2027, "06-15") == date(2027, 6, 15)
    assert day_in(2028, "02-29") == date(2028, 2, 29)
    assert day_in(2027, "02-29") == date(2027, 2, 28)


@pytest.mark.parametrize("wrong", ["", "13-01", "02-30", "midwinter", "6"])
def test_no_day(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day_in(2026, wrong)
