"""How often hours come: every week, every n-th week, or on the n-th weekday of a month. Pure.

The words are those of iCalendar's recurrence rules (RFC 5545): interval, and n-th of a weekday.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

WEEK = timedelta(days=7)
MOST_WEEKS = 8
LAST = -1
NTHS = (1, 2, 3, 4, LAST)
# Two rhythms without an end that ever meet have met by then.
_MEET_WITHIN = timedelta(days=366 * 12)


class Rhythm(NamedTuple):
    """`anchor`: any day of a week that counts, where `interval` is not 1. `nth`: LAST is the last."""

    interval: int = 1
    anchor: date | None = None
    nth: int | None = None

    def includes(self, day: date) -> bool:
        """Say whether the hours of this weekday come on `day`."""
        if self.nth is not None:
            return is_nth(day, self.nth)
        return self.interval == 1 or week_number(day) % self.interval == self.phase

    @property
    def phase(self) -> int:
        """Return which of the `interval` weeks it is."""
        return week_number(self.anchor) % self.interval if self.anchor else 0

    @property
    def is_weekly(self) -> bool:
        return self.interval == 1 and self.nth is None


EVERY_WEEK = Rhythm()


def week_number(day: date) -> int:
    """Count the weeks since the first Monday of the calendar: years and their week 53 play no part."""
    return (day.toordinal() - 1) // 7


def is_nth(day: date, nth: int) -> bool:
    """Say whether `day` is the n-th, or the LAST, of its weekday in its month."""
    if nth == LAST:
        return (day + WEEK).month != day.month
    return (day.day - 1) // 7 + 1 == nth


def days_of(rhythm: Rhythm, weekday: int, first: date, last: date) -> Iterator[date]:
    """Yield the days of the rhythm from `first` to `last`, in order."""
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        if rhythm.includes(day):
            yield day
        day += WEEK


def first_shared_day(
    one: Rhythm, other: Rhythm, weekday: int, first: date, last: date | None
) -> date | None:
    """Find the first day that two rhythms share, up to `last`; None where they never meet."""
    end = first + _MEET_WITHIN if last is None else min(last, first + _MEET_WITHIN)
    return next((day for day in days_of(one, weekday, first, end) if other.includes(day)), None)
