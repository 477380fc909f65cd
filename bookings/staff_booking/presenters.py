"""The next fitting times as the booking panel shows them: when, where, with whom, in which room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bookings.appointments.separate_visits import Stay, apart, gaps_of, stay_of
from bookings.appointments.staff_booking import Chosen
from bookings.availability.allocation import point_and_start
from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from bookings.desk_kit.labels import place_label
from bookings.staff_booking.booking_form import BookingForm
from office.core import clock
from office.models import Channel, Professional, Room, ServicePoint, Unit

SHOWN = 5
KEYS, OTHER_KEYS = "12345", "67890"


@dataclass(frozen=True)
class FittingTime:
    """One time that fits. `key`: the digit that chooses it."""

    key: str
    value: str
    start: datetime
    end: datetime
    place: str
    who: str
    is_chosen: bool


@dataclass(frozen=True)
class FittingTimes:
    """Some times that fit, and whether there are earlier and later ones."""

    times: Sequence[FittingTime]
    skipped: int
    has_later: bool

    @property
    def has_earlier(self) -> bool:
        return self.skipped > 0


def page_context(
    form: BookingForm,
    unit: Unit,
    *,
    since: time | None = None,
    near: Sequence[Slot] = (),
    is_fresh: bool = False,
    keeps_chosen: bool = False,
) -> dict[str, Any]:
    """What the panel's page and its parts show.

    `since`: the times of the first day begin with this one. `near`: times, near one that was just taken,
    that are shown in place of the next ones. `is_fresh`: whatever was stepped to, begin anew.
    `keeps_chosen`: a chosen time stays in sight while the rest of the form is put right.
    """
    skip, skip_other = form.time_form.skipped, form.other_time_form.skipped
    times = _caller_times(form, unit, 0 if is_fresh else skip, keeps_chosen, since, near)
    others = _other_times(form, unit, 0 if is_fresh else skip_other, keeps_chosen)
    return {
        "panel": form,
        "form": form,
        "times": times,
        "other_times": others,
        "has_other_time": bool(others and any(fit.is_chosen for fit in others.times)),
        "is_near": bool(near),
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
    """The next times that suit the wish; None where the service is not given so."""
    if form.looked_for is None:
        return None
    return fitting_times(
        form.looked_for,
        unit,
        earliest=form.wish["earliest"],
        since=since,
        skip=skip,
        chosen=form.time,
        keeps_chosen=keeps_chosen,
        clear_of=stay_of(form.first) if form.first and not form.overrides_gap else None,
        only=near,
    )


def _other_times(
    form: BookingForm, unit: Unit, skip: int, keeps_chosen: bool
) -> FittingTimes | None:
    """Times for the other parent's own visit, clear of the one that is chosen for the caller."""
    wish, caller = form.looked_for, form.time
    if wish is None or caller is None or not form.is_separate or form.first is not None:
        return None
    in_person = caller.wish.channel == Channel.IN_PERSON
    length = timedelta(minutes=wish.service.duration + wish.service.buffer_after)
    stay = Stay(caller.slot.start, caller.slot.start + length, caller.slot.point)
    return fitting_times(
        wish,
        unit,
        earliest=form.wish["earliest"],
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
    earliest: date,
    since: time | None = None,
    skip: int = 0,
    keys: str = KEYS,
    chosen: Chosen | None = None,
    keeps_chosen: bool = False,
    clear_of: Stay | None = None,
    only: Sequence[Slot] = (),
) -> FittingTimes:
    """The next times from the day `earliest` on that suit `wish`. A fixed number of queries.

    `since`: the first that is shown begins no earlier on that day; the others are a key away.
    `keeps_chosen`: the chosen time is shown as well, where it suits and is free. `clear_of`: the other
    parent's stay, which is kept clear of. `only`: of these times, those that are free.
    """
    found = find(wish, unit, online=False)
    service = wish.service
    begin = clock.day_bounds(earliest, earliest)[0]
    slots = [s for s in found.slots if s.start >= begin]
    if only:
        slots = [s for s in only if point_and_start(found, s.start, s.point)]
    if clear_of is not None and wish.channel == Channel.IN_PERSON:
        minutes = service.duration + service.buffer_after
        slots = apart(slots, minutes, clear_of, gaps_of(unit))
    if since is not None:
        skip = sum(s.start < clock.at(earliest, since) for s in slots)
    skip = min(max(skip, 0), max(0, len(slots) - 1))
    shown = slots[skip : skip + SHOWN]
    chosen_value = _value(chosen.wish, chosen.slot) if chosen else ""
    if chosen and keeps_chosen and chosen_value == _value(wish, chosen.slot):
        kept = [slot for slot in slots if slot == chosen.slot and slot not in shown]
        shown = sorted([*kept, *shown[: SHOWN - len(kept)]])
    who = _who(found, shown)
    points = ServicePoint.objects.in_bulk({slot.point for slot in shown})
    times = []
    for key, slot in zip(keys, shown, strict=False):
        value = _value(wish, slot)
        times.append(
            FittingTime(
                key=key,
                value=value,
                start=slot.start,
                end=slot.start + timedelta(minutes=service.duration),
                place=place_label(wish.channel, points.get(slot.point)),
                who=who.get(slot, ""),
                is_chosen=value == chosen_value,
            )
        )
    return FittingTimes(times, skip, has_later=len(slots) > skip + SHOWN)


def _value(wish: Wish, slot: Slot) -> str:
    return found_time_value(wish.service, wish.channel, wish.language, slot_value(slot))


def _who(found: Found, slots: Sequence[Slot]) -> Mapping[Slot, str]:
    """Who would meet the parties in each, and in which room."""
    teams = {}
    for slot in slots:
        assignment = found.assignment(slot)
        if assignment is not None and assignment.teams:
            teams[slot] = assignment.teams[0]
    wanted = {resource for team in teams.values() for resource in team}
    people = Professional.objects.filter(pk__in=wanted).values_list("pk", "name")
    names = dict(people) | dict(Room.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return {
        slot: " · ".join(names[resource] for resource in team if resource in names)
        for slot, team in teams.items()
    }
