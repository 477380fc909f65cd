"""The hours that a point usually has, in words, whoever is there: "every other Thursday 8.00–12.00"."""

from collections.abc import Iterable
from datetime import date, time

from django.utils.translation import get_language

from office.calendar.opening_hours import Weekly
from office.calendar.rhythm_words import rhythm_label
from office.calendar.rhythms import EVERY_WEEK, Rhythm
from office.calendar.working_time import weekly_rows
from office.core import clock, dates
from office.core.intervals import merge


def usual_hours(kind: str) -> dict[int, list[str]]:
    """Word today's regular hours of one kind, by point. One query."""
    today = clock.today()
    by_point: dict[int, list[Weekly]] = {}
    for row in weekly_rows(kind=kind, first=today, last=today):
        by_point.setdefault(row.point, []).append(row)
    return {point: hours_lines(rows) for point, rows in by_point.items()}


def hours_lines(rows: Iterable[Weekly]) -> list[str]:
    """Word the hours of several people as one, by weekday.

    Where they take turns so that every week has its hours, it is every week.
    """
    turns: dict[tuple[int, time, time], set[Rhythm]] = {}
    for row in rows:
        turns.setdefault((row.weekday, row.starts, row.ends), set()).add(_counted(row.rhythm))
    by_rhythm: dict[tuple[int, Rhythm], list[tuple[time, time]]] = {}
    for (weekday, starts, ends), rhythms in turns.items():
        for rhythm in _joined(rhythms):
            by_rhythm.setdefault((weekday, rhythm), []).append((starts, ends))
    lines = []
    for (weekday, rhythm), spans in sorted(by_rhythm.items(), key=lambda item: _order(*item[0])):
        times = [dates.clock_range(*span, get_language()) for span in merge(spans)]
        line = f"{rhythm_label(rhythm, weekday)} {', '.join(times)}"
        if line not in lines:
            lines.append(line)
    return lines


def _counted(rhythm: Rhythm) -> Rhythm:
    """Give all rhythms that mean the same weeks the same anchor."""
    if rhythm.interval == 1:
        return rhythm._replace(anchor=None)
    return rhythm._replace(anchor=date.fromordinal(rhythm.phase * 7 + 1))


def _joined(rhythms: set[Rhythm]) -> set[Rhythm]:
    """Return every week in place of rhythms that together fill all weeks."""
    by_weeks = [rhythm.interval for rhythm in rhythms if rhythm.nth is None]
    filled = any(by_weeks.count(interval) == interval for interval in by_weeks)
    return {EVERY_WEEK} if filled else rhythms


def _order(weekday: int, rhythm: Rhythm) -> tuple[int, int, int, int]:
    nth = rhythm.nth or 0
    return weekday, rhythm.interval, nth if nth >= 0 else 9, rhythm.phase
