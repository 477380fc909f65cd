"""Free times as a page shows them: by day, a week at a time, with the month for an overview. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bookings.slots import Slot
from office import clock

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


def slot_value(slot: Slot) -> str:
    """A slot as a form field carries it: the instant in UTC and the point."""
    return f"{slot.start:%Y%m%dT%H%MZ}-{slot.point}"


def parse_slot(value: str) -> Slot | None:
    """The slot of a form field's value; None where it is none."""
    instant, _, point = value.partition("-")
    try:
        start = dt.datetime.strptime(instant, "%Y%m%dT%H%MZ").replace(tzinfo=dt.UTC)
        return Slot(start, int(point)) if 0 < int(point) < 2**31 else None
    except ValueError:
        return None


def parse_week(text: str) -> dt.date | None:
    """The Monday of a week written as 2026-W48; None where it is no week."""
    year, _, week = text.partition("-W")
    try:
        return dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return None


def week_key(day: dt.date) -> str:
    """The week of a day, as addresses carry it."""
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
    """The page for `week` (2026-W48; else the first week with free times) and `month` (2026-11).

    `query`: what else the links carry. Weeks before today or past `last_day` are not stepped to.
    """
    keep = {name: value for name, value in (query or {}).items() if value}
    many = len({slot.point for slot in slots}) > 1
    by_day: dict[dt.date, list[TimeChoice]] = defaultdict(list)
    choices = []
    for slot in slots:
        value = slot_value(slot)
        name = point_names.get(slot.point, "") if many else ""
        choice = TimeChoice(value, slot.start, name, value == chosen)
        by_day[clock.local(slot.start).date()].append(choice)
        choices.append(choice)

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
        DayOfTimes(day, by_day.get(day, ()))
        for day in shown
        if day >= today and (day.weekday() < 5 or day in by_day)
    ]
    week_end = monday + WEEK
    later_choice = next((c for c in choices if clock.local(c.start).date() >= week_end), None)
    month_of = _month(month) or (shown[3].replace(day=1) if week else start_day.replace(day=1))
    month_of = min(max(month_of, today.replace(day=1)), last_day.replace(day=1))
    before, after = _month_before(month_of), _month_after(month_of)
    return TimesPage(
        monday=monday,
        days=days,
        first_free=choices[:FIRST_FREE],
        earlier=to_week(monday - WEEK) if monday > first_monday else "",
        later=to_week(monday + WEEK) if monday < last_monday else "",
        next_free=later_choice.start if later_choice else None,
        next_free_query=to_week(clock.local(later_choice.start).date()) if later_choice else "",
        month=_weeks(month_of, set(by_day), today, shown, to_week),
        earlier_month=to_month(before) if month_of > today.replace(day=1) else "",
        later_month=to_month(after) if after <= last_day else "",
        month_of=month_of,
        is_empty=not slots,
        many_points=many,
    )


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
