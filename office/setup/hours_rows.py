"""Regular hours as the manager's pages show them: their rhythm in words, the days on which they come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from office.calendar.rhythm_words import rhythm_label
from office.calendar.rhythms import days_of
from office.calendar.working_time import rhythm_of
from office.models import HoursChange, WeeklyHours

SHOWN_DAYS = 3
LOOKED_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class HoursRow:
    """`rhythm`: empty where they come every week, which need not be shown."""

    row: WeeklyHours
    rhythm: str
    days: list[date]


def hours_row(row: WeeklyHours, today: date) -> HoursRow:
    """Return the row with its next days, unless it comes every week."""
    rhythm = rhythm_of(row)
    if rhythm.is_weekly:
        return HoursRow(row, "", [])
    return HoursRow(row, rhythm_label(rhythm, row.weekday), next_days(row, today))


def next_days(row: WeeklyHours, today: date, count: int = SHOWN_DAYS) -> list[date]:
    """Return the first days on which the hours come, from `today` on."""
    first = max(today, row.valid_from)
    last = min(row.valid_until or date.max, first + LOOKED_AHEAD)
    return list(islice(days_of(rhythm_of(row), row.weekday, first, last), count))


def first_day(
    rows: Iterable[WeeklyHours], changes: Iterable[HoursChange], since: date
) -> date | None:
    """Find the first day with hours from `since` on."""
    days = [day for row in rows for day in next_days(row, since, 1)]
    days += [
        change.date
        for change in changes
        if change.effect == HoursChange.Effect.ADDS and change.date >= since
    ]
    return min(days, default=None)
