"""Free times as a page shows them: by day, a week at a time, with the month for an overview. Pure."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode

from bookings.availability.codec import parse_slot, slot_value
from bookings.availability.slots import Slot
from office.core import clock

WEEK = dt.timedelta(days=7)
FIRST_FREE = 4


@dataclass(frozen=True)
class TimeChoice:
    """One free time to choose."""

    value: str
    start: dt.datetime
    point: str
    is_chosen: bool


@dataclass(frozen=True)
class DayOfTimes:
    """A day of the shown week with its free times."""

    date: dt.date
    times: Sequence[TimeChoice]


@dataclass(frozen=True)
class MonthDay:
    """A day in the month overview; `query` leads to its week where it has free times."""

    date: dt.date
    in_month: bool
    query: str
    is_today: bool
    is_shown: bool


@dataclass(frozen=True)
class MonthWeek:
    number: int
    days: Sequence[MonthDay]


@dataclass(frozen=True)
class TimesPage:
    """All that the list of times needs."""

    monday: dt.date
    days: Sequence[DayOfTimes]
    first_free: Sequence[TimeChoice]
    earlier: str
    later: str
    next_free: dt.datetime | None
    next_free_query: str
    month: Sequence[MonthWeek]
    earlier_month: str
    later_month: str
    month_of: dt.date
    is_empty: bool
    many_points: bool


def parse_week(text: str) -> dt.date | None:
    """Read the Monday of a week written as 2026-W48; None where it is no week."""
    year, _, week = text.partition("-W")
    try:
        return dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return None


def week_key(day: dt.date) -> str:
    """Return the week of a day, as addresses carry it."""
    iso = day.isocalendar()
    return f"{iso.year}-W{iso.week:02}"


def times_page(
    slots: Sequence[Slot],
    *,
    point_names: Mapping[int, str],
    today: dt.date,
    last_day: dt.date,
    week: str = "",
    month: str = "",
    query: Mapping[str, str] | None = None,
    chosen: str = "",
) -> TimesPage:
    """Lay out the page for `week` (2026-W48; else the first with free times) and `month` (2026-11).

    `slots` are sorted; thousands of them, of which a week is written out. Without `point_names` the
    place does not matter, and each time is shown once. `query`: what else the links carry.
    There are no steps to weeks before today or past `last_day`.
    """
    if not point_names:
        slots = one_of_each(slots, parse_slot(chosen))
    keep = {name: value for name, value in (query or {}).items() if value}
    many = len({slot.point for slot in slots}) > 1

    def choices(some: Iterable[Slot]) -> list[TimeChoice]:
        return [
            TimeChoice(
                value := slot_value(slot),
                slot.start,
                point_names.get(slot.point, "") if many else "",
                value == chosen,
            )
            for slot in some
        ]

    free = {day: (low, high) for day, low, high in _by_day(slots)}
    first_monday, last_monday = clock.monday_of(today), clock.monday_of(last_day)
    start_day = clock.local(slots[0].start).date() if slots else today
    monday = parse_week(week) or clock.monday_of(start_day)
    monday = min(max(monday, first_monday), last_monday)

    def to_week(day: dt.date) -> str:
        return "?" + urlencode({**keep, "week": week_key(day)}) + "#times"

    def to_month(day: dt.date) -> str:
        return (
            "?" + urlencode({**keep, "week": week_key(monday), "month": f"{day:%Y-%m}"}) + "#month"
        )

    shown = [monday + dt.timedelta(days=n) for n in range(7)]
    days = [
        DayOfTimes(day, choices(slots[slice(*free.get(day, (0, 0)))]))
        for day in shown
        if day >= today and (day.weekday() < 5 or day in free)
    ]
    later = _first_from(slots, monday + WEEK)
    later_slot = slots[later] if later < len(slots) else None
    month_of = _month(month) or (shown[3].replace(day=1) if week else start_day.replace(day=1))
    month_of = min(max(month_of, today.replace(day=1)), last_day.replace(day=1))
    before, after = _month_before(month_of), _month_after(month_of)
    return TimesPage(
        monday=monday,
        days=days,
        first_free=choices(slots[:FIRST_FREE]),
        earlier=to_week(monday - WEEK) if monday > first_monday else "",
        later=to_week(monday + WEEK) if monday < last_monday else "",
        next_free=later_slot.start if later_slot else None,
        next_free_query=to_week(clock.local(later_slot.start).date()) if later_slot else "",
        month=_weeks(month_of, free, today, shown, to_week),
        earlier_month=to_month(before) if month_of > today.replace(day=1) else "",
        later_month=to_month(after) if after <= last_day else "",
        month_of=month_of,
        is_empty=not slots,
        many_points=many,
    )


def one_of_each(slots: Sequence[Slot], chosen: Slot | None = None) -> list[Slot]:
    """Keep one of the slots that begin together.

    It is the chosen one, or else each point's in turn from day to day, so that the same professionals do
    not get all.
    """
    found = []
    for start, group in groupby(slots, key=attrgetter("start")):
        same = list(group)
        found.append(chosen if chosen in same else same[start.toordinal() % len(same)])
    return found


def _first_from(slots: Sequence[Slot], day: dt.date) -> int:
    """Return the index of the first slot that begins on `day` or later."""
    return bisect_left(slots, clock.at(day, dt.time.min), key=attrgetter("start"))


def _by_day(slots: Sequence[Slot]) -> Iterator[tuple[dt.date, int, int]]:
    """Yield the days with free times, and where their slots are among all."""
    low = 0
    while low < len(slots):
        day = clock.local(slots[low].start).date()
        high = _first_from(slots, day + dt.timedelta(days=1))
        yield day, low, high
        low = high


def _month(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a month, not an instant)
    except ValueError:
        return None


def _month_before(first: dt.date) -> dt.date:
    return (first - dt.timedelta(days=1)).replace(day=1)


def _month_after(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


def _weeks(
    first: dt.date,
    free: Collection[dt.date],
    today: dt.date,
    shown: Collection[dt.date],
    to_week: Callable[[dt.date], str],
) -> list[MonthWeek]:
    weeks = []
    monday = clock.monday_of(first)
    while monday < _month_after(first):
        weeks.append(
            MonthWeek(
                monday.isocalendar().week,
                [
                    MonthDay(
                        date=day,
                        in_month=day.month == first.month,
                        query=to_week(day) if day in free else "",
                        is_today=day == today,
                        is_shown=day in shown,
                    )
                    for day in (monday + dt.timedelta(days=n) for n in range(7))
                ],
            )
        )
        monday += WEEK
    return weeks
