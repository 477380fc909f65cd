"""The week and the days on which one marks when one can come, the same for either parent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bookings.availability.slots import Slot
from bookings.joint_times.common_times import CELLS, WEEKDAYS, Marks, cell_of, common_times
from bookings.models import PartOfDay
from bookings.public.forms import WORKING_WEEKDAYS
from office.core import clock, dates

HOURS = {PartOfDay.MORNING: "8–11", PartOfDay.MIDDAY: "11–13", PartOfDay.AFTERNOON: "13–"}


@dataclass(frozen=True)
class PartCell:
    """A part of the week to mark; where we have no times in it, it only says so."""

    value: str
    spoken: str
    has_times: bool
    is_marked: bool


@dataclass(frozen=True)
class DayOffCell:
    """A single day to take off."""

    value: str
    text: str
    spoken: str
    has_times: bool
    is_off: bool


@dataclass(frozen=True)
class Picture:
    """All that can be marked."""

    # Value, name and hours of each part of the day.
    parts: list[tuple[str, str, str]]
    # Each weekday, in short and in full, and its parts.
    rows: list[tuple[str, str, list[PartCell]]]
    weekdays: Sequence[str]
    # Number and name of each week, and its working days.
    weeks: list[tuple[int, str, list[DayOffCell]]]
    days_off: int
    # How many of our times suit by these marks.
    count: int

    @property
    def has_times(self) -> bool:
        return bool(self.weeks)

    @property
    def count_label(self) -> str:
        if not self.count:
            return _("None of our free times suits by these marks. Mark more if you can.")
        return ngettext(
            "By these marks %(count)s of our free times suits you.",
            "By these marks %(count)s of our free times suit you.",
            self.count,
        ) % {"count": self.count}


def picture_of(slots: Sequence[Slot], marks: Marks) -> Picture:
    """Compose the page from the unit's free times and one's own marks, and nothing else."""
    starts = [clock.local(slot.start) for slot in slots]
    cells, days = {cell_of(start) for start in starts}, {start.date() for start in starts}
    names = [str(name) for _value, name in WORKING_WEEKDAYS]
    short = dates.SHORT_WEEKDAYS[dates.known(get_language())][: len(names)]
    parts = [str(PartOfDay(part).label) for part in PartOfDay]
    return Picture(
        parts=[
            (part.value, label.capitalize(), HOURS[part])
            for part, label in zip(PartOfDay, parts, strict=True)
        ],
        rows=[
            (
                short[day],
                names[day],
                [
                    PartCell(
                        value=f"{day}-{part}",
                        spoken=f"{names[day]}, {PartOfDay(part).label}",
                        has_times=(day, part) in cells,
                        is_marked=(day, part) in marks.cells,
                    )
                    for weekday, part in CELLS
                    if weekday == day
                ],
            )
            for day in WEEKDAYS
        ],
        weekdays=short,
        weeks=_weeks(days, marks),
        days_off=len(marks.days_off & days),
        count=len(common_times(slots, [marks])),
    )


def _weeks(days: Collection[date], marks: Marks) -> list[tuple[int, str, list[DayOffCell]]]:
    """Return the weeks that have any free time."""
    language = get_language()
    mondays = sorted({dates.monday(day) for day in days})
    return [
        (
            monday.isocalendar().week,
            dates.week_name(monday, language),
            [
                DayOffCell(
                    value=day.isoformat(),
                    text=dates.date(day, language, year=False),
                    spoken=dates.day(day, language),
                    has_times=day in days,
                    is_off=day in marks.days_off,
                )
                for day in (monday + timedelta(days=number) for number in WEEKDAYS)
            ],
        )
        for monday in mondays
    ]


def marks_label(marks: Marks, language: str) -> str:
    """Word one's own marks: the parts of the week that suit, and the days that do not."""
    names = [str(name) for _value, name in WORKING_WEEKDAYS]
    parts = [
        f"{names[day]}, {PartOfDay(part).label}"
        for day, part in CELLS
        if (day, part) in marks.cells
    ]
    days = [dates.short_day(day, language, year=True) for day in sorted(marks.days_off)]
    off = [_("not on %(days)s") % {"days": ", ".join(days)}] if days else []
    return "; ".join([*parts, *off]) or _("nothing")
