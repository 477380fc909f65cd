"""The dates of a series as the panel shows them: free or taken, and what is free near a taken one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.presenters import FittingTime, who_meets
from office.core import clock
from office.models import Unit

NEAR = timedelta(days=6)
OFFERED = 3


@dataclass(frozen=True)
class SeriesDate:
    """One later visit: the moment that the rhythm gives, and the times to choose from, the best first."""

    number: int
    planned: datetime
    is_free: bool
    # After the last day for which times can be booked yet; after the deadline of the matter.
    is_too_far: bool
    is_late: bool
    times: Sequence[FittingTime]

    @property
    def has_chosen(self) -> bool:
        return any(time.is_chosen for time in self.times)


def series_dates(form: BookingForm, unit: Unit) -> list[SeriesDate]:
    """Return the later visits of the series that the form asks for; none while it is incomplete.

    They are on the same weekday and hour, and with the same professional as the first, if free.
    """
    series, first, wish = form.series_form, form.time, form.looked_for
    if first is None or wish is None or not series.is_wanted or not series.is_valid():
        return []
    weeks, number = series.weeks, series.cleaned_data["number"]
    wish = replace(wish, channel=first.wish.channel, language=first.wish.language)
    anybody = find(wish, unit, online=False)
    who = form.who or _lead(anybody, first.slot)
    same = find(replace(wish, including=int(who)), unit, online=False) if who.isdigit() else anybody
    local = clock.local(first.slot.start)
    last = clock.today() + timedelta(weeks=unit.horizon_weeks)
    dates: list[SeriesDate] = []
    for step in range(1, number):
        # By the clock on the wall, also over a change of it.
        day = local.date() + timedelta(weeks=weeks * step)
        planned = Slot(clock.at(day, local.time()), first.slot.point)
        options = _options(planned, same, anybody, who, form.who)
        dates.append(
            SeriesDate(
                number=step + 1,
                planned=planned.start,
                is_free=bool(options) and options[0][0] == planned,
                is_too_far=day > last,
                is_late=form.due_on is not None and day > form.due_on,
                times=_times(options, wish, same, anybody, series.later),
            )
        )
    return dates


def _lead(found: Found, slot: Slot) -> str:
    """Return who of the unit's own would meet the parties in `slot`; empty where it is not free."""
    assignment = found.assignment(slot)
    if assignment is None or not assignment.teams:
        return ""
    team = assignment.teams[0][: found.wish.matters.professionals_needed]
    return next((str(who) for who in team if who not in found.times.partners), "")


def _options(
    planned: Slot, same: Found, anybody: Found, who: str, asked: str
) -> list[tuple[Slot, str]]:
    """Return the planned time if free, and the nearest with the same people; last, one with others."""
    near = [
        slot
        for slot in same.slots
        if slot != planned
        and slot.point == planned.point
        and abs(slot.start - planned.start) <= NEAR
    ]
    nearest = sorted(near, key=lambda slot: (abs(slot.start - planned.start), slot))[:OFFERED]
    options = [(slot, who) for slot in nearest]
    if same.times.has(planned):
        return [(planned, who), *options]
    if same is not anybody and not asked and anybody.times.has(planned):
        return [*options, (planned, "")]
    return options


def _times(
    options: Sequence[tuple[Slot, str]],
    wish: Wish,
    same: Found,
    anybody: Found,
    chosen: Sequence[str],
) -> list[FittingTime]:
    names = who_meets(same, [slot for slot, who in options if who])
    names.update(who_meets(anybody, [slot for slot, who in options if not who]))
    length = timedelta(minutes=wish.matters.duration)

    def value(slot: Slot, who: str) -> str:
        return found_time_value(wish.matters, wish.channel, wish.language, slot_value(slot), who)

    return [
        FittingTime(
            value=value(slot, who),
            start=slot.start,
            end=slot.start + length,
            who=names.get(slot, ""),
            is_chosen=value(slot, who) in chosen,
        )
        for slot, who in options
    ]
