"""The schedule as printed months: where each night is spent, by letters that need no colour. Pure."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import dates
from plans.content.children import Child
from plans.parents import Parent
from plans.schedule.choices import arrangements
from plans.schedule.engine import resolve
from plans.schedule.storage import read

WEEK = 7


@dataclass(frozen=True)
class NightCell:
    """A night: the day on whose evening it begins, and the parent's letter. Empty without a day."""

    day: str = ""
    letter: str = ""
    is_first: bool = False


@dataclass(frozen=True)
class PrintedMonth:
    label: str
    # Each week's number, with seven cells from Monday on.
    weeks: tuple[tuple[str, tuple[NightCell, ...]], ...]


@dataclass(frozen=True)
class NightCalendar:
    """The months of children with the same schedule; `legend` explains the letters."""

    children: str
    legend: str
    week: str
    weekdays: tuple[str, ...]
    months: tuple[PrintedMonth, ...]


def calendars(
    words: Mapping[int, str],
    children: Sequence[Child],
    names: Mapping[Parent, str],
    first: date,
    count: int,
) -> tuple[NightCalendar, ...]:
    """Return the calendars. `words`: the stored schedule by child, 0 for all.

    A schedule that says nothing about nights has none.
    """
    found = []
    for kept, group in _groups(words, children):
        scheme = read(kept)
        found_nights = arrangements(scheme) if scheme else []
        if not found_nights:
            continue
        start = first.replace(day=1)
        months = tuple(_months(start, count))
        last = months[-1] + timedelta(
            days=calendar.monthrange(months[-1].year, months[-1].month)[1]
        )
        nights = {
            night.date: night.parent
            for night in resolve(found_nights, group[0].number, start, last)
        }
        letters = _letters(names)
        found.append(
            NightCalendar(
                children=", ".join(child.name for child in group),
                legend=_("%(letter)s: %(first)s, %(other_letter)s: %(second)s, –: not decided")
                % {
                    "letter": letters[Parent.FIRST],
                    "first": names[Parent.FIRST],
                    "other_letter": letters[Parent.SECOND],
                    "second": names[Parent.SECOND],
                },
                week=_("Wk"),
                weekdays=tuple(dates.SHORT_WEEKDAYS[dates.known(get_language())]),
                months=tuple(_month(month, nights, letters) for month in months),
            )
        )
    return tuple(found)


def _groups(
    words: Mapping[int, str], children: Sequence[Child]
) -> Iterator[tuple[str, list[Child]]]:
    """Group the children by schedule, in their order."""
    groups: dict[str, list[Child]] = {}
    for child in children:
        kept = words.get(child.number) or words.get(0)
        if kept:
            groups.setdefault(kept, []).append(child)
    yield from groups.items()


def _months(start: date, count: int) -> Iterator[date]:
    for number in range(start.month - 1, start.month - 1 + count):
        yield date(start.year + number // 12, number % 12 + 1, 1)


def _month(
    month: date, nights: Mapping[date, Parent | None], letters: Mapping[Parent, str]
) -> PrintedMonth:
    weeks = []
    for week in calendar.Calendar().monthdatescalendar(month.year, month.month):
        cells = tuple(
            _cell(day, nights.get(day), letters) if day.month == month.month else NightCell()
            for day in week
        )
        weeks.append((str(week[0].isocalendar().week), cells))
    return PrintedMonth(dates.month_label(month, get_language()), tuple(weeks))


def _cell(day: date, parent: Parent | None, letters: Mapping[Parent, str]) -> NightCell:
    letter = letters[parent] if parent else "–"
    return NightCell(str(day.day), letter, parent is Parent.FIRST)


def _letters(names: Mapping[Parent, str]) -> dict[Parent, str]:
    """Return the shortest initials that tell the two apart; else numbers."""
    one, two = (names[parent].strip().upper() for parent in Parent)
    for length in (1, 2, 3):
        if one[:length] and two[:length] and one[:length] != two[:length]:
            return {Parent.FIRST: one[:length], Parent.SECOND: two[:length]}
    return {Parent.FIRST: "1", Parent.SECOND: "2"}
