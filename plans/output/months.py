"""The schedule as months on paper: with whom each night is, by letters that need no colour. Pure."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import dates
from plans.content.children import Child
from plans.parents import Parent
from plans.schedule.choices import arrangements, read
from plans.schedule.engine import resolve

WEEK = 7


@dataclass(frozen=True)
class Cell:
    """A night: the day on whose evening it begins, and whose letter. A place without a day is empty."""

    day: str = ""
    letter: str = ""
    is_first: bool = False


@dataclass(frozen=True)
class Month:
    label: str
    # Each with its number and seven cells from Monday on.
    weeks: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Calendar:
    """The months of children who live by the same schedule; `legend` says whose the letters are."""

    children: str
    legend: str
    week: str
    weekdays: tuple[str, ...]
    months: tuple[Month, ...]


def calendars(
    words: Mapping[int, str],
    children: Sequence[Child],
    names: Mapping[Parent, str],
    first: date,
    count: int,
) -> tuple[Calendar, ...]:
    """`words`: the kept schedule by child, 0 for all. Where nothing is said of nights, there is none."""
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
            Calendar(
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
    """Children by what is said of them, in their order."""
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
) -> Month:
    weeks = []
    for week in calendar.Calendar().monthdatescalendar(month.year, month.month):
        cells = tuple(
            _cell(day, nights.get(day), letters) if day.month == month.month else Cell()
            for day in week
        )
        weeks.append((str(week[0].isocalendar().week), cells))
    return Month(dates.month_label(month, get_language()), tuple(weeks))


def _cell(day: date, parent: Parent | None, letters: Mapping[Parent, str]) -> Cell:
    letter = letters[parent] if parent else "–"
    return Cell(str(day.day), letter, parent is Parent.FIRST)


def _letters(names: Mapping[Parent, str]) -> dict[Parent, str]:
    """The shortest beginnings that tell the two apart; else numbers."""
    one, two = (names[parent].strip().upper() for parent in Parent)
    for length in (1, 2, 3):
        if one[:length] and two[:length] and one[:length] != two[:length]:
            return {Parent.FIRST: one[:length], Parent.SECOND: two[:length]}
    return {Parent.FIRST: "1", Parent.SECOND: "2"}
