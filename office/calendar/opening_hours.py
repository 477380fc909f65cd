"""From weekly hours, changes, closures and holidays to stretches of time. Pure: no database."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays

from office.calendar.rhythms import EVERY_WEEK, Rhythm
from office.core import clock
from office.core.intervals import Span, merge, subtract

DAY = timedelta(days=1)
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """Wall-clock hours of one weekday between two dates, in their rhythm."""

    professional: int
    point: int
    weekday: int
    starts: time
    ends: time
    valid_from: date
    valid_until: date | None
    interval: int = 1
    anchor: date | None = None
    nth: int | None = None

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.interval, self.anchor, self.nth)


@dataclass(frozen=True, slots=True)
class DayHoursChange:
    """Hours that one day gains (`adds`) or loses."""

    professional: int
    day: date
    starts: time
    ends: time
    adds: bool
    point: int | None


@dataclass(frozen=True, slots=True)
class Closed:
    """Days on which a point (None: all) is closed, or `opens` in spite of a public holiday."""

    point: int | None
    first: date
    last: date
    opens: bool = False


class Stretch(NamedTuple):
    """One stretch of working time, half-open, in UTC."""

    start: datetime
    end: datetime
    professional: int
    point: int


@lru_cache(maxsize=32)
def public_holidays(year: int) -> frozenset[date]:
    """Return Finland's public holidays; Midsummer Eve and Christmas Eve are days off in working life."""
    return frozenset(holidays.country_holidays("FI", years=year))


def working_days_away(day: date, count: int) -> date:
    """Return the working day `count` working days after `day`; before it if negative, itself if 0."""
    away: date = _finland(day.year).get_nth_working_day(day, count) if count else day
    return away


@lru_cache(maxsize=32)
def _finland(year: int) -> holidays.HolidayBase:
    # The neighbouring years too: a calendar that grows while threads ask it may answer too early.
    return holidays.country_holidays("FI", years=[year - 1, year, year + 1])


@lru_cache(maxsize=64)
def holiday_names(year: int, language: str) -> dict[date, str]:
    """Name the public holidays of `year` by date, in the reader's language."""
    known = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}
    return dict(
        sorted(
            holidays.country_holidays("FI", years=year, language=known.get(language, "fi")).items()
        )
    )


def closed_points(day: date, points: Iterable[int], closures: Sequence[Closed]) -> set[int]:
    """Return those of `points` that are closed on `day`."""
    covering = [c for c in closures if c.first <= day <= c.last]
    shut: set[int] = set()
    for point in points:
        own = [c for c in covering if c.point in (None, point)]
        is_holiday = day in public_holidays(day.year)
        if any(not c.opens for c in own) or (is_holiday and not own):
            shut.add(point)
    return shut


def stretches(
    *,
    weekly: Iterable[Weekly],
    changes: Iterable[DayHoursChange],
    closures: Sequence[Closed],
    first: date,
    last: date,
) -> list[Stretch]:
    """Return all working time from `first` to `last`, both days included, sorted and merged by point."""
    # A rhythm is asked once for each day, not for each of those who work by it.
    by_weekday: list[dict[Rhythm, list[Weekly]]] = [{} for _weekday in range(7)]
    points: set[int] = set()
    for hours in weekly:
        is_weekly = hours.interval == 1 and hours.nth is None
        rhythm = EVERY_WEEK if is_weekly else hours.rhythm
        by_weekday[hours.weekday].setdefault(rhythm, []).append(hours)
        points.add(hours.point)
    by_day: dict[date, list[DayHoursChange]] = defaultdict(list)
    for change in changes:
        by_day[change.day].append(change)
        if change.point is not None:
            points.add(change.point)

    found: list[Stretch] = []
    patterns: dict[tuple[int, ...], list[tuple[timedelta, timedelta, int, int]]] = {}
    day, begins = first, clock.at(first, time.min)
    while day <= last:
        next_begins = clock.at(day + DAY, time.min)
        hours_today = [
            h
            for rhythm, rows in by_weekday[day.weekday()].items()
            if rhythm.includes(day)
            for h in rows
            if h.valid_from <= day and (h.valid_until is None or day <= h.valid_until)
        ]
        changes_today = by_day.get(day, [])
        if hours_today or changes_today:
            shut = closed_points(day, points, closures)
            if changes_today or next_begins - begins != DAY:
                found.extend(_one_day(day, hours_today, changes_today, shut))
            else:
                # Most days are like their weekday's others: the hours are merged once for all.
                key = tuple(map(id, hours_today))
                if key not in patterns:
                    patterns[key] = _pattern(hours_today)
                found += [
                    Stretch(begins + start, begins + end, who, point)
                    for start, end, who, point in patterns[key]
                    if point not in shut
                ]
        day, begins = day + DAY, next_begins
    found.sort()
    return found


def _pattern(weekly: list[Weekly]) -> list[tuple[timedelta, timedelta, int, int]]:
    """Return one day's merged hours as time since midnight, for days of 24 hours."""
    parts: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for hours in weekly:
        parts[hours.professional, hours.point].append(
            (
                datetime.combine(_ANY_DAY, hours.starts, UTC),
                datetime.combine(_ANY_DAY, hours.ends, UTC),
            )
        )
    midnight = datetime.combine(_ANY_DAY, time.min, UTC)
    return sorted(
        (start - midnight, end - midnight, who, point)
        for (who, point), spans in parts.items()
        for start, end in merge(spans)
    )


def _one_day(
    day: date, weekly: list[Weekly], changes: list[DayHoursChange], shut: set[int]
) -> Iterable[Stretch]:
    open_hours: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for hours in weekly:
        if hours.point not in shut:
            open_hours[hours.professional, hours.point].append(
                (clock.at(day, hours.starts), clock.at(day, hours.ends))
            )
    for change in changes:
        if not change.adds:
            cut = clock.at(day, change.starts), clock.at(day, change.ends)
            for key in [k for k in open_hours if k[0] == change.professional]:
                open_hours[key] = subtract(open_hours[key], [cut])
    for change in changes:
        if change.adds and change.point is not None and change.point not in shut:
            open_hours[change.professional, change.point].append(
                (clock.at(day, change.starts), clock.at(day, change.ends))
            )
    for (professional, point), parts in open_hours.items():
        for start, end in merge(parts):
            yield Stretch(start, end, professional, point)


def without_absences(found: Iterable[Stretch], away: Mapping[int, Sequence[Span]]) -> list[Stretch]:
    """Cut from the stretches the time in which their professional is away."""
    return [
        stretch._replace(start=start, end=end)
        for stretch in found
        for start, end in subtract(
            [(stretch.start, stretch.end)], away.get(stretch.professional, ())
        )
    ]


def open_now(spans: Sequence[Span], now: datetime) -> tuple[datetime | None, Span | None]:
    """Return when merged spans close if they are open at `now`, and the next span to come."""
    index = bisect_right(spans, now, key=lambda span: span[0])
    closes = spans[index - 1][1] if index and spans[index - 1][1] > now else None
    return closes, spans[index] if index < len(spans) else None
