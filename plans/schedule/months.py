"""Months of a schedule, ready to be drawn on the page or on paper. Pure.

Everything that a colour shows is there in words as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from plans.parents import Parent
from plans.schedule.choices import ScheduleRhythm, Scheme, arrangements
from plans.schedule.engine import (
    CLASH,
    GAP,
    Layer,
    Night,
    Remark,
    ScheduleTally,
    remarks,
    resolve,
    tally,
)

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ScheduleMonthDay:
    """One date of a month, with the night that begins on its evening."""

    date: date
    parent: Parent | None
    # A handover on this date; its hour, if one was chosen, or in the morning.
    changes: bool
    changes_at: time | None
    in_the_morning: bool
    # The special arrangement that decides; empty in ordinary weeks.
    label: str
    # The other parent, who has the evening without the night.
    evening: Parent | None
    is_today: bool
    # The name of the public holiday; empty on other days.
    holiday: str


@dataclass(frozen=True)
class ScheduleMonthWeek:
    """`number`: of the ISO calendar. None: a date of another month."""

    number: int
    cells: list[ScheduleMonthDay | None]


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[ScheduleMonthWeek]
    tally: ScheduleTally


@dataclass(frozen=True)
class DrawnCalendar:
    """Some months of one schedule, and what should be checked in them."""

    months: list[Month]
    tally: ScheduleTally
    gaps: list[Remark]
    clashes: list[Remark]
    overrides: list[Remark]


def month_after(first: date, steps: int = 1) -> date:
    """Return the first day of the month that many months later (or, negative, earlier)."""
    number = first.year * 12 + first.month - 1 + steps
    return date(number // 12, number % 12 + 1, 1)


def draw(
    scheme: Scheme,
    first: date,
    months: int,
    *,
    today: date | None = None,
    holidays: Mapping[date, str] | None = None,
) -> DrawnCalendar:
    """Draw this many months from the one that begins on `first`."""
    end = month_after(first, months) - DAY
    # The night before tells who has the child on the first morning.
    nights = resolve(arrangements(scheme), 0, first - DAY, end, hours=scheme.hours)
    cells = [
        _cell(scheme, before, night, today, holidays or {}) for before, night in pairwise(nights)
    ]
    found: list[Month] = []
    at = 0
    for step in range(months):
        month = month_after(first, step)
        length = (month_after(month) - month).days
        own = nights[at + 1 : at + 1 + length]
        weeks = _weeks(cells[at : at + length])
        found.append(Month(month, weeks, tally(own, nights[at].parent)))
        at += length
    seen = remarks(nights[1:])
    return DrawnCalendar(
        months=found,
        tally=tally(nights[1:], nights[0].parent),
        gaps=[remark for remark in seen if remark.kind == GAP],
        clashes=[remark for remark in seen if remark.kind == CLASH],
        overrides=[remark for remark in seen if remark.kind not in (GAP, CLASH)],
    )


def _cell(
    scheme: Scheme, before: Night, night: Night, today: date | None, holidays: Mapping[date, str]
) -> ScheduleMonthDay:
    changes = before.parent is not night.parent and None not in (before.parent, night.parent)
    return ScheduleMonthDay(
        date=night.date,
        parent=night.parent,
        changes=changes,
        changes_at=night.handover if changes else None,
        in_the_morning=changes and night.is_morning,
        label=night.label if night.layer not in (None, Layer.ORDINARY) else "",
        evening=evening_of(scheme, before, night),
        is_today=night.date == today,
        holiday=holidays.get(night.date, ""),
    )


def evening_of(scheme: Scheme, before: Night, night: Night) -> Parent | None:
    """Return the parent who has the evening but not the night, in ordinary weeks."""
    weeks = scheme.weeks_on(night.date)
    if weeks is None or weeks.parent is None or night.layer is not Layer.ORDINARY:
        return None
    if weeks.rhythm not in (ScheduleRhythm.MOSTLY, ScheduleRhythm.WEEKENDS):
        return None
    if night.date.weekday() not in weeks.evenings or night.parent is not weeks.parent:
        return None
    # On the evening of a handover the child has just been there.
    return weeks.parent.other if before.parent is weeks.parent else None


def _weeks(cells: Sequence[ScheduleMonthDay]) -> list[ScheduleMonthWeek]:
    padded: list[ScheduleMonthDay | None] = [None] * cells[0].date.weekday() + list(cells)
    padded += [None] * (-len(padded) % 7)
    weeks = []
    for at in range(0, len(padded), 7):
        row = padded[at : at + 7]
        number = next(cell for cell in row if cell).date.isocalendar().week
        weeks.append(ScheduleMonthWeek(number, row))
    return weeks


def letters(names: Mapping[Parent, str]) -> dict[Parent, str]:
    """Return a sign for each parent: the initials where they differ, else 1 and 2."""
    first = {parent: name.strip()[:1].upper() for parent, name in names.items()}
    if first[Parent.FIRST] != first[Parent.SECOND] and all(
        letter.isalnum() for letter in first.values()
    ):
        return first
    return {Parent.FIRST: "1", Parent.SECOND: "2"}
