"""A parent's own days as a calendar file: all children's, without names and without places. Pure.

An entry has an hour only where one was chosen; else it covers whole days. Ids are made from whose
schedule it is, the kind of entry and its first day. Those given out are remembered in the parent's
own part: entries that no longer apply are cancelled in the next file.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from office.core import clock
from office.messaging.ics import Time, times_file, uid_for
from plans.content.answers import FOR_ALL
from plans.content.children import Child
from plans.parents import Parent
from plans.schedule.choices import Scheme, arrangements
from plans.schedule.engine import Night, Stay, resolve, stays
from plans.schedule.months import evening_of

DAY = timedelta(days=1)
REACHES = timedelta(days=400)
HANDOVER = timedelta(minutes=15)
# In a parent's own part: the last day of each entry given out, by its key; how children are marked; and
# whose the entries are, where that was said by another draft before this one.
GIVEN, MARKED, WHOSE = "calendar_given", "calendar_marked", "calendar_whose"
_GIVEN_KEY = re.compile(r"[0-9]{1,2} (days|handover|evening) [0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_GIVEN = 5000


class ChildMark(StrEnum):
    """How the entries of children with different schedules are distinguished."""

    NUMBER = "number"
    INITIAL = "initial"


@dataclass(frozen=True)
class ScheduleGroup:
    """Children with the same schedule. `key`: part of their ids."""

    key: str
    scheme: Scheme
    mark: str = ""


@dataclass(frozen=True)
class CalendarEntry:
    """`key`: whose, what and which day; the same in each file."""

    key: str
    start: datetime | date
    end: datetime | date
    summary: str


def groups(
    children: Sequence[Child],
    schemes: Mapping[int, Scheme],
    with_own: Collection[int],
    marked: ChildMark,
) -> list[ScheduleGroup]:
    """Group the children by schedule. `with_own`: those with another one than the common one."""
    by_scheme: dict[str, list[int]] = {}
    for child in children:
        by_scheme.setdefault(repr(schemes[child.number]), []).append(child.number)
    marks = _marks(children, marked)
    found = []
    for numbers in by_scheme.values():
        common = [number for number in numbers if number not in with_own]
        key = FOR_ALL if common else min(numbers)
        mark = ", ".join(marks[number] for number in numbers) if len(by_scheme) > 1 else ""
        found.append(ScheduleGroup(str(key), schemes[numbers[0]], mark))
    return found


def _marks(children: Sequence[Child], marked: ChildMark) -> dict[int, str]:
    """Return a mark for each child: a number, or the initial where all differ."""
    initials = {child.number: child.name.strip()[:1].upper() for child in children}
    if marked is ChildMark.INITIAL and len(set(initials.values())) == len(children):
        return initials
    return {child.number: str(place) for place, child in enumerate(children, start=1)}


def entries(group: ScheduleGroup, parent: Parent, today: date) -> list[CalendarEntry]:
    """Return the parent's stays, evenings and handovers, from last year for a good year ahead."""
    # A fixed first day for a whole year, since ids are made from the first day of a stay.
    first = date(today.year - 1, 1, 1)
    nights = resolve(
        arrangements(group.scheme), 0, first, today + REACHES, hours=group.scheme.hours
    )
    found = [*_stays(group, nights, parent), *_evenings(group, nights, parent)]
    return sorted(found, key=lambda entry: entry.key)


def _named(group: ScheduleGroup, what: str) -> str:
    return f"{what} ({group.mark})" if group.mark else what


def _stays(
    group: ScheduleGroup, nights: Sequence[Night], parent: Parent
) -> Iterator[CalendarEntry]:
    found = stays(nights)
    for before, stay, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if stay.parent is not parent:
            continue
        start: datetime | date = stay.first
        end: datetime | date = stay.last + DAY
        if stay.begins is not None and (after is None or after.begins is not None):
            start = clock.at(stay.first, stay.begins)
            end = clock.at(end, after.begins if after and after.begins else stay.begins)
        yield CalendarEntry(
            _key(group, "days", stay.first), start, end, _named(group, _("Own days"))
        )
        if before is not None and before.parent is not None:
            yield _handover(group, stay)
        if after is not None and after.parent is not None:
            yield _handover(group, after)


def _handover(group: ScheduleGroup, begins: Stay) -> CalendarEntry:
    what = _("Handover in the morning") if begins.is_morning else _("Handover")
    key = _key(group, "handover", begins.first)
    if begins.begins is None:
        return CalendarEntry(key, begins.first, begins.first + DAY, _named(group, what))
    start = clock.at(begins.first, begins.begins)
    return CalendarEntry(key, start, start + HANDOVER, _named(group, _("Handover")))


def _evenings(
    group: ScheduleGroup, nights: Sequence[Night], parent: Parent
) -> Iterator[CalendarEntry]:
    for before, night in pairwise(nights):
        if evening_of(group.scheme, before, night) is parent:
            yield _evening(group, night.date)


def _evening(group: ScheduleGroup, day: date) -> CalendarEntry:
    start: datetime | date = day
    end: datetime | date = day + DAY
    weeks = group.scheme.weeks_on(day)
    if weeks is not None and weeks.evening_hours is not None:
        start, end = (clock.at(day, at) for at in weeks.evening_hours)
    return CalendarEntry(_key(group, "evening", day), start, end, _named(group, _("Own evening")))


def _key(group: ScheduleGroup, what: str, first: date) -> str:
    return f"{group.key} {what} {first.isoformat()}"


def schedule_file(
    found: Sequence[ScheduleGroup],
    parent: Parent,
    today: date,
    *,
    whose: str,
    given: Mapping[str, str] | None = None,
) -> str:
    """Return the file. `whose`: part of the ids besides the keys; `given`: see given_with()."""
    mine = {entry.key: entry for group in found for entry in entries(group, parent, today)}
    times = [
        Time(_uid(whose, entry.key), entry.start, entry.end, entry.summary)
        for entry in mine.values()
        if _last_day(entry) >= today
    ]
    for key in sorted(_lasting(given or {}, today) - set(mine)):
        day = date.fromisoformat(key.rpartition(" ")[2])
        what = _("No longer holds")
        times.append(Time(_uid(whose, key), day, day + DAY, what, is_cancelled=True))
    return times_file(_("Own days"), times)


def _last_day(entry: CalendarEntry) -> date:
    if isinstance(entry.end, datetime):
        return clock.local(entry.end).date()
    return entry.end - DAY


def _lasting(given: Mapping[str, str], today: date) -> set[str]:
    """Return the keys of entries given out that are not over: past ones stay in calendars."""
    return {key for key, last in given.items() if last >= today.isoformat()}


def given_with(
    own: Mapping[str, Any], found: Sequence[ScheduleGroup], parent: Parent, today: date
) -> dict[str, str]:
    """Return all entries given out so far or now that are not over: the last day by key."""
    before: Mapping[str, str] = own.get(GIVEN, {})
    given = {key: before[key] for key in _lasting(before, today)}
    for group in found:
        for entry in entries(group, parent, today):
            last = max(_last_day(entry).isoformat(), given.get(entry.key, ""))
            if last >= today.isoformat():
                given[entry.key] = last
    return given


def brought_along(own: Mapping[str, Any], holder: int) -> dict[str, Any]:
    """Return what a home file takes along, so that a calendar can be put right from a later draft."""
    if not own.get(GIVEN):
        return {}
    return {GIVEN: own[GIVEN], MARKED: marked_in(own).value, WHOSE: whose_in(own, holder)}


def brought_back(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same, read from a file that anybody may have written. Raises ValueError, TypeError."""
    if GIVEN not in kept:
        return {}
    given, whose = dict(kept[GIVEN]), str(kept[WHOSE])
    if len(given) > _MOST_GIVEN or not (whose.isascii() and whose.isdecimal() and len(whose) < 20):
        raise ValueError("calendar")
    for key, last in given.items():
        if not _GIVEN_KEY.fullmatch(key):
            raise ValueError("calendar entry")
        for day in (key.rpartition(" ")[2], last):
            date.fromisoformat(day)
    return {GIVEN: given, MARKED: ChildMark(kept[MARKED]).value, WHOSE: whose}


def whose_in(own: Mapping[str, Any], holder: int) -> str:
    """Return whose the entries are: a part of their ids that stays as long as the parent has the plan."""
    return str(own.get(WHOSE) or holder)


def marked_in(own: Mapping[str, Any]) -> ChildMark:
    """Return the parent's choice."""
    return ChildMark(own.get(MARKED, ChildMark.NUMBER.value))


def _uid(whose: str, key: str) -> str:
    number, what, first = key.split(" ")
    return uid_for("plan schedule", f"{whose} {number}", what, first)
