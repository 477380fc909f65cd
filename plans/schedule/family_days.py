"""Dates of the days that families share. Pure."""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter

SUNDAY = 6


def _second_sunday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(SUNDAY - first.weekday()) % 7 + 7)


def _midsummer_eve(year: int) -> date:
    """Return the Friday from 19 to 25 June."""
    first = date(year, 6, 19)
    return first + timedelta(days=(4 - first.weekday()) % 7)


# Finland's public holidays and the days that families keep, in the order of the year.
FAMILY_DAYS: dict[str, Callable[[int], date]] = {
    "new_year": lambda year: date(year, 1, 1),
    "epiphany": lambda year: date(year, 1, 6),
    "good_friday": lambda year: easter(year) - timedelta(days=2),
    "easter_sunday": easter,
    "easter_monday": lambda year: easter(year) + timedelta(days=1),
    "may_day": lambda year: date(year, 5, 1),
    "mothers_day": lambda year: _second_sunday(year, 5),
    "ascension": lambda year: easter(year) + timedelta(days=39),
    "midsummer_eve": _midsummer_eve,
    "midsummer": lambda year: _midsummer_eve(year) + timedelta(days=1),
    "fathers_day": lambda year: _second_sunday(year, 11),
    "independence_day": lambda year: date(year, 12, 6),
    "christmas_eve": lambda year: date(year, 12, 24),
    "christmas_day": lambda year: date(year, 12, 25),
    "boxing_day": lambda year: date(year, 12, 26),
    "new_years_eve": lambda year: date(year, 12, 31),
}


def day_in(year: int, day: str) -> date:
    """Return the date of `day` in `year`: a name above, or month and day as "06-15".

    A birthday on 29 February is on the 28th in other years. Raises ValueError for an invalid day.
    """
    if day in FAMILY_DAYS:
        return FAMILY_DAYS[day](year)
    month, _, number = day.partition("-")
    if (month, number) == ("02", "29"):
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, int(month), int(number))
