"""Change what a visit is about, as the secretary hears it later."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bookings.appointments.separate_visits import other_visit
from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.matters.lengths import matters_together
from bookings.models import Appointment, EventKind, Meeting
from bookings.models.matters import Matters
from bookings.parties import conflicts
from office.calendar.occupancy import alter, retrying
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.models import Channel, Professional, Service, Unit, User


class NotGivenTogetherError(Exception):
    """Not by this channel, or not by the people of this visit: another time is needed first."""


@retrying
def change_matters(
    appointment_id: int,
    *,
    also: Collection[Service],
    children: int | None,
    user: User,
    unit: Unit,
    version: int | None = None,
) -> Appointment:
    """Change the further matters and the number of children of a visit that is still ahead.

    Where they take longer than the time that is kept, and what follows is free, the visit ends later;
    else its time stays. `is_too_short` tells. Raises NotGivenTogetherError or NotPossibleError.
    """
    appointment = locked(appointment_id, version=version)
    if not appointment.is_before_visit:
        raise NotPossibleError
    needs = LengthNeeds(
        children,
        interpreter=appointment.parties.exclude(interpreter="").exists(),
        separate=appointment.meeting == Meeting.SEPARATE,
    )
    matters = matters_together(appointment.service, also, needs, VisitLengths.of(unit))
    if matters.also and not _is_given(matters, appointment):
        raise NotGivenTogetherError
    appointment.minutes, appointment.children = matters.minutes, children
    appointment.also.set(matters.also)
    if is_too_short(appointment):
        _end_later(appointment, matters, unit)
    record(appointment, EventKind.MATTERS_CHANGED, user=user)
    return appointment


def is_too_short(appointment: Appointment) -> bool:
    """Whether its time is shorter than its matters take."""
    start, end = appointment.starts_at, appointment.ends_at
    if start is None or end is None or appointment.minutes is None:
        return False
    return end - start < timedelta(minutes=appointment.minutes)


def _is_given(matters: Matters, appointment: Appointment) -> bool:
    """Whether the visit's channel has them all, and those of the unit who meet the parties give them."""
    own = Professional.objects.own().filter(duties__appointment=appointment)
    giving = own.giving(matters.services)
    return appointment.channel in matters.channels and own.count() == giving.count()


def _end_later(appointment: Appointment, matters: Matters, unit: Unit) -> None:
    """Let the visit end as late as its matters need, where its people and its room are free so long.

    One of two separate visits is moved by hand: the other parent must not be met.
    """
    claim, start, point = appointment.claim, appointment.starts_at, appointment.service_point_id
    if claim is None or start is None or point is None or other_visit(appointment):
        return
    busy = set(claim.occupancies.values_list("resource_id", flat=True))
    place = point if appointment.channel == Channel.IN_PERSON else None
    without = conflicts.barred_from(appointment.pk)
    wish = Wish.about(matters, appointment.channel, place, without=without)
    found = find(wish, unit, online=False, replacing=claim)
    slot = Slot(start, point)
    free = {*found.times.professionals(slot), *found.times.rooms(slot)}
    if not found.times.has(slot) or not busy <= free:
        return
    end: datetime = start + timedelta(minutes=matters.duration)
    alter(
        claim,
        resources=busy,
        start=start,
        end=end + timedelta(minutes=matters.buffer_after),
        service_point=claim.service_point,
    )
    appointment.ends_at = end
