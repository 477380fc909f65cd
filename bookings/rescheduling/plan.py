"""Plan a change: what differs, who is notified, who or what is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bookings.appointments import notified_parties
from bookings.appointments.reschedule import Difference, compare
from bookings.lifecycle.transitions import NotPossibleError
from bookings.lifecycle.travel import busy_span, travel_time
from bookings.models import Appointment, Party
from office.calendar.obstacles import Obstacle, obstacles_of, without_hours
from office.calendar.occupancy import TimeTakenError
from office.core.names import Alphabetical
from office.models import (
    Channel,
    HoursKind,
    Professional,
    Room,
    ServicePoint,
    WeeklyHours,
)

PROFESSIONALS_AT_MOST = 3


@dataclass(frozen=True)
class VisitArrangement:
    """The appointment as wanted. `professionals`: the lead first.

    `room`: None lets a free one be found, the present one first where it will do.
    """

    start: datetime
    channel: str
    point: int | None
    professionals: tuple[int, ...]
    room: int | None = None


class ObstacleError(TimeTakenError):
    """Somebody or some room is busy then; `obstacles` say who, when and with what."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__()
        self.obstacles = list(obstacles)


class OutsideHoursError(Exception):
    """Somebody would work outside their hours, and that was not accepted knowingly."""

    def __init__(self, people: Sequence[Professional]) -> None:
        super().__init__()
        self.people = list(people)


class NothingChangesError(Exception):
    """The appointment is like this already."""


@dataclass(frozen=True)
class ChangePlan:
    """The outcome of a change: what differs, and who is notified."""

    appointment: Appointment
    wanted: VisitArrangement
    people: list[Professional]
    point: ServicePoint | None
    end: datetime
    busy_from: datetime
    busy_until: datetime
    difference: Difference

    @property
    def building(self) -> ServicePoint | None:
        """Return the building that it would bring the parties to; None by phone or video."""
        return self.point if self.wanted.channel == Channel.IN_PERSON else None

    @property
    def needs_hours(self) -> bool:
        """Whether everybody's hours count anew; for another room alone they do not."""
        differs = self.difference
        return not differs.was_agreed or differs.is_seen or bool(differs.dropped or differs.added)

    @property
    def notified_parties(self) -> list[Party]:
        """Return the parties who are notified by some channel, or must be called."""
        if self.difference.was_agreed:
            return (
                notified_parties.informed_parties(self.appointment)
                if self.difference.is_seen
                else []
            )
        attending = self.appointment.parties.all_who_come()
        return [party for party in attending if notified_parties.may_be_notified(party)]


def may_change(appointment: Appointment) -> bool:
    """Say whether time, place or people of the appointment can still be changed."""
    return appointment.is_before_visit or appointment.has_arrived


def present(appointment: Appointment) -> VisitArrangement | None:
    """Return the appointment as it is now; None where it has no time."""
    if appointment.starts_at is None:
        return None
    return VisitArrangement(
        start=appointment.starts_at,
        channel=appointment.channel,
        point=appointment.service_point_id,
        professionals=tuple(member.professional_id for member in appointment.staff.all()),
        room=appointment.room_id,
    )


def plan_of(appointment: Appointment, wanted: VisitArrangement) -> ChangePlan:
    """Plan the change to `wanted`. Raises NotPossibleError for what can never be booked."""
    people = _people(wanted.professionals)
    point = None
    if wanted.point is not None:
        point = ServicePoint.objects.in_use().filter(pk=wanted.point).first()
    in_person = wanted.channel == Channel.IN_PERSON
    if not people or people[0].organisation_id is not None:
        raise NotPossibleError
    if wanted.channel not in Channel.values or (in_person and point is None):
        raise NotPossibleError
    matters = appointment.matters
    is_own_length = appointment.minutes is None
    if is_own_length and appointment.starts_at is not None and appointment.ends_at is not None:
        length = appointment.ends_at - appointment.starts_at
    else:
        length = timedelta(minutes=matters.duration)
    end = wanted.start + length
    busy_from, busy_until = busy_span(matters, wanted.channel, wanted.start, end)
    if not in_person:
        wanted = replace(wanted, room=None)
    room = wanted.room
    if room is None and _is_open(appointment.room_id, busy_from, busy_until):
        room = appointment.room_id
    return ChangePlan(
        appointment=appointment,
        wanted=wanted,
        people=people,
        point=point,
        end=end,
        busy_from=busy_from,
        busy_until=busy_until,
        difference=compare(
            appointment,
            people,
            start=wanted.start,
            channel=wanted.channel,
            point=wanted.point,
            room=room,
        ),
    )


def _is_open(room: int | None, start: datetime, end: datetime) -> bool:
    """Say whether the visit can stay in the room: it is in use and not closed then; or there is none."""
    return room is None or Room.objects.open_between(start, end).filter(pk=room).exists()


def _people(ids: Sequence[int]) -> list[Professional]:
    """Return the professionals in the order of `ids`; none where one is unknown or not in use."""
    found = Professional.objects.in_use().select_related("user", "organisation").in_bulk(ids)
    people = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
    is_whole = len(people) == len(set(ids)) and len(people) <= PROFESSIONALS_AT_MOST
    return people if is_whole else []


def outside_hours(plan: ChangePlan) -> list[tuple[Professional, bool]]:
    """Return who would work outside their hours, and whether they are away altogether.

    A partner whose hours nobody knows is not among them: their answer to the invitation counts.
    """
    in_person = plan.wanted.channel == Channel.IN_PERSON
    way = travel_time(plan.wanted.channel)
    lacking = without_hours(
        [person.pk for person in plan.people],
        plan.wanted.start - way,
        plan.end + way,
        point=plan.wanted.point if in_person else None,
    )
    partners = [p.pk for p in plan.people if p.organisation_id is not None and p.pk in lacking]
    known = set(
        WeeklyHours.objects.filter(
            professional__in=partners, kind=HoursKind.APPOINTMENTS
        ).values_list("professional_id", flat=True)
        if partners
        else []
    )
    return [
        (person, lacking[person.pk])
        for person in plan.people
        if person.pk in lacking
        and (person.organisation_id is None or person.pk in known or lacking[person.pk])
    ]


def obstacles(plan: ChangePlan) -> list[Obstacle]:
    """Return what is in the way now; the database decides when the change is made."""
    rooms = rooms_for(plan)
    found = obstacles_of(
        [*(person.pk for person in plan.people), *rooms],
        plan.busy_from,
        plan.busy_until,
        apart_from=plan.appointment.claim,
    )
    # Times that are kept for this very appointment make room for it.
    found = [o for o in found if o.label != plan.appointment.reference]
    all_rooms_taken = {o.resource for o in found if o.is_room} >= set(rooms)
    return [o for o in found if not o.is_room or all_rooms_taken]


def likely_room(plan: ChangePlan) -> int | None:
    """Return the room that would probably be taken."""
    rooms = rooms_for(plan)
    busy = {
        o.resource
        for o in obstacles_of(
            rooms, plan.busy_from, plan.busy_until, apart_from=plan.appointment.claim
        )
        if o.label != plan.appointment.reference
    }
    return next((room for room in rooms if room not in busy), None)


def rooms_for(plan: ChangePlan) -> list[int]:
    """Return the rooms to try, the wanted or the present one first; none where none is needed."""
    if plan.wanted.channel != Channel.IN_PERSON:
        return []
    there = Room.objects.filter(service_point=plan.wanted.point)
    if plan.wanted.room is not None:
        wanted = there.filter(pk=plan.wanted.room, is_active=True)
        return list(wanted.values_list("pk", flat=True))
    rooms = (
        there.open_between(plan.busy_from, plan.busy_until)
        .order_by(Alphabetical("name"), "pk")
        .values_list("pk", flat=True)
    )
    present_one = plan.appointment.room_id
    return sorted(rooms, key=lambda pk: pk != present_one)
