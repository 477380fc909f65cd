"""The next fitting times as the booking panel shows them: when, where, with whom, in which room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count

from bookings.appointments import separate_visits
from bookings.appointments.separate_visits import Stay
from bookings.availability.allocation import point_and_start
from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from bookings.desk_kit.labels import place_label
from bookings.models import Appointment
from office.core import clock
from office.models import Channel, Professional, Room, Service, ServicePoint, Unit

SHOWN = 5
USUAL_DAYS = 90


@dataclass(frozen=True)
class Fit:
    """One time that fits. `key`: the digit that chooses it."""

    key: str
    value: str
    start: datetime
    end: datetime
    place: str
    who: str
    is_chosen: bool


@dataclass(frozen=True)
class Fitting:
    """Some times that fit, and whether there are earlier and later ones."""

    times: Sequence[Fit]
    skipped: int
    has_later: bool

    @property
    def has_earlier(self) -> bool:
        return self.skipped > 0


def usual_service(services: Sequence[Service]) -> Service | None:
    """The one that most visits have been about lately; the first one in a new unit."""
    since = clock.now() - timedelta(days=USUAL_DAYS)
    most = (
        Appointment.objects.filter(starts_at__gte=since, service__in=services)
        .values("service")
        .annotate(count=Count("pk"))
        .order_by("-count", "service")
        .first()
    )
    if most is not None:
        return next((s for s in services if s.pk == most["service"]), None)
    return services[0] if services else None


def fitting(
    wish: Wish,
    unit: Unit,
    *,
    earliest: date,
    since: time | None = None,
    skip: int = 0,
    keys: str = "12345",
    chosen: str = "",
    keep: Slot | None = None,
    clear_of: Stay | None = None,
    only: Sequence[Slot] | None = None,
) -> Fitting:
    """The next times from the day `earliest` on that suit `wish`. A fixed number of queries.

    `since`: the first that is shown begins no earlier on that day; the others are a key away.
    `keep`: a time that is shown as well, as long as it is free. `clear_of`: the other parent's stay,
    which is kept clear of. `only`: of these times, those that are free.
    """
    found = find(wish, unit, online=False)
    service = wish.service
    begin = clock.day_bounds(earliest, earliest)[0]
    slots = [s for s in found.slots if s.start >= begin]
    if only is not None:
        slots = [s for s in only if point_and_start(found, s.start, s.point)]
    if clear_of is not None and wish.channel == Channel.IN_PERSON:
        minutes = service.duration + service.buffer_after
        slots = separate_visits.apart(slots, minutes, clear_of, separate_visits.gaps_of(unit))
    if since is not None:
        skip = sum(s.start < clock.at(earliest, since) for s in slots)
    skip = min(max(skip, 0), max(0, len(slots) - 1))
    shown = slots[skip : skip + SHOWN]
    if keep is not None and keep in slots and keep not in shown:
        shown = sorted([keep, *shown[: SHOWN - 1]])
    who = _who(found, shown)
    points = ServicePoint.objects.in_bulk({slot.point for slot in shown})
    times = []
    for key, slot in zip(keys, shown, strict=False):
        value = found_time_value(service, wish.channel, wish.language, slot_value(slot))
        times.append(
            Fit(
                key=key,
                value=value,
                start=slot.start,
                end=slot.start + timedelta(minutes=service.duration),
                place=place_label(wish.channel, points.get(slot.point)),
                who=who.get(slot, ""),
                is_chosen=value == chosen,
            )
        )
    return Fitting(times, skip, has_later=len(slots) > skip + SHOWN)


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
