"""The next fitting times as the booking panel shows them: when, where, with whom, in which room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.booking import Chosen
from bookings.appointments.separate_visits import PointStay, apart, gaps_of, stay_of
from bookings.availability.allocation import point_and_start
from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.limits import DayPart, Limits, Pattern
from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from bookings.desk_kit.labels import short_place_label, short_point_names
from bookings.staff_booking.booking_form import BookingForm
from office.core import clock, dates
from office.models import Channel, Unit
from office.models.set_up_rows import resource_names

SHOWN = 5
KEYS, OTHER_KEYS = "12345", "67890"
NOON = 12


@dataclass(frozen=True)
class FittingTime:
    """One time that fits."""

    value: str
    start: datetime
    end: datetime
    who: str
    is_chosen: bool


@dataclass(frozen=True)
class HalfDay:
    """The times of one half of a day at one place. `key`: the digit that chooses the first of them.

    `is_late`: after the deadline of the matter.
    """

    key: str
    place: str
    first: FittingTime
    more: Sequence[FittingTime]
    is_late: bool = False


@dataclass(frozen=True)
class FittingTimes:
    """Some times that fit, varied by half days, and whether there are earlier and later ones."""

    times: Sequence[HalfDay]
    skipped: int
    has_later: bool

    @property
    def has_earlier(self) -> bool:
        return self.skipped > 0

    @property
    def has_chosen(self) -> bool:
        return any(time.is_chosen for half in self.times for time in (half.first, *half.more))


def page_context(
    form: BookingForm,
    unit: Unit,
    *,
    since: time | None = None,
    near: Sequence[Slot] = (),
    is_fresh: bool = False,
    keeps_chosen: bool = False,
    offered_for: str = "",
) -> dict[str, Any]:
    """Return what the panel's page and its parts show.

    `since`: the times of the first day begin with this one. `near`: times, near one that was just taken,
    that are shown in place of the next ones. `is_fresh`: whatever was stepped to, begin anew.
    `keeps_chosen`: a chosen time stays in sight while the rest of the form is put right. `offered_for`:
    the service, by id, for which the page offers professionals.
    """
    skip, skip_other = form.time_form.skipped, form.other_time_form.skipped
    times = _caller_times(form, unit, 0 if is_fresh else skip, keeps_chosen, since, near)
    others = _other_times(form, unit, 0 if is_fresh else skip_other, keeps_chosen)
    return {
        "panel": form,
        "form": form,
        "times": times,
        "other_times": others,
        "has_other_time": bool(others and others.has_chosen),
        "is_near": bool(near),
        "limits": limits_label(form),
        "offers_others": offered_for != str(form.service.pk if form.service else ""),
        "later": times.skipped + SHOWN if times else 0,
        "earlier": max(0, times.skipped - SHOWN) if times else 0,
        "later_other": others.skipped + SHOWN if others else 0,
    }


def _caller_times(
    form: BookingForm,
    unit: Unit,
    skip: int,
    keeps_chosen: bool,
    since: time | None,
    near: Sequence[Slot],
) -> FittingTimes | None:
    """Return the next times that suit the wish; None where the service is not given that way.

    Where it is not clear which days are meant, only the chosen time is shown.
    """
    if form.looked_for is None:
        return None
    if form.wish_form.is_unclear:
        if form.time is None or not keeps_chosen:
            return FittingTimes([], 0, has_later=False)
        near = [form.time.slot]
    return fitting_times(
        form.looked_for,
        unit,
        limits=form.limits,
        who=form.who,
        since=since,
        skip=skip,
        chosen=form.time,
        keeps_chosen=keeps_chosen,
        clear_of=stay_of(form.first) if form.first and not form.overrides_gap else None,
        only=near,
        due_on=form.due_on,
    )


def _other_times(
    form: BookingForm, unit: Unit, skip: int, keeps_chosen: bool
) -> FittingTimes | None:
    """Return times for the other parent's own visit, clear of the one chosen for the caller."""
    wish, caller = form.looked_for, form.time
    if wish is None or caller is None or not form.is_separate or form.first is not None:
        return None
    in_person = caller.wish.channel == Channel.IN_PERSON
    length = timedelta(minutes=wish.matters.duration + wish.matters.buffer_after)
    stay = PointStay(caller.slot.start, caller.slot.start + length, caller.slot.point)
    return fitting_times(
        wish,
        unit,
        limits=form.limits,
        who=form.who,
        skip=skip,
        keys=OTHER_KEYS,
        chosen=form.other_time,
        keeps_chosen=keeps_chosen,
        clear_of=stay if in_person and not form.overrides_gap else None,
    )


def fitting_times(
    wish: Wish,
    unit: Unit,
    *,
    limits: Limits,
    who: str = "",
    since: time | None = None,
    skip: int = 0,
    keys: str = KEYS,
    chosen: Chosen | None = None,
    keeps_chosen: bool = False,
    clear_of: PointStay | None = None,
    only: Sequence[Slot] = (),
    due_on: date | None = None,
) -> FittingTimes:
    """Find the next times within `limits` that suit `wish`, by half days. A fixed number of queries.

    `who`: who is asked for, as the times carry it. `since`: the first that is shown begins no earlier on
    that day; the others are beside it, or a key away. `keeps_chosen`: the chosen time is shown as well,
    if it suits and is free. `clear_of`: the other parent's stay, to keep clear of. `only`: show only the
    free ones of these times. `due_on`: times after this day are marked as late.
    """
    found = find(wish, unit, online=False)
    slots = limits.kept(found.slots)
    if only:
        slots = [s for s in only if point_and_start(found, s.start, s.point)]
    if clear_of is not None and wish.channel == Channel.IN_PERSON:
        minutes = wish.matters.duration + wish.matters.buffer_after
        slots = apart(slots, minutes, clear_of, gaps_of(unit))
    halves = [[slot] for slot in slots] if only else _halves(slots)
    if since is not None:
        skip = _begin_with(halves, clock.at(limits.earliest, since))
    skip = min(max(skip, 0), max(0, len(halves) - 1))
    shown = halves[skip : skip + SHOWN]

    def value(slot: Slot) -> str:
        return found_time_value(wish.matters, wish.channel, wish.language, slot_value(slot), who)

    taken = _value_of(chosen, who) if chosen else ""
    if chosen and keeps_chosen and taken == value(chosen.slot):
        kept = chosen.slot in slots and not any(chosen.slot in half for half in shown)
        shown = sorted([*shown[: SHOWN - kept], *([[chosen.slot]] if kept else [])])
    teams = who_meets(found, [slot for half in shown for slot in half])
    points = short_point_names()

    def time_of(slot: Slot) -> FittingTime:
        return FittingTime(
            value=value(slot),
            start=slot.start,
            end=slot.start + timedelta(minutes=wish.matters.duration),
            who=teams.get(slot, ""),
            is_chosen=value(slot) == taken,
        )

    times = [
        HalfDay(
            key=key,
            place=short_place_label(wish.channel, half[0].point, points),
            first=time_of(half[0]),
            more=[time_of(slot) for slot in half[1:]],
            is_late=due_on is not None and clock.local(half[0].start).date() > due_on,
        )
        for key, half in zip(keys, shown, strict=False)
    ]
    return FittingTimes(times, skip, has_later=len(halves) > skip + SHOWN)


def _value_of(chosen: Chosen, who: str) -> str:
    wish = chosen.wish
    return found_time_value(wish.matters, wish.channel, wish.language, slot_value(chosen.slot), who)


def _halves(slots: Iterable[Slot]) -> list[list[Slot]]:
    """Group the slots by half day and point, in the order of the first of each."""
    halves: dict[tuple[date, bool, int], list[Slot]] = {}
    for slot in slots:
        local = clock.local(slot.start)
        halves.setdefault((local.date(), local.hour >= NOON, slot.point), []).append(slot)
    return list(halves.values())


def _begin_with(halves: list[list[Slot]], moment: datetime) -> int:
    """Return how many halves are passed by so that the first time from `moment` on stands first."""
    for skipped, half in enumerate(halves):
        later = [slot for slot in half if slot.start >= moment]
        if later:
            halves[skipped] = [*later, *half[: -len(later)]]
            return skipped
    return 0


def limits_label(form: BookingForm) -> str:
    """Return what the times are limited to, in words: what was understood of the fields."""
    limits, language = form.limits, get_language()
    parts = [_pattern_label(limits.pattern)]
    if limits.until is not None:
        parts.append(dates.days(limits.earliest, limits.until, language))
    elif limits.earliest > clock.today():
        parts.append(
            _("from %(day)s on") % {"day": dates.short_day(limits.earliest, language, year=True)}
        )
    return " · ".join(filter(None, parts))


def _pattern_label(pattern: Pattern) -> str:
    names = dates.SHORT_WEEKDAYS[dates.known(get_language())]
    days = ", ".join(names[day] for day in sorted(pattern.weekdays))
    part = {
        DayPart.MORNING: _("morning"),
        DayPart.AFTERNOON: _("afternoon"),
        DayPart.EVENING: _("evening"),
    }
    return " · ".join(filter(None, [days, part[pattern.part] if pattern.part else ""]))


def who_meets(found: Found, slots: Sequence[Slot]) -> dict[Slot, str]:
    """Return who would meet the parties in each, and in which room."""
    teams = {}
    for slot in slots:
        assignment = found.assignment(slot)
        if assignment is not None and assignment.teams:
            teams[slot] = assignment.teams[0]
    names = resource_names()
    return {
        slot: " · ".join(names[resource] for resource in team if resource in names)
        for slot, team in teams.items()
    }
